/** What is kept of a test that failed: its environment, fit to run where it is kept, and what its command names besides. */
import { join } from 'node:path';
import { keepFailure, type Failure } from '../keep-failure.ts';
import type { OpenPlace } from '../places.ts';
import { moveScripts } from './move-scripts.ts';

export interface TestFailure extends Omit<Failure, 'step' | 'place' | 'besides'> {
  readonly open: OpenPlace;
  /** The wheel in the place, when it had come there. */
  readonly wheel: string | undefined;
}

/** Keeps a test's folder, in place of the job's last failure; it never throws. */
export async function keepTest({ open, wheel, ...failure }: TestFailure): Promise<void> {
  const { place } = open;
  const besides = await vanishing({ open, wheel, ...failure });
  const kept = await keepFailure({ ...failure, step: 'test', place, besides });
  // A container has it back where it was; on this machine it stays where it is kept.
  if (kept === undefined || place.kind !== 'host' || place.platform === 'win32') return;
  await moveScripts(join(kept, 'venv', 'bin'), { from: failure.folder, to: kept });
}

/** What the command names and goes away with the place: the sources but for the user's own, the wheel in a container. */
async function vanishing({ open, wheel, build, command }: TestFailure): Promise<readonly string[]> {
  const { project } = await open
    .sourceFolders()
    .catch(() => ({ project: build.sources.root }) as const);
  const paths =
    open.place.kind === 'container'
      ? [project, wheel]
      : [project].filter(isNot(build.sources.root));
  const words = command.args.join('\n');
  return paths.filter((path) => path !== undefined && words.includes(path)) as string[];
}

function isNot(path: string): (other: string) => boolean {
  return (other) => other !== path;
}
