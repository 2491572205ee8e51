/**
 * Room for more program headers behind their table.
 *
 * The table stays where it is, right behind the ELF header: kernels, debuggers and GNU strip take it to be there. What
 * lies behind it and is found through headers or the dynamic section alone moves away: the name of the loader, notes
 * of the tools, hash tables, symbols. Everything else in a file may be referred to by code.
 */
import { DT, PT, SHT } from '../constants.ts';
import type { ElfFile } from '../elf-file.ts';
import { fileLimit, isZero, tableStarts } from './layout.ts';
import { readSymbols } from './raw-symbols.ts';

/** How there is room. */
export type HeaderRoom =
  | { readonly kind: 'free' }
  /** When this stretch of the file goes elsewhere. */
  | { readonly kind: 'displaced'; readonly block: Block }
  /** None: the table itself has to move. */
  | { readonly kind: 'moved-table' };

/** Bytes that move as one. */
export interface Block {
  readonly offset: number;
  readonly length: number;
  readonly address: number;
}

/**
 * Finds room for so many bytes behind the program headers.
 * @param strings the string table when it moves: its old place is free
 */
export function roomForHeaders(
  elf: ElfFile,
  needed: number,
  strings: { readonly offset: number; readonly size: number } | undefined,
): HeaderRoom {
  const { offset, entrySize, count } = elf.header.programHeaders;
  const start = offset + entrySize * count;
  const end = start + needed;
  const items = movableItems(elf);
  const starts = [
    ...elf.segments.filter(({ fileSize }) => fileSize > 0).map((each) => each.offset),
    ...elf.sections
      .filter(({ type, size }) => type !== SHT.NULL && type !== SHT.NOBITS && size > 0)
      .map((each) => each.offset),
    ...tableStarts(elf),
    fileLimit(elf, start),
    ...entryPoint(elf),
  ]
    .filter((each) => each >= start)
    .sort((left, right) => left - right);
  let position = start;
  let blockEnd = start;
  while (position < end || isInsideSegment(elf, start, position)) {
    const next = starts.find((each) => each >= position) ?? elf.bytes.size;
    const gap = Math.min(next, end) - position;
    if (gap > 0 && !isZero(elf.bytes.range(position, gap, 'gap'))) return { kind: 'moved-table' };
    if (position < end && next >= end) break;
    if (strings !== undefined && next === strings.offset) {
      position = next + strings.size;
      continue;
    }
    const length = items.get(next);
    if (length === undefined) return { kind: 'moved-table' };
    position = next + length;
    blockEnd = position;
  }
  if (blockEnd === start) return { kind: 'free' };
  const first = Math.min(...[...items.keys()].filter((each) => each >= start));
  const address = elf.addresses.toAddress(first);
  const block = { offset: first, length: blockEnd - first, address: address ?? 0 };
  const isOwn = address !== undefined && !isCutThrough(elf, block) && !isReferredTo(elf, block);
  return isOwn ? { kind: 'displaced', block } : { kind: 'moved-table' };
}

/** One note of several that a header stands for could not move alone. */
function isInsideSegment(elf: ElfFile, start: number, position: number): boolean {
  return elf.segments.some(
    ({ type, offset, fileSize }) =>
      type !== PT.LOAD && offset >= start && offset < position && offset + fileSize > position,
  );
}

function entryPoint(elf: ElfFile): readonly number[] {
  return elf.header.entry === 0 ? [] : [elf.addresses.toOffset(elf.header.entry) ?? 0];
}

/** A header that is partly inside could not follow. */
function isCutThrough(elf: ElfFile, { offset, length }: Block): boolean {
  const end = offset + length;
  const crosses = (from: number, size: number): boolean =>
    size > 0 &&
    ((from >= offset && from < end && from + size > end) ||
      (from < offset && from + size > offset && from + size < end));
  return (
    elf.segments.some(
      ({ type, offset: from, fileSize }) => type !== PT.LOAD && crosses(from, fileSize),
    ) ||
    elf.sections.some(({ type, offset: from, size }) => type !== SHT.NOBITS && crosses(from, size))
  );
}

/** A symbol there means that code knows the place. */
function isReferredTo(elf: ElfFile, { address, length }: Block): boolean {
  const symbols = readSymbols(elf);
  if (symbols === undefined) return false;
  for (let index = 1; index < symbols.count; index += 1) {
    const value = symbols.value(index);
    if (value >= address && value < address + length && symbols.isPlace(index)) return true;
  }
  return false;
}

/** What may move, by file offset, with its length. */
function movableItems(elf: ElfFile): ReadonlyMap<number, number> {
  const items = new Map<number, number>();
  const hasSections = elf.sections.length > 0;
  for (const { type, offset, fileSize } of elf.segments) {
    if (type === PT.INTERP) items.set(offset, fileSize);
    else if (
      !hasSections &&
      (type === PT.NOTE || type === PT.GNU_PROPERTY) &&
      isOfTools(elf, offset, fileSize)
    )
      items.set(offset, Math.max(fileSize, items.get(offset) ?? 0));
  }
  for (const { type, name, offset, size } of elf.sections)
    if (type === SHT.NOTE && TOOL_NOTES.has(name)) items.set(offset, size);
  for (const [offset, length] of symbolTables(elf)) items.set(offset, length);
  return items;
}

/** Notes that programs are told of by PT_NOTE or PT_GNU_PROPERTY alone; that of Qt's plugins, say, code refers to. */
const TOOL_NOTES: ReadonlySet<string> = new Set([
  '.note.gnu.property',
  '.note.gnu.build-id',
  '.note.ABI-tag',
  '.note.package',
]);

const TOOL_NOTE_OWNERS: ReadonlySet<string> = new Set(['GNU', 'FDO']);

function isOfTools(elf: ElfFile, offset: number, size: number): boolean {
  const inside = elf.notes.filter((note) => note.offset >= offset && note.offset < offset + size);
  return inside.length > 0 && inside.every(({ name }) => TOOL_NOTE_OWNERS.has(name));
}

/** Loaders find them by the dynamic section and refer to symbols by their index. */
function symbolTables(elf: ElfFile): readonly (readonly [offset: number, length: number])[] {
  const { sysv, gnu } = elf.hashTables;
  const table = elf.symbolTable();
  const count = table?.countFrom === 'none' ? undefined : table?.count;
  const sectionSize = (offset: number, type: number): number =>
    elf.sections.find((section) => section.offset === offset && section.type === type)?.size ?? 0;
  const found: (readonly [number, number])[] = [];
  if (table !== undefined && count !== undefined)
    found.push([
      table.offset,
      Math.max(count * table.entrySize, sectionSize(table.offset, SHT.DYNSYM)),
    ]);
  if (sysv !== undefined) {
    const length = (2 + sysv.buckets + sysv.chains) * sysv.wordSize;
    found.push([sysv.offset, Math.max(length, sectionSize(sysv.offset, SHT.HASH))]);
  }
  if (gnu !== undefined && count !== undefined) {
    const bloom = gnu.bloomWords * (elf.class / 8);
    const length = 16 + bloom + 4 * gnu.buckets + 4 * Math.max(0, count - gnu.firstSymbol);
    found.push([gnu.offset, Math.max(length, sectionSize(gnu.offset, SHT.GNU_HASH))]);
  }
  return found;
}

/** The tags of the dynamic section that may point into a block. */
export const BLOCK_TAGS: ReadonlySet<number> = new Set([DT.HASH, DT.GNU_HASH, DT.SYMTAB]);
