import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createFactsCache, openLibraries } from '../../../src/audit/index.ts';
import type { RepairOptions } from '../../../src/repair/options.ts';
import type { RepairPlan } from '../../../src/repair/plan.ts';
import { planOptions } from '../../../src/repair/planning/options.ts';
import { planRepair } from '../../../src/repair/planning/plan-repair.ts';
import type { RepairSession } from '../../../src/repair/session.ts';
import { hashFile } from '../../../src/support/hash.ts';
import { withWheel } from '../../../src/wheel/index.ts';
import { buildElf, type ElfPlan } from '../../support/elf-builder.ts';
import { scratch } from '../../support/scratch.ts';
import { writeWheelFile } from '../../support/wheel-builder.ts';

export const MODULE = 'pkg/m.cpython-312-x86_64-linux-gnu.so';
export const TAGS = 'cp312-cp312-linux_x86_64';

/** Native files: what the wheel has, and what lies in a folder of libraries beside it. */
export interface Scene {
  readonly tags?: string;
  readonly files: Readonly<Record<string, ElfPlan | Uint8Array>>;
  readonly libraries?: Readonly<Record<string, ElfPlan | string>>;
  /** Folders of the libraries that are searched; the one folder when left out. */
  readonly libPaths?: readonly string[];
  readonly options?: RepairOptions;
}

/** A plan, and the folder that the libraries lay in. */
export interface Planned {
  readonly plan: RepairPlan;
  readonly folder: string;
}

/** Plans the repair of a wheel that is built for it, with libraries of the scene alone. */
export async function planned(scene: Scene): Promise<Planned> {
  const root = await scratch();
  const folder = join(root, 'libraries');
  await mkdir(folder);
  for (const [name, content] of Object.entries(scene.libraries ?? {})) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(
      join(folder, name),
      typeof content === 'string' ? content : buildElf(content).bytes,
    );
  }
  const files = Object.fromEntries(
    Object.entries(scene.files).map(([path, plan]) => [
      path,
      plan instanceof Uint8Array ? plan : buildElf(plan).bytes,
    ]),
  );
  const path = await writeWheelFile(root, { tags: scene.tags ?? TAGS, files });
  const facts = createFactsCache();
  const libPaths = (scene.libPaths ?? ['.']).map((each) => join(folder, each));
  const libraries = await openLibraries({ facts, libPaths });
  // No package database: the plan must not depend on this machine's.
  const session: RepairSession = {
    libraries,
    facts,
    toolVersion: '0',
    hashFile: async (file) => (await hashFile(file)).sha256,
    ownersOf: async () => new Map(),
    shipped: new Map(),
    claim: () => {},
  };
  const plan = await withWheel(path, async (wheel) =>
    planRepair(wheel, planOptions(session, scene.options ?? {})),
  );
  return { plan, folder };
}

/** The error that planning ends with. */
export async function refusal(scene: Scene): Promise<unknown> {
  return planned(scene).then(
    ({ plan }) => plan,
    (error: unknown) => error,
  );
}

/** A library that needs libc.so.6 and others. */
export function library(soname: string, ...needed: readonly string[]): ElfPlan {
  return { soname, needed: [...needed, 'libc.so.6'], execStack: false };
}
