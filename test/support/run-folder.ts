/** What several test files of a run need and only the first of them makes. */
import { mkdirSync, rmSync } from 'node:fs';
import { mkdtemp, readFile, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder of the whole run. */
    runFolder: string;
  }
}

/** Makes the folder of the run; vitest calls it through `globalSetup`, and what it returns after the last test. */
export async function setup(project: TestProject): Promise<() => void> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'wheelworks-run-')));
  project.provide('runFolder', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}

/**
 * A folder that the first test file of the run to ask for it fills, while the others wait. They must not change it.
 * @throws Error when filling it failed, in each file that asks.
 */
export async function madeOnce(
  name: string,
  fill: (folder: string) => Promise<void>,
  runFolder: string = inject('runFolder'),
): Promise<string> {
  const folder = join(runFolder, name);
  const outcome = `${folder}.outcome`;
  if (isMadeHere(folder)) {
    const failure = await fill(folder).then(
      () => '',
      (error: unknown) => String(error),
    );
    // Renaming would be needed only if half of the line could be seen, and one read then reads again.
    await writeFile(outcome, `${JSON.stringify(failure)}\n`);
  }
  for (;;) {
    const said = await readFile(outcome, 'utf8').catch(() => '');
    if (said.endsWith('\n')) {
      const failure = JSON.parse(said) as string;
      if (failure !== '') throw new Error(`${name} could not be made: ${failure}`);
      return folder;
    }
    await sleep(50);
  }
}

function isMadeHere(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
