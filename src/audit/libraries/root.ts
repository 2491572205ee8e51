/** A file system that libraries are looked for in: this machine's own, or one that lies in a folder of it. */
import { lstat, open, readdir, readlink, realpath, stat } from 'node:fs/promises';

/** A root and everything below it. Paths begin with `/` and mean what they would mean to a program started there. */
export interface Root {
  /** The folder of this machine that is `/` there; empty for this machine's own. */
  readonly folder: string;
  /** Where a regular file really is on this machine, every symbolic link followed; undefined when none is there. */
  realFile(path: string): Promise<string | undefined>;
  /** The names in a folder, sorted; none when there is no such folder. */
  list(path: string): Promise<readonly string[]>;
  /** A small text file; undefined when none is there. */
  readText(path: string): Promise<string | undefined>;
}

/** This machine's own file system. */
export function machineRoot(): Root {
  return rootOf('', (path) => realpath(path).catch(() => undefined));
}

/** The root in a folder. A symbolic link in it never leads out of it, as after chroot(2). `folder` must be real. */
export function folderRoot(folder: string): Root {
  const linkAt = remember((path: string) => entryAt(folder + path));
  return rootOf(folder, async (path) => {
    const inside = await follow(path, linkAt);
    return inside === undefined ? undefined : folder + inside;
  });
}

/** A configuration file is some lines long; more would be no such file. */
const LARGEST_TEXT = 1 << 20;

function rootOf(folder: string, resolve: (path: string) => Promise<string | undefined>): Root {
  const realFile = remember(async (path: string) => {
    const real = await resolve(path);
    const found = real === undefined ? undefined : await stat(real).catch(() => undefined);
    return found?.isFile() === true ? real : undefined;
  });
  const list = remember(async (path: string): Promise<readonly string[]> => {
    const real = await resolve(path);
    const names = real === undefined ? [] : await readdir(real).catch(() => []);
    return names.sort();
  });
  const readText = async (path: string): Promise<string | undefined> => {
    const real = await realFile(path);
    return real === undefined ? undefined : readSmallText(real).catch(() => undefined);
  };
  return { folder, realFile, list, readText };
}

async function readSmallText(path: string): Promise<string | undefined> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    return size > LARGEST_TEXT ? undefined : await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** What a path ends in: the text of a symbolic link, or something else that is there. */
type Entry = { readonly link: string | undefined } | undefined;

async function entryAt(path: string): Promise<Entry> {
  try {
    const found = await lstat(path);
    return { link: found.isSymbolicLink() ? await readlink(path) : undefined };
  } catch {
    return undefined;
  }
}

/** As many as Linux follows: path_resolution(7). */
const MOST_LINKS = 40;

/** Resolves a path part by part as a kernel does; `..` of the root is the root. */
async function follow(
  path: string,
  entryOf: (path: string) => Promise<Entry>,
): Promise<string | undefined> {
  const pending = path.split('/').reverse();
  let done: string[] = [];
  let links = 0;
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      done.pop();
      continue;
    }
    const entry = await entryOf(`/${[...done, part].join('/')}`);
    if (entry === undefined) return undefined;
    if (entry.link === undefined) {
      done.push(part);
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) return undefined;
    if (entry.link.startsWith('/')) done = [];
    pending.push(...entry.link.split('/').reverse());
  }
  return `/${done.join('/')}`;
}

/** Asks once for each path: the libraries of many wheels are looked for in the same few folders. */
function remember<Result>(
  ask: (path: string) => Promise<Result>,
): (path: string) => Promise<Result> {
  const answers = new Map<string, Promise<Result>>();
  return (path) => {
    const known = answers.get(path);
    if (known !== undefined) return known;
    const answer = ask(path);
    answers.set(path, answer);
    return answer;
  };
}
