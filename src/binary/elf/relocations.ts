import { hex } from '../../support/byte-reader.ts';
import type { AddressMap } from './address-map.ts';
import { DT } from './constants.ts';
import { valueOf, type ElfDynamic } from './dynamic.ts';
import type { ElfImage } from './image.ts';

/**
 * How a table of dynamic relocations is written: `relr` packs relative ones as a bitmap, `crel` is LLVM's compact
 * form, `android-*` are Android's packed forms.
 */
export type RelocationEncoding =
  'rel' | 'rela' | 'relr' | 'crel' | 'android-rel' | 'android-rela' | 'android-relr';

/** A table of dynamic relocations. */
export interface ElfRelocationTable {
  readonly encoding: RelocationEncoding;
  /** DT_JMPREL: the relocations of function calls, which may be done lazily. */
  readonly plt: boolean;
  readonly address: number;
  /** Undefined when no PT_LOAD fills the address from the file. */
  readonly offset: number | undefined;
  /** Bytes; undefined where the dynamic section has no tag for it, as for CREL. */
  readonly size: number | undefined;
  /** Bytes of one entry; undefined for packed forms. */
  readonly entrySize: number | undefined;
}

interface TableTags {
  readonly encoding: RelocationEncoding;
  readonly start: number;
  readonly size?: number;
  readonly entrySize?: number;
}

const TABLES: readonly TableTags[] = [
  { encoding: 'rela', start: DT.RELA, size: DT.RELASZ, entrySize: DT.RELAENT },
  { encoding: 'rel', start: DT.REL, size: DT.RELSZ, entrySize: DT.RELENT },
  { encoding: 'relr', start: DT.RELR, size: DT.RELRSZ, entrySize: DT.RELRENT },
  { encoding: 'crel', start: DT.CREL },
  { encoding: 'android-rela', start: DT.ANDROID_RELA, size: DT.ANDROID_RELASZ },
  { encoding: 'android-rel', start: DT.ANDROID_REL, size: DT.ANDROID_RELSZ },
  {
    encoding: 'android-relr',
    start: DT.ANDROID_RELR,
    size: DT.ANDROID_RELRSZ,
    entrySize: DT.ANDROID_RELRENT,
  },
];

/** The tables of dynamic relocations; their entries are not read. A table that is not in the file is a fault. */
export function readRelocations(
  image: ElfImage,
  dynamic: ElfDynamic | undefined,
  map: AddressMap,
): ElfRelocationTable[] {
  if (dynamic === undefined) return [];
  const value = (tag: number | undefined): number | undefined =>
    tag === undefined ? undefined : valueOf(dynamic.entries, tag);
  const tables: ElfRelocationTable[] = [];
  const add = (table: Omit<ElfRelocationTable, 'offset'>): void => {
    const offset = map.toOffset(table.address, table.size ?? 1);
    if (offset === undefined && table.size !== 0) {
      image.log.add('dynamic', 'elf/relocations-unmapped', {
        message: `The ${table.encoding} relocations at address ${hex(table.address)} are not in the file.`,
        evidence: `address ${hex(table.address)}`,
      });
    }
    tables.push({ ...table, offset });
  };
  for (const { encoding, start, size, entrySize } of TABLES) {
    const address = value(start);
    if (address === undefined) continue;
    add({ encoding, plt: false, address, size: value(size), entrySize: value(entrySize) });
  }
  const plt = value(DT.JMPREL);
  if (plt !== undefined) {
    const encoding = value(DT.PLTREL) === DT.REL ? 'rel' : 'rela';
    const entrySize = pltEntrySize(image, encoding);
    add({ encoding, plt: true, address: plt, size: value(DT.PLTRELSZ), entrySize });
  }
  return tables;
}

/** Two words and, for RELA, the addend. */
function pltEntrySize(image: ElfImage, encoding: 'rel' | 'rela'): number {
  return (image.layout.is64 ? 8 : 4) * (encoding === 'rela' ? 3 : 2);
}
