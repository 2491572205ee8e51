import { EM } from '../../src/binary/elf/index.ts';
import type { ElfPlan, NotePlan, SymbolPlan } from './elf-plan.ts';
import { ByteWriter, type Layout, type StringTableWriter } from './elf-writer.ts';

/** The SysV hash of a symbol or version name, gABI "Hash table". */
export function sysvHash(name: string): number {
  let hash = 0;
  for (const byte of Buffer.from(name)) {
    hash = (hash * 16 + byte) % 2 ** 32;
    const high = Math.floor(hash / 2 ** 28);
    hash = ((hash ^ (high << 4)) >>> 0) % 2 ** 28;
  }
  return hash;
}

/** The hash of DT_GNU_HASH. */
export function gnuHash(name: string): number {
  let hash = 5381;
  for (const byte of Buffer.from(name)) hash = (hash * 33 + byte) % 2 ** 32;
  return hash;
}

function isDefined(symbol: SymbolPlan): boolean {
  return (symbol.section ?? 0) !== 0;
}

/** Undefined symbols first, then the defined ones by bucket, as the table's format demands. */
export function sortForGnuHash(symbols: readonly SymbolPlan[], buckets: number): SymbolPlan[] {
  const bucket = (symbol: SymbolPlan): number => gnuHash(symbol.name) % buckets;
  return [
    ...symbols.filter((symbol) => !isDefined(symbol)),
    ...symbols.filter(isDefined).sort((a, b) => bucket(a) - bucket(b)),
  ];
}

/** DT_GNU_HASH over symbols in the order of `sortForGnuHash`. */
export function gnuHashTable(
  layout: Layout,
  symbols: readonly SymbolPlan[],
  buckets: number,
): Uint8Array {
  const undefinedCount = symbols.findIndex(isDefined);
  const table = new ByteWriter(layout);
  if (undefinedCount === -1) {
    // What GNU ld writes when there is nothing to be found.
    table.u32(1).u32(1).u32(1).u32(0).word(0).u32(0);
    return table.bytes();
  }
  const first = undefinedCount + 1;
  const hashes = symbols.slice(undefinedCount).map((symbol) => gnuHash(symbol.name));
  table.u32(buckets).u32(first).u32(1).u32(5);
  // A Bloom filter with all bits set lets every look-up through.
  table.u32(0xffffffff);
  if (layout.is64) table.u32(0xffffffff);
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const start = hashes.findIndex((hash) => hash % buckets === bucket);
    table.u32(start === -1 ? 0 : first + start);
  }
  for (const [index, hash] of hashes.entries()) {
    const next = hashes[index + 1];
    const isLast = next === undefined || next % buckets !== hash % buckets;
    table.u32(isLast ? (hash | 1) >>> 0 : (hash & ~1) >>> 0);
  }
  return table.bytes();
}

/** One bucket with one chain through all symbols. */
export function sysvHashTable(
  plan: ElfPlan,
  layout: Layout,
  symbols: readonly SymbolPlan[],
): Uint8Array {
  const table = new ByteWriter(layout);
  const isWide = layout.is64 && (plan.machine === EM.S390 || plan.machine === EM.ALPHA);
  const count = symbols.length + 1;
  const chain = Array.from({ length: count }, (_, index) =>
    index === 0 || index === symbols.length ? 0 : index + 1,
  );
  for (const word of [1, count, symbols.length === 0 ? 0 : 1, ...chain]) {
    if (isWide) table.word(word);
    else table.u32(word);
  }
  return table.bytes();
}

/** DT_SYMTAB with its empty first symbol; names go into the string table. */
export function symbolTable(
  layout: Layout,
  symbols: readonly SymbolPlan[],
  strings: StringTableWriter,
): Uint8Array {
  const table = new ByteWriter(layout);
  table.zeros(layout.is64 ? 24 : 16);
  for (const symbol of symbols) {
    const name = strings.add(symbol.name);
    const info = (symbol.binding ?? 1) * 16 + (symbol.type ?? 2);
    const other = symbol.visibility ?? 0;
    const section = symbol.section ?? 0;
    const [value, size] = [symbol.value ?? 0, symbol.size ?? 0];
    if (layout.is64) table.u32(name).u8(info).u8(other).u16(section).word(value).word(size);
    else table.u32(name).word(value).word(size).u8(info).u8(other).u16(section);
  }
  return table.bytes();
}

/** Definitions count from 1, needs go on behind them and never start before 2. */
export function versionIndices(plan: ElfPlan): Map<string, number> {
  const indices = new Map<string, number>();
  for (const { name } of plan.versionDefinitions ?? []) indices.set(name, indices.size + 1);
  let next = Math.max(indices.size + 1, 2);
  for (const { library, versions } of plan.versionNeeds ?? []) {
    for (const version of versions) {
      const name = typeof version === 'string' ? version : version.name;
      indices.set(name, next);
      indices.set(`${library} ${name}`, next);
      next += 1;
    }
  }
  return indices;
}

/** DT_VERSYM: an entry for each symbol. */
export function symbolVersions(
  layout: Layout,
  symbols: readonly SymbolPlan[],
  versions: ReadonlyMap<string, number>,
): Uint8Array {
  const table = new ByteWriter(layout).u16(0);
  for (const { version, hidden } of symbols) {
    const index = version === undefined ? 1 : (versions.get(version) ?? 1);
    table.u16(index + (hidden === true ? 0x8000 : 0));
  }
  return table.bytes();
}

/** DT_VERDEF */
export function versionDefinitions(
  plan: ElfPlan,
  layout: Layout,
  strings: StringTableWriter,
): Uint8Array {
  const table = new ByteWriter(layout);
  const definitions = plan.versionDefinitions ?? [];
  for (const [index, { name, parents = [] }] of definitions.entries()) {
    const isLast = index === definitions.length - 1;
    const names = [name, ...parents];
    table.u16(1).u16(index === 0 ? 1 : 0);
    table.u16(index + 1).u16(names.length);
    table.u32(sysvHash(name)).u32(20);
    table.u32(isLast ? 0 : 20 + names.length * 8);
    for (const [at, each] of names.entries())
      table.u32(strings.add(each)).u32(at === names.length - 1 ? 0 : 8);
  }
  return table.bytes();
}

/** DT_VERNEED */
export function versionNeeds(
  plan: ElfPlan,
  target: {
    layout: Layout;
    strings: StringTableWriter;
    versions: ReadonlyMap<string, number>;
  },
): Uint8Array {
  const { strings } = target;
  const table = new ByteWriter(target.layout);
  const needs = plan.versionNeeds ?? [];
  for (const [index, { library, versions }] of needs.entries()) {
    const isLast = index === needs.length - 1;
    table.u16(1).u16(versions.length).u32(strings.add(library)).u32(16);
    table.u32(isLast ? 0 : 16 + versions.length * 16);
    for (const [at, version] of versions.entries()) {
      const name = typeof version === 'string' ? version : version.name;
      table.u32(sysvHash(name)).u16(typeof version === 'string' ? 0 : 2);
      table.u16(target.versions.get(`${library} ${name}`) ?? 0);
      table.u32(strings.add(name)).u32(at === versions.length - 1 ? 0 : 16);
    }
  }
  return table.bytes();
}

/** One note; its padding follows its alignment. */
export function noteBytes(layout: Layout, note: NotePlan): Uint8Array {
  const writer = new ByteWriter(layout);
  const name = Buffer.from(`${note.name}\0`);
  writer.u32(name.length).u32(note.descriptor.length).u32(note.type).append(name);
  writer.align(note.alignment ?? 4).append(note.descriptor);
  return writer.align(note.alignment ?? 4).bytes();
}
