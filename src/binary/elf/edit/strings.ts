/** Finds places for strings in a dynamic string table, and tells when it has to grow. */
import { DT, SHT } from '../constants.ts';
import type { ElfDynamic } from '../dynamic.ts';
import type { ElfFile } from '../elf-file.ts';
import type { StringTable } from '../strings.ts';
import type { Changes } from './changes.ts';
import { readSymbols } from './raw-symbols.ts';

/** The strings of the changed file. */
export interface NewStrings {
  /** The whole table, at the old indexes and with whatever was added at its end; never shorter than it was. */
  readonly bytes: Uint8Array;
  /** Where each of the wanted strings is in it. */
  readonly indexes: ReadonlyMap<string, number>;
  /** Nothing but the loader's tables refers to the table: its old place may be cleared when it moves. */
  readonly isExclusive: boolean;
}

/**
 * Puts strings where they are already, else where strings stood that nothing uses any more, else at the end. What
 * nothing uses any more becomes zeros: search paths of a build machine are nobody's business.
 *
 * What is behind the last string in use is room for new ones, so that editing again and again does not make it grow.
 */
export function placeStrings(
  elf: ElfFile,
  dynamic: ElfDynamic & { readonly strings: StringTable },
  changes: Changes,
): NewStrings {
  const { offset, size } = dynamic.strings.range;
  const old = elf.bytes.range(offset, size, 'dynamic string table');
  const used = usedStarts(elf, dynamic, changes);
  const table = Buffer.from(old);
  const free = used === undefined ? [] : freedRuns(table, used, removedStarts(elf, dynamic));
  for (const run of free) table.fill(0, run.start, run.end);
  const end = used === undefined ? size : endOfUsed(table, used);
  const wanted = wantedTexts(changes);
  const indexes = new Map<string, number>();
  const added: Buffer[] = [];
  let length = end;
  // Longer ones first: a short one may then be the end of a long one.
  for (const text of wanted.sort(byLength)) {
    const bytes = Buffer.from(`${text}\0`, 'utf8');
    const known = table.subarray(0, end).indexOf(bytes);
    const run =
      known === -1 ? free.find((each) => each.end - each.start >= bytes.length) : undefined;
    if (known !== -1) indexes.set(text, known);
    else if (run !== undefined && run.end <= end) {
      bytes.copy(table, run.start);
      indexes.set(text, run.start);
      run.start += bytes.length;
    } else {
      const suffix = added.findIndex((each) => each.subarray(-bytes.length).equals(bytes));
      const before = added.slice(0, suffix + 1).reduce((sum, each) => sum + each.length, 0);
      if (suffix !== -1) indexes.set(text, end + before - bytes.length);
      else {
        indexes.set(text, length);
        added.push(bytes);
        length += bytes.length;
      }
    }
  }
  const isExclusive = used !== undefined;
  if (added.length === 0) return { bytes: table, indexes, isExclusive };
  const room = Buffer.alloc(Math.max(0, size - length));
  return { bytes: Buffer.concat([table.subarray(0, end), ...added, room]), indexes, isExclusive };
}

function byLength(left: string, right: string): number {
  return right.length - left.length || (left < right ? -1 : 1);
}

function wantedTexts({ slots, versionLibraries, ownDefinition }: Changes): string[] {
  const texts = slots.flatMap((slot) => ('text' in slot ? [slot.text] : []));
  const names = ownDefinition === undefined ? [] : [ownDefinition.name];
  return [...new Set([...texts, ...versionLibraries.values(), ...names])];
}

/** A stretch that nothing refers to; `start` moves on as it is filled. */
interface Run {
  start: number;
  readonly end: number;
}

/**
 * Where strings begin that the changed file refers to, one byte an index; undefined when something may refer to the
 * table that is not known, so that nothing in it may be taken for free.
 */
function usedStarts(elf: ElfFile, dynamic: ElfDynamic, changes: Changes): Uint8Array | undefined {
  const symbols = readSymbols(elf);
  if (symbols === undefined || isShared(elf, dynamic)) return undefined;
  const size = dynamic.strings?.range.size ?? 0;
  const used = new Uint8Array(size);
  const use = (index: number): void => {
    if (index < size) used[index] = 1;
  };
  use(0);
  for (const slot of changes.slots)
    if ('value' in slot && isStringEntry(slot.from)) use(slot.value);
  for (let index = 0; index < symbols.count; index += 1) use(symbols.nameIndex(index));
  for (const need of elf.versions.needs) {
    if (changes.droppedLibraries.has(need.library)) continue;
    if (!changes.versionLibraries.has(need.offset)) use(need.libraryIndex);
    for (const { nameIndex } of need.versions) use(nameIndex);
  }
  for (const definition of elf.versions.definitions) {
    if (definition !== changes.ownDefinition?.definition) use(definition.nameIndex);
    for (const index of definition.parentIndexes) use(index);
  }
  return used;
}

/** An entry of the dynamic section whose value is an index into the string table. */
function isStringEntry(entry: ElfDynamic['entries'][number] | undefined): boolean {
  return entry?.text !== undefined;
}

const KNOWN_USERS: ReadonlySet<number> = new Set([
  SHT.DYNSYM,
  SHT.DYNAMIC,
  SHT.GNU_VERNEED,
  SHT.GNU_VERDEF,
]);

/** Linkers may use one table for several purposes, and prelink keeps a list of libraries in it. */
function isShared(elf: ElfFile, dynamic: ElfDynamic): boolean {
  if (dynamic.entries.some(({ tag }) => tag === DT.GNU_LIBLIST || tag === DT.GNU_CONFLICT))
    return true;
  const table = elf.sections.find(
    ({ type, offset }) => type === SHT.STRTAB && offset === dynamic.strings?.range.offset,
  );
  if (table === undefined) return false;
  return (
    elf.header.sectionNameIndex === table.index ||
    elf.sections.some(({ link, type }) => link === table.index && !KNOWN_USERS.has(type))
  );
}

/** Strings that the file refers to as it is, where the loader takes them from for linking. */
function removedStarts(elf: ElfFile, dynamic: ElfDynamic): readonly number[] {
  return [
    ...dynamic.entries.flatMap((entry) => (isStringEntry(entry) ? [entry.value] : [])),
    ...elf.versions.needs.map(({ libraryIndex }) => libraryIndex),
    ...elf.versions.definitions.map(({ nameIndex }) => nameIndex),
  ];
}

/** Of the strings at `starts`, the whole stretches between two zeros that nothing uses; joined with the zeros behind. */
function freedRuns(table: Buffer, used: Uint8Array, starts: readonly number[]): Run[] {
  const runs = new Map<number, Run>();
  for (const start of starts) {
    if (used[start] === 1) continue;
    const from = table.lastIndexOf(0, start - 1) + 1;
    const to = table.indexOf(0, start);
    if (start === 0 || to === -1 || runs.has(from)) continue;
    if (used.subarray(from, to + 1).includes(1)) continue;
    runs.set(from, { start: from, end: to + 1 });
  }
  return [...runs.values()].sort((left, right) => left.start - right.start);
}

/** Behind the last string that is used. */
function endOfUsed(table: Buffer, used: Uint8Array): number {
  const last = used.lastIndexOf(1);
  const end = last === -1 ? 0 : table.indexOf(0, last) + 1;
  return Math.max(end, 1);
}
