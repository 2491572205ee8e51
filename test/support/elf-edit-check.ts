/** Holds an edited ELF file against the one it was made from: what was asked is there, and nothing else is different. */
import {
  DT,
  MACHINES,
  PF,
  PT,
  readElf,
  valueOf,
  type ElfEdit,
  type ElfFile,
  type ElfSegment,
} from '../../src/binary/elf/index.ts';

/** Everything that is wrong with the edited file; empty when it is as it must be. */
export function checkEdited(
  before: Uint8Array,
  after: Uint8Array,
  edits: readonly ElfEdit[],
): readonly string[] {
  const old = readElf(before);
  const edited = readElf(after);
  return [
    ...faultsOf(old, edited),
    ...wishes(old, edited, edits),
    ...loaderView(old, edited, edits),
    ...layoutRules(old, edited),
    ...lookups(edited),
    ...untouched(old, edited, { before, after, edits }),
  ];
}

function faultsOf(old: ElfFile, edited: ElfFile): readonly string[] {
  const known = new Set(old.faults.map(({ code }) => code));
  return edited.faults.filter(({ code }) => !known.has(code)).map(({ message }) => message);
}

/** What the edits ask for, computed without the editor. */
function wishes(old: ElfFile, edited: ElfFile, edits: readonly ElfEdit[]): readonly string[] {
  let needed = [...old.needed];
  let { soname } = old;
  let rpath = old.rpath.join(':');
  let runpath = old.runpath.join(':');
  const libraries = new Map<string, string>();
  const dropped = new Set<string>();
  for (const edit of edits) {
    if (edit.kind === 'set-needed') {
      for (const name of needed) if (!edit.names.includes(name)) dropped.add(name);
      needed = [...edit.names];
    }
    if (edit.kind === 'soname') soname = edit.name;
    if (edit.kind === 'rpath') rpath = edit.entries.join(':');
    if (edit.kind === 'runpath') runpath = edit.entries.join(':');
    if (edit.kind === 'remove-needed') dropped.add(edit.name);
    if (edit.kind === 'replace-needed' || edit.kind === 'rename-version-library')
      libraries.set(edit.from, edit.to);
  }
  needed = needed.flatMap((name) => {
    if (edits.some((edit) => edit.kind === 'remove-needed' && edit.name === name)) return [];
    const to = edits.find((edit) => edit.kind === 'replace-needed' && edit.from === name);
    return [to?.kind === 'replace-needed' ? to.to : name];
  });
  for (const edit of edits) if (edit.kind === 'add-needed') needed.push(edit.name);
  const cleared = new Set(
    edits.flatMap((edit) => (edit.kind === 'clear-version' ? [edit.symbol] : [])),
  );
  const versions = old.versions.needs
    .filter(({ library }) => !dropped.has(library))
    .map(({ library }) => libraries.get(library) ?? library);
  const problems: string[] = [];
  const same = (what: string, got: unknown, wanted: unknown): void => {
    if (JSON.stringify(got) !== JSON.stringify(wanted))
      problems.push(`${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
  };
  if (edits.length > 0) same('needed', edited.needed, [...new Set(needed)]);
  same('soname', edited.soname, soname);
  same('rpath', edited.rpath.join(':'), rpath);
  same('runpath', edited.runpath.join(':'), runpath);
  if (cleared.size === 0)
    same(
      'libraries with versions',
      edited.versions.needs.map(({ library }) => library),
      versions,
    );
  if (
    edits.some(({ kind }) => kind === 'clear-executable-stack') &&
    edited.linking.execStack !== false
  )
    problems.push('the stack is still executable');
  return problems;
}

function loaderView(old: ElfFile, edited: ElfFile, edits: readonly ElfEdit[]): readonly string[] {
  const problems: string[] = [];
  const cleared = new Set(
    edits.flatMap((edit) => (edit.kind === 'clear-version' ? [edit.symbol] : [])),
  );
  const droppedOf = new Set(
    edits.flatMap((edit) =>
      edit.kind === 'remove-needed'
        ? [edit.name]
        : edit.kind === 'set-needed'
          ? old.needed.filter((name) => !edit.names.includes(name))
          : [],
    ),
  );
  const renamed = new Map(
    edits.flatMap((edit) =>
      edit.kind === 'replace-needed' || edit.kind === 'rename-version-library'
        ? [[edit.from, edit.to]]
        : [],
    ),
  );
  const view = (elf: ElfFile, isOld: boolean): readonly string[] =>
    elf
      .symbols()
      .map(({ name, value, size, type, binding, section, visibility, version, ...rest }) => {
        const library = version?.library;
        const isUnbound =
          isOld && ((cleared.has(name) && library !== undefined) || droppedOf.has(library ?? ''));
        const shown =
          isUnbound || version === undefined
            ? ''
            : `${version.name} of ${(isOld ? renamed.get(library ?? '') : undefined) ?? library ?? 'itself'}`;
        void rest;
        return [name, value, size, type, binding, section, visibility, shown].join(' ');
      });
  const before = view(old, true);
  const now = view(edited, false);
  for (const [index, text] of before.entries())
    if (text !== now[index]) {
      // _DYNAMIC follows its section.
      if (text.startsWith('_DYNAMIC ')) continue;
      problems.push(`symbol ${index}: ${now[index] ?? 'gone'} instead of ${text}`);
      break;
    }
  if (before.length !== now.length)
    problems.push(`${now.length} symbols instead of ${before.length}`);
  const notes = ({ notes: all }: ElfFile): string =>
    all
      .map(
        ({ name, type, descriptor }) =>
          `${name} ${type} ${Buffer.from(descriptor).toString('hex')}`,
      )
      .sort()
      .join('\n');
  if (notes(old) !== notes(edited)) problems.push('the notes differ');
  if (old.interpreter !== edited.interpreter) problems.push('the interpreter differs');
  const tables = (elf: ElfFile): string =>
    JSON.stringify(elf.relocations.map(({ address, size, encoding }) => [address, size, encoding]));
  if (tables(old) !== tables(edited)) problems.push('the relocation tables differ');
  const fixed = [
    DT.INIT,
    DT.FINI,
    DT.INIT_ARRAY,
    DT.FINI_ARRAY,
    DT.PLTGOT,
    DT.RELA,
    DT.REL,
    DT.RELR,
    DT.JMPREL,
    DT.VERSYM,
    DT.VERDEF,
    DT.FLAGS,
    DT.FLAGS_1,
    DT.CREL,
  ];
  for (const tag of fixed) {
    const was = valueOf(old.dynamic?.entries ?? [], tag);
    const is = valueOf(edited.dynamic?.entries ?? [], tag);
    if (was !== is) problems.push(`dynamic tag ${tag} is ${is} instead of ${was}`);
  }
  return problems;
}

const MOVABLE: ReadonlySet<number> = new Set([
  PT.NOTE,
  PT.INTERP,
  PT.GNU_PROPERTY,
  PT.DYNAMIC,
  PT.PHDR,
  PT.NULL,
]);

function layoutRules(old: ElfFile, edited: ElfFile): readonly string[] {
  const problems: string[] = [];
  const page = MACHINES.find(({ number }) => number === edited.header.machine)?.pageSize ?? 65_536;
  const loads = edited.segments.filter(({ type }) => type === PT.LOAD);
  const describe = ({ index, offset, address }: ElfSegment): string =>
    `segment ${index} (${offset} at ${address})`;
  let end = -1;
  for (const load of loads) {
    const { alignment, offset, address, memorySize, fileSize } = load;
    if (alignment > 1 && address % alignment !== offset % alignment)
      problems.push(`${describe(load)} is not congruent`);
    if (fileSize > memorySize) problems.push(`${describe(load)} is larger in the file`);
    if (offset + fileSize > edited.bytes.size) problems.push(`${describe(load)} leaves the file`);
    if (address < end) problems.push(`${describe(load)} begins before the one above ends`);
    end = address + memorySize;
  }
  const added = loads.filter(
    (load) => !old.segments.some((each) => each.type === PT.LOAD && each.address === load.address),
  );
  const isDynamicMoved = edited.dynamic?.address !== old.dynamic?.address;
  if (added.length > 1) problems.push(`${added.length} segments were added`);
  for (const load of added) {
    if ((load.flags & PF.X) !== 0) problems.push(`${describe(load)} is executable`);
    if ((load.flags & PF.W) !== 0 && !isDynamicMoved)
      problems.push(`${describe(load)} is writable without need`);
    if (load.alignment < page)
      problems.push(`${describe(load)} is aligned to ${load.alignment}, pages have ${page}`);
    const below = loads
      .filter((each) => each !== load)
      .map((each) => each.address + each.memorySize);
    if (Math.floor(load.address / page) * page < Math.max(0, ...below))
      problems.push(`${describe(load)} shares a page`);
    const largest = Math.max(...loads.map((each) => each.alignment));
    if (load.address % largest !== load.offset % largest)
      problems.push(`${describe(load)} is not congruent to ${largest}`);
  }
  for (const segment of old.segments) {
    if (MOVABLE.has(segment.type)) continue;
    const same = edited.segments.find(
      ({ type, address, offset, physicalAddress }) =>
        type === segment.type &&
        address === segment.address &&
        offset === segment.offset &&
        physicalAddress === segment.physicalAddress,
    );
    if (same === undefined) problems.push(`${describe(segment)} is gone`);
    else if (same.flags !== segment.flags && segment.type !== PT.GNU_STACK)
      problems.push(`${describe(segment)} has other flags`);
    else if (same.memorySize < segment.memorySize) problems.push(`${describe(segment)} is shorter`);
  }
  if (inRelro(old) && !isDynamicMoved && !inRelro(edited))
    problems.push('the dynamic section left RELRO');
  const entries = (elf: ElfFile): number => elf.dynamic?.entries.length ?? 0;
  if (isDynamicMoved && entries(edited) - entries(old) <= spare(old))
    problems.push('the dynamic section moved without need');
  for (const section of edited.sections) {
    if (
      (section.flags & 2) === 0 ||
      section.size === 0 ||
      section.type === 8 ||
      (section.flags & 0x400) !== 0
    )
      continue;
    if (edited.addresses.toOffset(section.address) !== section.offset)
      problems.push(`section ${section.name} is not where its address is`);
  }
  return problems;
}

function spare({ dynamic }: ElfFile): number {
  return dynamic?.spareEntries ?? 0;
}

function inRelro({ segments, dynamic }: ElfFile): boolean {
  const relro = segments.find(({ type }) => type === PT.GNU_RELRO);
  return (
    relro !== undefined &&
    dynamic !== undefined &&
    dynamic.address >= relro.address &&
    dynamic.address < relro.address + relro.memorySize
  );
}

/** Looks every exported symbol up as a loader does, through both hash tables. */
function lookups(elf: ElfFile): readonly string[] {
  const { gnu, sysv } = elf.hashTables;
  const names = new Set(
    elf.symbols().flatMap(({ name, section }) => (section === 0 || name === '' ? [] : [name])),
  );
  const problems: string[] = [];
  const table = elf.symbolTable();
  const strings = elf.dynamic?.strings;
  if (table === undefined || strings === undefined) return [];
  const u32 = (offset: number): number => {
    const bytes = elf.bytes.range(offset, 4, 'word');
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, elf.byteOrder === 'little');
  };
  const nameOf = (index: number): string =>
    strings.at(u32(table.offset + index * table.entrySize), 'st_name');
  const first = [...names].slice(0, 40);
  for (const name of first) {
    if (gnu !== undefined && !findGnu(name) && isInGnu(name))
      problems.push(`DT_GNU_HASH does not find ${name}`);
    if (sysv !== undefined && sysv.wordSize === 4 && !findSysv(name))
      problems.push(`DT_HASH does not find ${name}`);
  }
  function isInGnu(name: string): boolean {
    return elf
      .symbols()
      .some((symbol, index) => symbol.name === name && index + 1 >= (gnu?.firstSymbol ?? 0));
  }
  function findGnu(name: string): boolean {
    if (gnu === undefined) return true;
    let hash = 5381;
    for (const byte of Buffer.from(name)) hash = (Math.imul(hash, 33) + byte) >>> 0;
    const buckets = gnu.offset + 16 + gnu.bloomWords * (elf.class / 8);
    let index = u32(buckets + 4 * (hash % gnu.buckets));
    if (index < gnu.firstSymbol) return false;
    for (; ; index += 1) {
      const chained = u32(buckets + 4 * gnu.buckets + 4 * (index - gnu.firstSymbol));
      if ((chained ^ hash) >>> 1 === 0 && nameOf(index) === name) return true;
      if ((chained & 1) === 1) return false;
    }
  }
  function findSysv(name: string): boolean {
    if (sysv === undefined) return true;
    let hash = 0;
    for (const byte of Buffer.from(name)) {
      hash = ((hash << 4) + byte) >>> 0;
      const high = hash & 0xf0000000;
      hash = (hash ^ (high >>> 24)) & ~high;
    }
    let index = u32(sysv.offset + 8 + 4 * ((hash >>> 0) % sysv.buckets));
    for (let steps = 0; index !== 0 && steps <= sysv.chains; steps += 1) {
      if (nameOf(index) === name) return true;
      index = u32(sysv.offset + 8 + 4 * sysv.buckets + 4 * index);
    }
    return false;
  }
  return problems;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Bytes outside of what an edit may touch are those of the old file. */
function untouched(
  old: ElfFile,
  edited: ElfFile,
  { before, after, edits }: { before: Uint8Array; after: Uint8Array; edits: readonly ElfEdit[] },
): readonly string[] {
  const ranges: Range[] = [];
  const allow = (start: number, length: number): void => {
    ranges.push({ start, end: start + length });
  };
  allow(0, old.header.size);
  const { offset, entrySize, count } = old.header.programHeaders;
  const grown = Math.max(0, edited.header.programHeaders.count - count);
  allow(offset, entrySize * (count + grown));
  for (const { headerOffset } of old.sections) allow(headerOffset, old.class === 64 ? 64 : 40);
  if (old.dynamic !== undefined) allow(old.dynamic.offset, old.dynamic.size);
  const strings = old.dynamic?.strings?.range;
  if (strings !== undefined) allow(strings.offset, strings.size);
  for (const { offset: at, versions } of old.versions.needs) {
    allow(at, 16);
    for (const version of versions) allow(version.offset, 16);
  }
  for (const { base, offset: at, nameOffset } of old.versions.definitions) {
    if (!base) continue;
    allow(at, 20);
    allow(nameOffset, 4);
  }
  const mayUnbind = edits.some(
    ({ kind }) => kind === 'clear-version' || kind === 'remove-needed' || kind === 'set-needed',
  );
  if (mayUnbind && old.versions.symbolVersions !== undefined)
    allow(old.versions.symbolVersions.offset, 2 * (old.symbolTable()?.count ?? 0));
  for (const load of edited.segments.filter(({ type }) => type === PT.LOAD)) {
    const same = old.segments.find(
      (each) => each.type === PT.LOAD && each.address === load.address,
    );
    if (same !== undefined && load.fileSize > same.fileSize)
      allow(same.offset + same.fileSize, load.fileSize - same.fileSize);
    // The string table that is last in a segment is written anew when it grows.
    if (
      same !== undefined &&
      strings !== undefined &&
      strings.offset >= load.offset &&
      strings.offset < load.offset + load.fileSize
    )
      continue;
  }
  if (edited.dynamic?.offset !== old.dynamic?.offset) {
    const symbols = old.sections.filter(({ type }) => type === 2 || type === 11);
    for (const { offset: at, size } of symbols) allow(at, size);
  }
  ranges.sort((left, right) => left.start - right.start);
  let from = 0;
  for (const { start, end } of [...ranges, { start: before.length, end: before.length }]) {
    if (start > from) {
      const stop = Math.min(start, before.length);
      const was = Buffer.from(before.buffer, before.byteOffset + from, Math.max(0, stop - from));
      const is = Buffer.from(
        after.buffer,
        after.byteOffset + from,
        Math.max(0, Math.min(stop, after.length) - from),
      );
      if (!was.equals(is)) {
        let at = 0;
        while (was[at] === is[at]) at += 1;
        return [`byte ${from + at} changed, which no edit is about`];
      }
    }
    from = Math.max(from, end);
  }
  return [];
}
