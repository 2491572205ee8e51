/**
 * Which pip installs into a fresh environment, and how.
 *
 * Bootstrapping a pip into every environment costs more than all else a small test does, so a pip that is there already
 * installs into it from outside where it can.
 */
import { join } from 'node:path';
import {
  compareVersions,
  parsePlatformTag,
  parseVersion,
  tryParseVersion,
  type Tag,
} from '../../packaging/index.ts';
import type { Interpreter, PythonVersion } from '../../python/index.ts';

/** `own`: the environment's pip. `outside`: `pip --python`. `target`: a newer pip of another Python fills the folder. */
export type PipMethod = 'own' | 'outside' | 'target';

export interface PipChoice {
  readonly method: PipMethod;
  /** Whose pip is used; the environment's own for `own`. */
  readonly interpreter: Interpreter;
  /** The tag of the wheel by which it is taken. */
  readonly tag: Tag;
  /** What the user should know of the choice. */
  readonly notice?: string;
}

export interface PipChoiceOptions {
  readonly interpreter: Interpreter;
  /** The tags of the wheel that the interpreter takes, the best first; at least one. */
  readonly tags: readonly Tag[];
  /** Other interpreters, whose pips may help. */
  readonly helpers: readonly Interpreter[];
  /** The test calls pip itself, so that the environment needs one. */
  readonly needsOwn: boolean;
}

/** `pip --python` (installing into another interpreter's environment). */
const WITH_PYTHON_OPTION = '22.3';

/** The oldest Python 3 that a pip runs on, since that pip; pip's NEWS. */
const OLDEST_PYTHONS: readonly (readonly [pip: string, minor: number])[] = [
  ['26.0', 10],
  ['25.1', 9],
  ['24.1', 8],
  ['22.0', 7],
];
/** Later ones may have given up older Pythons since this table was made. */
const TABLE_ENDS = '26.3';

/** The first pip that takes a tag of a kind; pip's NEWS. */
const PIP_OF_TAG = {
  manylinux1: '8.1.0',
  manylinux2010: '19.0',
  manylinux2014: '19.3',
  manylinux: '20.3',
  musllinux: '21.2',
} as const;

/** Chooses the pip for a wheel. */
export function choosePip(options: PipChoiceOptions): PipChoice {
  const { interpreter, tags, helpers } = options;
  const known = tags.find((tag) => knowsTag(interpreter, tag));
  const [tag] = tags;
  if (tag === undefined) throw new Error('a wheel is installed for a Python that does not take it');
  if (known === undefined) {
    const newest = newestPip(helpers);
    if (newest !== undefined && knowsTag(newest, tag))
      return {
        method: 'target',
        interpreter: newest,
        tag,
        notice: tooOld(interpreter, newest, tag),
      };
  }
  const chosen = known ?? tag;
  if (options.needsOwn) return { method: 'own', interpreter, tag: chosen };
  const outside = [interpreter, ...helpers].find((helper) =>
    installsInto(helper, interpreter, chosen),
  );
  return outside === undefined
    ? { method: 'own', interpreter, tag: chosen }
    : { method: 'outside', interpreter: outside, tag: chosen };
}

function knowsTag({ packages: { pip } }: Interpreter, { platform }: Tag): boolean {
  const since = firstPipFor(platform);
  return since === undefined || pip === null || atLeast(pip, since);
}

function firstPipFor(platform: string): string | undefined {
  const tag = parsePlatformTag(platform);
  if (tag.kind === 'musllinux') return PIP_OF_TAG.musllinux;
  return tag.kind === 'manylinux' ? PIP_OF_TAG[tag.legacy ?? 'manylinux'] : undefined;
}

function tooOld(interpreter: Interpreter, newest: Interpreter, { platform }: Tag): string {
  const needed = firstPipFor(platform) ?? '';
  return (
    `${interpreter.label} comes with pip ${interpreter.packages.pip ?? ''}, which does not know the tag ${platform}: ` +
    `users need pip ${needed} there, and it was installed with pip ${newest.packages.pip ?? ''}`
  );
}

function newestPip(helpers: readonly Interpreter[]): Interpreter | undefined {
  const versionOf = ({ packages: { pip } }: Interpreter) => tryParseVersion(pip ?? '');
  return helpers
    .filter((helper) => versionOf(helper) !== undefined)
    .toSorted((left, right) =>
      compareVersions(versionOf(right) ?? parseVersion('0'), versionOf(left) ?? parseVersion('0')),
    )[0];
}

/** `pip --python` runs the helper's pip on the other interpreter, which it must therefore support. */
function installsInto(helper: Interpreter, interpreter: Interpreter, tag: Tag): boolean {
  const { pip } = helper.packages;
  if (pip === null || !atLeast(pip, WITH_PYTHON_OPTION) || !knowsTag(helper, tag)) return false;
  return helper === interpreter || supportsPython(pip, interpreter.version);
}

function supportsPython(pip: string, { major, minor }: PythonVersion): boolean {
  if (major !== 3 || atLeast(pip, TABLE_ENDS)) return false;
  const oldest = OLDEST_PYTHONS.find(([since]) => atLeast(pip, since));
  return oldest !== undefined && minor >= oldest[1];
}

function atLeast(version: string, wanted: string): boolean {
  const parsed = tryParseVersion(version);
  return parsed !== undefined && compareVersions(parsed, parseVersion(wanted)) >= 0;
}

/** The command that starts the chosen pip; `python` is the environment's interpreter. */
export function pipCommand(choice: PipChoice, python: string): readonly [string, ...string[]] {
  switch (choice.method) {
    case 'own':
      return [python, '-m', 'pip'];
    case 'outside':
      return [choice.interpreter.path, '-m', 'pip', '--python', python];
    case 'target':
      return [choice.interpreter.path, '-m', 'pip'];
  }
}

/** What `pip install` needs besides the requirement to install for the environment of an interpreter. */
export function installArguments(
  { method, tag }: PipChoice,
  { version: { major, minor } }: Interpreter,
  environment: string,
): readonly string[] {
  if (method !== 'target') return [];
  return [
    '--target',
    join(environment, 'lib', `python${major}.${minor}`, 'site-packages'),
    '--python-version',
    `${major}.${minor}`,
    '--implementation',
    tag.interpreter.slice(0, 2),
    '--abi',
    tag.abi,
    '--platform',
    tag.platform,
  ];
}
