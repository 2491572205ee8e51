/** Which files do not fit into any wheel whole, and how they are reached once they are cut. */
import { WheelworksError } from '../../support/errors.ts';
import type { PlannedCut } from '../plan.ts';
import type { InputMember, SplitInput } from '../reading/input.ts';
import { refuseByPath, type Mentions } from './by-path.ts';
import { groupsOf, type Group } from './groups.ts';
import { movedCost } from './costs.ts';
import { besideCut } from './beside.ts';

/** Files of a wheel that are cut, and the entries of the cache that they become part of. */
export interface Cuts {
  readonly files: readonly { readonly member: InputMember; readonly reach: PlannedCut['reach'] }[];
  readonly groups: readonly Group[];
}

/** What decides which files are cut. */
export interface CuttingOptions {
  /** Bytes that an empty part has for a file. */
  readonly room: number;
  /** Paths that the package's code asks the joiner for. */
  readonly byPath: ReadonlySet<string>;
  /** Paths that are to stay where they are installed. */
  readonly inPlace: ReadonlySet<string>;
  /** File names of libraries that the package's code mentions. */
  readonly named: ReadonlySet<string>;
  readonly mentions: Mentions;
}

/**
 * Finds the files to cut: those over the limit; those that the code asks the joiner for, however small, so that it has an
 * answer; large modules that have to move out of the way of one, which the main wheel would have to carry; and libraries
 * that would only be copied into the cache beside these.
 * @throws WheelworksError `split/loaded-by-code`, `split/opened-by-nothing`, `split/unknown-links`, `split/cannot-place`.
 */
export async function cutsOf(input: SplitInput, options: CuttingOptions): Promise<Cuts> {
  const { byPath, mentions } = options;
  const paths = pathsToCut(input, options);
  if (paths.size === 0) return { files: [], groups: [] };
  const groups = groupsOf(input, paths);
  refuseUnknownLinks(input, paths);
  const needed = new Set([...input.needs.values()].flat());
  const files = input.members
    .filter(({ path }) => paths.has(path))
    .map((member) => ({ member, reach: reachOf(member, { needed, byPath }) }));
  await refuseByPath(
    input,
    files.flatMap(({ member: { path }, reach }) =>
      reach === 'asked' && !byPath.has(path) ? [path] : [],
    ),
    mentions,
  );
  requireStubs(input, groups);
  return { files, groups };
}

function pathsToCut(
  input: SplitInput,
  { room, byPath, inPlace, named }: CuttingOptions,
): ReadonlySet<string> {
  const isAsked = askedFor(input, byPath);
  const first = input.members.filter(
    (member) => !member.isFixed && (movedCost(member) > room || isAsked(member)),
  );
  const paths = new Set(first.map(({ path }) => path));
  if (paths.size === 0) return paths;
  const bulky = groupsOf(input, paths).flatMap(({ files }) =>
    files.filter(({ role, member }) => role === 'own' && movedCost(member) > room / SMALL_SHARE),
  );
  for (const { member } of bulky) paths.add(member.path);
  for (const path of besideCut(input, groupsOf(input, paths), { named, inPlace })) paths.add(path);
  return paths;
}

/**
 * Files that the code asks for. What a Mach-O or PE file needs is not read: one that is not alone stays whole, and the
 * joiner answers with where it is installed.
 */
function askedFor(
  { audit }: SplitInput,
  byPath: ReadonlySet<string>,
): (member: InputMember) => boolean {
  const { natives } = audit.subject;
  const whole = new Set(
    natives.flatMap(({ path, format }) => (format !== 'elf' && natives.length > 1 ? [path] : [])),
  );
  return ({ path, entry }) => byPath.has(path) && entry.size > 0 && !whole.has(path);
}

/** Of an empty part: a module that moves and takes more is cut, too. */
const SMALL_SHARE = 4;

function reachOf(
  { path, stub }: InputMember,
  {
    needed,
    byPath,
  }: { readonly needed: ReadonlySet<string>; readonly byPath: ReadonlySet<string> },
): PlannedCut['reach'] {
  if (stub !== undefined) return 'module';
  if (byPath.has(path)) return 'asked';
  return needed.has(path) ? 'needed' : 'asked';
}

/** What a Mach-O or PE file needs is not read here: it may only be cut where nothing could need it or be needed. */
function refuseUnknownLinks(input: SplitInput, cut: ReadonlySet<string>): void {
  const { natives } = input.audit.subject;
  const foreign = natives.filter(({ format }) => format !== 'elf');
  const large = foreign.find(({ path }) => cut.has(path));
  if (large === undefined || natives.length === 1) return;
  throw new WheelworksError(
    'split/unknown-links',
    `${large.path} is too large for one wheel, and which libraries ${FORMATS[large.format]} files need is not read yet: others of the wheel may have to lie beside it.`,
    {
      path: input.wheel.path,
      evidence: natives
        .filter(({ path }) => path !== large.path)
        .slice(0, 6)
        .map(({ path }) => path)
        .join(', '),
      hint: 'Link the libraries of the wheel into this file; a module that is alone can be cut.',
    },
  );
}

const FORMATS = { elf: 'ELF', macho: 'Mach-O', pe: 'PE' } as const;

/** Each module that is loaded from the cache has a Python file of its name in its place. */
function requireStubs(input: SplitInput, groups: readonly Group[]): void {
  const taken = new Map(input.members.map(({ path }) => [path, path]));
  for (const { files } of groups)
    for (const { member, role } of files) {
      const { path, stub } = member;
      if (stub === undefined || role === 'installed') continue;
      const name = stub.slice(stub.lastIndexOf('/') + 1, -'.py'.length);
      const clash = taken.get(stub) ?? packageOf(input, stub.slice(0, -'.py'.length));
      const problem = problemOf(name, clash);
      if (problem !== undefined) throw noStub(input, path, problem);
      taken.set(stub, path);
    }
}

/**
 * What makes a folder a package, which the import system takes before a Python file of its name. A folder without an
 * `__init__` that it could load, with stubs for type checkers in it, say, is looked at after all files.
 */
function packageOf({ members }: SplitInput, folder: string): string | undefined {
  const start = `${folder}/__init__.`;
  return members.find(
    ({ path }) => path.startsWith(start) && INIT_ENDING.test(path.slice(start.length)),
  )?.path;
}

/** The suffixes of loaders, behind the dot: those of source, of bytecode, and of modules for any Python. */
const INIT_ENDING = /^(?:py[wc]?|(?:[^/]+\.)?(?:so|pyd))$/;

function problemOf(name: string, clash: string | undefined): string | undefined {
  if (clash !== undefined) return `there is ${clash} of the same import name`;
  if (name === '__init__') return 'it is a package itself';
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? undefined : 'its name cannot be imported';
}

function noStub(input: SplitInput, path: string, problem: string): WheelworksError {
  return new WheelworksError(
    'split/cannot-place',
    `${path} has to be loaded from the cache, and no Python file can stand in for it: ${problem}.`,
    { path: input.wheel.path, evidence: path, hint: 'Give the module a name of its own.' },
  );
}
