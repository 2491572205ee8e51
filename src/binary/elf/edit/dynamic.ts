/** Writes the dynamic section. Specification: gABI "Dynamic section". */
import { DT, SHT } from '../constants.ts';
import type { ElfDynamic } from '../dynamic.ts';
import type { ElfFile } from '../elf-file.ts';
import type { StringTable } from '../strings.ts';
import type { ElfVersionNeed } from '../version-model.ts';
import type { DynamicSlot } from './changes.ts';
import { BLOCK_TAGS } from './header-room.ts';
import type { Layout } from './lay-out.ts';
import type { Place } from './layout.ts';
import type { PatchBuilder } from './patch-builder.ts';
import { readSymbols, symbolName } from './raw-symbols.ts';
import type { NewStrings } from './strings.ts';

/** The entries when version records went: where the first of them is, and how many; none without any. */
export function slotsWithVersions(
  elf: ElfFile,
  slots: readonly DynamicSlot[],
  left: readonly ElfVersionNeed[] | undefined,
): readonly DynamicSlot[] {
  const [old] = elf.versions.needs;
  if (left === undefined || old === undefined) return slots;
  const [first] = left;
  return slots.flatMap((slot): readonly DynamicSlot[] => {
    if (!('value' in slot) || (slot.tag !== DT.VERNEED && slot.tag !== DT.VERNEEDNUM))
      return [slot];
    if (first === undefined) return [];
    const value = slot.tag === DT.VERNEED ? slot.value + (first.offset - old.offset) : left.length;
    return [{ ...slot, value }];
  });
}

/** MIPS psABI: an address relative to that of the entry itself. */
const MIPS_RLD_MAP_REL = 0x70000035;

/** Writes all entries, in place or where the section has moved; what is left of the room is end marks. */
export function writeDynamic(
  elf: ElfFile,
  dynamic: ElfDynamic & { readonly strings: StringTable },
  {
    slots,
    strings,
    layout,
    patch,
  }: {
    readonly slots: readonly DynamicSlot[];
    readonly strings: NewStrings;
    readonly layout: Layout;
    readonly patch: PatchBuilder;
  },
): void {
  const { entrySize } = dynamic;
  const start = layout.dynamic ?? { offset: dynamic.offset, address: dynamic.address };
  for (const [index, slot] of slots.entries()) {
    const at = start.offset + index * entrySize;
    const address = start.address + index * entrySize;
    if ('text' in slot) {
      patch.word(at, slot.tag);
      patch.word(at + entrySize / 2, strings.indexes.get(slot.text) ?? 0);
      continue;
    }
    const { from } = slot;
    if (from !== undefined) patch.put(at, elf.bytes.range(from.offset, entrySize, 'dynamic entry'));
    const value = newValue(slot, { dynamic, strings, layout, address });
    if (from === undefined || value !== from.value) {
      patch.word(at, slot.tag);
      patch.word(at + entrySize / 2, value);
    }
  }
  const used = slots.length * entrySize;
  const room =
    layout.dynamic?.size ?? Math.max((dynamic.entries.length + 1) * entrySize, used + entrySize);
  patch.clear(start.offset + used, room - used);
}

function newValue(
  slot: Extract<DynamicSlot, { readonly value: number }>,
  {
    dynamic,
    strings,
    layout,
    address,
  }: {
    readonly dynamic: ElfDynamic & { readonly strings: StringTable };
    readonly strings: NewStrings;
    readonly layout: Layout;
    readonly address: number;
  },
): number {
  const { tag, value, from } = slot;
  const { block } = layout;
  const grew = strings.bytes.length > dynamic.strings.range.size;
  if (tag === DT.STRTAB && layout.strings !== undefined) return layout.strings.address;
  if (tag === DT.STRSZ && grew) return strings.bytes.length;
  if (block !== undefined && BLOCK_TAGS.has(tag)) {
    const inside = value - block.from.address;
    return inside >= 0 && inside < block.from.length ? block.to.address + inside : value;
  }
  if (tag === MIPS_RLD_MAP_REL && from !== undefined)
    return value + (dynamic.address + (from.offset - dynamic.offset)) - address;
  return value;
}

/** `_DYNAMIC` is where the section is: code that looks for it by that name finds it. */
export function writeMovedDynamicSymbols(
  elf: ElfFile,
  dynamic: ElfDynamic,
  to: Place,
  patch: PatchBuilder,
): void {
  const is64 = elf.class === 64;
  const symbols = readSymbols(elf);
  for (let index = 1; index < (symbols?.count ?? 0); index += 1) {
    if (symbols === undefined || symbols.value(index) !== dynamic.address) continue;
    if (symbols.isUndefined(index) || symbolName(elf, symbols, index) !== '_DYNAMIC') continue;
    patch.word(symbols.offset(index) + (is64 ? 8 : 4), to.address);
  }
  const table = elf.sections.find(({ type }) => type === SHT.SYMTAB);
  const names = elf.sections[table?.link ?? -1];
  if (table === undefined || names === undefined) return;
  const entrySize = is64 ? 24 : 16;
  const view = dataView(elf.bytes.range(table.offset, table.size, 'symbol table'));
  const little = elf.byteOrder === 'little';
  for (let at = 0; at + entrySize <= table.size; at += entrySize) {
    const value = is64 ? Number(view.getBigUint64(at + 8, little)) : view.getUint32(at + 4, little);
    if (value !== dynamic.address) continue;
    const name = view.getUint32(at, little);
    if (nameAt(elf, names, name) === '_DYNAMIC')
      patch.word(table.offset + at + (is64 ? 8 : 4), to.address);
  }
}

const LONGEST_NAME = '_DYNAMIC\0'.length;

function nameAt(
  elf: ElfFile,
  { offset, size }: { readonly offset: number; readonly size: number },
  index: number,
): string {
  const length = Math.min(LONGEST_NAME, size - index);
  if (length <= 0) return '';
  const text = Buffer.from(elf.bytes.range(offset + index, length, 'symbol name')).toString(
    'latin1',
  );
  const end = text.indexOf('\0');
  return end === -1 ? '' : text.slice(0, end);
}

function dataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
