/** Advice on what would bring wheels under the limit of an index without splitting them. */
import { basename } from 'node:path';
import { withWheel } from '../../wheel/index.ts';
import { deflateSaving } from './deflate-saving.ts';
import { duplicateSaving, sameLibrarySaving } from './duplicate-saving.ts';
import { leftoverSavings } from './leftover-saving.ts';
import { linkingSavings } from './linking-saving.ts';
import { DEFAULT_MAX_SIZE, type SplitOptions } from '../options.ts';
import type { Advice, Saving, SplitOutlook, WheelAdvice } from './model.ts';
import { splitOutlooks } from './outlook.ts';
import { adviseRelease } from './release.ts';
import { limitRequest, type AdvisedWheel } from './request.ts';
import { folderShares, memberShares } from './shares.ts';
import { separateDebugSaving, stripSaving } from './strip-saving.ts';
import { judge } from './verdict.ts';
import { readWheelFacts, type MeasureOptions, type WheelFacts } from './wheel-facts.ts';

/** How to advise. */
export interface AdviseOptions extends MeasureOptions {
  /** Most bytes that the index takes for a file. */
  readonly maxSize: number;
  /** Bytes of a file that need no request; those of PyPI unless told otherwise. */
  readonly givenSize?: number;
  /** How wheels over the limit would be split; without, that is not told. */
  readonly split?: Omit<SplitOptions, 'maxSize'>;
  /** Told after each wheel. */
  readonly onMeasured?: (path: string) => void;
}

/**
 * Measures wheels, one after the other, and says what would make each smaller.
 * @throws WheelworksError as `openWheel`, and `zip/*`.
 */
export async function adviseWheels(
  paths: readonly string[],
  options: AdviseOptions,
): Promise<Advice> {
  const { maxSize } = options;
  const wheels: AdvisedWheel[] = [];
  const outlooks: ReadonlyMap<string, SplitOutlook> =
    options.split === undefined
      ? new Map()
      : await splitOutlooks(paths, { ...options.split, maxSize });
  for (const path of paths) {
    const facts = await withWheel(path, (wheel) => readWheelFacts(wheel, options));
    wheels.push({
      facts: withoutPositions(facts),
      advice: { ...adviceOn(facts, maxSize), split: outlooks.get(path) },
    });
    options.onMeasured?.(path);
  }
  return {
    maxSize,
    wheels: wheels.map(({ advice }) => advice),
    release: await adviseRelease(wheels.map(({ facts }) => facts)),
    request: limitRequest(wheels, options.givenSize ?? DEFAULT_MAX_SIZE),
  };
}

/** Positions are most of what is known of a wheel, and of no use when its savings are told. */
function withoutPositions(facts: WheelFacts): WheelFacts {
  return {
    ...facts,
    members: facts.members.map((member) =>
      member.native === undefined
        ? member
        : { ...member, native: { ...member.native, positions: undefined } },
    ),
  };
}

function adviceOn(facts: WheelFacts, maxSize: number): Omit<WheelAdvice, 'split'> {
  const { path, size, members } = facts;
  const savings = savingsOf(facts);
  return {
    path,
    filename: basename(path),
    size,
    installedSize: members.reduce((sum, member) => sum + member.size, 0),
    verdict: judge(size, savings, maxSize),
    savings,
    members: memberShares(facts),
    folders: folderShares(facts),
    problems: members.flatMap(({ native }) =>
      native?.problem === undefined ? [] : [native.problem],
    ),
  };
}

/** Less than this is not worth a word. */
const LEAST = 4 << 10;

function savingsOf(facts: WheelFacts): readonly Saving[] {
  const { members } = facts;
  const all = [
    stripSaving(members),
    separateDebugSaving(members),
    deflateSaving(members),
    duplicateSaving(members),
    sameLibrarySaving(members),
    ...leftoverSavings(facts),
    ...linkingSavings(facts),
  ];
  return all
    .flatMap((saving) => saving ?? [])
    .filter(({ download, installed }) => Math.max(download, installed) >= LEAST)
    .sort((left, right) => right.download - left.download);
}
