/** The packages of a split, each with its files and what it depends on. */
import { posix } from 'node:path';
import { FileTree } from '../../archive/tree/index.ts';
import type { AddedDependency } from './close-state.ts';
import { installedName, type SplitDefinition } from './definition.ts';
import { ownerOfLibrary, type LibraryOwners, type UnknownLibrary } from './library-owners.ts';
import { stripNative } from './natives.ts';
import { foldersOf, type DroppedPaths } from '../native/index.ts';
import type { InstalledInterpreter } from './read-interpreter.ts';

/** A package of the split before its sources are compiled. */
export interface SplitPart {
  /** As it is installed: `libpython3-3.13`. */
  readonly name: string;
  /** As the definition has it: `libpython3`. */
  readonly key: string;
  /** Its files, stripped, with sources. */
  readonly tree: FileTree;
  /** Names as they are installed, sorted. */
  readonly depends: readonly string[];
  readonly inMeta: boolean;
  /** What its name ends with. */
  readonly abiVersion: string | undefined;
  /** Whether nothing in it is for one processor only. */
  readonly isPure: boolean;
  /** Libraries that no package is known for. */
  readonly unknownLibraries: readonly UnknownLibrary[];
  /** Search paths of the machine that built its files. */
  readonly dropped: readonly DroppedPaths[];
}

export interface PartsOptions {
  readonly interpreter: InstalledInterpreter;
  /** Path to package, as the definition names it. */
  readonly places: ReadonlyMap<string, string>;
  readonly added: readonly AddedDependency[];
  readonly libraries?: LibraryOwners;
}

/**
 * All packages that have something, with the light and the meta package, in the order of the definition.
 * @throws WheelworksError `elf/*`, `file/*`.
 */
export async function makeParts(
  definition: SplitDefinition,
  options: PartsOptions,
): Promise<SplitPart[]> {
  const present = new Set(options.places.values());
  const listed = listedPackages(definition).filter(
    ({ key, abiVersion }) =>
      // Others depend on the one whose name tells the ABI, also when the program holds the interpreter itself.
      present.has(key) || key === definition.meta || abiVersion !== undefined,
  );
  const names = new Map(listed.map((each) => [each.key, each.name]));
  const folders = foldersOf(options.interpreter.tree);
  const own = ownLibraries(options.places);
  const context = { ...options, definition, names, folders, own };
  const parts: SplitPart[] = [];
  for (const each of listed) parts.push(await makePart(each, context));
  return parts;
}

interface Listed {
  readonly key: string;
  readonly name: string;
  readonly depends: readonly string[];
  readonly directories: readonly string[];
  readonly links: Readonly<Record<string, string>>;
  readonly inMeta: boolean;
  readonly abiVersion: string | undefined;
}

function listedPackages(definition: SplitDefinition): Listed[] {
  const { light, meta, minor, packages } = definition;
  const nothing = { directories: [], links: {}, inMeta: false, abiVersion: undefined };
  const isEarly = ({ key }: Listed): boolean => /^lib|-base$/.test(key);
  const listed = packages.map((each) => ({
    ...each,
    key: each.name,
    name: installedName(each, minor),
    abiVersion: each.hasAbiVersion ? minor : undefined,
  }));
  const members = packages.filter((each) => each.inMeta).map((each) => each.name);
  return [
    ...listed.filter(isEarly),
    { ...nothing, ...light, key: light.name, directories: ['site-packages'] },
    ...listed.filter((each) => !isEarly(each)),
    { ...nothing, key: meta, name: meta, depends: [light.name, ...members] },
  ];
}

interface PartOptions extends PartsOptions {
  readonly definition: SplitDefinition;
  readonly names: ReadonlyMap<string, string>;
  readonly folders: ReadonlySet<string>;
  readonly own: ReadonlyMap<string, string>;
}

/** The libraries that packages of the split have where the loader looks, each with its package. */
function ownLibraries(places: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map(
    [...places].flatMap(([path, key]) =>
      posix.dirname(path) === 'usr/lib' ? [[posix.basename(path), key] as const] : [],
    ),
  );
}

async function makePart(listed: Listed, options: PartOptions): Promise<SplitPart> {
  const { interpreter } = options;
  const { tree, needed, isPure, dropped } = await filesOf(listed.key, options);
  for (const each of listed.directories)
    tree.set(`${interpreter.library}/${each}`, { kind: 'directory', mode: 0o755 });
  for (const [path, target] of Object.entries(listed.links))
    tree.set(path.slice(1), { kind: 'symlink', target });
  const { own, libraries: known = {} } = options;
  const others = [...needed].filter(([library]) => !own.has(library));
  const owners = others.map(([library, path]) => ({
    library,
    path,
    owner: ownerOfLibrary(library, known),
  }));
  const libraries = owners.flatMap(({ owner }) => (owner?.kind === 'package' ? [owner.name] : []));
  const brought = broughtBy(listed.key, options);
  const unbrought = [...needed.keys()].flatMap((library) => own.get(library) ?? []);
  return {
    name: listed.name,
    key: listed.key,
    tree,
    depends: dependsOf(listed, options, [
      ...libraries,
      ...unbrought.filter((key) => !brought.has(key)),
    ]),
    inMeta: listed.inMeta,
    abiVersion: listed.abiVersion,
    isPure,
    dropped,
    unknownLibraries: owners.flatMap(({ library, path, owner }) => {
      if (owner === undefined || owner.kind === 'package') return [];
      const inTree = `usr/lib/${library}`;
      return [
        {
          library,
          path,
          ...(owner.kind === 'other-abi' ? { otherAbi: owner.name } : {}),
          ...(interpreter.tree.has(inTree) ? { inTree } : {}),
        },
      ];
    }),
  };
}

/** A package, and those of the split that are installed with it. */
function broughtBy(key: string, { definition, added }: PartOptions): ReadonlySet<string> {
  const { packages, light } = definition;
  const abi = packages.filter((each) => each.hasAbiVersion).map(({ name }) => name);
  const found = new Set(abi);
  const queue = [key];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const from = next;
    found.add(from);
    const listed = [light, ...packages].find(({ name }) => name === from)?.depends ?? [];
    const more = added.filter((each) => each.package === from).map(({ depends }) => depends);
    queue.push(...[...listed, ...more].filter((name) => !found.has(name)));
  }
  return found;
}

interface PartFiles {
  readonly tree: FileTree;
  /** Libraries besides the C library, each with the first file that needs it. */
  readonly needed: ReadonlyMap<string, string>;
  readonly isPure: boolean;
  readonly dropped: readonly DroppedPaths[];
}

async function filesOf(
  key: string,
  { interpreter, places, folders }: PartOptions,
): Promise<PartFiles> {
  const tree = new FileTree();
  const needed = new Map<string, string>();
  const dropped: DroppedPaths[] = [];
  let isPure = true;
  for (const [path, place] of places) {
    const entry = place === key ? interpreter.tree.get(path) : undefined;
    if (entry === undefined) continue;
    const native = entry.kind === 'file' ? await stripNative(path, entry, folders) : undefined;
    tree.set(path, native?.file ?? entry);
    if (OF_ONE_MACHINE.test(path)) isPure = false;
    if (native === undefined) continue;
    isPure = false;
    if (native.dropped !== undefined) dropped.push(native.dropped);
    for (const library of native.needed) if (!needed.has(library)) needed.set(library, path);
  }
  return { tree, needed, isPure, dropped };
}

/** What is listed, without libraries that no file needs; what was added; and the library whose name tells the ABI. */
function dependsOf(
  { key, depends }: Listed,
  { added, names, definition }: PartOptions,
  libraries: readonly string[],
): string[] {
  const known = new Set([
    definition.light.name,
    definition.meta,
    ...definition.packages.map(({ name }) => name),
  ]);
  const isKept = (name: string): boolean =>
    known.has(name) ? names.has(name) : !LIBRARY.test(name);
  const abi = definition.packages.find((each) => each.hasAbiVersion)?.name;
  const all = [
    ...(abi === undefined || abi === key ? [] : [abi]),
    ...depends.filter(isKept),
    ...added.filter((each) => each.package === key).map((each) => each.depends),
    ...libraries,
  ];
  return [...new Set(all.map((name) => names.get(name) ?? name))].sort();
}

/** Packages of libraries; which of them are needed shows in the files. */
const LIBRARY = /^(?:lib|zlib$)/;

/** What is no machine code to run, and yet for one machine. */
const OF_ONE_MACHINE = /(?:\.a|\/pyconfig\.h|\/_sysconfigdata[^/]*\.py)$/;
