/** Which package of a root a file belongs to, read from the package manager's own records. */
import { apkOwners } from './apk.ts';
import { dpkgOwners } from './dpkg.ts';
import { readDistribution } from './os-release.ts';
import type { SystemPackage } from './package.ts';
import { openRoot, type RootView } from './root-view.ts';
import { rpmOwners } from './rpm/rpm.ts';

/**
 * The owners of some files, by the paths given; files without a known owner are left out.
 * @param paths inside the root, every link followed
 */
export async function packageOwners(
  root: RootView,
  paths: readonly string[],
): Promise<ReadonlyMap<string, SystemPackage>> {
  const wanted = new Map(paths.flatMap((path) => spellings(path).map((name) => [name, path])));
  const release = await readDistribution(root);
  // A root has one of them in use; tools of another may be installed all the same.
  for (const ownersOf of [dpkgOwners, rpmOwners, apkOwners]) {
    const owners = await ownersOf(root, wanted, release);
    if (owners.size > 0) return owners;
  }
  return new Map();
}

/** Since /lib is a link to /usr/lib, packages record either. */
function spellings(path: string): string[] {
  return path.startsWith('/usr/') ? [path, path.slice('/usr'.length)] : [path, `/usr${path}`];
}

/** The package database of one root, read when it is first asked. */
export interface PackageDatabase {
  /** The owners of files on this machine, by their real paths; those that no package has are left out. */
  ownersOf(paths: readonly string[]): Promise<ReadonlyMap<string, SystemPackage>>;
}

/** @param folder the root: empty for this machine's own, else a folder by its real path */
export function openPackageDatabase(folder: string): PackageDatabase {
  let root: Promise<RootView> | undefined;
  const known = new Map<string, SystemPackage | undefined>();
  const learn = async (paths: readonly string[]): Promise<void> => {
    root ??= openRoot(folder === '' ? '/' : folder);
    const inside = paths.flatMap((path) =>
      path.startsWith(`${folder}/`) ? [path.slice(folder.length)] : [],
    );
    const owners = await packageOwners(await root, inside);
    for (const path of paths) known.set(path, owners.get(path.slice(folder.length)));
  };
  const inTurn = async (before: Promise<void>, paths: readonly string[]): Promise<void> => {
    await before;
    const unknown = [...new Set(paths)].filter((path) => !known.has(path));
    if (unknown.length > 0) await learn(unknown);
  };
  let last: Promise<void> = Promise.resolve();
  return {
    async ownersOf(paths) {
      // One question after the other: wheels that are repaired side by side ask for the same libraries.
      const turn = inTurn(last, paths);
      last = turn.catch(() => {});
      await turn;
      return new Map(
        paths.flatMap((path) => {
          const owner = known.get(path);
          return owner === undefined ? [] : [[path, owner] as const];
        }),
      );
    },
  };
}
