/** The wheels of a release judged together, as an index and its users will, before the index is written. */
import { filePath, filesOf, type WheelSet } from '../build/index.ts';
import { checkFile, judgeSet, FILE_LIMIT, type CheckFinding } from '../check/index.ts';
import { mapParallel } from '../support/parallel.ts';
import { runTask, type EventSink } from '../support/progress/events.ts';

/** What a check says of one wheel of the set, or of a part. */
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
        filesOf(set.wheels).map(async (file) => ({
          filename: file.filename,
          path: await filePath(set, file),
          // A project that may have larger files says so by the limit of its sets.
          maxSize: set.build.split?.maxSize ?? FILE_LIMIT,
        })),
      ),
    );
    const known = found.flatMap(({ path, ...file }) =>
      path === undefined ? [] : [{ ...file, path }],
    );
    const checked = await mapParallel(known, jobs, async ({ path, maxSize }) =>
      checkFile(path, { jobs: 1, natives: false, maxSize, signal }),
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

/** For people: what an index would refuse. Of a wheel that is too large also what to do. */
export function refusalNotices(checks: readonly SetCheck[]): readonly string[] {
  return checks.flatMap(({ filename, findings }) => {
    const refusals = findings.filter(
      ({ severity, effect }) => severity === 'error' && effect === 'index-rejects',
    );
    if (refusals.length === 0) return [];
    const reasons = [...new Set(refusals.map(({ message, code }) => `${message} (${code})`))];
    const next = refusals.find(({ code }) => code === 'pypi/file-too-large')?.hint;
    return [
      [`PyPI would refuse ${filename}: ${reasons.join(' ')}`, next].filter(Boolean).join(' '),
    ];
  });
}
