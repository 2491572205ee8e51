/** Several distributions at once: each by itself, then all together and against an index. */
import { mapParallel, defaultJobs } from '../support/parallel.ts';
import { checkFile, type CheckedFile } from './check.ts';
import { openRstRenderers } from './description/index.ts';
import { indexedFindings } from './index-rules/indexed.ts';
import type { CheckSetOptions } from './options.ts';
import { releaseFindings } from './release-set/release-set.ts';
import { resultOf, type CheckResult } from './result.ts';

/**
 * Adds to the results of single files what is wrong with them together and with what is on the index, and leaves out what
 * is ignored. A file that is rejected for an ignored finding alone is accepted.
 */
export function judgeSet(
  files: readonly CheckedFile[],
  options: CheckSetOptions = {},
): readonly CheckResult[] {
  const { isIgnored = () => false, indexed } = options;
  const readable = files.flatMap(({ release }) => (release === undefined ? [] : [release]));
  const together = [
    ...releaseFindings(readable, options),
    ...(indexed === undefined ? [] : indexedFindings(readable, indexed)),
  ];
  return files.map(({ path, findings }) => {
    const own = together.flatMap(({ file, finding }) => (file === path ? [finding] : []));
    return resultOf(
      path,
      [...findings, ...own].filter(({ code }) => !isIgnored(code)),
    );
  });
}

/**
 * Checks files as one release set, results in the order given.
 * @throws WheelworksError as {@link checkFile}.
 */
export async function checkFiles(
  paths: readonly string[],
  options: CheckSetOptions = {},
): Promise<readonly CheckResult[]> {
  const jobs = options.jobs ?? defaultJobs();
  const files = await withRenderers({ ...options, jobs }, (shared) =>
    mapParallel(paths, jobs, (path) => checkFile(path, { ...shared, jobs: 1 })),
  );
  return judgeSet(files, options);
}

/** Starts what renders reStructuredText once for all files of `work`, when there is something to render. */
export async function withRenderers<Result>(
  options: CheckSetOptions,
  work: (options: CheckSetOptions) => Promise<Result>,
): Promise<Result> {
  const { pythons, renderers, cache, signal } = options;
  if (pythons === undefined || renderers !== undefined) return work(options);
  const shared = openRstRenderers(pythons, {
    workers: options.jobs ?? defaultJobs(),
    ...(cache === undefined ? {} : { cache }),
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    return await work({ ...options, renderers: shared });
  } finally {
    await shared.close();
  }
}
