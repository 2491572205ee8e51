/** What the packages of a recipe depend on, against what the new sdist tells, variant by variant. */
import type { RecipePackage } from '../definition/index.ts';
import { splitWords } from '../import/index.ts';
import { parseMakefile } from '../makefile/index.ts';
import { isInterpreter, onlyWith, python2Projects, type Asked } from './two-interpreters.ts';

/** What the package of the recipe says, against what the new sdist tells. */
export interface DependsChange {
  readonly package: string;
  /** Of Python 2 only other projects are compared, since only Python 3 is analysed. */
  readonly interpreter: 'python3' | 'python2';
  /** In the sdist and not in the recipe. */
  readonly missing: readonly string[];
  /** In the recipe, of Python, and not found in the sdist; a maintainer may know why. As they stand there. */
  readonly superfluous: readonly string[];
  /** Why what is superfluous may be needed all the same, and stays: clauses. */
  readonly unknown: readonly string[];
  /** What is not for an sdist to tell: libraries, conditions, other programs. */
  readonly kept: readonly string[];
  readonly before: readonly string[];
  /** Every word of the recipe in its order, without the superfluous where all is known, and then what is missing. */
  readonly proposed: readonly string[];
  /** Whether the recipe has one DEPENDS of the package that can be written. */
  readonly canWrite: boolean;
  /** What is proposed is in the text now: it was asked for, can be written, and is something else than before. */
  readonly written: boolean;
}

export interface ToldDepends {
  /** DEPENDS of a package for Python 3, without conditions. */
  readonly wanted: readonly string[];
  /** Names of packages for Python 3 that nobody declares, and that a recipe may have a reason for. */
  readonly used: Iterable<string>;
  /** What cannot be told of imports and requirements, in clauses. Where there is any, nothing is proposed to be taken out. */
  readonly unknown: readonly string[];
  readonly asked: Asked;
  /** The proposal is to be written. */
  readonly write: boolean;
  /** Of the Makefile. */
  readonly text: string;
}

/** Compares the first package for each interpreter: the others are parts, which share their modules as nobody can tell. */
export function compareDepends(
  packages: readonly RecipePackage[],
  told: ToldDepends,
): DependsChange[] {
  return (['python2', 'python3'] as const).flatMap((interpreter) => {
    const found = packages.find((each) => each.interpreter === interpreter);
    if (found === undefined) return [];
    return [compare(found, interpreter, told)];
  });
}

function compare(
  { name, depends: before }: RecipePackage,
  interpreter: DependsChange['interpreter'],
  told: ToldDepends,
): DependsChange {
  const wanted = wantedBy(interpreter, told);
  const prefix = interpreter === 'python3' ? 'python3' : 'python';
  const has = new Set(before.map(targetOf));
  // The meta package has every part of the interpreter.
  const isMet = (word: string): boolean =>
    has.has(targetOf(word)) || (has.has('python3') && isInterpreter(targetOf(word)));
  const isConditional = areConditional(name, before);
  const missing = wanted
    .filter((word) => !isMet(word))
    .map((word) => (isConditional ? onlyWith(name, word) : word));
  const isOfPython = (word: string): boolean =>
    isOwn(name, word) && new RegExp(`^${prefix}(?:$|-)`).test(targetOf(word));
  const needed = new Set([
    ...wanted.map(targetOf),
    'python3-light',
    ...[...told.used].map((each) => each.replace(/^python3/, prefix)),
  ]);
  const isPart = (target: string): boolean => interpreter === 'python2' && isPartOfPython2(target);
  const superfluous = before.filter((word) => {
    const target = targetOf(word);
    return isOfPython(word) && target !== prefix && !needed.has(target) && !isPart(target);
  });
  const proposed = [
    ...before.filter((word) => told.unknown.length > 0 || !superfluous.includes(word)),
    ...missing,
  ];
  const canWrite = dependsLine(told.text, name) !== undefined;
  return {
    package: name,
    interpreter,
    missing,
    superfluous,
    unknown: superfluous.length === 0 ? [] : told.unknown,
    kept: before.filter((word) => !isOfPython(word)),
    before,
    proposed,
    canWrite,
    written: told.write && canWrite && proposed.join(' ') !== before.join(' '),
  };
}

function wantedBy(
  interpreter: DependsChange['interpreter'],
  { wanted, asked }: ToldDepends,
): readonly string[] {
  return interpreter === 'python3' ? wanted : python2Projects(wanted, asked);
}

function targetOf(word: string): string {
  return word.replace(/^\+/, '').replace(/^.*:/, '');
}

/** Whether it is a dependency without a condition, or with the one that the package itself is chosen. */
function isOwn(name: string, word: string): boolean {
  return /^\+[^:]+$/.test(word) || word.startsWith(`+PACKAGE_${name}:`);
}

/** Whether the recipe says of all that it selects for its own sake that the package must be chosen. */
function areConditional(name: string, before: readonly string[]): boolean {
  const own = before.filter((word) => isOwn(name, word));
  return own.length > 0 && own.every((word) => word.includes(':'));
}

/** Packages that only the interpreter of Python 2 was made of, beside those that Python 3 has, too. */
const ONLY_PYTHON2: ReadonlySet<string> = new Set(['python-compiler', 'python-db', 'python-gdbm']);

function isPartOfPython2(target: string): boolean {
  return ONLY_PYTHON2.has(target) || isInterpreter(target.replace(/^python-/, 'python3-'));
}

/** Of the one plain DEPENDS inside `define Package/NAME`, in the file; undefined when there is not exactly one. */
export function dependsLine(text: string, name: string): number | undefined {
  const define = parseMakefile(text, '').statements.find(
    (each) => each.kind === 'define' && each.name === `Package/${name}`,
  );
  if (define?.kind !== 'define') return undefined;
  const inside = parseMakefile(define.body, '').statements;
  const sets = inside.filter((each) => each.kind === 'assignment' && each.name === 'DEPENDS');
  const [only] = sets;
  if (sets.length !== 1 || only?.kind !== 'assignment' || only.operator === '+=') return undefined;
  return splitWords(only.value).length === 0 ? undefined : define.line + only.line;
}
