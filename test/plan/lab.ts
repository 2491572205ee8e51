/** Plans of projects that a test writes. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  planBuild,
  type BuildPlan,
  type PlanRequest,
  type PlannedJob,
} from '../../src/plan/index.ts';
import { scratch } from '../support/scratch.ts';

/** `[project]` and a backend that may do anything. */
export const NATIVE = `[build-system]
requires = ["Cython"]
build-backend = "setuptools.build_meta"
[project]
name = "Spam.Eggs"
version = "1.0"
`;

/** Plans a project of these files; a text alone is what follows {@link NATIVE} in its pyproject.toml. */
export async function plan(
  files: string | Readonly<Record<string, string>>,
  request: Partial<PlanRequest> = {},
): Promise<BuildPlan> {
  const folder = await scratch();
  const all = typeof files === 'string' ? { 'pyproject.toml': NATIVE + files } : files;
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return planBuild({
    cwd: folder,
    directories: ['.'],
    platforms: ['linux'],
    host: { platform: 'linux', machine: 'x86_64' },
    env: {},
    today: '2026-11-20',
    ...request,
  });
}

/** The ids of a plan. */
export function idsOf({ jobs }: BuildPlan): readonly string[] {
  return jobs.map(({ id }) => id);
}

/** A job by its id. */
export function jobOf({ jobs }: BuildPlan, id: string): PlannedJob {
  const found = jobs.find((job) => job.id === id);
  if (found === undefined) throw new Error(`no ${id} in ${jobs.map((job) => job.id).join(' ')}`);
  return found;
}

/** `code: message` of the advice with a code. */
export function adviceWith({ advice }: BuildPlan, code: string): readonly string[] {
  return advice.filter((each) => each.code === code).map(({ message }) => message);
}
