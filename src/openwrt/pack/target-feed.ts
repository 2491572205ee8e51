/** The index of the target's feed: which packages a device can install, and what their names end with. */
import { WheelworksError } from '../../support/errors.ts';
import type { DependencyFeed } from '../dependencies/index.ts';
import { readBaseIndex, type ListedPackage } from '../feed/index.ts';
import type { FeedPackage } from '../native/index.ts';
import { parseDepends } from '../package/index.ts';

interface Entry extends FeedPackage {
  readonly depends: readonly string[];
  readonly provides: readonly string[];
}

/**
 * Reads an index of either manager: `Packages`, `Packages.gz`, `packages.adb`.
 * @throws WheelworksError `openwrt/bad-feed` for what is no index or lists no package; `file/*`.
 */
export async function readTargetFeed(path: string): Promise<DependencyFeed> {
  const { packages } = await readBaseIndex(path, '--feed').catch((error: unknown) => {
    if (!(error instanceof WheelworksError) || error.code !== 'feed/index-unreadable') throw error;
    const { message, cause, hint, evidence } = error;
    throw new WheelworksError('openwrt/bad-feed', message, {
      path,
      cause,
      ...(hint === undefined ? {} : { hint }),
      ...(evidence === undefined ? {} : { evidence }),
    });
  });
  const entries = packages.map((each) => entryOf(each, path));
  if (entries.length === 0)
    throw new WheelworksError('openwrt/bad-feed', `${path} lists no package.`, {
      path,
      hint: '--feed wants the index of a feed: Packages or Packages.gz of opkg, packages.adb of apk.',
    });
  const byName = new Map<string, Entry>();
  for (const entry of entries)
    for (const name of entry.provides) if (!byName.has(name)) byName.set(name, entry);
  for (const entry of entries) byName.set(entry.name, entry);
  return { find: (name) => byName.get(name), packages: entries };
}

const ABI_TAG = 'openwrt:abiversion=';

function entryOf({ name, provides, control, apk }: ListedPackage, path: string): Entry {
  const depends = apk?.info.depends ?? parseDepends(control?.get('Depends') ?? '', path);
  const abiVersion =
    control?.get('ABIVersion') ??
    apk?.info.tags.find((tag) => tag.startsWith(ABI_TAG))?.slice(ABI_TAG.length);
  return {
    name,
    depends: depends.map((each) => each.name),
    provides: provides.map((each) => each.name),
    ...(abiVersion === undefined ? {} : { abiVersion }),
  };
}
