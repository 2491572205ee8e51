/** Repositories that tests make, with nothing of this machine's git configuration. */
import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';

/** An environment in which git works the same everywhere. */
export const GIT_ENV: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.org',
};

/** Runs git in a folder and gives its output. */
export function git(folder: string, ...args: readonly string[]): string {
  const run = spawnSync('git', args, { cwd: folder, env: GIT_ENV, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`git ${args.join(' ')}: ${run.stderr}`);
  return run.stdout.trim();
}

/** An empty repository. */
export async function initRepository(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  git(folder, 'init', '-q', '-b', 'main');
}

/** Commits all there is, or nothing, and gives the commit. */
export function commit(folder: string): string {
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '--allow-empty', '-m', 'a commit');
  return git(folder, 'rev-parse', 'HEAD');
}
