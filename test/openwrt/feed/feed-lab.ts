import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FileTree } from '../../../src/archive/tree/index.ts';
import {
  planFeed,
  writeFeed,
  type FeedOptions,
  type FeedPlan,
} from '../../../src/openwrt/feed/index.ts';
import { writePackage, type PackageDescription } from '../../../src/openwrt/package/index.ts';
import type { PackageManager } from '../../../src/openwrt/targets/index.ts';
import { openCache } from '../../../src/support/cache.ts';
import { fileEntry } from '../../archive/apk/samples.ts';
import { scratch } from '../../support/scratch.ts';
import { samplePackage } from '../package/samples.ts';

/** A package of a feed to be: what a test wants of it. */
export interface LabPackage {
  readonly name: string;
  readonly version?: string;
  readonly depends?: PackageDescription['depends'];
  readonly provides?: PackageDescription['provides'];
  readonly conflicts?: PackageDescription['conflicts'];
  readonly architecture?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** A folder with these packages, in a folder of its own. */
export async function labFeed(
  manager: PackageManager,
  packages: readonly LabPackage[],
  directory?: string,
): Promise<string> {
  const place = directory ?? join(await scratch(), 'feed');
  await mkdir(place, { recursive: true });
  for (const each of packages) {
    const {
      name,
      version = '1.0',
      depends = [],
      provides = [],
      conflicts = [],
      architecture = 'all',
    } = each;
    const files = each.files ?? { [`usr/lib/python3.13/site-packages/${name}.pyc`]: name };
    const tree = FileTree.from(
      Object.entries(files).map(([path, text]) => [path, fileEntry(text)]),
    );
    const changes = { name, depends, provides, conflicts, architecture, conffiles: [] };
    const pkg = samplePackage({ ...changes, version: { upstream: version, release: 1 } }, tree);
    await writePackage(pkg, { manager, directory: place });
  }
  return place;
}

/** Options with a cache of their own. */
export async function labOptions(changes: Partial<FeedOptions> = {}): Promise<FeedOptions> {
  return { cache: openCache(await scratch(), () => {}), jobs: 2, ...changes };
}

export async function makeFeed(
  directory: string,
  changes: Partial<FeedOptions> = {},
): Promise<FeedPlan> {
  const plan = await planFeed(directory, await labOptions(changes));
  await writeFeed(plan);
  return plan;
}
