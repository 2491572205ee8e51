import type { FeedEntry } from './entry.ts';

/** A file of the index of a folder, before it is written. */
export interface IndexFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Names of all files that an index may have. */
export const INDEX_NAMES = [
  'Packages',
  'Packages.gz',
  'Packages.sig',
  'Packages.manifest',
  'packages.adb',
  'index.json',
] as const;

/**
 * `index.json`, version 2: what a web page or a firmware selector wants to know of a feed. Names are without what the ABI
 * adds to them; of several versions the last counts.
 */
export function indexJson(
  entries: readonly Pick<FeedEntry, 'name' | 'abiSuffix' | 'version'>[],
  architecture: string,
): IndexFile {
  const packages = Object.fromEntries(
    entries.map(({ name, abiSuffix, version }) => [withoutSuffix(name, abiSuffix), version]),
  );
  const document = { version: 2, architecture, packages };
  return { name: 'index.json', bytes: Buffer.from(`${JSON.stringify(document)}\n`) };
}

function withoutSuffix(name: string, suffix: string): string {
  return suffix !== '' && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

/** The architecture of a folder: the one that is not `all`, or all that there are. */
export function folderArchitecture(entries: readonly Pick<FeedEntry, 'architecture'>[]): string {
  const own = [...new Set(entries.map(({ architecture }) => architecture))].filter(
    (each) => each !== 'all',
  );
  return own.length === 0 ? 'all' : own.sort().join(' ');
}
