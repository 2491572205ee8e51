/** Packing: whole files largest first into the first wheel with room, slices into what is left. */
import type { InputMember } from '../reading/input.ts';
import { movedCost } from './costs.ts';

/** A wheel that is being filled. */
export interface Bin {
  /** Number of the part; undefined for the main wheel. */
  readonly number: number | undefined;
  /** Bytes that still fit. */
  room: number;
  readonly members: InputMember[];
}

/** Makes the parts of one scope, numbered on from what came before. */
export interface PartMaker {
  readonly bins: Bin[];
  /** A new empty one. */
  open(): Bin;
}

/** @param capacity bytes that an empty part has room for */
export function partMaker(before: number, capacity: number): PartMaker {
  const bins: Bin[] = [];
  return {
    bins,
    open() {
      const bin = { number: before + bins.length + 1, room: capacity, members: [] };
      bins.push(bin);
      return bin;
    },
  };
}

/** Largest first, then by path, so that the order of an archive does not matter. */
export function largestFirst(members: readonly InputMember[]): readonly InputMember[] {
  return members.toSorted(
    (left, right) =>
      right.entry.compressedSize - left.entry.compressedSize || (left.path < right.path ? -1 : 1),
  );
}

/** Files that have to lie in one part. */
export type Unit = readonly InputMember[];

/** Bytes that a unit takes in a part. */
export function unitCost(unit: Unit): number {
  return unit.reduce((sum, member) => sum + movedCost(member), 0);
}

/** Puts every unit into the first part that has room for it, the largest first. Each fits into an empty one. */
export function packUnits(units: readonly Unit[], parts: PartMaker): void {
  for (const unit of units.toSorted((left, right) => unitCost(right) - unitCost(left))) {
    const cost = unitCost(unit);
    const bin = parts.bins.find(({ room }) => room >= cost) ?? parts.open();
    bin.room -= cost;
    bin.members.push(...unit);
  }
}

/** A slice of a stream in a bin. */
export interface Slice {
  readonly bin: Bin;
  readonly offset: number;
  readonly length: number;
}

/** A slice of less is not worth a member of its own. */
const LEAST_SLICE = 16 << 10;

/**
 * Cuts a stream into slices that fill what is left in the bins, in their order, and then new parts.
 * @param overhead bytes of a slice's member besides the slice; `first`: what lies beside the first one, besides
 */
export function packStream(
  length: number,
  overhead: { readonly each: number; readonly first: number },
  { first, parts }: { readonly first: readonly Bin[]; readonly parts: PartMaker },
): readonly Slice[] {
  const slices: Slice[] = [];
  const fill = (bin: Bin, offset: number): number => {
    const besides = overhead.each + (offset === 0 ? overhead.first : 0);
    const size = Math.min(bin.room - besides, length - offset);
    if (size <= 0 || size < Math.min(LEAST_SLICE, length - offset)) return offset;
    bin.room -= size + besides;
    slices.push({ bin, offset, length: size });
    return offset + size;
  };
  let offset = [...first, ...parts.bins].reduce((done, bin) => fill(bin, done), 0);
  while (offset < length) offset = fill(parts.open(), offset);
  return slices;
}
