import { constants } from 'node:fs';
import { access, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { SearchEnvironment } from './search-environment.ts';

/**
 * `python`, `python3`, `python3.13t`, `python_d`, `pypy3.11`, `graalpy`; not `python3-config`, not `pythonw`, which has no standard
 * output on Windows, nor macOS's `python3.12-intel64`, which is the same interpreter once more.
 */
const INTERPRETER_NAME = /^(?:python|pypy|graalpy)(?:\d+(?:\.\d+)?)?[dtm]{0,2}(?:-dbg|_d)?$/;

/** The entries of a folder, sorted; none when it is missing or may not be read. */
export async function listFolder(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort();
  } catch {
    return [];
  }
}

/** The sub-folders `folder/<entry>` as paths. */
export async function subfolders(folder: string): Promise<string[]> {
  return (await listFolder(folder)).map((entry) => join(folder, entry));
}

/** Whether `path` is a file this user may run. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false;
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The interpreters of one `bin` folder by their names, the most specific name first: of `python3` and `python3.12`
 * that are one file, `python3.12` is the one that still means the same tomorrow.
 */
export async function interpretersIn(folder: string, host: SearchEnvironment): Promise<string[]> {
  const names = (await listFolder(folder)).filter((name) => isInterpreterName(name, host));
  names.sort(
    (left, right) =>
      specificity(right) - specificity(left) ||
      left.length - right.length ||
      (left < right ? -1 : 1),
  );
  const paths = names.map((name) => join(folder, name));
  const usable = await Promise.all(
    paths.map(async (path) => (await isExecutable(path)) && !(await isShim(path))),
  );
  return paths.filter((_, index) => usable[index]);
}

/** The `m` of `python3.6m` says nothing that `python3.6` does not. */
function specificity(name: string): number {
  return name.replace(/m$/, '').length;
}

/** The interpreters of an installation or virtual environment, given its prefix. */
export async function interpretersOfPrefix(
  prefix: string,
  host: SearchEnvironment,
): Promise<string[]> {
  const folders =
    host.platform === 'win32' ? [prefix, join(prefix, 'Scripts')] : [join(prefix, 'bin')];
  return (await Promise.all(folders.map((folder) => interpretersIn(folder, host)))).flat();
}

/** The interpreters of several installations, in the order given. */
export async function interpretersOfPrefixes(
  prefixes: readonly string[],
  host: SearchEnvironment,
): Promise<string[]> {
  return (await Promise.all(prefixes.map((prefix) => interpretersOfPrefix(prefix, host)))).flat();
}

function isInterpreterName(name: string, host: SearchEnvironment): boolean {
  if (host.platform !== 'win32') return INTERPRETER_NAME.test(name);
  const lower = name.toLowerCase();
  return lower.endsWith('.exe') && INTERPRETER_NAME.test(lower.slice(0, -'.exe'.length));
}

/** Programs whose shims are named like an interpreter and run one, or fail, by the folder they are started in. */
const VERSION_MANAGERS = ['pyenv', 'asdf', 'mise', 'rtx', 'rye'];

/** `exec "/home/me/.pyenv/libexec/pyenv" exec "$program"`, `exec asdf exec "python"`. */
const SHIM_CALL = new RegExp(`\\b(?:${VERSION_MANAGERS.join('|')})["']? exec\\b`);

/** Enough for the few lines of a shim script. */
const SHIM_HEAD = 1024;

/**
 * Whether a file stands for an interpreter that a version manager will choose: a symbolic link to the manager's own
 * program, or a script that calls it. What it would run is found where the manager keeps it.
 */
export async function isShim(path: string): Promise<boolean> {
  try {
    const program = basename(await realpath(path)).replace(/\.exe$/i, '');
    if (VERSION_MANAGERS.includes(program)) return true;
    const head = await readHead(path);
    if (!head.startsWith('#!')) return false;
    return SHIM_CALL.test(head);
  } catch {
    return false;
  }
}

async function readHead(path: string): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(SHIM_HEAD);
    const { bytesRead } = await handle.read(bytes, 0, SHIM_HEAD, 0);
    return bytes.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
