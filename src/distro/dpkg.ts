/**
 * The records of dpkg. Format: dpkg's own /var/lib/dpkg; deb-control(5) for the fields of `status`. Images without a shell keep
 * one file for each package in `status.d`.
 */
import { posix } from 'node:path';
import { mapParallel } from '../support/parallel.ts';
import { statedLicenses } from './copyright.ts';
import type { OsRelease } from './os-release.ts';
import type { SystemPackage } from './package.ts';
import { packageUrl } from './purl.ts';
import type { RootView } from './root-view.ts';
import { readText } from './text.ts';

const DATABASE = '/var/lib/dpkg';
const AT_ONCE = 16;
const BATCH = 64;

/** The owners of some files, by the wanted paths. @param wanted every spelling of a path, to the path */
export async function dpkgOwners(
  root: RootView,
  wanted: ReadonlyMap<string, string>,
  release: OsRelease | undefined,
): Promise<ReadonlyMap<string, SystemPackage>> {
  const owners = new Map<string, SystemPackage>();
  const lists = likelyFirst(await listsOf(root), wanted.keys());
  if (lists.length === 0) return owners;
  const diversions = parseDiversions(await readText(root, `${DATABASE}/diversions`));
  const found = new Map<string, readonly string[]>();
  const missing = new Set(wanted.values());
  for (let at = 0; at < lists.length && missing.size > 0; at += BATCH) {
    await mapParallel(lists.slice(at, at + BATCH), AT_ONCE, async (list) => {
      const diverted = diversions.filter(({ by }) => by !== packageOf(list.name));
      const paths = ownedOf(await readText(root, list.path), wanted, diverted);
      if (paths.length > 0) found.set(list.name, paths);
      for (const path of paths) missing.delete(path);
    });
  }
  if (found.size === 0) return owners;
  const stanzas = await readStanzas(root, new Set([...found.keys()].map(packageOf)));
  for (const [name, paths] of found) {
    const fields = stanzas.get(name);
    const described = fields === undefined ? undefined : await describe(root, fields, release);
    if (described !== undefined) for (const path of paths) owners.set(path, described);
  }
  return owners;
}

async function listsOf(root: RootView): Promise<readonly { path: string; name: string }[]> {
  const info = (await root.list(`${DATABASE}/info`)).filter((name) => name.endsWith('.list'));
  const lists = info.map((name) => ({
    path: `${DATABASE}/info/${name}`,
    name: name.slice(0, -'.list'.length),
  }));
  const sums = (await root.list(`${DATABASE}/status.d`)).filter((name) =>
    name.endsWith('.md5sums'),
  );
  return [
    ...lists,
    ...sums.map((name) => ({
      path: `${DATABASE}/status.d/${name}`,
      name: name.slice(0, -'.md5sums'.length),
    })),
  ];
}

/**
 * Files are in packages called after them: those whose name begins most like a wanted file's come first, so that most
 * often the others need not be looked at.
 */
function likelyFirst<List extends { readonly name: string }>(
  lists: readonly List[],
  wanted: Iterable<string>,
): readonly List[] {
  const names = [...new Set([...wanted].map((path) => plainName(posix.basename(path))))];
  const likeness = new Map(
    lists.map((list) => {
      const own = plainName(list.name);
      return [list, Math.max(0, ...names.map((name) => sharedStart(own, name)))];
    }),
  );
  return lists.toSorted((left, right) => (likeness.get(right) ?? 0) - (likeness.get(left) ?? 0));
}

/** Debian writes `libcom_err.so.2` as `libcom-err2`. */
function plainName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

function sharedStart(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return length;
}

/** A file that one package has put aside, so that its own can have the name (dpkg-divert(1)). */
interface Diversion {
  readonly from: string;
  readonly to: string;
  /** `:` when the administrator did it: then it is everybody's file that is elsewhere. */
  readonly by: string;
}

/** Three lines each. */
function parseDiversions(text: string): readonly Diversion[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return Array.from({ length: Math.floor(lines.length / 3) }, (_, index) => ({
    from: lines[3 * index] ?? '',
    to: lines[3 * index + 1] ?? '',
    by: lines[3 * index + 2] ?? '',
  }));
}

/** A line of a list is a path; one of checksums has the sum in front, and no slash. */
function ownedOf(
  text: string,
  wanted: ReadonlyMap<string, string>,
  diverted: readonly Diversion[],
): readonly string[] {
  const places = new Map(diverted.map(({ from, to }) => [from, to]));
  return text.split('\n').flatMap((line) => {
    const path = line.startsWith('/') ? line : `/${line.slice(line.indexOf('  ') + 2)}`;
    return wanted.get(places.get(path) ?? path) ?? [];
  });
}

/** `libc6:amd64` is a list of libc6. */
function packageOf(list: string): string {
  return list.replace(/:.*$/, '');
}

type Stanza = ReadonlyMap<string, string>;

/** By the name that the list of files has: `libc6:amd64` where a package can be there for several architectures. */
async function readStanzas(
  root: RootView,
  packages: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Stanza>> {
  const texts = [await readText(root, `${DATABASE}/status`)];
  for (const name of await root.list(`${DATABASE}/status.d`))
    if (!name.endsWith('.md5sums'))
      texts.push(await readText(root, `${DATABASE}/status.d/${name}`));
  const stanzas = new Map<string, Stanza>();
  for (const stanza of texts.flatMap((text) => text.split(/\n\n+/))) {
    const [, stated] = /^Package:[ \t]*(\S+)/im.exec(stanza) ?? [];
    if (stated === undefined || !packages.has(stated)) continue;
    const fields = fieldsOf(stanza);
    const name = fields.get('package');
    if (name === undefined || fields.get('version') === undefined) continue;
    stanzas.set(`${name}:${fields.get('architecture') ?? ''}`, fields);
    if (!stanzas.has(name)) stanzas.set(name, fields);
  }
  return stanzas;
}

function fieldsOf(stanza: string): Stanza {
  return new Map(
    stanza.split('\n').flatMap((line) => {
      const field = /^([A-Za-z][\w-]*):[ \t]*(.*)$/.exec(line);
      return field === null
        ? []
        : [[(field[1] ?? '').toLowerCase(), (field[2] ?? '').trim()] as const];
    }),
  );
}

async function describe(
  root: RootView,
  fields: Stanza,
  release: OsRelease | undefined,
): Promise<SystemPackage> {
  const name = fields.get('package') ?? '';
  const version = fields.get('version') ?? '';
  const architecture = fields.get('architecture') ?? '';
  const copyright = await root.resolve(`/usr/share/doc/${name}/copyright`);
  const base = { manager: 'dpkg', name, version, architecture } as const;
  return {
    ...base,
    source: sourceOf(fields),
    license:
      copyright?.kind === 'file' ? statedLicenses(await readText(root, copyright.path)) : undefined,
    licenseFiles: copyright?.kind === 'file' ? [root.place(copyright.path)] : [],
    homepage: fields.get('homepage'),
    purl: packageUrl(base, release),
  };
}

/** `Source: curl (7.88.1-10)`; without a version that of the package, without a field all of it. */
function sourceOf(fields: Stanza): SystemPackage['source'] {
  const [, name, version] = /^(\S+)(?:\s+\((.*)\))?$/.exec(fields.get('source') ?? '') ?? [];
  return {
    name: name ?? fields.get('package') ?? '',
    version: version ?? fields.get('version') ?? '',
  };
}
