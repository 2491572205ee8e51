/** What cannot be split: every wheel of a release with its own reason, not the first alone. */
import { WheelworksError } from '../support/errors.ts';

/** One reason. */
export interface SplitRefusal {
  /** The wheel that it is about. */
  readonly path: string;
  readonly error: WheelworksError;
}

/** A release of which a wheel cannot be split. Its wheels share parts, so none of them is. */
export interface RefusedRelease {
  readonly plan: undefined;
  /** All wheels of it. */
  readonly paths: readonly string[];
  /** At least one. */
  readonly refusals: readonly SplitRefusal[];
}

/** Whether this is what became of a release that was refused. */
export function isRefused(result: object): result is RefusedRelease {
  return 'refusals' in result;
}

/**
 * The result of `work`, or why it is refused.
 * @throws what is no WheelworksError.
 */
export async function orRefusal<Result>(
  path: string,
  work: () => Promise<Result>,
): Promise<{ readonly value: Result } | { readonly refusal: SplitRefusal }> {
  try {
    return { value: await work() };
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    return { refusal: { path, error } };
  }
}

/** The refusal as one error, for callers that need all wheels or none: the first, with what stands against the others. */
export function refusalError({ refusals }: RefusedRelease): WheelworksError {
  const [first] = refusals;
  if (first === undefined) throw new TypeError('refused without a reason');
  const { code, message, path, hint } = first.error;
  if (refusals.length === 1) return first.error;
  return new WheelworksError(code, message, {
    path: path ?? first.path,
    evidence: refusals
      .map((each) => `${each.path}: ${each.error.code}: ${each.error.message}`)
      .join('\n'),
    ...(hint === undefined ? {} : { hint }),
  });
}
