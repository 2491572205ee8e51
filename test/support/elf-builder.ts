import { DT, EM, ET, PF, PT, SHF, SHT } from '../../src/binary/elf/index.ts';
import type { ElfPlan } from './elf-plan.ts';
import {
  gnuHashTable,
  noteBytes,
  sortForGnuHash,
  symbolTable,
  symbolVersions,
  sysvHashTable,
  versionDefinitions,
  versionIndices,
  versionNeeds,
} from './elf-tables.ts';
import { ByteWriter, StringTableWriter, type Layout } from './elf-writer.ts';

export type { ElfPlan, NotePlan, SymbolPlan } from './elf-plan.ts';

/** Where a part of the image is, so that a test can damage it. */
export interface Place {
  readonly offset: number;
  readonly size: number;
  readonly address: number;
}

export interface BuiltElf {
  readonly bytes: Uint8Array;
  readonly layout: Layout;
  /** By section name; `header`, `segments` and `sections` are the header and the two tables. */
  readonly places: ReadonlyMap<string, Place>;
  /** The place of a part; an error when the image has none. */
  place(name: string): Place;
}

/** Address distance of the writable segment, so that offsets and addresses differ from segment to segment. */
const WRITABLE_SHIFT = 0x2000;
const PAGE = 0x1000;

interface Part {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly alignment: number;
  readonly bytes: Uint8Array;
  readonly entrySize?: number;
  readonly link?: string;
  readonly info?: number;
}

/**
 * Writes an ELF image from a plan: header, program headers, one read-only segment with everything that a loader looks
 * up, one writable segment with the dynamic section, unloaded sections, section headers.
 */
export function buildElf(plan: ElfPlan = {}): BuiltElf {
  const layout: Layout = {
    is64: (plan.class ?? 64) === 64,
    littleEndian: (plan.byteOrder ?? 'little') === 'little',
  };
  const strings = new StringTableWriter();
  const dynamicStrings = writeNames(plan, strings);
  const readOnly = readOnlyParts(plan, layout, strings);
  const parts =
    plan.sections === false ? readOnly.filter((part) => part.bytes.length > 0) : readOnly;
  const segmentCount = countSegments(plan);
  const headerSize = layout.is64 ? 64 : 52;
  const segmentSize = layout.is64 ? 56 : 32;

  const base = plan.baseAddress ?? 0x10000;
  const places = new Map<string, Place>();
  const file = new ByteWriter(layout);
  places.set('header', { offset: 0, size: headerSize, address: base });
  places.set('segments', {
    offset: headerSize,
    size: segmentCount * segmentSize,
    address: base + headerSize,
  });
  file.zeros(headerSize + segmentCount * segmentSize);
  for (const part of parts) place(file, places, { part, shift: base });
  const readOnlyEnd = file.length;

  const dynamic = dynamicPart(plan, { layout, places, names: dynamicStrings });
  const shift = Math.max(WRITABLE_SHIFT, plan.alignment ?? PAGE);
  place(file, places, { part: dynamic, shift: base + shift });
  const writableEnd = file.length;

  const unloaded = (plan.extraSections ?? []).map(
    ({ name, type = SHT.PROGBITS, flags = 0, bytes }): Part => ({
      name,
      type,
      flags,
      alignment: 1,
      bytes,
    }),
  );
  for (const part of unloaded) place(file, places, { part, shift: undefined });
  const all = [...parts, dynamic, ...unloaded];
  const tables = plan.sections === false ? undefined : writeSections(file, places, all);

  file.patch(headerSize, segmentTable(plan, { layout, places, base, readOnlyEnd, writableEnd }));
  file.patch(0, elfHeader(plan, { layout, segmentCount, tables }));
  return {
    bytes: file.bytes(),
    layout,
    places,
    place(name) {
      const found = places.get(name);
      if (found === undefined) throw new Error(`The image has no ${name}.`);
      return found;
    },
  };
}

interface DynamicNames {
  readonly needed: readonly number[];
  readonly soname: number | undefined;
  readonly rpath: number | undefined;
  readonly runpath: number | undefined;
}

function writeNames(plan: ElfPlan, strings: StringTableWriter): DynamicNames {
  const add = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : strings.add(text);
  return {
    needed: (plan.needed ?? []).map((name) => strings.add(name)),
    soname: add(plan.soname),
    rpath: add(plan.rpath),
    runpath: add(plan.runpath),
  };
}

function readOnlyParts(plan: ElfPlan, layout: Layout, strings: StringTableWriter): Part[] {
  const hash = plan.hash ?? 'gnu';
  const buckets = 3;
  const symbols =
    hash === 'gnu' || hash === 'both'
      ? sortForGnuHash(plan.symbols ?? [], buckets)
      : [...(plan.symbols ?? [])];
  const versions = versionIndices(plan);
  const parts: Part[] = [];
  const add = (part: Omit<Part, 'flags'>): void => {
    parts.push({ flags: SHF.ALLOC, ...part });
  };
  if (plan.interpreter !== undefined)
    add({
      name: '.interp',
      type: SHT.PROGBITS,
      alignment: 1,
      bytes: Buffer.from(`${plan.interpreter}\0`),
    });
  for (const [index, note] of (plan.notes ?? []).entries())
    add({
      name: `.note.${index}`,
      type: SHT.NOTE,
      alignment: note.alignment ?? 4,
      bytes: noteBytes(layout, note),
    });
  if (hash === 'sysv' || hash === 'both')
    add({
      name: '.hash',
      type: SHT.HASH,
      alignment: 8,
      bytes: sysvHashTable(plan, layout, symbols),
      link: '.dynsym',
    });
  if (hash === 'gnu' || hash === 'both')
    add({
      name: '.gnu.hash',
      type: SHT.GNU_HASH,
      alignment: 8,
      bytes: gnuHashTable(layout, symbols, buckets),
      link: '.dynsym',
    });
  add({
    name: '.dynsym',
    type: SHT.DYNSYM,
    alignment: 8,
    bytes: symbolTable(layout, symbols, strings),
    entrySize: layout.is64 ? 24 : 16,
    link: '.dynstr',
    info: 1,
  });
  if (plan.versionNeeds !== undefined || plan.versionDefinitions !== undefined)
    add({
      name: '.gnu.version',
      type: SHT.GNU_VERSYM,
      alignment: 2,
      bytes: symbolVersions(layout, symbols, versions),
      entrySize: 2,
      link: '.dynsym',
    });
  if (plan.versionDefinitions !== undefined)
    add({
      name: '.gnu.version_d',
      type: SHT.GNU_VERDEF,
      alignment: 8,
      bytes: versionDefinitions(plan, layout, strings),
      link: '.dynstr',
      info: plan.versionDefinitions.length,
    });
  if (plan.versionNeeds !== undefined)
    add({
      name: '.gnu.version_r',
      type: SHT.GNU_VERNEED,
      alignment: 8,
      bytes: versionNeeds(plan, { layout, strings, versions }),
      link: '.dynstr',
      info: plan.versionNeeds.length,
    });
  add({ name: '.dynstr', type: SHT.STRTAB, alignment: 1, bytes: strings.bytes() });
  return parts;
}

function place(
  file: ByteWriter,
  places: Map<string, Place>,
  source: { part: Part; shift: number | undefined },
): void {
  const { part, shift } = source;
  file.align(part.alignment);
  const offset = file.length;
  file.append(part.bytes);
  places.set(part.name, {
    offset,
    size: part.bytes.length,
    address: shift === undefined ? 0 : shift + offset,
  });
}

function dynamicPart(
  plan: ElfPlan,
  source: { layout: Layout; places: ReadonlyMap<string, Place>; names: DynamicNames },
): Part {
  const { layout, places, names } = source;
  const table = new ByteWriter(layout);
  const add = (tag: number, value: number | undefined): void => {
    if (value !== undefined) table.word(tag).word(value);
  };
  const address = (name: string): number | undefined => places.get(name)?.address;
  for (const index of names.needed) add(DT.NEEDED, index);
  add(DT.SONAME, names.soname);
  add(DT.RPATH, names.rpath);
  add(DT.RUNPATH, names.runpath);
  add(DT.HASH, address('.hash'));
  add(DT.GNU_HASH, address('.gnu.hash'));
  add(DT.STRTAB, address('.dynstr'));
  add(DT.SYMTAB, address('.dynsym'));
  add(DT.STRSZ, places.get('.dynstr')?.size);
  add(DT.SYMENT, layout.is64 ? 24 : 16);
  add(DT.VERSYM, address('.gnu.version'));
  if (plan.versionDefinitions !== undefined) {
    add(DT.VERDEF, address('.gnu.version_d'));
    add(DT.VERDEFNUM, plan.versionDefinitions.length);
  }
  if (plan.versionNeeds !== undefined) {
    add(DT.VERNEED, address('.gnu.version_r'));
    add(DT.VERNEEDNUM, plan.versionNeeds.length);
  }
  for (const [tag, value] of plan.tags ?? []) add(tag, value);
  for (let spare = 0; spare <= (plan.spareEntries ?? 0); spare += 1) add(DT.NULL, 0);
  return {
    name: '.dynamic',
    type: SHT.DYNAMIC,
    flags: SHF.ALLOC | SHF.WRITE,
    alignment: 8,
    bytes: table.bytes(),
    entrySize: layout.is64 ? 16 : 8,
    link: '.dynstr',
  };
}

function countSegments(plan: ElfPlan): number {
  const optional = [plan.interpreter, plan.execStack, plan.relro === true ? true : undefined];
  const notes = plan.notes?.length ?? 0;
  return 3 + notes + optional.filter((each) => each !== undefined).length;
}

interface Extent {
  readonly layout: Layout;
  readonly places: ReadonlyMap<string, Place>;
  readonly base: number;
  readonly readOnlyEnd: number;
  readonly writableEnd: number;
}

function segmentTable(plan: ElfPlan, extent: Extent): Uint8Array {
  const { layout, places, base } = extent;
  const table = new ByteWriter(layout);
  const add = (type: number, flags: number, at: Place & { alignment: number }): void => {
    table.u32(type);
    if (layout.is64) table.u32(flags);
    table.word(at.offset).word(at.address).word(at.address).word(at.size).word(at.size);
    if (!layout.is64) table.u32(flags);
    table.word(at.alignment);
  };
  const dynamic = places.get('.dynamic') ?? { offset: 0, size: 0, address: 0 };
  const interpreter = places.get('.interp');
  if (interpreter !== undefined) add(PT.INTERP, PF.R, { ...interpreter, alignment: 1 });
  add(PT.LOAD, PF.R | PF.X, {
    offset: 0,
    address: base,
    size: extent.readOnlyEnd,
    alignment: plan.alignment ?? PAGE,
  });
  add(PT.LOAD, PF.R | PF.W, {
    offset: dynamic.offset,
    address: dynamic.address,
    size: extent.writableEnd - dynamic.offset,
    alignment: plan.alignment ?? PAGE,
  });
  add(PT.DYNAMIC, PF.R | PF.W, { ...dynamic, alignment: 8 });
  for (const [index, note] of (plan.notes ?? []).entries()) {
    const at = places.get(`.note.${index}`) ?? dynamic;
    add(PT.NOTE, PF.R, { ...at, alignment: note.alignment ?? 4 });
  }
  if (plan.execStack !== undefined) {
    const flags = PF.R | PF.W | (plan.execStack ? PF.X : 0);
    add(PT.GNU_STACK, flags, { offset: 0, address: 0, size: 0, alignment: 16 });
  }
  if (plan.relro === true) add(PT.GNU_RELRO, PF.R, { ...dynamic, alignment: 1 });
  return table.bytes();
}

interface SectionTable {
  readonly offset: number;
  readonly count: number;
}

function writeSections(
  file: ByteWriter,
  places: Map<string, Place>,
  parts: readonly Part[],
): SectionTable {
  const names = new StringTableWriter();
  const nameIndices = [...parts.map((part) => part.name), '.shstrtab'].map((name) =>
    names.add(name),
  );
  const nameTable = {
    name: '.shstrtab',
    type: SHT.STRTAB,
    flags: 0,
    alignment: 1,
    bytes: names.bytes(),
  };
  place(file, places, { part: nameTable, shift: undefined });
  file.align(8);
  const offset = file.length;
  const all: readonly Part[] = [...parts, nameTable];
  file.zeros(file.layout.is64 ? 64 : 40);
  for (const [index, part] of all.entries()) {
    const at = places.get(part.name) ?? { offset: 0, size: 0, address: 0 };
    const link = all.findIndex((each) => each.name === part.link) + 1;
    file
      .u32(nameIndices[index] ?? 0)
      .u32(part.type)
      .word(part.flags)
      .word(at.address)
      .word(at.offset)
      .word(at.size)
      .u32(link)
      .u32(part.info ?? 0)
      .word(part.alignment)
      .word(part.entrySize ?? 0);
  }
  places.set('sections', { offset, size: file.length - offset, address: 0 });
  return { offset, count: all.length + 1 };
}

function elfHeader(
  plan: ElfPlan,
  source: { layout: Layout; segmentCount: number; tables: SectionTable | undefined },
): Uint8Array {
  const { layout, tables } = source;
  const header = new ByteWriter(layout);
  header.append(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46));
  header.u8(layout.is64 ? 2 : 1).u8(layout.littleEndian ? 1 : 2);
  header
    .u8(1)
    .u8(plan.osAbi ?? 0)
    .zeros(8);
  header
    .u16(plan.type ?? ET.DYN)
    .u16(plan.machine ?? EM.X86_64)
    .u32(1);
  header
    .word(0)
    .word(layout.is64 ? 64 : 52)
    .word(tables?.offset ?? 0);
  header.u32(plan.flags ?? 0).u16(layout.is64 ? 64 : 52);
  header.u16(layout.is64 ? 56 : 32).u16(source.segmentCount);
  header.u16(layout.is64 ? 64 : 40).u16(tables?.count ?? 0);
  header.u16(tables === undefined ? 0 : tables.count - 1);
  return header.bytes();
}
