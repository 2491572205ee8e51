import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join, posix, win32 } from 'node:path';
import { writeFileAtomic } from './atomic-file.ts';
import { systemErrorCode } from './errors.ts';
import { hashFile, sha256 } from './hash.ts';
import type { EventSink } from './progress/events.ts';

/** What decides where a user's caches are; a plain value, so that every platform's answer can be had on any. */
export interface CacheHost {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
}

/**
 * The folder of wheelworks' cache: below `XDG_CACHE_HOME` or `~/.cache` (XDG Base Directory Specification 0.8),
 * `~/Library/Caches` on macOS, `LOCALAPPDATA` on Windows.
 */
export function cacheDirectory(host: CacheHost): string {
  const { platform, env, home } = host;
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA'];
    const base = local === undefined || local === '' ? win32.join(home, 'AppData', 'Local') : local;
    return win32.join(base, 'wheelworks', 'Cache');
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Caches', 'wheelworks');
  const xdg = env['XDG_CACHE_HOME'];
  // The specification: a relative path is invalid and to be ignored.
  const base = xdg !== undefined && posix.isAbsolute(xdg) ? xdg : posix.join(home, '.cache');
  return posix.join(base, 'wheelworks');
}

/**
 * Results kept between runs under a key that names everything they depend on. A cache is never needed: an entry that
 * is missing, damaged or of another shape is a miss, and a folder that cannot be used is a cache that keeps nothing.
 * No method throws.
 */
export interface Cache {
  readonly directory: string;
  readText(key: string): Promise<string | undefined>;
  writeText(key: string, text: string): Promise<void>;
  /** `parse` makes sense of the value; what it throws makes the entry a miss. */
  readJson<Value>(key: string, parse: (value: unknown) => Value): Promise<Value | undefined>;
  writeJson(key: string, value: unknown): Promise<void>;
  /** The path of a verified file; to be read, never changed. */
  findFile(key: string): Promise<string | undefined>;
  /** Keeps a copy of the file at `source`; its path in the cache, or undefined when it could not be kept. */
  storeFile(key: string, source: string): Promise<string | undefined>;
}

/** Entries of another layout are not found, rather than misread. */
const LAYOUT = 'v1';

/**
 * A cache in a folder, which is made when first written to. An entry is a file named by the SHA-256 of its key, sealed
 * by a second one that holds the SHA-256 of its contents; both are written atomically. Problems are told to `sink`
 * once, as a warning.
 */
export function openCache(directory: string, sink: EventSink): Cache {
  let reported = false;
  let writable = true;
  const report = (error: unknown, doing: 'read' | 'written'): void => {
    if (reported) return;
    reported = true;
    const reason = systemErrorCode(error) ?? (error instanceof Error ? error.message : 'unknown');
    const message = `The cache in ${directory} cannot be ${doing} (${reason}); the work is done without it.`;
    sink({ type: 'note', level: 'warning', message });
  };
  const tryRead = async <Value>(
    read: () => Promise<Value | undefined>,
  ): Promise<Value | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!isAbsence(error)) report(error, 'read');
      return undefined;
    }
  };
  /** Once it has failed it is not tried again: a full disk would fail every time, and slowly. */
  const tryStore = async (
    key: string,
    write: (path: string) => Promise<void>,
  ): Promise<string | undefined> => {
    if (!writable) return undefined;
    try {
      return await store(entryFor(directory, key), write);
    } catch (error) {
      writable = false;
      report(error, 'written');
      return undefined;
    }
  };

  const readText = (key: string): Promise<string | undefined> =>
    tryRead(async () => {
      const entry = entryFor(directory, key);
      const bytes = await readFile(entry.value);
      return sha256(bytes) === (await readSeal(entry)) ? bytes.toString('utf8') : undefined;
    });
  const writeText = async (key: string, text: string): Promise<void> => {
    await tryStore(key, async (path) => {
      await writeFileAtomic(path, (handle) => handle.writeFile(text), { flush: false });
    });
  };
  return {
    directory,
    readText,
    writeText,
    async readJson(key, parse) {
      const text = await readText(key);
      if (text === undefined) return undefined;
      try {
        return parse(JSON.parse(text));
      } catch {
        return undefined;
      }
    },
    writeJson: (key, value) => writeText(key, JSON.stringify(value)),
    findFile: (key) =>
      tryRead(async () => {
        const entry = entryFor(directory, key);
        const seal = await readSeal(entry);
        return (await hashFile(entry.value)).sha256 === seal ? entry.value : undefined;
      }),
    storeFile: (key, source) =>
      tryStore(key, async (path) => {
        await writeFileAtomic(path, (_, temporary) => copyFile(source, temporary), {
          flush: false,
        });
      }),
  };
}

interface Entry {
  readonly value: string;
  readonly seal: string;
}

function entryFor(directory: string, key: string): Entry {
  const name = sha256(key);
  // A folder for each of 256 beginnings keeps folders short enough for every file system.
  const value = join(directory, LAYOUT, name.slice(0, 2), name);
  return { value, seal: `${value}.sha256` };
}

async function readSeal(entry: Entry): Promise<string> {
  return (await readFile(entry.seal, 'latin1')).trim();
}

/** The value first: a run that ends in between leaves an entry whose seal does not fit, which is a miss. */
async function store(entry: Entry, write: (path: string) => Promise<void>): Promise<string> {
  await mkdir(dirname(entry.value), { recursive: true });
  await write(entry.value);
  const digest = (await hashFile(entry.value)).sha256;
  await writeFileAtomic(entry.seal, (handle) => handle.writeFile(`${digest}\n`), { flush: false });
  return entry.value;
}

function isAbsence(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return systemErrorCode(cause) === 'ENOENT';
}
