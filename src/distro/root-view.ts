/**
 * A foreign root file system as its own programs would see it.
 *
 * Links are followed inside the root: an absolute one starts again at its top, and `..` never leads out of it, as in chroot(2).
 * Nothing of the host is read through a link that a root brings along.
 */
import type { Stats } from 'node:fs';
import { lstat, open, readdir, readlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { WheelworksError, fileError, systemErrorCode } from '../support/errors.ts';

function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A root to read from. Paths are absolute inside it, with `/` between names. */
export interface RootView {
  /** The folder as it was given. */
  readonly path: string;
  /**
   * Where a path leads when all links are followed; undefined when nothing is there.
   * @throws WheelworksError `distro/link-loop`; `file/*` when a folder may not be read.
   */
  resolve(path: string): Promise<RootEntry | undefined>;
  /** Names in a folder, sorted; none when it is missing or no folder. @throws WheelworksError as {@link RootView.resolve}. */
  list(path: string): Promise<readonly string[]>;
  /**
   * The bytes of a file; undefined when nothing is there.
   * @throws WheelworksError `distro/too-large`, `file/not-regular`, and as {@link RootView.resolve}.
   */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Where something without links is on this machine; of several layers, in the first. */
  place(path: string): string;
}

/** What a path inside a root leads to. */
export interface RootEntry {
  /** Inside the root, without links. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'other';
  readonly size: number;
}

/** Linux gives up after as many links (path_resolution(7)). */
const MOST_LINKS = 40;

/** Larger than any library with its debug information; a sparse file would otherwise be read into memory. */
const LARGEST_FILE = 512 * 1024 * 1024;

/** What tells a root from a folder of unpacked packages, each in a folder of its own. */
const TOP_FOLDERS = ['usr', 'lib', 'lib64', 'lib32', 'libx32'];

/**
 * Opens a root file system, a folder that packages were unpacked into, or a folder of such folders, which are then seen as
 * one.
 * @throws WheelworksError `file/*`; `distro/no-root` when it is none of them.
 */
export async function openRoot(path: string): Promise<RootView> {
  const layers = { folders: await layersOf(path), known: new Map<string, FoundEntry>() };
  const view: RootView = {
    path,
    resolve: (inner) => resolveInside(layers, inner),
    async list(inner) {
      const entry = await view.resolve(inner);
      if (entry?.kind !== 'folder') return [];
      const names = await Promise.all(
        layers.folders.map((layer) => namesIn(join(layer, entry.path))),
      );
      return [...new Set(names.flat())].sort(byCodeUnit);
    },
    place: (inner) => join(layers.folders[0] ?? path, inner),
    async read(inner) {
      const entry = await view.resolve(inner);
      return entry === undefined ? undefined : readEntry(layers.folders, entry, path);
    },
  };
  return view;
}

async function layersOf(path: string): Promise<readonly string[]> {
  const names = await readdir(path).catch((error: unknown) => {
    throw fileError(error, path);
  });
  if (TOP_FOLDERS.some((name) => names.includes(name))) return [path];
  const layers: string[] = [];
  for (const name of names.sort(byCodeUnit)) {
    const layer = join(path, name);
    // A link would lead out of what was given.
    if ((await statOf(layer))?.isDirectory() !== true) continue;
    const inner = await namesIn(layer);
    if (TOP_FOLDERS.some((each) => inner.includes(each))) layers.push(layer);
  }
  if (layers.length > 0) return layers;
  throw new WheelworksError(
    'distro/no-root',
    `${path} is neither a root file system nor a folder of unpacked packages.`,
    { path, hint: 'Give a folder that has usr or lib in it, or folders that have.' },
  );
}

/** The folders that are seen as one root, and what was looked up in them. */
interface Layers {
  readonly folders: readonly string[];
  readonly known: Map<string, FoundEntry>;
}

async function resolveInside(layers: Layers, path: string): Promise<RootEntry | undefined> {
  // The next name last.
  const waiting = namesOf(path).reverse();
  let place: string[] = [];
  let links = 0;
  let last: RootEntry = { path: '/', kind: 'folder', size: 0 };
  while (waiting.length > 0) {
    const name = waiting.pop() ?? '';
    if (name === '..') {
      place.pop();
      last = { path: `/${place.join('/')}`, kind: 'folder', size: 0 };
      continue;
    }
    const found = await findEntry(layers, [...place, name].join('/'));
    if (found === undefined) return undefined;
    if (found.target === undefined) {
      place.push(name);
      last = { path: `/${place.join('/')}`, kind: found.kind, size: found.size };
      if (waiting.length > 0 && found.kind !== 'folder') return undefined;
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) throw linkLoop(path);
    if (found.target.startsWith('/')) place = [];
    waiting.push(...namesOf(found.target).reverse());
  }
  return last;
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

interface FoundEntry {
  readonly kind: RootEntry['kind'];
  readonly size: number;
  /** Of a link. */
  readonly target?: string;
}

/** Of several packages in folders of their own, a folder is that of all of them; anything else is the first's. */
async function findEntry(layers: Layers, path: string): Promise<FoundEntry | undefined> {
  const known = layers.known.get(path) ?? (await lookUp(layers.folders, path));
  // Thousands of files lie in a few folders.
  if (known?.kind === 'folder') layers.known.set(path, known);
  return known;
}

async function lookUp(layers: readonly string[], path: string): Promise<FoundEntry | undefined> {
  for (const layer of layers) {
    const place = join(layer, path);
    const stats = await statOf(place);
    if (stats === undefined) continue;
    if (stats.isSymbolicLink()) return { kind: 'other', size: 0, target: await targetOf(place) };
    const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other';
    return { kind, size: stats.size };
  }
  return undefined;
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
    throw fileError(error, path);
  }
}

async function targetOf(path: string): Promise<string> {
  return readlink(path).catch((error: unknown) => {
    throw fileError(error, path);
  });
}

async function namesIn(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw fileError(error, path);
  }
}

async function readEntry(
  layers: readonly string[],
  entry: RootEntry,
  root: string,
): Promise<Uint8Array> {
  if (entry.kind !== 'file')
    // A pipe would block for ever, and a device has no end.
    throw new WheelworksError('file/not-regular', `${entry.path} of ${root} is not a file.`, {
      path: join(root, entry.path),
    });
  if (entry.size > LARGEST_FILE)
    throw new WheelworksError(
      'distro/too-large',
      `${entry.path} of ${root} has ${entry.size} bytes; no library has that many.`,
      { path: join(root, entry.path) },
    );
  for (const layer of layers) {
    const place = join(layer, entry.path);
    if ((await statOf(place)) === undefined) continue;
    return readExactly(place, entry.size);
  }
  throw new WheelworksError('file/not-found', `${entry.path} of ${root} is gone.`, { path: root });
}

/** As many bytes as were counted: a file of /proc that lies about its size must not be read for ever. */
async function readExactly(path: string, size: number): Promise<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    const bytes = Buffer.allocUnsafeSlow(size);
    let done = 0;
    while (done < size) {
      const { bytesRead } = await handle.read(bytes, done, size - done, done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  } catch (error) {
    throw fileError(error, path);
  } finally {
    await handle?.close();
  }
}

function linkLoop(path: string): WheelworksError {
  return new WheelworksError(
    'distro/link-loop',
    `${path} of a root leads through more than ${MOST_LINKS} links.`,
    { path, hint: 'The links go in a circle; unpack the root again.' },
  );
}
