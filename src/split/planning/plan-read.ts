/** From wheels that were read to the plan of their set. */
import { WheelworksError } from '../../support/errors.ts';
import { choicesOf, type SplitOptions } from '../options.ts';
import type { SplitPlan } from '../plan.ts';
import type { Identities } from '../reading/identities.ts';
import type { ReadWheel } from '../reading/read-wheel.ts';
import type { SplitRefusal } from '../refused.ts';
import type { StreamPlace } from '../writing/slices.ts';
import { findingsOf } from './findings.ts';
import { mainTooLarge } from './left-over.ts';
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
  /** Where the stream of a file that is cut lies: by wheel, then by member path. */
  readonly place: (input: string, member: string) => StreamPlace;
  /** Of the files that may leave. */
  readonly identities: Identities;
}

/** The plan, undefined when no wheel is over the limit; or the wheels that stay too large, and why. */
export type Planned =
  { readonly plan: SplitPlan | undefined } | { readonly refusals: readonly SplitRefusal[] };

/** @throws WheelworksError as `placeRelease`; `split/no-such-member`. */
export function planRead(
  files: readonly ReadFile[],
  { options, place, identities }: PlanOptions,
): Planned {
  const placed = files.map(({ path, size, read }) => ({
    path,
    size,
    state: read === undefined ? undefined : stateOf(read, { options, identities }),
  }));
  const states = placed.flatMap(({ state }) => state ?? []);
  if (states.length === 0) return { plan: undefined };
  refuseUnknownInPlace(states, options.inPlace ?? []);
  const capacity = Math.min(...files.flatMap(({ read }) => read?.capacity ?? []));
  const owner = new Map(
    states.flatMap(({ input, cuts }) =>
      cuts.files.map(({ member }) => [member, input.wheel.path] as const),
    ),
  );
  const placement = placeRelease(states, {
    capacity,
    streamLength: (member) => place(owner.get(member) ?? '', member.path).length,
  });
  if (placement.tooLarge.length > 0)
    return {
      refusals: placement.tooLarge.map((state) => ({
        path: state.input.wheel.path,
        error: mainTooLarge(state),
      })),
    };
  const choices = choicesOf(options);
  const findings = findingsOf(states, placement);
  return { plan: assemblePlan(placed, placement, { choices, capacity, findings }) };
}

function stateOf(
  { input, cuts, libraries }: ReadWheel,
  { options, identities }: Pick<PlanOptions, 'options' | 'identities'>,
): WheelState {
  const { maxSize, inPlace } = options;
  return wheelState(input, cuts, {
    maxSize,
    texts: textsOf(input, cuts, maxSize),
    libraries,
    inPlace: new Set(inPlace),
    identities,
  });
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
