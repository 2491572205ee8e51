import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../support/atomic-file.ts';
import { WheelworksError, fileError, systemErrorCode } from '../../support/errors.ts';
import { readPackageBytes, type ReadPackage } from '../package/index.ts';
import type { PackPlan, PlannedPackage } from './model.ts';

/**
 * Writes the packages of a plan into a folder; each appears whole or not at all.
 * @returns their paths
 * @throws WheelworksError `file/*`.
 */
export async function writePlan(
  { packages }: Pick<PackPlan, 'packages'>,
  directory: string,
): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const { filename, bytes } of packages) {
    const path = join(directory, filename);
    await writeFileAtomic(path, (handle) => handle.writeFile(bytes));
    paths.push(path);
  }
  return paths;
}

/** What a folder has in the place of packages, by their filenames: the SHA-256 of files that have other contents. */
export type ReplacedFiles = ReadonlyMap<string, string>;

/**
 * Looks which packages of a plan would take the place of others. A package that is made again with other options is replaced;
 * one for another Python or processor, which only happens to have the same filename, is not.
 * @param force replace those, too
 * @throws WheelworksError `openwrt/other-package`, `file/*`.
 */
export async function replacedFiles(
  { packages }: Pick<PackPlan, 'packages'>,
  directory: string,
  { force }: { readonly force: boolean },
): Promise<ReplacedFiles> {
  const replaced = new Map<string, string>();
  for (const planned of packages) {
    const path = join(directory, planned.filename);
    const bytes = await readIfThere(path);
    if (bytes === undefined) continue;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 === planned.sha256) continue;
    if (!force) await refuseOther(planned, bytes, path);
    replaced.set(planned.filename, sha256);
  }
  return replaced;
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, path);
  }
}

async function refuseOther(
  { package: { description, tree } }: PlannedPackage,
  bytes: Uint8Array,
  path: string,
): Promise<void> {
  // Half a package of an earlier run, or none at all, is worth nothing.
  const there = await readPackageBytes(bytes, path).catch(() => undefined);
  if (there === undefined) return;
  const [theirs, ours] = [there.tree, tree].map(pythonOf);
  const architectures = [there.architecture, description.architecture];
  const evidence =
    theirs !== undefined && ours !== undefined && theirs !== ours
      ? `it is for Python ${theirs}, and the new one for ${ours}`
      : isOfTwoMachines(architectures)
        ? `it is for ${architectures.join(', and the new one for ')}`
        : undefined;
  if (evidence === undefined) return;
  throw new WheelworksError(
    'openwrt/other-package',
    `${path} is a package for other devices, and has the same filename.`,
    {
      path,
      evidence,
      hint: 'Write the packages of each target into a folder of their own with --output, or replace those that are there with --force.',
    },
  );
}

/** The minor version in whose folder the modules lie. */
function pythonOf(tree: ReadPackage['tree']): string | undefined {
  const paths = tree.entries().map(([path]) => path);
  return paths
    .map((path) => /^usr\/lib\/python(\d+\.\d+)(?:\/|$)/.exec(path)?.[1])
    .find((minor) => minor !== undefined);
}

/** Filenames of opkg tell the architecture, those of apk do not. */
function isOfTwoMachines(architectures: readonly string[]): boolean {
  return !architectures.includes('all') && new Set(architectures).size > 1;
}

/**
 * Refuses inputs that would write the same file.
 * @throws WheelworksError `openwrt/same-package`.
 */
export function refuseSameFiles(plans: readonly Pick<PackPlan, 'path' | 'packages'>[]): void {
  const from = new Map<string, string>();
  for (const { path, packages } of plans)
    for (const { filename } of packages) {
      const other = from.get(filename);
      if (other !== undefined)
        throw new WheelworksError('openwrt/same-package', `Two inputs make ${filename}.`, {
          path,
          evidence: `${other}\n${path}`,
          hint: 'Pack one of them, or each into a folder of its own.',
        });
      from.set(filename, path);
    }
}
