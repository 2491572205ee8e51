/** Decides where everything of an edited file goes that does not stay. */
import { WheelworksError } from '../../../support/errors.ts';
import { PF, PN_XNUM, PT } from '../constants.ts';
import type { ElfDynamic } from '../dynamic.ts';
import type { ElfFile } from '../elf-file.ts';
import type { ElfSegment } from '../segments.ts';
import type { StringTable } from '../strings.ts';
import { roomForHeaders, type Block, type HeaderRoom } from './header-room.ts';
import { growthOfTable, type AddedSegment } from './header-table.ts';
import {
  pageSizeOf,
  placeOfNewSegment,
  requireAddressable,
  roomBehindSegment,
  roundUp,
  type Place,
} from './layout.ts';

/** Places of what moves; undefined parts stay where they are. */
export interface Layout {
  readonly strings: Place | undefined;
  readonly dynamic: (Place & { readonly size: number }) | undefined;
  readonly block: { readonly from: Block; readonly to: Place } | undefined;
  readonly headers: Place | undefined;
  /** A segment that gets longer, with its new size in file and memory. */
  readonly extended: { readonly segment: ElfSegment; readonly size: number } | undefined;
  readonly added: readonly AddedSegment[];
}

/** What needs a place. */
export interface Demand {
  readonly stringBytes: number;
  /** Entries of the dynamic section without its end mark. */
  readonly slotCount: number;
  readonly addsStack: boolean;
}

/** Entries left free in a dynamic section that had to move, so that the next edit finds room. */
const SPARE_ENTRIES = 8;

/** @throws WheelworksError `elf/no-room`. */
export function layOut(
  elf: ElfFile,
  dynamic: ElfDynamic & { readonly strings: StringTable },
  demand: Demand,
): Layout {
  const { range } = dynamic.strings;
  const growsStrings = demand.stringBytes > range.size;
  const capacity = dynamic.entries.length + 1 + dynamic.spareEntries;
  const movesDynamic = demand.slotCount + 1 > capacity;
  const behind = growsStrings ? roomBehindSegment(elf, range, demand.stringBytes) : undefined;
  const extended =
    behind === undefined
      ? undefined
      : {
          segment: behind.segment,
          size: behind.place.address + demand.stringBytes - behind.segment.address,
        };
  const movedStrings = growsStrings && behind?.place.offset !== range.offset ? range : undefined;
  const stays: Layout = {
    strings: behind?.place,
    dynamic: undefined,
    block: undefined,
    headers: undefined,
    extended,
    added: [],
  };
  const extra = demand.addsStack ? 1 : 0;
  const needsSegment = movesDynamic || (growsStrings && behind === undefined);
  const room = headerRoom(elf, (needsSegment ? 1 : 0) + extra, movedStrings);
  if (!needsSegment && room.kind === 'free') return stays;
  // What makes room for headers needs a segment to go to, and that one a header more.
  const final = needsSegment ? room : headerRoom(elf, 1 + extra, movedStrings);
  return withSegment(elf, stays, {
    room: final,
    headerBytes: tableBytes(elf, 1 + extra),
    dynamicBytes: movesDynamic ? (demand.slotCount + 1 + SPARE_ENTRIES) * dynamic.entrySize : 0,
    stringBytes: growsStrings && behind === undefined ? demand.stringBytes : 0,
  });
}

function headerRoom(
  elf: ElfFile,
  added: number,
  strings: { readonly offset: number; readonly size: number } | undefined,
): HeaderRoom {
  const growth = growthOfTable(elf, added);
  if (growth === 0) return { kind: 'free' };
  return roomForHeaders(elf, growth * elf.header.programHeaders.entrySize, strings);
}

function tableBytes(elf: ElfFile, added: number): number {
  const { count, entrySize } = elf.header.programHeaders;
  const entries = count + growthOfTable(elf, added);
  if (entries < PN_XNUM) return entries * entrySize;
  throw new WheelworksError(
    'elf/no-room',
    'The file has as many program headers as there can be.',
    {
      ...(elf.path === undefined ? {} : { path: elf.path }),
      evidence: `e_phnum ${count}`,
    },
  );
}

/** The segment has, in this order: the program headers, the dynamic section, what made room for headers, the strings. */
function withSegment(
  elf: ElfFile,
  stays: Layout,
  parts: {
    readonly room: HeaderRoom;
    readonly headerBytes: number;
    readonly dynamicBytes: number;
    readonly stringBytes: number;
  },
): Layout {
  const { room } = parts;
  const isProgram = elf.interpreter !== undefined || elf.kind === 'executable';
  const startsAt = room.kind === 'moved-table' && isProgram ? 'base' : 'end';
  const start = placeOfNewSegment(elf, endsOf(stays.extended), startsAt);
  let length = 0;
  const take = (bytes: number, alignment = ALIGNMENT, remainder = 0): Place => {
    length = roundUp(length - remainder, alignment) + remainder;
    const place = { offset: start.offset + length, address: start.address + length };
    length += bytes;
    return place;
  };
  const headers = room.kind === 'moved-table' ? take(parts.headerBytes) : undefined;
  const dynamic =
    parts.dynamicBytes === 0
      ? undefined
      : { ...take(parts.dynamicBytes), size: parts.dynamicBytes };
  const block =
    room.kind === 'displaced'
      ? { from: room.block, to: take(room.block.length, ALIGNMENT, room.block.offset % ALIGNMENT) }
      : undefined;
  const strings = parts.stringBytes === 0 ? stays.strings : take(parts.stringBytes, 1);
  requireAddressable(elf, start.address + length);
  const added: AddedSegment = {
    type: PT.LOAD,
    flags: dynamic === undefined ? PF.R : PF.R | PF.W,
    ...start,
    size: length,
    alignment: pageSizeOf(elf),
  };
  return { ...stays, strings, dynamic, block, headers, added: [added] };
}

/** What the tables in question ask for at most. */
const ALIGNMENT = 16;

function endsOf(extended: Layout['extended']): Place {
  if (extended === undefined) return { offset: 0, address: 0 };
  const { segment, size } = extended;
  return { offset: segment.offset + size, address: segment.address + size };
}
