/** What the repairs of several wheels share: libraries are searched, read and hashed once. */
import type { FactsCache, LibrarySource } from '../audit/index.ts';
import { openPackageDatabase, type PackageDatabase, type SystemPackage } from '../distro/index.ts';
import { hashFile } from '../support/hash.ts';
import { refuseSharedOutputs } from '../wheel/index.ts';

/** Where libraries come from. */
export interface RepairSources {
  readonly libraries: LibrarySource;
  readonly facts: FactsCache;
  /** The folder that the libraries of another system lie in; its package database is asked for what lies there. */
  readonly sysroot?: string;
  /** Version of this program, for bills of materials. */
  readonly toolVersion: string;
}

/** A run of repairs. */
export interface RepairSession {
  readonly libraries: LibrarySource;
  readonly facts: FactsCache;
  readonly toolVersion: string;
  /** SHA-256 of a file on this machine, in hex. @throws WheelworksError `file/*`. */
  hashFile(path: string): Promise<string>;
  /** The packages that files on this machine belong to; those that no package has are left out. */
  ownersOf(paths: readonly string[]): Promise<ReadonlyMap<string, SystemPackage>>;
  /** Grafted libraries that are compressed already in a wheel of this run, by what they are. */
  readonly shipped: Map<string, { readonly wheel: string; readonly member: string }>;
  /**
   * Notes that a wheel will be written to a place.
   * @throws WheelworksError `wheel/shared-output` when another wheel of this run is written there.
   */
  claim(output: string, path: string): void;
}

/** Starts a run; nothing is read yet. */
export function openRepairSession(sources: RepairSources): RepairSession {
  const { libraries, facts, sysroot, toolVersion } = sources;
  const hashes = new Map<string, Promise<string>>();
  const outputs = new Map<string, string>();
  const databases = new Map<string, PackageDatabase>();
  const databaseOf = (root: string): PackageDatabase => {
    const known = databases.get(root) ?? openPackageDatabase(root);
    databases.set(root, known);
    return known;
  };
  const rootOf = (path: string): string =>
    sysroot !== undefined && path.startsWith(`${sysroot}/`) ? sysroot : '';
  return {
    libraries,
    facts,
    toolVersion,
    hashFile(path) {
      const known = hashes.get(path) ?? hashFile(path).then(({ sha256 }) => sha256);
      hashes.set(path, known);
      return known;
    },
    async ownersOf(paths) {
      const owners = new Map<string, SystemPackage>();
      for (const root of new Set(paths.map(rootOf))) {
        const here = paths.filter((path) => rootOf(path) === root);
        for (const [path, owner] of await databaseOf(root).ownersOf(here)) owners.set(path, owner);
      }
      return owners;
    },
    shipped: new Map(),
    claim(output, path) {
      const planned = [...outputs].map(([place, input]) => ({ path: input, output: place }));
      refuseSharedOutputs([...planned.filter((each) => each.path !== path), { path, output }]);
      outputs.set(output, path);
    },
  };
}
