/** What goes where: every object of an index, from its entries. */
import { relative, resolve, sep } from 'node:path';
import type { SimpleFile, SimpleProject } from '../../packaging/index.ts';
import { groupBy } from '../../support/group-by.ts';
import { sha256 } from '../../support/hash.ts';
import { urlPart, type ProjectFacts } from '../model.ts';
import {
  byName,
  inOrder,
  planLinks,
  planProject,
  planRoot,
  type IndexPages,
  type PagesOptions,
  type PlannedProject,
} from '../plan.ts';
import { newestRelease, releasesOf } from '../releases.ts';
import type { Channel } from './channels.ts';
import type { IndexEntry } from './entry.ts';
import type { IndexObject, Manifest, Stage } from './objects.ts';

/** How an index is laid out. */
export interface LayoutOptions {
  /** The folder it is written to, absolute: files that lie in it stay where they are. */
  readonly folder?: string;
  /** Where local files are, when the index only refers to them; ends in `/`. */
  readonly filesUrl?: string;
  /** The address that the index will have, ending in `/`. */
  readonly baseUrl?: string;
  readonly title?: string;
  /** Of the program: other versions make other pages. */
  readonly pageVersion?: string;
  /** What is there already. */
  readonly known?: Manifest;
  readonly statuses?: ReadonlyMap<string, NonNullable<SimpleProject['status']>>;
}

/** A channel with the files that are in it. */
export interface FilledChannel {
  readonly channel: Channel;
  readonly entries: readonly IndexEntry[];
}

/** How long copies of an object may be used: files never change under their name, pages do. */
const CACHE = {
  file: 'public, max-age=31536000, immutable',
  page: 'public, max-age=300, must-revalidate',
} as const;

/** All objects of the channels, each path once. */
export function layOut(
  channels: readonly FilledChannel[],
  options: LayoutOptions,
): readonly IndexObject[] {
  const objects = new Map<string, IndexObject>();
  const placed = new Map<IndexEntry, PlacedEntry>();
  for (const entry of new Set(channels.flatMap(({ entries }) => entries))) {
    const place = placeEntry(entry, options);
    placed.set(entry, place);
    for (const object of place.objects) objects.set(object.path, object);
  }
  for (const { channel, entries } of channels) {
    const prefix = channel.name === undefined ? '' : `${channel.name}/`;
    const up = channel.name === undefined ? '' : '../';
    const projects = [...groupBy(entries, ({ project }) => project)].map(([name, own]) =>
      plannedProject(name, own, (entry) => namedFile(entry, placed.get(entry), up), options),
    );
    for (const object of pageObjects(
      prefix,
      projects,
      pagesOptions(prefix, channel, options),
      options,
    ))
      objects.set(object.path, object);
  }
  return [...objects.values()];
}

interface PlacedEntry {
  /** Absolute, or below the target. */
  readonly url: string;
  readonly hasMetadata: boolean;
  readonly provenance?: string;
  readonly objects: readonly IndexObject[];
}

function placeEntry(entry: IndexEntry, options: LayoutOptions): PlacedEntry {
  const { place, filename, project, file } = entry;
  if (place.kind === 'remote')
    return { url: place.url, hasMetadata: file.coreMetadata !== undefined, objects: [] };
  const inside = pathInside(place.path, options.folder);
  if (inside === undefined && options.filesUrl !== undefined)
    return { url: `${options.filesUrl}${urlPart(filename)}`, hasMetadata: false, objects: [] };
  const path = inside ?? `files/${project}/${filename}`;
  const metadata = metadataObject(entry, path, place.path);
  const provenance = options.baseUrl === undefined ? undefined : provenanceObject(entry, path);
  const url = path.split('/').map(urlPart).join('/');
  return {
    url,
    hasMetadata: metadata !== undefined,
    ...(provenance === undefined
      ? {}
      : { provenance: `${options.baseUrl ?? ''}${url}.provenance` }),
    objects: [
      ...(inside === undefined ? [fileObject(entry, path, place.path)] : []),
      ...(metadata === undefined ? [] : [metadata]),
      ...(provenance === undefined ? [] : [provenance]),
    ],
  };
}

/** The path below a folder, with `/`; undefined for what does not lie in it. */
function pathInside(path: string, folder: string | undefined): string | undefined {
  if (folder === undefined) return undefined;
  // The long way takes longer than all else that is done for a file.
  if (sep === '/' && !/\/(?:\.{0,2}\/|\.{1,2}$)/.test(path) && path.startsWith('/'))
    return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
  const inside = relative(folder, resolve(path));
  if (inside === '' || inside.startsWith('..') || resolve(folder, inside) !== resolve(path))
    return undefined;
  return inside.split(sep).join('/');
}

function fileObject({ file, filename }: IndexEntry, path: string, from: string): IndexObject {
  return {
    path,
    stage: 'file',
    source: { kind: 'file', path: from },
    sha256: file.hashes['sha256'] ?? '',
    size: file.size ?? 0,
    contentType: filename.endsWith('.tar.gz') ? 'application/gzip' : 'application/zip',
    cacheControl: CACHE.file,
  };
}

function metadataObject(
  { file, metadataSize, metadata: bytes }: IndexEntry,
  path: string,
  wheel: string,
): IndexObject | undefined {
  const { coreMetadata } = file;
  const digest =
    coreMetadata === undefined || coreMetadata === true ? undefined : coreMetadata['sha256'];
  if (digest === undefined) return undefined;
  return {
    path: `${path}.metadata`,
    stage: 'beside-file',
    source: { kind: 'metadata', wheel, ...(bytes === undefined ? {} : { bytes }) },
    sha256: digest,
    size: metadataSize ?? 0,
    contentType: 'application/octet-stream',
    cacheControl: CACHE.file,
  };
}

function provenanceObject({ provenance }: IndexEntry, path: string): IndexObject | undefined {
  if (provenance === undefined) return undefined;
  return {
    path: `${path}.provenance`,
    stage: 'beside-file',
    source: { kind: 'file', path: provenance.path },
    sha256: provenance.sha256,
    size: provenance.size,
    contentType: 'application/vnd.pypi.integrity.v1+json',
    cacheControl: CACHE.page,
  };
}

/** The file as the pages of a channel name it, which lies `up` from the top. */
function namedFile(entry: IndexEntry, placed: PlacedEntry | undefined, up: string): SimpleFile {
  const { coreMetadata, ...file } = entry.file;
  const { url = '', provenance, hasMetadata = false } = placed ?? {};
  return {
    ...file,
    url: /^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `${up}${url}`,
    ...(hasMetadata && coreMetadata !== undefined ? { coreMetadata } : {}),
    ...(provenance === undefined ? {} : { provenance }),
  };
}

function plannedProject(
  name: string,
  entries: readonly IndexEntry[],
  fileOf: (entry: IndexEntry) => SimpleFile,
  { statuses }: LayoutOptions,
): PlannedProject {
  const files = entries.map(fileOf);
  const status = statuses?.get(name);
  const facts = factsOfNewest(name, entries);
  return {
    project: { name, ...inOrder(name, files), ...(status === undefined ? {} : { status }) },
    ...(facts === undefined ? {} : { facts }),
  };
}

function factsOfNewest(name: string, entries: readonly IndexEntry[]): ProjectFacts | undefined {
  const named = entries.map((entry) => ({ ...entry.file, entry }));
  const newest = newestRelease(releasesOf(name, named));
  return newest?.files.find(({ entry }) => entry.facts !== undefined)?.entry.facts;
}

function pagesOptions(
  prefix: string,
  channel: Channel,
  { baseUrl, title }: LayoutOptions,
): PagesOptions {
  const named = [title, channel.name].filter((each) => each !== undefined).join(', ');
  return {
    ...(baseUrl === undefined ? {} : { baseUrl: `${baseUrl}${prefix}` }),
    ...(named === '' ? {} : { title: named }),
  };
}

/** The pages of a channel. Those that are there already, made from the same, are not made again. */
function pageObjects(
  prefix: string,
  projects: readonly PlannedProject[],
  pages: PagesOptions,
  options: LayoutOptions,
): readonly IndexObject[] {
  const sorted = byName(projects);
  const parts = sorted.map((project) => ({
    from: fingerprint([options.pageVersion, pages.baseUrl, project]),
    paths: [
      `simple/${project.project.name}/index.html`,
      `simple/${project.project.name}/index.json`,
    ],
    make: () => planProject(project, pages),
  }));
  const whole = fingerprint([pages, parts.map(({ from }) => from)]);
  const lists = [
    { from: whole, paths: ['links.html'], make: () => planLinks(sorted, pages) },
    {
      from: whole,
      paths: ['simple/index.html', 'simple/index.json'],
      make: () => planRoot(sorted, pages),
    },
  ];
  return [...parts, ...lists].flatMap(({ from, paths, make }) => {
    let made: IndexPages | undefined;
    const render = (path: string): string => (made ??= make()).get(path) ?? '';
    return paths.map((path) => {
      const place = prefix + path;
      const known = options.known?.get(place);
      const text = known?.from === from ? undefined : render(path);
      return pageObject(place, {
        from,
        render: () => render(path),
        sha256: text === undefined ? (known?.sha256 ?? '') : sha256(text),
        size: text === undefined ? (known?.size ?? 0) : Buffer.byteLength(text),
      });
    });
  });
}

function fingerprint(value: unknown): string {
  return sha256(JSON.stringify(value)).slice(0, 32);
}

function pageObject(
  path: string,
  page: Pick<IndexObject, 'sha256' | 'size'> & {
    readonly from: string;
    readonly render: () => string;
  },
): IndexObject {
  const { sha256: digest, size, from, render } = page;
  const isJson = path.endsWith('.json');
  return {
    path,
    stage: stageOf(path),
    source: { kind: 'page', render },
    from,
    sha256: digest,
    size,
    contentType: isJson ? 'application/vnd.pypi.simple.v1+json' : 'text/html; charset=utf-8',
    cacheControl: CACHE.page,
  };
}

/** Lists of projects come last: they lead to the pages. */
function stageOf(path: string): Stage {
  return /(?:^|\/)simple\/index\.(?:html|json)$/.test(path) ? 'root' : 'page';
}
