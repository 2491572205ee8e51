/** An installed CPython of this machine's disk, brought to where the device has it: everything below `usr/`. */
import { readdir } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import {
  contentOf,
  FileTree,
  readTree,
  readTreeEntry,
  type TreeFile,
} from '../../archive/tree/index.ts';
import { detectBinary } from '../../binary/detect.ts';
import { readElf, type ElfFile } from '../../binary/elf/index.ts';
import { WheelworksError, fileError, systemErrorCode } from '../../support/errors.ts';
import { builtinModules } from './builtin-modules.ts';
import { resolveLink } from '../bytecode/index.ts';
import type { PythonSeries } from './definition.ts';

export interface InstalledInterpreter {
  /** The program, its library, the standard library, headers; without `__pycache__` and installed projects. */
  readonly tree: FileTree;
  readonly series: PythonSeries;
  /** `3.13`. */
  readonly minor: string;
  /** `3.13.5`. */
  readonly version: string;
  /** `usr/lib/python3.13`. */
  readonly library: string;
  /** `usr/bin/python3.13`. */
  readonly program: string;
  /** As platform tags name it: `x86_64`. */
  readonly machine: string;
  readonly elf: ElfFile;
  /** The loader that the program asks for: `/lib/ld-musl-x86_64.so.1`. */
  readonly loader: string | undefined;
  /** Whether the program is linked to libpython, and does not hold it. */
  readonly isShared: boolean;
  /** Modules written in C that are part of the program or its library. */
  readonly builtins: ReadonlySet<string>;
  /** The program on this machine's disk, and the folder of its library. */
  readonly here: { readonly program: string; readonly libraries: string };
}

/**
 * Reads the CPython of a folder, which holds `usr/`, `usr/local/`, or `bin/` and `lib/` themselves. What else is in the
 * folder is not looked at.
 * @param minor the one to take where there are several
 * @throws WheelworksError `openwrt/no-cpython`, `openwrt/several-interpreters`, `openwrt/unknown-python-version`;
 *   `file/*`, `elf/*`.
 */
export async function readInterpreter(
  directory: string,
  { minor: wanted }: { readonly minor?: string | undefined } = {},
): Promise<InstalledInterpreter> {
  const { prefix, minor } = await findInterpreter(directory, wanted);
  const tree = await collect(join(directory, prefix), minor);
  const program = `usr/bin/python${minor}`;
  const elf = await elfOf(tree, program);
  if (elf === undefined)
    throw noInterpreter(directory, `${prefix}bin/python${minor} is no program`);
  const shared = await sharedLibrary(tree, elf);
  const code = shared ?? elf;
  return {
    tree,
    series: minor.startsWith('2.') ? 'python' : 'python3',
    minor,
    version: await versionOf(tree, code, { minor, directory }),
    library: `usr/lib/python${minor}`,
    program,
    machine: elf.machine.name,
    elf,
    loader: elf.interpreter,
    isShared: shared !== undefined,
    builtins: builtinModules(code, minor),
    here: {
      program: resolve(directory, prefix, `bin/python${minor}`),
      libraries: resolve(directory, prefix, 'lib'),
    },
  };
}

const PREFIXES = ['usr/', '', 'usr/local/'];
const LIBRARY = /^python(\d\.\d+)$/;

async function findInterpreter(
  directory: string,
  wanted: string | undefined,
): Promise<{ prefix: string; minor: string }> {
  for (const prefix of PREFIXES) {
    const names = await namesIn(join(directory, prefix, 'bin'));
    const minors = names.flatMap((name) => LIBRARY.exec(name)?.[1] ?? []);
    const found: string[] = [];
    for (const minor of minors) {
      const library = await namesIn(join(directory, prefix, 'lib', `python${minor}`));
      if (library.includes('os.py')) found.push(minor);
    }
    const [minor, ...others] =
      wanted === undefined ? found : found.filter((each) => each === wanted);
    if (minor === undefined) {
      if (found.length > 0)
        throw noInterpreter(directory, `of Python ${String(wanted)}; there is ${found.join(', ')}`);
      continue;
    }
    if (others.length > 0) throw severalInterpreters(directory, found);
    return { prefix, minor };
  }
  throw noInterpreter(
    directory,
    `bin/python3.X beside lib/python3.X/os.py in none of ${PREFIXES.map((each) => each || '.').join(', ')}`,
  );
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return [];
    throw fileError(error, folder);
  }
}

/** What belongs to an interpreter below its prefix, put below `usr/`. */
async function collect(prefix: string, minor: string): Promise<FileTree> {
  const tree = new FileTree();
  await addFiles(tree, join(prefix, 'bin'), {
    to: 'usr/bin',
    name: /^python[\d.]*(?:[dmu]*-config)?$/,
  });
  const libraries = { to: 'usr/lib', name: /^libpython\d[^/]*\.so[\d.]*$/ };
  await addFiles(tree, join(prefix, 'lib'), libraries);
  // Debian and those after it have a folder for each architecture; a device has one.
  for (const name of await namesIn(join(prefix, 'lib')))
    if (MULTIARCH.test(name)) await addFiles(tree, join(prefix, 'lib', name), libraries);
  const descriptions = { to: 'usr/lib/pkgconfig', name: /^python.*\.pc$/ };
  await addFiles(tree, join(prefix, 'lib/pkgconfig'), descriptions);
  await addFolder(tree, join(prefix, 'lib', `python${minor}`), `usr/lib/python${minor}`);
  for (const name of await namesIn(join(prefix, 'include')))
    if (name.startsWith(`python${minor}`))
      await addFolder(tree, join(prefix, 'include', name), `usr/include/${name}`);
  return withoutDangling(tree);
}

/** Distributions link to what they keep elsewhere, such as /etc. */
function withoutDangling(tree: FileTree): FileTree {
  return FileTree.from(
    tree
      .entries()
      .filter(([path, { kind }]) => kind !== 'symlink' || resolveLink(tree, path) !== undefined),
  );
}

const MULTIARCH = /^[\w]+-linux-\w+$/;

async function addFiles(
  tree: FileTree,
  from: string,
  { to, name: pattern }: { readonly to: string; readonly name: RegExp },
): Promise<void> {
  for (const name of await namesIn(from)) {
    if (!pattern.test(name) || tree.has(`${to}/${name}`)) continue;
    const file = join(from, name);
    const entry = await readTreeEntry(file).catch((error: unknown) => {
      throw fileError(error, file);
    });
    if (entry.kind !== 'directory') tree.set(`${to}/${name}`, entry);
  }
}

/** Projects that were installed into the interpreter are none of its own, and bytecode is made anew. */
async function addFolder(tree: FileTree, from: string, to: string): Promise<void> {
  if ((await namesIn(from)).length === 0) return;
  const found = await readTree(from);
  for (const [path, entry] of found.entries()) {
    const isForeign = /^(?:site|dist)-packages\/./.test(path);
    if (!isForeign && !isMade(path, found)) tree.set(`${to}/${path}`, entry);
  }
}

/** Bytecode that the installation made; Python 2 has it beside the sources, and an optimized one that nothing imports here. */
function isMade(path: string, tree: FileTree): boolean {
  if (/(?:^|\/)__pycache__(?:\/|$)/.test(path) || path.endsWith('.pyo')) return true;
  return path.endsWith('.pyc') && tree.has(path.slice(0, -1));
}

async function elfOf(tree: FileTree, path: string): Promise<ElfFile | undefined> {
  const entry = fileAt(tree, path);
  if (entry === undefined) return undefined;
  const bytes = await contentOf(entry);
  return detectBinary(bytes) === 'elf' ? readElf(bytes, { path }) : undefined;
}

function fileAt(tree: FileTree, path: string): TreeFile | undefined {
  const entry = tree.get(path);
  if (entry?.kind === 'file') return entry;
  if (entry?.kind !== 'symlink' || entry.target.includes('/')) return undefined;
  return fileAt(tree, posix.join(posix.dirname(path), entry.target));
}

async function sharedLibrary(tree: FileTree, program: ElfFile): Promise<ElfFile | undefined> {
  const name = program.needed.find((each) => each.startsWith('libpython'));
  return name === undefined ? undefined : elfOf(tree, `usr/lib/${name}`);
}

/** The headers say it; without them it is a text in the code, the one that `sys.version` begins with. */
async function versionOf(
  tree: FileTree,
  { bytes }: ElfFile,
  { minor, directory }: { readonly minor: string; readonly directory: string },
): Promise<string> {
  const number = `${minor.replace('.', String.raw`\.`)}\\.\\d+(?:(?:a|b|rc)\\d+)?`;
  const header = fileAt(tree, `usr/include/python${minor}/patchlevel.h`);
  const said = header === undefined ? '' : Buffer.from(await contentOf(header)).toString('latin1');
  const code = Buffer.from(bytes.range(0, bytes.size, 'code')).toString('latin1');
  const version =
    new RegExp(`^#define PY_VERSION\\s+"(${number})`, 'm').exec(said)?.[1] ??
    new RegExp(`(?<![\\d.])(${number})\\+?(?: \\(|\\0)`).exec(code)?.[1];
  if (version !== undefined) return version;
  throw new WheelworksError(
    'openwrt/unknown-python-version',
    `The version of the Python ${minor} in ${directory} cannot be told.`,
    {
      path: directory,
      evidence: `no text ${minor}.N in the code of the interpreter`,
      hint: 'Give the whole installed tree: the program, and the libpython that it is linked to.',
    },
  );
}

function noInterpreter(directory: string, evidence: string): WheelworksError {
  return new WheelworksError('openwrt/no-cpython', `${directory} holds no installed CPython.`, {
    path: directory,
    evidence,
    hint: 'Give the folder that `make install DESTDIR=...` filled, or the prefix that holds bin and lib.',
  });
}

function severalInterpreters(directory: string, found: readonly string[]): WheelworksError {
  return new WheelworksError(
    'openwrt/several-interpreters',
    `${directory} holds Python ${found.join(' and ')}.`,
    {
      path: directory,
      hint: 'Say which with --python-version.',
    },
  );
}
