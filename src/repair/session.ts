/** What the repairs of several wheels share: libraries are searched, read and hashed once. */
import type { FactsCache, LibrarySource, NativeFacts } from '../audit/index.ts';
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

/** A grafted library in a wheel that this run has written. */
export interface ReusableGraft {
  readonly wheel: string;
  readonly member: string;
  /** Hex, of the library as it was shipped. */
  readonly sha256: string;
  readonly crc32: number;
  /** Bytes. */
  readonly size: number;
  readonly facts: NativeFacts;
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
  /** Grafted libraries that a wheel of this run has already, made, compressed and verified: see `reuse.ts`. */
  readonly shipped: Map<string, ReusableGraft>;
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
