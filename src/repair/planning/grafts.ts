/**
 * The libraries that a repair takes in, each with the name it gets.
 *
 * A grafted library is named by what it will be: eight hexadecimal digits of a SHA-256 over its bytes, what is changed in
 * it, and in turn what it needs. Two wheels that carry a library of one name carry the same bytes, whoever made them.
 */
import type { Graft, GraftedLibrary, NativeFacts } from '../../audit/index.ts';
import type { ElfEdit } from '../../binary/elf/index.ts';
import { droppedNeeds, identify, stemOf, type Edge, type IdentityContext } from './identities.ts';
import { mapParallel } from '../../support/parallel.ts';
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
export interface GraftContext extends IdentityContext {
  /** Paths that the wheel has already. */
  readonly taken: ReadonlySet<string>;
  /** The native files among them. */
  readonly natives: readonly NativeFacts[];
  hashOf(path: string): Promise<string>;
}

/** One is read while another is hashed. */
const HASHED_AT_ONCE = 4;

/**
 * Names every library and plans its edits. Libraries of the same content and needs are one; the result has, for each path
 * on this machine, the one that stands for it.
 */
export async function planGrafts(
  graft: Graft,
  context: GraftContext,
): Promise<ReadonlyMap<string, Grafting>> {
  const byPath = new Map(graft.libraries.map((library) => [library.path, library]));
  const hashes = new Map(
    await mapParallel(
      [...byPath.keys()],
      HASHED_AT_ONCE,
      async (path) => [path, await context.hashOf(path)] as const,
    ),
  );
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

function edgesFrom({ links }: Graft, path: string): readonly Edge[] {
  return links
    .filter(({ from, to }) => !from.inSubject && from.path === path && to !== undefined)
    .map(({ name, to }) => ({ name, to: to?.path ?? '', isGrafted: to?.inSubject === false }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
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
