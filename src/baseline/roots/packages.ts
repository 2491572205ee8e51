/**
 * Which package of a root a file belongs to, from the records of dpkg and apk. Those of rpm are a database of its own kind, which
 * is not read.
 */
import { mapParallel } from '../../support/parallel.ts';
import type { RootView } from './root-view.ts';

/** A package as its distribution names it. */
export interface OwningPackage {
  readonly package: string;
  readonly packageVersion: string;
}

/** The owners of some files, by the paths given; files without a known owner are left out. */
export async function findOwners(
  root: RootView,
  paths: readonly string[],
): Promise<ReadonlyMap<string, OwningPackage>> {
  const wanted = new Map(paths.flatMap((path) => spellings(path).map((name) => [name, path])));
  const owners = new Map<string, OwningPackage>();
  await searchDpkg(root, wanted, owners);
  if (owners.size === 0) await searchApk(root, wanted, owners);
  return owners;
}

/** Since /lib is a link to /usr/lib, packages record either. */
function spellings(path: string): string[] {
  return path.startsWith('/usr/') ? [path, path.slice('/usr'.length)] : [path, `/usr${path}`];
}

type Owners = Map<string, OwningPackage>;

async function searchDpkg(
  root: RootView,
  wanted: ReadonlyMap<string, string>,
  owners: Owners,
): Promise<void> {
  const folder = '/var/lib/dpkg/info';
  const lists = (await root.list(folder)).filter((name) => name.endsWith('.list'));
  if (lists.length === 0) return;
  const versions = await dpkgVersions(root);
  await mapParallel(lists, 16, async (name) => {
    const text = await readText(root, `${folder}/${name}`);
    const version = versions.get(name.slice(0, -'.list'.length));
    if (version === undefined) return;
    for (const line of text.split('\n')) {
      const path = wanted.get(line);
      if (path !== undefined) owners.set(path, version);
    }
  });
}

/** By the name that the list of files has: `libc6:amd64` where a package can be there for several architectures. */
async function dpkgVersions(root: RootView): Promise<ReadonlyMap<string, OwningPackage>> {
  const versions = new Map<string, OwningPackage>();
  const text = await readText(root, '/var/lib/dpkg/status');
  for (const stanza of text.split('\n\n')) {
    const [name, architecture, version] = ['Package', 'Architecture', 'Version'].map(
      (field) => new RegExp(`^${field}: (.*)$`, 'm').exec(stanza)?.[1],
    );
    if (name === undefined || version === undefined) continue;
    const owner = { package: name, packageVersion: version };
    versions.set(`${name}:${architecture ?? ''}`, owner);
    if (!versions.has(name)) versions.set(name, owner);
  }
  return versions;
}

/** Stanzas of one-letter fields: P package, V version, F folder, R file in it (apk's installed database). */
async function searchApk(
  root: RootView,
  wanted: ReadonlyMap<string, string>,
  owners: Owners,
): Promise<void> {
  for (const place of ['/lib/apk/db/installed', '/usr/lib/apk/db/installed']) {
    const text = await readText(root, place);
    let owner = { package: '', packageVersion: '' };
    let folder = '';
    for (const line of text.split('\n')) {
      const value = line.slice(2);
      if (line.startsWith('P:')) owner = { package: value, packageVersion: '' };
      else if (line.startsWith('V:')) owner = { ...owner, packageVersion: value };
      else if (line.startsWith('F:')) folder = value;
      else if (line.startsWith('R:')) {
        const path = wanted.get(`/${folder}/${value}`);
        if (path !== undefined) owners.set(path, owner);
      }
    }
    if (text !== '') return;
  }
}

async function readText(root: RootView, path: string): Promise<string> {
  const bytes = await root.read(path);
  return bytes === undefined ? '' : Buffer.from(bytes).toString('utf8');
}
