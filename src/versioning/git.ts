/** Running git for the repository that a folder is in: never that of the current folder. */
import { WheelworksError } from '../support/errors.ts';
import { runProcess, type ProcessResult } from '../support/process.ts';

/** How git is run. */
export interface GitOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** Variables that point git to another repository than that of the folder it runs in. */
const POINTERS = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
];

/**
 * Runs git in a folder, whatever variables a hook or a script has set.
 * @throws WheelworksError `version/git-missing`.
 */
export async function runGit(
  folder: string,
  args: readonly string[],
  { env, signal }: GitOptions,
): Promise<ProcessResult> {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !POINTERS.includes(name)));
  try {
    return await runProcess('git', args, {
      cwd: folder,
      // Messages are matched on; and a look at a repository must not wait for, or take, its lock.
      env: { ...own, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' },
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    const isMissing = error instanceof WheelworksError && error.code === 'process/not-found';
    if (!isMissing) throw error;
    throw new WheelworksError('version/git-missing', 'git is not on PATH.', {
      cause: error,
      hint: 'Install git, or use a kind that needs none: --kind stable or custom with version files.',
    });
  }
}

/** What went wrong: `version/git-distrust`, `version/git-failed`, `process/cancelled`. */
export function gitFailure({ stderr, cancelled }: ProcessResult, folder: string): WheelworksError {
  const evidence = stderr.trim();
  if (cancelled)
    return new WheelworksError('process/cancelled', 'git was ended.', { path: folder });
  if (evidence.includes('dubious ownership'))
    return new WheelworksError(
      'version/git-distrust',
      `git does not trust the owner of ${folder}.`,
      {
        path: folder,
        evidence,
        hint: `In a container with mounted sources: git config --global --add safe.directory ${folder}`,
      },
    );
  return new WheelworksError(
    'version/git-failed',
    `git could not read the repository of ${folder}.`,
    {
      path: folder,
      evidence,
    },
  );
}
