/** What main wheels really take, in place of what is reckoned for them at most; asked for only where it could matter. */
import type { SplitPlan } from '../plan.ts';
import type { SplitInput } from '../reading/input.ts';
import { editCost } from './costs.ts';
import type { WheelState } from './state.ts';

/** Sizes that were measured for one wheel. */
export interface Measured {
  /** Bytes that its texts take less than they are reckoned. */
  readonly spare: number;
  /** Path of native files that get a search path to their bytes, compressed. */
  readonly edited: ReadonlyMap<string, number>;
}

/** Makes a main wheel as a plan has it, and weighs it. */
export type Weigh = (
  input: SplitInput,
  plan: SplitPlan,
) => Promise<{ readonly size: number; readonly edited: ReadonlyMap<string, number> }>;

/** What the measured size of a planned main wheel says of the next plan for it. */
export function measuredFrom(
  state: WheelState,
  maxSize: number,
  { size, edited }: Awaited<ReturnType<Weigh>>,
): Measured {
  const reckoned = maxSize - state.main.room;
  const ofEdits = state.input.members
    .filter(({ path }) => state.edited.has(path))
    .reduce((sum, { path, entry }) => sum + editCost(entry) - editCost(entry, edited.get(path)), 0);
  const spare = reckoned - size - ofEdits;
  // Another plan has other texts: a little more of them is left room for.
  return { spare: Math.max(0, Math.floor(spare * 0.95) - MARGIN), edited };
}

const MARGIN = 1024;

/** The most that measuring could show: a plan that this makes no better need not be measured. */
export function mostMeasured(input: SplitInput, texts: number): Measured {
  return {
    spare: Math.floor(texts * 0.8) + input.members.length * MOST_RECKONED,
    edited: new Map(
      input.members.map(({ path, entry }) => [path, Math.floor(entry.compressedSize * 0.9)]),
    ),
  };
}

/** Of a member's headers, its row in RECORD and its place in the rebuild data, beside twice its path. */
const MOST_RECKONED = 600;

/** Whether what is reckoned for edited files may be less than they turn out to take. */
export function isClose({ input, edited, main }: WheelState): boolean {
  const sum = input.members
    .filter(({ path }) => edited.has(path))
    .reduce((total, { entry }) => total + entry.compressedSize, 0);
  return main.room < sum * UNCERTAIN;
}

const UNCERTAIN = 0.1;
