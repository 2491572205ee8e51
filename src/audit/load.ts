/**
 * Loads the files of a subject as a loader would, with all they need, from the subject and from where libraries are
 * looked for: who gets which library from where.
 *
 * Specification: ld.so(8). A name that is loaded already is not searched again; that is why every file that no other
 * one needs is loaded by itself, as a program or by dlopen. Where two of them get a library of one name for the same
 * file from different places, the first counts.
 */
import type { Libc } from '../platform/index.ts';
import type { ElfFacts, NativeFacts } from './facts.ts';
import { isLoader } from './libc.ts';
import type { FoundLibrary, LibrarySource, Requester } from './libraries/request.ts';
import type { Reach } from './reach.ts';

/** What is to be loaded. */
export interface LoadRequest {
  /** The loadable files of the subject. */
  readonly natives: readonly NativeFacts[];
  readonly reach: Reach;
  readonly architecture: string;
  readonly libc: Libc;
  /** The folder of this machine that the files' paths start from; undefined when they are on no disk. */
  readonly folder: string | undefined;
  readonly source: LibrarySource;
  /** Libraries that are not looked for, because systems have them or something else brings them. */
  isMet(name: string): boolean;
}

/** One need of one file that is not met by what {@link LoadRequest.isMet} says. */
export interface LoadLink {
  readonly from: LoadPlace;
  readonly name: string;
  /** Undefined when nothing was found. */
  readonly to: LoadPlace | undefined;
}

/** A file of the subject by its path in it, or a library found outside by where it really is on this machine. */
export interface LoadPlace {
  readonly inSubject: boolean;
  readonly path: string;
}

/** Who gets what. */
export interface Load {
  readonly links: readonly LoadLink[];
  /** What was found outside, by where it really is, in the order of being loaded. */
  readonly libraries: ReadonlyMap<string, FoundLibrary>;
  readonly missing: readonly MissingLibrary[];
}

/** A library that was found nowhere. */
export interface MissingLibrary {
  readonly name: string;
  /** Paths as in {@link LoadPlace}, sorted. */
  readonly neededBy: readonly string[];
  /** The folders that were looked in, in order. */
  readonly searched: readonly string[];
}

/** Loads every file of a subject. */
export async function loadAll(request: LoadRequest): Promise<Load> {
  const files = new Map(request.natives.flatMap((facts) => ownNode(facts, request.folder)));
  const session: Session = {
    request,
    files,
    links: new Map(),
    libraries: new Map(),
    searches: new Map(),
    loaded: new Set(),
  };
  const needed = new Set(
    [...files.values()].flatMap(({ path, elf }) =>
      elf.needed.flatMap((name) => request.reach.targetOf(path, name) ?? []),
    ),
  );
  for (const [path, node] of files) if (!needed.has(path)) await loadTree(node, session);
  // Files that only need one another in a circle.
  for (const [path, node] of files) if (!session.loaded.has(path)) await loadTree(node, session);
  const links = [...session.links.values()];
  return { links, libraries: session.libraries, missing: await missingOf(links, session) };
}

interface Node extends LoadPlace, Requester {
  /** Names by which it is known once it is loaded. */
  readonly names: readonly string[];
}

/** A file and those that loaded it, the first one first. */
type Chain = readonly Node[];

interface Session {
  readonly request: LoadRequest;
  /** Files of the subject, by path. */
  readonly files: ReadonlyMap<string, Node>;
  readonly links: Map<string, LoadLink>;
  readonly libraries: Map<string, FoundLibrary>;
  /** Searches already made: files of one kind and place look in the same folders. */
  readonly searches: Map<string, Promise<FoundLibrary | undefined>>;
  /** Files of the subject that were in some tree. */
  readonly loaded: Set<string>;
}

function ownNode(
  { path, elf }: NativeFacts,
  folder: string | undefined,
): readonly (readonly [string, Node])[] {
  if (elf === undefined) return [];
  const below = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const place = folder === undefined ? undefined : below === '' ? folder : `${folder}/${below}`;
  return [[path, { inSubject: true, path, elf, folder: place, names: namesOf(path, elf) }]];
}

function foundNode({ path, foundAt, facts }: FoundLibrary): Node | undefined {
  if (facts.elf === undefined) return undefined;
  const folder = foundAt.slice(0, Math.max(1, foundAt.lastIndexOf('/')));
  return { inSubject: false, path, elf: facts.elf, folder, names: namesOf(foundAt, facts.elf) };
}

function namesOf(path: string, { soname }: ElfFacts): readonly string[] {
  const base = path.slice(path.lastIndexOf('/') + 1);
  return soname === undefined ? [base] : [base, soname];
}

async function loadTree(root: Node, session: Session): Promise<void> {
  const loaded = new Map<string, Node>();
  const queue: Chain[] = [];
  const add = (name: string, node: Node, chain: Chain): void => {
    for (const each of [name, ...node.names]) if (!loaded.has(each)) loaded.set(each, node);
    if (node.inSubject) session.loaded.add(node.path);
    if (!queue.some((other) => other.at(-1)?.path === node.path)) queue.push([...chain, node]);
  };
  add(root.path, root, []);
  // The queue grows by one entry a loaded file, and each file is loaded once.
  for (const chain of queue) {
    const node = chain.at(-1);
    for (const name of new Set(node?.elf.needed)) {
      if (node === undefined || isLoader(name)) continue;
      const target = await targetOf(name, chain, { session, loaded, node });
      if (target === MET) continue;
      recordLink(session.links, node, { name, target });
      if (target !== undefined) add(name, target, chain);
    }
  }
}

const MET = Symbol('met by others');

async function targetOf(
  name: string,
  chain: Chain,
  around: {
    readonly session: Session;
    readonly loaded: ReadonlyMap<string, Node>;
    readonly node: Node;
  },
): Promise<Node | undefined | typeof MET> {
  const { session, loaded, node } = around;
  const { request, files } = session;
  // What is found outside is judged by itself: that the subject carries its own copy of a system library is no help.
  if (!node.inSubject && request.isMet(name)) return MET;
  const own = node.inSubject ? request.reach.targetOf(node.path, name) : undefined;
  const known = (own === undefined ? undefined : files.get(own)) ?? loaded.get(name);
  if (known !== undefined) return known;
  if (request.isMet(name)) return MET;
  const [carried] = request.reach.placesOf(name);
  if (carried !== undefined) return files.get(carried);
  const found = await search(name, chain, session);
  if (found === undefined) return undefined;
  if (!session.libraries.has(found.path)) session.libraries.set(found.path, found);
  return foundNode(found);
}

async function search(
  name: string,
  chain: Chain,
  { request, searches }: Session,
): Promise<FoundLibrary | undefined> {
  const { architecture, libc } = request;
  const last = chain.at(-1);
  const inherits = ({ elf }: Node): boolean =>
    elf.rpath.length > 0 || (libc === 'musl' && elf.runpath.length > 0);
  const key = JSON.stringify([
    name,
    last?.folder,
    last?.elf.runpath,
    last?.elf.linking.noDefaultLibraries,
    last?.elf.abi,
    chain.filter(inherits).map(({ elf, folder }) => [folder, elf.rpath, elf.runpath]),
  ]);
  const found = searches.get(key) ?? request.source.find({ name, chain, architecture, libc });
  searches.set(key, found);
  return found;
}

function recordLink(
  links: Map<string, LoadLink>,
  node: Node,
  { name, target }: { readonly name: string; readonly target: Node | undefined },
): void {
  const key = `${node.path}\0${name}`;
  if (links.get(key)?.to !== undefined) return;
  links.set(key, {
    from: placeOf(node),
    name,
    to: target === undefined ? undefined : placeOf(target),
  });
}

function placeOf({ inSubject, path }: Node): LoadPlace {
  return { inSubject, path };
}

async function missingOf(
  links: readonly LoadLink[],
  { request, files, libraries }: Session,
): Promise<readonly MissingLibrary[]> {
  const { architecture, libc, source } = request;
  const missing = new Map<string, { neededBy: string[]; first: Node | undefined }>();
  for (const { from, name, to } of links) {
    if (to !== undefined) continue;
    const found = libraries.get(from.path);
    const first = files.get(from.path) ?? (found === undefined ? undefined : foundNode(found));
    const known = missing.get(name) ?? { neededBy: [], first };
    known.neededBy.push(from.path);
    missing.set(name, known);
  }
  const names = [...missing.keys()].sort();
  return Promise.all(
    names.map(async (name) => {
      const { neededBy = [], first } = missing.get(name) ?? {};
      const chain = first === undefined ? [] : [first];
      const searched = await source.foldersFor({ name, chain, architecture, libc });
      return { name, neededBy: neededBy.toSorted(), searched };
    }),
  );
}
