/** The branch whose pushes a pipeline builds. */
import { splitShellWords } from '../../../support/shell-words.ts';
import type { CommandContext } from '../../context.ts';

/** What names no other branch. */
export const USUAL_BRANCH = 'main';

/** What the branch is found by. */
export interface BranchRequest {
  /** The value of `--branch`. */
  readonly given: string | undefined;
  /** The command that the file which is there was made with; undefined when it was not made. */
  readonly command: string | undefined;
  /** Top folder of the repository. */
  readonly root: string;
}

/**
 * The branch that was asked for, now or when the pipeline was first made: a later run, in a clone that knows less, must not change
 * it. Else the one that git takes for the repository's.
 */
export async function branchOf(
  { given, command, root }: BranchRequest,
  { env, signal }: CommandContext,
): Promise<string> {
  if (given !== undefined) return given;
  if (command !== undefined) {
    const words = splitShellWords(command);
    const option = words.indexOf('--branch');
    return option === -1 ? USUAL_BRANCH : (words[option + 1] ?? USUAL_BRANCH);
  }
  const { defaultBranch } = await import('../../../versioning/index.ts');
  return (await defaultBranch(root, { env, signal })) ?? USUAL_BRANCH;
}
