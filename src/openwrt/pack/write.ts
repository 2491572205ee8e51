import { join } from 'node:path';
import { writeFileAtomic } from '../../support/atomic-file.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { PackPlan } from './model.ts';

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
