/** The number that a refusal over sizes owes the user: a limit that works. */
import { WheelworksError } from '../support/errors.ts';
import type { SplitOptions } from './options.ts';
import { fits } from './planning/plan-read.ts';
import type { SplitInput } from './reading/input.ts';
import { readWheel } from './reading/read-wheel.ts';
import type { SplitRefusal } from './refused.ts';
import { formatSizeExact } from './sizes.ts';

/** Refusals that a larger limit cures, if it is large enough. */
const OVER_SIZES: ReadonlySet<string> = new Set([
  'split/cannot-place',
  'split/limit-too-small',
  'split/too-many-parts',
]);

/** Refusals over sizes with a limit in their hints; others as they are, for no limit cures these. */
export async function withLeastLimit(
  refusals: readonly SplitRefusal[],
  inputs: readonly SplitInput[],
  options: SplitOptions,
): Promise<readonly SplitRefusal[]> {
  if (inputs.length === 0 || refusals.some(({ error }) => !OVER_SIZES.has(error.code)))
    return refusals;
  const whole = Math.max(...inputs.map(({ wheel }) => wheel.archive.size));
  const least = await leastLimit(inputs, options, whole);
  const text =
    least < whole
      ? `--max-size ${formatSizeExact(least)} works.`
      : `No limit under its own size works: with --max-size ${formatSizeExact(whole)} nothing is split.`;
  return refusals.map(({ path, error }) => ({ path, error: withHint(error, text) }));
}

/** Limits are looked for in these steps, in which they are written, too. */
const STEP = 1024;

/**
 * Every limit that is given back was tried, to a step; that all below it fail is only likely, for packing jumps. The same
 * limits are tried whatever the limit was that is too small, so that a wheel has one answer.
 */
async function leastLimit(
  inputs: readonly SplitInput[],
  options: SplitOptions,
  whole: number,
): Promise<number> {
  let fails = 0;
  let works = Math.ceil(whole / STEP);
  while (works - fails > 1) {
    options.signal?.throwIfAborted();
    const middle = Math.floor((fails + works) / 2);
    const maxSize = middle * STEP;
    if (maxSize > options.maxSize && (await isEnough(inputs, { ...options, maxSize })))
      works = middle;
    else fails = middle;
  }
  return Math.min(works * STEP, whole);
}

async function isEnough(inputs: readonly SplitInput[], options: SplitOptions): Promise<boolean> {
  try {
    const files = await Promise.all(
      inputs.map(async (input) => {
        const { path, archive } = input.wheel;
        const isOver = archive.size > options.maxSize;
        const read = isOver ? await readWheel(input, options) : undefined;
        return { path, size: archive.size, read };
      }),
    );
    return fits(files, options);
  } catch (error) {
    if (error instanceof WheelworksError) return false;
    throw error;
  }
}

function withHint(error: WheelworksError, text: string): WheelworksError {
  const { code, message, path, evidence, hint } = error;
  return new WheelworksError(code, message, {
    hint: hint === undefined ? text : `${hint} ${text}`,
    ...(path === undefined ? {} : { path }),
    ...(evidence === undefined ? {} : { evidence }),
  });
}
