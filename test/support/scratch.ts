import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** An empty folder that is gone when the test is over. */
export async function scratch(): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'wheelworks-test-')));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
