/** A promoted set, installed and tried by the interpreters of this machine; promotion.json tells how it went. */
import { usesPip } from '../../build/index.ts';
import { findInterpreters, selectInterpreters, type Interpreter } from '../../python/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { mapParallel } from '../../support/parallel.ts';
import { runTask } from '../../support/progress/events.ts';
import { writePromotionFile, type PromotionDocument } from '../promotion-file.ts';
import { assignTrials } from './assign.ts';
import { filesOf, withParts } from './members.ts';
import { runTrial } from './one-trial.ts';
import type { TrialOptions } from './options.ts';

/**
 * Tries the set with every interpreter here that takes something of it, or with those that were asked for, and writes into
 * promotion.json how it went. Of packages without wheels the sdist is built first.
 *
 * The set counts as tested when every package was tried and nothing failed.
 * @throws WheelworksError `promote/no-interpreter`, `python/*`, `process/*`, `wheel/*`, `sdist/*`, `file/*`.
 */
export async function tryPromotion(
  document: PromotionDocument,
  options: TrialOptions,
): Promise<PromotionDocument> {
  const { wheels, sdists } = await filesOf(document, options.folder);
  const { trials, notTested } = assignTrials({ wheels, sdists }, await chosenPythons(options), {
    needsPip: usesPip(options.testCommand ?? ''),
    areChosen: options.python.length > 0,
  });
  const tests = await mapParallel(trials, options.jobs, async (trial) => {
    const id = `try ${trial.interpreter.label}`;
    return runTask(
      options.events,
      { id, label: id },
      () => runTrial(trial, document, options),
      ({ outcome }) => ({ outcome: outcome === 'passed' ? 'done' : 'failed' }),
    );
  });
  const ran = trials.flatMap((trial) => withParts([...trial.wheels, ...trial.sdists]));
  const tried = new Set(ran.map(({ project }) => project));
  const triedFiles = new Set(ran.map(({ filename }) => filename));
  const filenames = new Set(withParts([...wheels, ...sdists]).map(({ filename }) => filename));
  const tested: PromotionDocument = {
    ...document,
    tests,
    notTested: [
      ...new Set(
        withParts(notTested)
          .map(({ filename }) => filename)
          // A part of several wheels was tried with one of them.
          .filter((name) => !triedFiles.has(name)),
      ),
      // Sdists of packages whose wheels were tried.
      ...document.files.map(({ filename }) => filename).filter((name) => !filenames.has(name)),
    ],
    tested:
      tests.length > 0 &&
      tests.every(({ outcome }) => outcome === 'passed') &&
      document.files.every(({ project }) => tried.has(project)),
  };
  await writePromotionFile(options.folder, tested);
  return tested;
}

/**
 * The interpreters that are to try a set, one of each kind. Asked for before a set is written, too: one that would stay
 * untested for a selector that nothing matches is not written first.
 * @throws WheelworksError `promote/no-interpreter`, `python/*`.
 */
export async function chosenPythons({
  search,
  python,
}: Pick<TrialOptions, 'search' | 'python'>): Promise<readonly Interpreter[]> {
  const { interpreters, broken } = await findInterpreters({
    ...search,
    explicit: [...(search.explicit ?? []), ...python],
  });
  const { chosen, unmatched } = selectInterpreters(interpreters, { selectors: python });
  if (unmatched.length === 0) return chosen;
  throw new WheelworksError(
    'promote/no-interpreter',
    `No Python of this machine is ${unmatched.join(' or ')}, which --python asks for.`,
    {
      ...(broken.length === 0
        ? {}
        : {
            evidence: broken.map(({ path, problem }) => `${path}: ${problem.message}`).join('\n'),
          }),
      hint: 'wheelworks python shows every interpreter. --skip-test writes the set without a test.',
    },
  );
}
