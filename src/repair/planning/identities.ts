/** What grafted libraries are, as digests that are the same on every machine. */
import type { GraftedLibrary } from '../../audit/index.ts';
import { sha256 } from '../../support/hash.ts';
import { componentsOf } from './components.ts';
import { relativeFolder } from './search-paths.ts';

/** What is done to every grafted library, and where they go. */
export interface IdentityContext {
  /** Folder of the wheel that takes them in. */
  readonly folder: string;
  readonly strip: boolean;
  readonly clearExecutableStack: boolean;
  /** Whether a need is taken out, since every process that loads the library meets it. */
  isDropped(library: string): boolean;
}

/** A need of a grafted library that the wheel will meet. */
export interface Edge {
  readonly name: string;
  /** A path on this machine, or of a member of the wheel. */
  readonly to: string;
  readonly isGrafted: boolean;
}

/** Counted up when the same source and edits would give other bytes than before. */
const FORMAT = 'wheelworks graft 1';

/**
 * The digest of every library as it will be: of its bytes, of what is changed in it, and of everything below it.
 * docs/repair.md describes the text that is hashed.
 */
export function identify(
  libraries: ReadonlyMap<string, GraftedLibrary>,
  {
    hashes,
    edges,
    context,
  }: {
    readonly hashes: ReadonlyMap<string, string>;
    readonly edges: ReadonlyMap<string, readonly Edge[]>;
    readonly context: IdentityContext;
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
export function stemOf(library: GraftedLibrary | undefined): string {
  const name = library?.facts.elf?.soname ?? library?.name ?? '';
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Names that a grafted library no longer asks for. */
export function droppedNeeds(
  library: GraftedLibrary | undefined,
  { isDropped }: Pick<IdentityContext, 'isDropped'>,
): readonly string[] {
  return (library?.facts.elf?.needed ?? []).filter((name) => isDropped(name));
}
