/** The wheels of a release judged together, as an index and its users will, before the index is written. */
import { wheelPath, type WheelSet } from '../build/index.ts';
import { checkFile, judgeSet, type CheckFinding } from '../check/index.ts';
import { mapParallel } from '../support/parallel.ts';
import { runTask, type EventSink } from '../support/progress/events.ts';

/** What a check says of one wheel of the set. */
export interface SetCheck {
  readonly filename: string;
  readonly verdict: 'accepted' | 'rejected';
  readonly findings: readonly CheckFinding[];
}

/**
 * Checks the wheels. Native files were audited when the wheels were made. A verdict stops nothing here: what PyPI alone
 * refuses is well in an index of one's own, and a publication refuses it itself.
 * @throws WheelworksError `file/*`.
 */
export async function checkSets(
  sets: readonly WheelSet[],
  {
    jobs,
    events,
    signal,
  }: { readonly jobs: number; readonly events: EventSink; readonly signal: AbortSignal },
): Promise<readonly SetCheck[]> {
  return runTask(events, { id: 'check', label: 'check the set' }, async () => {
    const found = await Promise.all(
      sets.flatMap((set) =>
        set.wheels.map(async (wheel) => ({
          filename: wheel.filename,
          path: await wheelPath(set, wheel),
        })),
      ),
    );
    const known = found.flatMap(({ filename, path }) =>
      path === undefined ? [] : [{ filename, path }],
    );
    const checked = await mapParallel(known, jobs, async ({ path }) =>
      checkFile(path, { jobs: 1, natives: false, signal }),
    );
    return judgeSet(checked).map(({ verdict, findings }, index) => ({
      filename: known[index]?.filename ?? '',
      verdict,
      findings: findings.map(({ path, ...finding }) => ({
        ...finding,
        // The wheel moves when it is published.
        ...(path === undefined || path === known[index]?.path ? {} : { path }),
      })),
    }));
  });
}

/** For people: what an index would refuse. */
export function refusalNotices(checks: readonly SetCheck[]): readonly string[] {
  return checks.flatMap(({ filename, findings }) => {
    const refusals = findings.filter(
      ({ severity, effect }) => severity === 'error' && effect === 'index-rejects',
    );
    if (refusals.length === 0) return [];
    const reasons = [...new Set(refusals.map(({ message, code }) => `${message} (${code})`))];
    return [`PyPI would refuse ${filename}: ${reasons.join(' ')}`];
  });
}
