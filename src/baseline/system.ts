/** Reads the systems that a root holds: one for each architecture and C library. */
import { basename } from 'node:path/posix';
import type { Libc } from '../platform/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { glibcVersion, muslVersion, type LibcVersion } from './libc-version.ts';
import type { BaselineDistribution } from './model.ts';
import { readLibrary, type LibraryFacts } from './read-library.ts';
import {
  findLibraries,
  GLIBC_LIBC,
  isGlibcLoader,
  MUSL_LIBC,
  type FoundLibrary,
} from './roots/find-libraries.ts';
import { openRoot, packageOwners, readDistribution, type SystemPackage } from '../distro/index.ts';

/** What one root has for one architecture and C library. */
export interface RootSystem {
  /** The root as it was given. */
  readonly root: string;
  readonly distribution: BaselineDistribution | undefined;
  readonly architecture: string;
  readonly libc: Libc;
  readonly libcVersion: readonly [number, number];
  readonly libcBanner: string | undefined;
  readonly loader: string;
  /** By soname; the C library and the loader among them. */
  readonly libraries: ReadonlyMap<string, LibraryFacts>;
  /** By the path of a library. */
  readonly owners: ReadonlyMap<string, SystemPackage>;
}

/** A file that was left aside. */
export interface UnreadLibrary {
  readonly soname: string;
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** Everything that a root holds. */
export interface RootContents {
  readonly systems: readonly RootSystem[];
  readonly unread: readonly UnreadLibrary[];
}

/**
 * Reads the libraries of some names from a root, and its C libraries and loaders.
 * @throws WheelworksError `distro/no-root`, `baseline/no-libc`, `distro/link-loop`, `baseline/too-large`, `file/*`.
 */
export async function readRoot(path: string, wanted: ReadonlySet<string>): Promise<RootContents> {
  const root = await openRoot(path);
  const read: ReadFile[] = [];
  const unread: UnreadLibrary[] = [];
  for (const found of await findLibraries(root, wanted)) {
    const bytes = await root.read(found.realPath);
    if (bytes === undefined) continue;
    const result = attempt(found, bytes);
    if ('code' in result) unread.push(result);
    else read.push(result);
  }
  const distribution = await readDistribution(root);
  const owners = await packageOwners(
    root,
    read.map(({ facts }) => facts.path),
  );
  const systems = read.flatMap((file) => {
    if (file.libc === undefined) return [];
    return [systemOf(file, { root: path, distribution, owners, files: read, libc: file.libc })];
  });
  if (systems.length === 0) throw noLibc(path, unread);
  return { systems: withoutRepeats(systems), unread };
}

interface ReadFile {
  readonly found: FoundLibrary;
  readonly facts: LibraryFacts;
  /** Set when the file is a C library. */
  readonly libc: LibcVersion | undefined;
}

function attempt(found: FoundLibrary, bytes: Uint8Array): ReadFile | UnreadLibrary {
  const { soname, realPath: path } = found;
  try {
    const facts = readLibrary(bytes, { soname, path });
    const isGlibc = soname === GLIBC_LIBC;
    const libc = isGlibc
      ? glibcVersion(facts, bytes)
      : soname === MUSL_LIBC
        ? muslVersion(bytes)
        : undefined;
    if (libc === undefined && (isGlibc || soname === MUSL_LIBC))
      throw new WheelworksError(
        'baseline/unknown-libc',
        `${path} has the name of a C library and does not say its version.`,
        { path },
      );
    return { found, facts, libc };
  } catch (error) {
    // One bad file does not spoil the rest; the report names it.
    if (!(error instanceof WheelworksError)) throw error;
    return { soname, path, code: error.code, message: error.message };
  }
}

interface SystemSource {
  readonly root: string;
  readonly distribution: BaselineDistribution | undefined;
  readonly owners: ReadonlyMap<string, SystemPackage>;
  readonly files: readonly ReadFile[];
  readonly libc: LibcVersion;
}

function systemOf({ found, facts }: ReadFile, source: SystemSource): RootSystem {
  const libc = found.soname === MUSL_LIBC ? 'musl' : 'glibc';
  const { architecture } = facts;
  const libraries = new Map<string, LibraryFacts>();
  for (const { facts: library } of source.files) {
    const isOurs =
      library === facts ||
      (library.architecture === architecture &&
        library.soname !== found.soname &&
        (library.libc ?? libcByName(library.soname)) === libc);
    // The first found is the one that the loader takes.
    if (isOurs && !libraries.has(library.soname)) libraries.set(library.soname, library);
  }
  return {
    root: source.root,
    distribution: source.distribution,
    architecture,
    libc,
    libcVersion: source.libc.version,
    libcBanner: source.libc.banner,
    loader: loaderOf(found, facts, libraries),
    libraries,
    owners: source.owners,
  };
}

/** Libraries that need none, such as glibc's loader, are taken for glibc's. */
function libcByName(soname: string): Libc {
  return soname === MUSL_LIBC ? 'musl' : 'glibc';
}

function loaderOf(
  found: FoundLibrary,
  facts: LibraryFacts,
  libraries: ReadonlyMap<string, LibraryFacts>,
): string {
  // musl's programs name /lib, wherever a merged /usr has the file.
  if (found.soname === MUSL_LIBC) return `/lib/${basename(found.path)}`;
  if (facts.interpreter !== undefined) return facts.interpreter;
  const loader = [...facts.needed, ...libraries.keys()].find(isGlibcLoader);
  return `/lib/${loader ?? 'ld.so.1'}`;
}

/** A C library under two paths, as after an upgrade, is one system: that of the first. */
function withoutRepeats(systems: readonly RootSystem[]): RootSystem[] {
  const kept = new Map<string, RootSystem>();
  for (const system of systems) {
    const key = kindOf(system);
    if (!kept.has(key)) kept.set(key, system);
  }
  return [...kept.values()];
}

/**
 * What systems must share to have a baseline in common. The loader is part of it: LoongArch's old and new world have the
 * same name and not the same ABI.
 */
export function kindOf({ architecture, libc, loader }: RootSystem): string {
  return `${architecture} ${libc} ${basename(loader)}`;
}

function noLibc(path: string, unread: readonly UnreadLibrary[]): WheelworksError {
  const first = unread.find(({ soname }) => soname === GLIBC_LIBC || soname === MUSL_LIBC);
  return new WheelworksError(
    'baseline/no-libc',
    `${path} has no C library that can be read: neither libc.so.6 of glibc nor ld-musl-*.so.1.`,
    {
      path,
      hint: 'A baseline starts from the C library: unpack its package (libc6, glibc, musl) into the folder too.',
      ...(first === undefined ? {} : { evidence: `${first.path}: ${first.message}` }),
    },
  );
}
