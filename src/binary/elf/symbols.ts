import type { FileRange } from './address-map.ts';
import { SHN } from './constants.ts';
import type { ElfCursor } from './cursor.ts';
import type { ElfImage } from './image.ts';
import type { StringTable } from './strings.ts';
import type { ElfSymbolTable } from './symbol-table.ts';
import { VERSION_HIDDEN, type ElfVersionName } from './version-model.ts';

/** st_info's lower half. Values without a name here are `other`. */
export type SymbolType =
  'notype' | 'object' | 'func' | 'section' | 'file' | 'common' | 'tls' | 'ifunc' | 'other';

/** st_info's upper half. `unique` is GNU's: one definition in the whole process. */
export type SymbolBinding = 'local' | 'global' | 'weak' | 'unique' | 'other';

/** st_other's lower two bits. */
export type SymbolVisibility = 'default' | 'internal' | 'hidden' | 'protected';

/** The version of a symbol. A defined symbol of a needed version is a copy that a program has of a library's data. */
export interface ElfSymbolVersion extends ElfVersionName {
  /** `sym@V`, found only by references that name V; false for `sym@@V`. Always false for needed versions. */
  readonly hidden: boolean;
}

/** One dynamic symbol. */
export interface ElfSymbol {
  readonly index: number;
  readonly name: string;
  readonly binding: SymbolBinding;
  readonly type: SymbolType;
  readonly visibility: SymbolVisibility;
  /** st_shndx: 0 for undefined, 0xfff1 absolute, 0xfff2 common. */
  readonly section: number;
  readonly defined: boolean;
  /** Address, or offset in thread-local storage; rounded from 2^53 on. */
  readonly value: number;
  /** Bytes. */
  readonly size: number;
  /** Undefined for symbols without version, and when the index names none that the file has. */
  readonly version: ElfSymbolVersion | undefined;
  /** The entry of DT_VERSYM without the hidden bit: 0 local, 1 global; undefined without DT_VERSYM. */
  readonly versionIndex: number | undefined;
}

/** What symbols are read with. */
export interface SymbolSources {
  readonly table: ElfSymbolTable;
  readonly strings: StringTable | undefined;
  readonly symbolVersions: FileRange | undefined;
  readonly versions: ReadonlyMap<number, ElfVersionName>;
}

const TYPES: ReadonlyMap<number, SymbolType> = new Map([
  [0, 'notype'],
  [1, 'object'],
  [2, 'func'],
  [3, 'section'],
  [4, 'file'],
  [5, 'common'],
  [6, 'tls'],
  [10, 'ifunc'],
]);

const BINDINGS: ReadonlyMap<number, SymbolBinding> = new Map([
  [0, 'local'],
  [1, 'global'],
  [2, 'weak'],
  [10, 'unique'],
]);

const VISIBILITIES: readonly SymbolVisibility[] = ['default', 'internal', 'hidden', 'protected'];

/**
 * All dynamic symbols in their order, without the empty first one.
 * @throws WheelworksError `elf/truncated`, `elf/bad-string`, `elf/string-overlap` or `elf/bad-versions` when one of
 *   them cannot be read: a list with holes would prove nothing about what a file needs.
 */
export function readSymbols(image: ElfImage, sources: SymbolSources): ElfSymbol[] {
  const { table } = sources;
  if (table.count <= 1) return [];
  const { strings } = sources;
  if (strings === undefined)
    throw image.error('elf/bad-string', 'The symbols have no string table.', table.offset);
  const cursor = image.cursor(table.offset, table.count * table.entrySize, 'dynamic symbols');
  cursor.skip(table.entrySize, 'symbol 0');
  const versions = openSymbolVersions(image, sources);
  const versionOf = versionLookup(sources.versions);
  const symbols: ElfSymbol[] = [];
  for (let index = 1; index < table.count; index += 1) {
    const raw = cursor.layout.is64 ? readEntry64(cursor) : readEntry32(cursor);
    const versym = versions?.u16('DT_VERSYM');
    symbols.push({
      index,
      name: strings.at(raw.name, 'symbol name'),
      binding: BINDINGS.get(raw.info >>> 4) ?? 'other',
      type: TYPES.get(raw.info & 15) ?? 'other',
      visibility: VISIBILITIES[raw.other & 3] ?? 'default',
      section: raw.section,
      defined: raw.section !== SHN.UNDEF,
      value: raw.value,
      size: raw.size,
      version: versym === undefined ? undefined : versionOf(versym),
      versionIndex: versym === undefined ? undefined : versym & ~VERSION_HIDDEN,
    });
  }
  return symbols;
}

function openSymbolVersions(image: ElfImage, sources: SymbolSources): ElfCursor | undefined {
  const { table, symbolVersions } = sources;
  if (symbolVersions === undefined) return undefined;
  if (table.count * 2 > symbolVersions.length) {
    throw image.error(
      'elf/bad-versions',
      `DT_VERSYM must have an entry for each of ${table.count} symbols, but its segment ends before.`,
      symbolVersions.offset,
    );
  }
  return image.cursor(symbolVersions.offset, table.count * 2, 'DT_VERSYM').skip(2, 'symbol 0');
}

interface RawSymbol {
  readonly name: number;
  readonly info: number;
  readonly other: number;
  readonly section: number;
  readonly value: number;
  readonly size: number;
}

function readEntry64(cursor: ElfCursor): RawSymbol {
  return {
    name: cursor.u32('st_name'),
    info: cursor.u8('st_info'),
    other: cursor.u8('st_other'),
    section: cursor.u16('st_shndx'),
    value: cursor.xword('st_value'),
    size: cursor.xword('st_size'),
  };
}

function readEntry32(cursor: ElfCursor): RawSymbol {
  return {
    name: cursor.u32('st_name'),
    value: cursor.u32('st_value'),
    size: cursor.u32('st_size'),
    info: cursor.u8('st_info'),
    other: cursor.u8('st_other'),
    section: cursor.u16('st_shndx'),
  };
}

/** Thousands of symbols share a few versions, so each is made once. */
function versionLookup(
  names: ReadonlyMap<number, ElfVersionName>,
): (versym: number) => ElfSymbolVersion | undefined {
  const made = new Map<number, ElfSymbolVersion>();
  return (versym) => {
    const known = made.get(versym);
    if (known !== undefined) return known;
    const named = names.get(versym & ~VERSION_HIDDEN);
    if (named === undefined) return undefined;
    const hidden = named.library === undefined && (versym & VERSION_HIDDEN) !== 0;
    const version = { name: named.name, library: named.library, hidden };
    made.set(versym, version);
    return version;
  };
}
