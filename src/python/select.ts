import {
  parseSpecifierSet,
  specifierSetContains,
  type SpecifierSet,
} from '../packaging/specifier-set.ts';
import { compareInterpreters } from './compare.ts';
import { isVirtualEnvironment, type Interpreter } from './interpreter.ts';
import { parseSelector, type Selector } from './selector.ts';

export interface SelectOptions {
  /** The project's `Requires-Python`; absent or empty takes every version. */
  readonly requiresPython?: string;
  /** What the user asked for, in the same words as to `findInterpreters`; none means all. */
  readonly selectors?: readonly string[];
}

/** An interpreter that is not used, and why, for people. */
export interface RejectedInterpreter {
  readonly interpreter: Interpreter;
  readonly reason: string;
}

/** Which interpreters serve, which do not, and what was asked for in vain. */
export interface Selection {
  /** By version; no two make the same wheels. */
  readonly chosen: readonly Interpreter[];
  readonly rejected: readonly RejectedInterpreter[];
  /** Selectors that no interpreter fits, or none that `Requires-Python` allows. */
  readonly unmatched: readonly string[];
}

/**
 * Chooses one interpreter for each kind of wheel: implementation, version `X.Y`, free-threaded, debug, platform.
 *
 * Left out are those that no selector names, debug builds when nobody asks for them, and those that `requiresPython`
 * excludes. Of several that make the same wheels, the one is taken that, in this order:
 * 1. the user named by a path or command;
 * 2. has its headers, 3. has pip, or can get it from ensurepip;
 * 4. is no virtual environment, 5. is no conda environment, whose compiler and libraries are its own;
 * 6. is a final release; 7. serves older versions of macOS; 8. is newer; 9. comes first by path.
 * @throws WheelworksError `packaging/invalid-specifier`, `python/bad-selector`.
 */
export function selectInterpreters(
  all: readonly Interpreter[],
  options: SelectOptions = {},
): Selection {
  const selectors = (options.selectors ?? []).map(parseSelector);
  const requires = parseSpecifierSet(options.requiresPython ?? '');
  const rejected: RejectedInterpreter[] = [];
  const best = new Map<string, Interpreter>();
  for (const interpreter of all.toSorted((left, right) => compareChoice(left, right, selectors))) {
    const kind = kindOf(interpreter);
    const rival = best.get(kind);
    const reason =
      unfit(interpreter, selectors, requires) ??
      (rival === undefined ? undefined : `${rival.path} makes the same wheels and is preferred`);
    if (reason === undefined) best.set(kind, interpreter);
    else rejected.push({ interpreter, reason });
  }
  const fits = (selector: Selector): boolean =>
    all.some((interpreter) => matches(interpreter, selector) && isAllowed(interpreter, requires));
  return {
    chosen: [...best.values()].sort(compareInterpreters),
    rejected: rejected.sort((left, right) =>
      compareInterpreters(left.interpreter, right.interpreter),
    ),
    unmatched: selectors.filter((selector) => !fits(selector)).map(({ text }) => text),
  };
}

function unfit(
  interpreter: Interpreter,
  selectors: readonly Selector[],
  requires: SpecifierSet,
): string | undefined {
  if (selectors.length === 0) {
    if (interpreter.debug) return 'it is a debug build; name it to use it';
  } else if (!selectors.some((selector) => matches(interpreter, selector))) {
    return `it is not among those asked for (${selectors.map(({ text }) => text).join(' ')})`;
  }
  if (!isAllowed(interpreter, requires)) {
    const specifiers = requires.map(({ operator, versionText }) => `${operator}${versionText}`);
    return `the project requires Python ${specifiers.join(', ')}`;
  }
  return undefined;
}

/** As pip judges: by the three numbers alone, so 3.15.0rc1 meets `>=3.15`. */
function isAllowed({ version }: Interpreter, requires: SpecifierSet): boolean {
  return specifierSetContains(requires, releaseOf(version));
}

function releaseOf({ major, minor, micro }: Interpreter['version']): string {
  return `${major}.${minor}.${micro}`;
}

function matches(interpreter: Interpreter, selector: Selector): boolean {
  if (selector.kind === 'given') return interpreter.givenAs.includes(selector.text);
  if (interpreter.implementation.name !== selector.implementation) return false;
  if (selector.kind === 'range')
    return !interpreter.debug && isAllowed(interpreter, selector.range);
  const { major, minor, micro, releaseLevel, serial } = interpreter.version;
  const numbers = [major, minor, micro];
  return (
    selector.release.every((number, index) => number === numbers[index]) &&
    (selector.prerelease === undefined ||
      selector.prerelease === `${SHORT_LEVELS.get(releaseLevel) ?? releaseLevel}${serial}`) &&
    selector.freeThreaded === interpreter.freeThreaded &&
    selector.debug === interpreter.debug &&
    (selector.pointerBits === undefined || selector.pointerBits === interpreter.pointerBits)
  );
}

const SHORT_LEVELS: ReadonlyMap<string, string> = new Map([
  ['alpha', 'a'],
  ['beta', 'b'],
  ['candidate', 'rc'],
]);

/**
 * Interpreters of one kind make wheels for the same machines. On macOS that is told by what they run as: a `universal2`
 * build and an `arm64` one are rivals, of which the preferred one decides the deployment target.
 */
function kindOf(interpreter: Interpreter): string {
  const { implementation, version, freeThreaded, debug, pointerBits, libc } = interpreter;
  const platform =
    interpreter.macos === null ? interpreter.platform : `macosx ${interpreter.machine}`;
  const python = [implementation.name, version.major, version.minor, freeThreaded, debug];
  return [...python, platform, pointerBits, libc?.family].join(' ');
}

function compareChoice(
  left: Interpreter,
  right: Interpreter,
  selectors: readonly Selector[],
): number {
  const leftRank = preference(left, selectors);
  const rightRank = preference(right, selectors);
  const index = leftRank.findIndex((value, at) => value !== rightRank[at]);
  return index === -1
    ? compareInterpreters(left, right)
    : (leftRank[index] ?? 0) - (rightRank[index] ?? 0);
}

/** Smaller is better, the first number that differs decides. */
function preference(interpreter: Interpreter, selectors: readonly Selector[]): number[] {
  const { packages, modules, headers, version, macos } = interpreter;
  const named = selectors.findIndex(
    ({ kind, text }) => kind === 'given' && interpreter.givenAs.includes(text),
  );
  return [
    named === -1 ? selectors.length : named,
    Number(headers.pythonH === null),
    Number(packages.pip === null && !modules.ensurepip),
    Number(isVirtualEnvironment(interpreter)),
    Number(interpreter.place === 'conda'),
    Number(version.releaseLevel !== 'final'),
    deploymentTarget(macos?.deploymentTarget),
    -interpreter.hexVersion,
  ];
}

/** `10.13` before `11.0` before `14.0`; an unknown one last. */
function deploymentTarget(target: string | null | undefined): number {
  if (target === null || target === undefined) return Infinity;
  const [major = 0, minor = 0] = target.split('.').map(Number);
  return major * 1000 + minor;
}
