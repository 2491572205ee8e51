/** Which file of an interpreter goes into which package, by the lists of a definition. */
import type { FileTree } from '../../archive/tree/index.ts';
import { coversPath } from './package-of-module.ts';
import type { SplitDefinition } from './definition.ts';

export interface DividedTree {
  /** Where each file and link goes: its path to the name of a package. */
  readonly places: ReadonlyMap<string, string>;
  /** Files and links that go nowhere, sorted. */
  readonly leftOut: readonly string[];
}

/**
 * Gives each file to the package whose path for it is the most particular one; what is left of the standard library goes to
 * the light package, but for what the definition removes. Outside of it nothing goes anywhere that is not listed.
 * @param library where the standard library is: `usr/lib/python3.13`
 */
export function divideTree(
  tree: FileTree,
  library: string,
  definition: SplitDefinition,
): DividedTree {
  const rules = rulesOf(definition);
  const places = new Map<string, string>();
  const leftOut: string[] = [];
  for (const [path, { kind }] of tree.entries()) {
    if (kind === 'directory') continue;
    const inLibrary = path.startsWith(`${library}/`) ? path.slice(library.length + 1) : undefined;
    const rule = best(rules, inLibrary ?? `/${withoutAbiFlags(path, definition.minor)}`);
    const name = rule === undefined && inLibrary !== undefined ? definition.light.name : rule?.name;
    const isRemoved =
      inLibrary?.split('/').some((part) => definition.removeEverywhere.includes(part)) === true;
    if (name === undefined || isRemoved) leftOut.push(path);
    else places.set(path, name);
  }
  return { places, leftOut };
}

/**
 * The lists name files as the feed builds them, without flags of the ABI: `libpython3.7m.so.1.0` of a CPython that was
 * configured by itself is their `libpython3.7.so.1.0`.
 */
function withoutAbiFlags(path: string, minor: string): string {
  const [before = '', ...after] = path.split(`python${minor}`);
  return [before, ...after.map((text) => text.replace(ABI_FLAGS, ''))].join(`python${minor}`);
}

/** PEP 3149: a build for debugging, pymalloc, wide characters. */
const ABI_FLAGS = /^[dmu]+(?=[./-]|$)/;

interface Rule {
  readonly pattern: string;
  /** Absent: removed. */
  readonly name: string | undefined;
}

function rulesOf({ packages, light }: SplitDefinition): Rule[] {
  return [
    ...packages.flatMap(({ name, paths }) => paths.map((pattern) => ({ pattern, name }))),
    ...light.remove.map((pattern) => ({ pattern, name: undefined })),
  ];
}

function best(rules: readonly Rule[], path: string): Rule | undefined {
  let found: Rule | undefined;
  for (const rule of rules)
    if (coversPath(rule.pattern, path) && !(found && found.pattern.length >= rule.pattern.length))
      found = rule;
  return found;
}
