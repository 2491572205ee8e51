/** From wheels that were read to the plan of their set. */
import { WheelworksError } from '../../support/errors.ts';
import { choicesOf, type SplitOptions } from '../options.ts';
import type { SplitPlan } from '../plan.ts';
import type { SplitInput } from '../reading/input.ts';
import type { Identities } from '../reading/identities.ts';
import type { ReadWheel } from '../reading/read-wheel.ts';
import type { SplitRefusal } from '../refused.ts';
import { findingsOf } from './findings.ts';
import { mainTooLarge } from './left-over.ts';
import { isClose, measuredFrom, mostMeasured, type Measured, type Weigh } from './measured.ts';
import { placeRelease } from './plan-release.ts';
import { assemblePlan } from './plan-split.ts';
import { textsOf } from './sizing.ts';
import { wheelState, type WheelState } from './state.ts';

/** An input of a release; `read` is undefined for a wheel under the limit. */
export interface ReadFile {
  readonly path: string;
  readonly size: number;
  readonly read: ReadWheel | undefined;
}

/** What a plan needs besides the wheels. */
export interface PlanOptions {
  readonly options: SplitOptions;
  /** Bytes of the stream of a file that is cut: by wheel, then by member path. */
  readonly streamLength: (input: string, member: string) => number;
  /** Of the files that may leave. */
  readonly identities: Identities;
  readonly weigh: Weigh;
}

/** The plan, undefined when no wheel is over the limit; or the wheels that stay too large, and why. */
export type Planned =
  { readonly plan: SplitPlan | undefined } | { readonly refusals: readonly SplitRefusal[] };

/**
 * Plans with what main wheels take at most; and again with what they take, where that may save a part or a refusal.
 * @throws WheelworksError as `placeRelease` and `weigh`; `split/no-such-member`.
 */
export async function planRead(files: readonly ReadFile[], request: PlanOptions): Promise<Planned> {
  const first = attempt(files, request, () => undefined);
  if (first === undefined) return { plan: undefined };
  const better = (await isWorthWeighing(first, files, request))
    ? await weighed(first, files, request)
    : first;
  if (better.tooLarge.length === 0) return { plan: better.plan };
  return {
    refusals: better.tooLarge.map((state) => ({
      path: state.input.wheel.path,
      error: mainTooLarge(state),
    })),
  };
}

/** Whether a release can be split with what its wheels take at most; nothing is shared, no stream is at hand. */
export function fits(files: readonly ReadFile[], options: SplitOptions): boolean {
  const lengthOf = new Map(
    files.flatMap(({ path, read }) =>
      (read?.input.members ?? []).map(({ path: member, entry }) => [
        `${path}\n${member}`,
        entry.compressedSize,
      ]),
    ),
  );
  const made = attempt(
    files,
    {
      options,
      identities: new Map(),
      streamLength: (path, member) => lengthOf.get(`${path}\n${member}`) ?? 0,
    },
    () => undefined,
  );
  return made === undefined || made.tooLarge.length === 0;
}

/** A plan, and the wheels that stay too large with it. */
interface Attempt {
  readonly plan: SplitPlan;
  readonly states: readonly WheelState[];
  readonly tooLarge: readonly WheelState[];
}

function attempt(
  files: readonly ReadFile[],
  { options, streamLength, identities }: Omit<PlanOptions, 'weigh'>,
  measuredOf: (read: ReadWheel) => Measured | undefined,
): Attempt | undefined {
  const { maxSize } = options;
  const inPlace = new Set(options.inPlace);
  const placed = files.map(({ path, size, read }) => ({
    path,
    size,
    state:
      read === undefined
        ? undefined
        : wheelState(read.input, read.cuts, {
            maxSize,
            texts: textsOf(read.input, read.cuts, maxSize),
            libraries: read.libraries,
            inPlace,
            identities,
            measured: measuredOf(read),
          }),
  }));
  const states = placed.flatMap(({ state }) => state ?? []);
  if (states.length === 0) return undefined;
  refuseUnknownInPlace(states, options.inPlace ?? []);
  const capacity = Math.min(...files.flatMap(({ read }) => read?.capacity ?? []));
  const owner = new Map(
    states.flatMap(({ input, cuts }) =>
      cuts.files.map(({ member }) => [member, input.wheel.path] as const),
    ),
  );
  const placement = placeRelease(states, {
    capacity,
    streamLength: (member) => streamLength(owner.get(member) ?? '', member.path),
  });
  const choices = choicesOf(options);
  const whole = files.flatMap(({ path, read }) => (read === undefined ? [path] : []));
  const findings = findingsOf(states, placement, {
    whole,
    inPlace: options.inPlace ?? [],
  });
  const plan = assemblePlan(placed, placement, { choices, capacity, findings });
  return plan === undefined ? undefined : { plan, states, tooLarge: placement.tooLarge };
}

/** Whether the truth could be better than the plan, or worse. Of what is cut the sizes are known well enough. */
async function isWorthWeighing(
  first: Attempt,
  files: readonly ReadFile[],
  request: PlanOptions,
): Promise<boolean> {
  const { maxSize } = request.options;
  if (first.states.some(({ cuts }) => cuts.files.length > 0)) return false;
  if (first.states.some(isClose)) return true;
  const best = attempt(files, request, ({ input, cuts }) =>
    mostMeasured(input, textsOf(input, cuts, maxSize)),
  );
  return best !== undefined && isBetter(best, first);
}

async function weighed(
  first: Attempt,
  files: readonly ReadFile[],
  request: PlanOptions,
): Promise<Attempt> {
  const { maxSize } = request.options;
  const measured = new Map<SplitInput, Measured>();
  for (const state of first.states)
    measured.set(
      state.input,
      measuredFrom(state, maxSize, await request.weigh(state.input, first.plan)),
    );
  const second = attempt(files, request, ({ input }) => measured.get(input));
  if (second === undefined || !isBetter(second, first)) return first;
  for (const { input } of second.states)
    if ((await request.weigh(input, second.plan)).size > maxSize) return first;
  return second;
}

function isBetter(left: Attempt, right: Attempt): boolean {
  if (left.tooLarge.length !== right.tooLarge.length)
    return left.tooLarge.length < right.tooLarge.length;
  return left.plan.parts.length < right.plan.parts.length;
}

/** Modules are called otherwise in every wheel of a release: it is enough that one has the file. */
function refuseUnknownInPlace(states: readonly WheelState[], paths: readonly string[]): void {
  const unknown = paths.find((path) => !states.some(({ input }) => input.draft.members.has(path)));
  if (unknown === undefined) return;
  throw new WheelworksError('split/no-such-member', `No wheel over the limit has ${unknown}.`, {
    ...(states[0] === undefined ? {} : { path: states[0].input.wheel.path }),
    hint: 'Give --in-place the path inside the wheel, as `wheelworks inspect` lists it.',
  });
}
