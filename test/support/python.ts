import { execFileSync, spawnSync } from 'node:child_process';

/** Whether the host has a Python to compare with. */
export const hasPython: boolean =
  spawnSync('python3', ['-c', 'import tarfile; tarfile.data_filter'], { stdio: 'ignore' })
    .status === 0;

/** What a Python script prints. */
export function python(script: string, args: readonly string[] = [], cwd?: string): string {
  return execFileSync('python3', ['-c', script, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
}
