/** The branch that others are merged into. */
import { WheelworksError } from '../support/errors.ts';
import { runGit, type GitOptions } from './git.ts';

/**
 * What the remote repository `origin` calls its default branch, else the current branch; undefined where git knows none: outside
 * of a repository, with a detached HEAD, without git.
 */
export async function defaultBranch(
  folder: string,
  options: GitOptions,
): Promise<string | undefined> {
  const branch = async (reference: string, before: string): Promise<string | undefined> => {
    const { exitCode, stdout } = await runGit(folder, ['symbolic-ref', '-q', reference], options);
    const name = stdout.trim();
    return exitCode === 0 && name.startsWith(before) ? name.slice(before.length) : undefined;
  };
  try {
    const origin = 'refs/remotes/origin/';
    return (await branch(`${origin}HEAD`, origin)) ?? (await branch('HEAD', 'refs/heads/'));
  } catch (error) {
    if (error instanceof WheelworksError && error.code === 'version/git-missing') return undefined;
    throw error;
  }
}
