import { hex } from '../../support/byte-reader.ts';
import type { AddressMap } from './address-map.ts';
import { DT, EM, SHT } from './constants.ts';
import { valueOf, type ElfDynamic } from './dynamic.ts';
import { countByGnuHash, type ElfHashTables } from './hash-tables.ts';
import type { ElfHeader } from './header.ts';
import type { ElfImage } from './image.ts';
import type { ElfSection } from './sections.ts';

/** What told how many dynamic symbols there are; the dynamic section itself does not say. */
export type SymbolCountSource =
  'sysv-hash' | 'gnu-hash' | 'mips-tag' | 'section' | 'next-table' | 'none';

/** Where the dynamic symbols are. */
export interface ElfSymbolTable {
  readonly address: number;
  readonly offset: number;
  readonly entrySize: number;
  readonly count: number;
  readonly countFrom: SymbolCountSource;
}

/** What the symbol table is found with. */
export interface SymbolTableSources {
  readonly header: ElfHeader;
  readonly dynamic: ElfDynamic | undefined;
  readonly hashTables: ElfHashTables;
  readonly sections: readonly ElfSection[];
  readonly map: AddressMap;
}

/** DT_MIPS_SYMTABNO of the MIPS psABI. */
const MIPS_SYMTABNO = 0x70000011;

/** Tables that linkers put behind the symbols; whichever comes next ends them. */
const TABLE_TAGS: ReadonlySet<number> = new Set([
  DT.STRTAB,
  DT.HASH,
  DT.GNU_HASH,
  DT.VERSYM,
  DT.VERNEED,
  DT.VERDEF,
  DT.RELA,
  DT.REL,
  DT.JMPREL,
  DT.RELR,
  DT.ANDROID_REL,
  DT.ANDROID_RELA,
  DT.ANDROID_RELR,
]);

/**
 * Finds the dynamic symbols and their number: by DT_HASH, which has it outright, by the GNU hash table, by the section
 * header of the same table, else by where the next table begins. Where these disagree the largest counts, because a
 * smaller one would hide what the file needs. But symbols never reach into another table nor past the end of their
 * segment. Disagreement and symbols that do not fit are faults.
 */
export function locateSymbols(
  image: ElfImage,
  sources: SymbolTableSources,
): ElfSymbolTable | undefined {
  const { dynamic, map } = sources;
  if (dynamic === undefined) return undefined;
  const address = valueOf(dynamic.entries, DT.SYMTAB);
  if (address === undefined) return undefined;
  const range = map.from(address);
  if (range === undefined) {
    image.log.add('symbols', 'elf/symbols-unmapped', {
      message: `DT_SYMTAB is at address ${hex(address)}, which no PT_LOAD fills from the file.`,
      evidence: `address ${hex(address)}`,
    });
    return undefined;
  }
  const entrySize = image.layout.is64 ? 24 : 16;
  checkEntrySize(image, dynamic, entrySize);
  const next = nextTable(dynamic, address);
  const room = Math.min(range.length, next === undefined ? range.length : next - address);
  const most = Math.floor(room / entrySize);
  const place = { address, offset: range.offset, entrySize };
  const told = tellCount(image, sources, { ...place, next, most });
  if (told.count <= most) return { ...place, ...told };
  image.log.add('symbols', 'elf/phantom-symbols', {
    message: `There should be ${told.count} dynamic symbols, but only ${most} fit before the next table.`,
    evidence: `offset ${hex(range.offset)}`,
  });
  return { ...place, count: most, countFrom: told.countFrom };
}

function checkEntrySize(image: ElfImage, dynamic: ElfDynamic, entrySize: number): void {
  const declared = valueOf(dynamic.entries, DT.SYMENT);
  if (declared === undefined || declared === entrySize) return;
  image.log.add('symbols', 'elf/symbol-size', {
    message: `DT_SYMENT is ${declared}; symbols have ${entrySize} bytes.`,
    evidence: `offset ${hex(dynamic.offset)}`,
  });
}

function nextTable(dynamic: ElfDynamic, address: number): number | undefined {
  let next: number | undefined;
  for (const { tag, value } of dynamic.entries) {
    if (TABLE_TAGS.has(tag) && value > address && (next === undefined || value < next))
      next = value;
  }
  return next;
}

interface Count {
  readonly count: number;
  readonly countFrom: SymbolCountSource;
}

interface CountedPlace {
  readonly address: number;
  readonly offset: number;
  readonly entrySize: number;
  readonly next: number | undefined;
  readonly most: number;
}

function tellCount(image: ElfImage, sources: SymbolTableSources, place: CountedPlace): Count {
  const counts = [...countByHash(image, sources), ...countByTable(sources, place)];
  const [first] = counts;
  if (first === undefined) return countWithoutTable(place);
  const largest = counts.reduce((most, each) => (each.count > most.count ? each : most), first);
  if (counts.some(({ count }) => count !== largest.count)) {
    const said = counts.map(({ count, countFrom }) => `${count} by ${countFrom}`).join(', ');
    image.log.add('symbols', 'elf/symbol-count', {
      message: `It is not clear how many dynamic symbols there are: ${said}.`,
      evidence: `offset ${hex(place.offset)}`,
    });
  }
  return largest;
}

function countByHash(image: ElfImage, sources: SymbolTableSources): Count[] {
  const { sysv, gnu } = sources.hashTables;
  const counts: Count[] = [];
  if (sysv !== undefined) counts.push({ count: sysv.chains, countFrom: 'sysv-hash' });
  if (gnu !== undefined) {
    const limit = sources.map.from(gnu.address)?.length ?? 0;
    const count = image.log.attempt('symbols', undefined, () => countByGnuHash(image, gnu, limit));
    if (count !== undefined) counts.push({ count, countFrom: 'gnu-hash' });
  }
  return counts;
}

function countByTable(sources: SymbolTableSources, place: CountedPlace): Count[] {
  const { machine } = sources.header;
  const isMips = machine === EM.MIPS || machine === EM.MIPS_RS3_LE;
  const tagged = isMips ? valueOf(sources.dynamic?.entries ?? [], MIPS_SYMTABNO) : undefined;
  const section = sources.sections.find(
    (each) => each.type === SHT.DYNSYM && each.address === place.address,
  );
  const counts: Count[] = [];
  if (tagged !== undefined) counts.push({ count: tagged, countFrom: 'mips-tag' });
  if (section !== undefined) {
    const count = Math.floor(section.size / place.entrySize);
    counts.push({ count, countFrom: 'section' });
  }
  return counts;
}

function countWithoutTable(place: CountedPlace): Count {
  if (place.next !== undefined) return { count: place.most, countFrom: 'next-table' };
  // The first symbol, index 0, is always there and empty: nothing is lost by seeing no more than it.
  return { count: 0, countFrom: 'none' };
}
