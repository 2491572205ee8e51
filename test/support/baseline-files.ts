import type { BaselineFile, BaselineLibrary, BaselineVersion } from '../../src/baseline/index.ts';

/** What a made baseline has under a version: symbols, and data with its size. */
export interface VersionPlan {
  readonly parents?: readonly string[];
  readonly symbols?: readonly string[];
  readonly hidden?: readonly string[];
  readonly objects?: Readonly<Record<string, number>>;
  readonly threadLocals?: Readonly<Record<string, number>>;
}

/** Soname to version to what it has. */
export type LibrariesPlan = Readonly<
  Record<string, Readonly<Record<string, VersionPlan | readonly string[]>>>
>;

/** A baseline without the trouble of a system that it comes from. */
export function baselineFile(
  libraries: LibrariesPlan,
  rest: Partial<Omit<BaselineFile, 'libraries'>> = {},
): BaselineFile {
  return {
    name: 'acme_1',
    libc: 'glibc',
    libcVersion: [2, 38],
    architecture: 'x86_64',
    abi: { class: 64, byteOrder: 'little', machine: 62 },
    loader: '/lib64/ld-linux-x86-64.so.2',
    deniedSymbols: new Map(),
    provenance: [],
    ...rest,
    libraries: new Map(
      Object.entries(libraries).map(([soname, versions]): [string, BaselineLibrary] => [
        soname,
        {
          needed: soname === 'libc.so.6' ? [] : ['libc.so.6'],
          versions: new Map(
            Object.entries(versions).map(([name, plan]) => [name, versionOf(plan)]),
          ),
        },
      ]),
    ),
  };
}

function versionOf(plan: VersionPlan | readonly string[]): BaselineVersion {
  const found: VersionPlan = 'length' in plan ? { symbols: plan } : plan;
  const { parents = [], symbols = [], hidden = [], objects = {}, threadLocals = {} } = found;
  return {
    parents,
    symbols: [...symbols, ...Object.keys(objects), ...Object.keys(threadLocals)].sort(),
    hidden,
    objects: new Map(Object.entries(objects)),
    threadLocals: new Map(Object.entries(threadLocals)),
  };
}
