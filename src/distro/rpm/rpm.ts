/** The packages of rpm, from whichever of its three databases a root has. */
import { posix } from 'node:path';
import { WheelworksError } from '../../support/errors.ts';
import { isLicenseExpression } from '../copyright.ts';
import type { OsRelease } from '../os-release.ts';
import type { SystemPackage } from '../package.ts';
import { packageUrl } from '../purl.ts';
import type { RootView } from '../root-view.ts';
import { berkeleyValues, isBerkeleyHash } from './berkeley.ts';
import { RPM_TAG, readRpmHeader, type RpmHeader } from './header.ts';
import { isNdb, ndbValues } from './ndb.ts';
import { isSqlite, sqliteValues } from './sqlite.ts';

/** Where distributions keep it: Fedora, openSUSE and RHEL 10; everybody before; images that are updated as a whole. */
const FOLDERS: readonly string[] = ['/usr/lib/sysimage/rpm', '/var/lib/rpm', '/usr/share/rpm'];
const FILES: readonly string[] = ['rpmdb.sqlite', 'Packages.db', 'Packages'];

/**
 * The owners of some files, by the wanted paths.
 * @param wanted every spelling of a path, to the path
 * @throws WheelworksError `distro/damaged-database`.
 */
export async function rpmOwners(
  root: RootView,
  wanted: ReadonlyMap<string, string>,
  release: OsRelease | undefined,
): Promise<ReadonlyMap<string, SystemPackage>> {
  const owners = new Map<string, SystemPackage>();
  const names = new Set([...wanted.keys()].map((path) => posix.basename(path)));
  for (const blob of await installedHeaders(root)) {
    const header = readRpmHeader(blob.bytes, blob.path);
    const paths = filesOf(header, names).flatMap((path) => wanted.get(path) ?? []);
    const unowned = paths.filter((path) => !owners.has(path));
    if (unowned.length === 0) continue;
    const owner = await describe(root, header, release);
    for (const path of unowned) owners.set(path, owner);
  }
  return owners;
}

interface Blob {
  readonly bytes: Uint8Array;
  /** Of the database. */
  readonly path: string;
}

/** An empty one may stand beside the one in use: rpm makes it when it is asked for anything. */
async function installedHeaders(root: RootView): Promise<readonly Blob[]> {
  for (const folder of FOLDERS) {
    for (const file of FILES) {
      const place = `${folder}/${file}`;
      const bytes = await root.read(place);
      if (bytes === undefined || bytes.length === 0) continue;
      const log = (await root.read(`${place}-wal`)) ?? new Uint8Array(0);
      const path = root.place(place);
      const blobs = [...valuesOf(bytes, log, path)]
        // What Berkeley DB keeps beside the headers: the number of the next one.
        .filter(({ length }) => length > 16)
        .map((value) => ({ bytes: value, path }));
      if (blobs.length > 0) return blobs;
    }
  }
  return [];
}

function valuesOf(bytes: Uint8Array, log: Uint8Array, path: string): Iterable<Uint8Array> {
  if (isSqlite(bytes)) return sqliteValues(bytes, log, path);
  if (isNdb(bytes)) return ndbValues(bytes, path);
  if (isBerkeleyHash(bytes)) return berkeleyValues(bytes, path);
  throw new WheelworksError(
    'distro/damaged-database',
    `${path} is no database of rpm that is known.`,
    { path, hint: 'Let `rpm --rebuilddb` write it anew.' },
  );
}

/** Normal, and shared over the network; others were replaced by those of another package, or never installed. */
const STATES_THERE: ReadonlySet<number> = new Set([0, 3]);
const LICENSE_FLAG = 1 << 7;

/** The paths whose last part is one of the names. */
function filesOf(header: RpmHeader, names: ReadonlySet<string>): readonly string[] {
  const states = header.numbers(RPM_TAG.fileStates);
  const isThere = (index: number): boolean => STATES_THERE.has(states[index] ?? 0);
  return pathsOf(header, (name) => names.has(name)).flatMap(({ path, index }) =>
    isThere(index) ? [path] : [],
  );
}

function pathsOf(
  header: RpmHeader,
  isWanted: (name: string, index: number) => boolean,
): readonly { readonly path: string; readonly index: number }[] {
  const basenames = header.texts(RPM_TAG.basenames);
  // Before rpm 4 paths stood whole.
  if (basenames.length === 0)
    return header
      .texts(RPM_TAG.oldFilenames)
      .flatMap((path, index) => (isWanted(posix.basename(path), index) ? [{ path, index }] : []));
  const wanted = basenames.flatMap((name, index) =>
    isWanted(name, index) ? [{ name, index }] : [],
  );
  if (wanted.length === 0) return [];
  const folders = header.texts(RPM_TAG.dirNames);
  const folderOf = header.numbers(RPM_TAG.dirIndexes);
  return wanted.flatMap(({ name, index }) => {
    const folder = folders[folderOf[index] ?? -1];
    return folder === undefined ? [] : [{ path: folder + name, index }];
  });
}

async function describe(
  root: RootView,
  header: RpmHeader,
  release: OsRelease | undefined,
): Promise<SystemPackage> {
  const text = (tag: number): string => header.text(tag) ?? '';
  const [epoch] = header.numbers(RPM_TAG.epoch);
  const plain = `${text(RPM_TAG.version)}-${text(RPM_TAG.release)}`;
  const base = {
    manager: 'rpm',
    name: text(RPM_TAG.name),
    version: epoch === undefined ? plain : `${epoch}:${plain}`,
    architecture: text(RPM_TAG.arch),
  } as const;
  const license = header.text(RPM_TAG.license);
  return {
    ...base,
    source: sourceOf(header.text(RPM_TAG.sourceRpm)),
    license:
      license === undefined ? undefined : { text: license, isSpdx: isLicenseExpression(license) },
    licenseFiles: await licenseFilesOf(root, header),
    homepage: header.text(RPM_TAG.url),
    purl: packageUrl(base, release),
  };
}

/** `curl-7.76.1-29.el9.src.rpm`. */
function sourceOf(file: string | undefined): SystemPackage['source'] {
  const [, name, version] = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(file ?? '') ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}

/** Those that the package itself marks as such. */
async function licenseFilesOf(root: RootView, header: RpmHeader): Promise<readonly string[]> {
  const flags = header.numbers(RPM_TAG.fileFlags);
  const marked = pathsOf(header, (_, index) => ((flags[index] ?? 0) & LICENSE_FLAG) !== 0);
  const files: string[] = [];
  for (const { path } of marked) {
    const entry = await root.resolve(path);
    if (entry?.kind === 'file') files.push(root.place(entry.path));
  }
  return files.sort();
}
