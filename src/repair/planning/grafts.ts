/**
 * The libraries that a repair takes in, each with the name it gets.
 *
 * A grafted library is named by what it will be: eight hexadecimal digits of a SHA-256 over its bytes, what is changed in
 * it, and in turn what it needs. Two wheels that carry a library of one name carry the same bytes, whoever made them.
 */
import type { Graft, GraftedLibrary, NativeFacts } from '../../audit/index.ts';
import type { ElfEdit } from '../../binary/elf/index.ts';
import { sha256 } from '../../support/hash.ts';
import { componentsOf } from './components.ts';
import { graftedName } from './names.ts';
import { relativeFolder } from './search-paths.ts';

/** A library to take in, with its edges. */
export interface Grafting {
  readonly library: GraftedLibrary;
  /** SHA-256 of the source. */
  readonly sha256: string;
  /** Path in the wheel. */
  readonly to: string;
  /** File name in the wheel. */
  readonly name: string;
  readonly edits: readonly ElfEdit[];
  /** `to` of the grafted libraries that it needs, sorted. */
  readonly needs: readonly string[];
  /** The wheel has it already, from an earlier repair: nothing is to be made. */
  readonly isThere: boolean;
}

/** What names and edits depend on besides the libraries. */
export interface GraftContext {
  /** Folder of the wheel that takes them in. */
  readonly folder: string;
  readonly strip: boolean;
  readonly clearExecutableStack: boolean;
  /** Whether a need is taken out, since every process that loads the library meets it. */
  isDropped(library: string): boolean;
  /** Paths that the wheel has already. */
  readonly taken: ReadonlySet<string>;
  /** The native files among them. */
  readonly natives: readonly NativeFacts[];
  hashOf(path: string): Promise<string>;
}

/** Counted up when the same source and edits would give other bytes than before. */
const FORMAT = 'wheelworks graft 1';

/**
 * Names every library and plans its edits. Libraries of the same content and needs are one; the result has, for each path
 * on this machine, the one that stands for it.
 */
export async function planGrafts(
  graft: Graft,
  context: GraftContext,
): Promise<ReadonlyMap<string, Grafting>> {
  const byPath = new Map(graft.libraries.map((library) => [library.path, library]));
  const hashes = new Map<string, string>();
  for (const path of byPath.keys()) hashes.set(path, await context.hashOf(path));
  const edges = new Map([...byPath.keys()].map((path) => [path, edgesFrom(graft, path)]));
  const identities = identify(byPath, { hashes, edges, context });
  const names = chooseNames(byPath, identities, { ...context, edges });
  return new Map(
    [...byPath].map(([path, library]) => {
      const name = names.get(path) ?? '';
      const links = edges.get(path) ?? [];
      const inside = links.flatMap(({ to, isGrafted }) => (isGrafted ? (names.get(to) ?? []) : []));
      return [
        path,
        {
          library,
          sha256: hashes.get(path) ?? '',
          name,
          to: `${context.folder}/${name}`,
          edits: editsOf(library, { name, links, names, context }),
          isThere: context.taken.has(`${context.folder}/${name}`),
          needs: [...new Set(inside.map((each) => `${context.folder}/${each}`))].sort(),
        },
      ];
    }),
  );
}

/** A need of a grafted library that the wheel will meet. */
interface Edge {
  readonly name: string;
  /** A path on this machine, or of a member of the wheel. */
  readonly to: string;
  readonly isGrafted: boolean;
}

function edgesFrom({ links }: Graft, path: string): readonly Edge[] {
  return links
    .filter(({ from, to }) => !from.inSubject && from.path === path && to !== undefined)
    .map(({ name, to }) => ({ name, to: to?.path ?? '', isGrafted: to?.inSubject === false }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

function identify(
  libraries: ReadonlyMap<string, GraftedLibrary>,
  {
    hashes,
    edges,
    context,
  }: {
    readonly hashes: ReadonlyMap<string, string>;
    readonly edges: ReadonlyMap<string, readonly Edge[]>;
    readonly context: GraftContext;
  },
): ReadonlyMap<string, string> {
  const { folder, strip, clearExecutableStack } = context;
  const identities = new Map<string, string>();
  const targets = (path: string): readonly string[] =>
    (edges.get(path) ?? []).flatMap(({ to, isGrafted }) => (isGrafted ? [to] : []));
  const digestOf = (path: string, idOf: (to: string) => string): string =>
    sha256(
      JSON.stringify([
        FORMAT,
        hashes.get(path),
        { strip, clearExecutableStack },
        droppedNeeds(libraries.get(path), context),
        stemOf(libraries.get(path)),
        (edges.get(path) ?? []).map(({ name, to, isGrafted }) =>
          isGrafted ? [name, idOf(to)] : [name, 'member', relativeFolder(`${folder}/`, to)],
        ),
      ]),
    );
  // Needed ones come first, so that an identity covers those of everything below it.
  for (const component of componentsOf([...libraries.keys()], targets)) {
    const circle = digestsInCircle(component, (path, idOf) =>
      digestOf(path, (to) => idOf(to) ?? identities.get(to) ?? ''),
    );
    const all = [...circle.values()].sort();
    for (const [path, digest] of circle)
      identities.set(path, all.length === 1 ? digest : sha256(JSON.stringify([all, digest])));
  }
  return identities;
}

/**
 * Digests of libraries that need one another, none of which can come first: each takes in what the others had in the round
 * before, until no round tells more of them apart.
 */
function digestsInCircle(
  component: readonly string[],
  digestOf: (path: string, idOf: (to: string) => string | undefined) => string,
): ReadonlyMap<string, string> {
  let digests = new Map(component.map((path) => [path, 'of its circle']));
  for (let kinds = 0; ;) {
    const before = digests;
    digests = new Map(component.map((path) => [path, digestOf(path, (to) => before.get(to))]));
    const now = new Set(digests.values()).size;
    if (now === kinds || component.length === 1) return digests;
    kinds = now;
  }
}

/** The soname is what a file is known by; one without goes by the name it is needed by. */
function stemOf(library: GraftedLibrary | undefined): string {
  const name = library?.facts.elf?.soname ?? library?.name ?? '';
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Names that a grafted library no longer asks for. */
export function droppedNeeds(
  library: GraftedLibrary | undefined,
  { isDropped }: Pick<GraftContext, 'isDropped'>,
): readonly string[] {
  return (library?.facts.elf?.needed ?? []).filter((name) => isDropped(name));
}

const SHORTEST = 8;

function chooseNames(
  libraries: ReadonlyMap<string, GraftedLibrary>,
  identities: ReadonlyMap<string, string>,
  context: GraftContext & { readonly edges: ReadonlyMap<string, readonly Edge[]> },
): ReadonlyMap<string, string> {
  const { folder, taken, natives, edges } = context;
  const names = new Map<string, string>();
  const owners = new Map<string, string>();
  const members = new Map(natives.map(({ path, elf }) => [path, elf]));
  for (const [path, library] of libraries) {
    const identity = identities.get(path) ?? '';
    // A name stands for what it is made of: a member that has it, and looks like it, is it.
    const isSame = (name: string): boolean => {
      const elf = members.get(`${folder}/${name}`);
      const dropped = droppedNeeds(library, context).length;
      const needed = (library.facts.elf?.needed.length ?? 0) - dropped;
      const count = (edges.get(path) ?? []).length;
      return elf?.soname === name && elf.needed.length === needed && elf.rpath.length <= count;
    };
    const isFree = (name: string): boolean =>
      owners.get(name) === identity ||
      (!owners.has(name) && (!taken.has(`${folder}/${name}`) || isSame(name)));
    let length = SHORTEST;
    let name = graftedName(stemOf(library), identity.slice(0, length));
    while (!isFree(name) && length < identity.length) {
      length *= 2;
      name = graftedName(stemOf(library), identity.slice(0, length));
    }
    owners.set(name, identity);
    names.set(path, name);
  }
  return names;
}

function editsOf(
  library: GraftedLibrary,
  {
    name,
    links,
    names,
    context,
  }: {
    readonly name: string;
    readonly links: readonly Edge[];
    readonly names: ReadonlyMap<string, string>;
    readonly context: GraftContext;
  },
): readonly ElfEdit[] {
  const { facts } = library;
  const { folder, clearExecutableStack } = context;
  const { elf } = facts;
  const folders = links.map(({ to, isGrafted }) =>
    isGrafted ? '$ORIGIN' : relativeFolder(`${folder}/${name}`, to),
  );
  const entries = [...new Set(folders)].sort();
  return [
    { kind: 'soname', name },
    ...links.flatMap(({ name: from, to, isGrafted }): readonly ElfEdit[] => {
      const target = isGrafted ? names.get(to) : undefined;
      return target === undefined || target === from
        ? []
        : [{ kind: 'replace-needed', from, to: target }];
    }),
    ...droppedNeeds(library, context).map(
      (need) => ({ kind: 'remove-needed', name: need }) as const,
    ),
    ...pathEdits(entries, elf),
    ...stackEdits(facts, clearExecutableStack),
  ];
}

/** Grafted libraries find one another whatever LD_LIBRARY_PATH says. */
function pathEdits(
  entries: readonly string[],
  elf: GraftedLibrary['facts']['elf'],
): readonly ElfEdit[] {
  const edits: ElfEdit[] = [];
  if (entries.length > 0 || (elf?.rpath.length ?? 0) > 0) edits.push({ kind: 'rpath', entries });
  if ((elf?.runpath.length ?? 0) > 0) edits.push({ kind: 'runpath', entries: [] });
  return edits;
}

/** A file that says nothing of its stack gets an executable one on most processors. */
export function stackEdits({ elf }: NativeFacts, isAsked: boolean): readonly ElfEdit[] {
  return isAsked && elf !== undefined && elf.linking.execStack !== false
    ? [{ kind: 'clear-executable-stack' }]
    : [];
}
