/** What is asked about: a wheel, a folder, or a package that was made. */
import { stat } from 'node:fs/promises';
import type { FileTree } from '../../archive/tree/index.ts';
import { fileError } from '../../support/errors.ts';
import { installDirectory, installWheel } from '../install/index.ts';
import { readPackage } from '../package/index.ts';

export interface InputSubject {
  /** As the project or the package spells it. */
  readonly name: string;
  readonly version: string;
  readonly tree: FileTree;
  /** `Requires-Dist`; empty for a package, whose dependencies are what its maker made of them. */
  readonly requires: readonly string[];
  /** On what a package says that it depends: names alone. Absent of all else. */
  readonly stored?: readonly string[];
}

/**
 * Reads an input, as it lies on a device.
 * @param minor `3.13`
 * @throws WheelworksError as `installWheel`, `installDirectory`, `readPackage`; `file/*`.
 */
export async function readSubject(path: string, minor: string): Promise<InputSubject> {
  if (/\.(?:ipk|apk)$/.test(path)) {
    const { name, version, tree, depends } = await readPackage(path);
    return { name, version, tree, requires: [], stored: depends.map((each) => each.name) };
  }
  const stats = await stat(path).catch((error: unknown) => {
    throw fileError(error, path);
  });
  const read = stats.isDirectory() ? installDirectory : installWheel;
  const { name, version, tree, metadata } = await read(path, { minor });
  return { name, version, tree, requires: metadata.requiresDist };
}
