/**
 * The variables of a Makefile and the files of the build system, each variable where the definition places it among them.
 */
import {
  placeOf,
  usualIncludes,
  type RecipeDefinition,
  type RecipeVariable,
} from '../definition/index.ts';
import { RECIPE_FIELDS } from '../import/index.ts';
import { hasReferences } from '../makefile/index.ts';
import { inOrder, type HeadLine } from './head-order.ts';
import { listLines, within } from './print-lines.ts';

/** From the includes behind rules.mk to what stands behind all of them, in blocks. */
export function headBlocks(definition: RecipeDefinition): string[][] {
  const includes = usualIncludes(definition);
  // What names a file that is not included stands behind the last one.
  const placeIn = (path: string | undefined): string | undefined =>
    path === undefined || includes.includes(path) ? path : includes.at(-1);
  const { variable } = definition;
  const isLast = (each: RecipeVariable): boolean =>
    each.after === undefined && each['after-includes'];
  const blocksAt = (place: string | undefined): string[][] =>
    fieldBlocks(
      definition,
      (name) => placeIn(placeOf(name, definition)) === place,
      variable.filter((each) => !isLast(each) && placeIn(each.after) === place),
    );
  const blocks = [includeLines(definition.build['includes-first']), ...blocksAt(undefined)];
  let block: string[] = [];
  for (const [index, path] of includes.entries()) {
    block.push(`include ${path}`);
    const behind = includes.includes(path, index + 1)
      ? []
      : blocksAt(path).filter(({ length }) => length > 0);
    if (behind.length === 0) continue;
    blocks.push(block, ...behind);
    block = [];
  }
  return [...blocks, block, ...variable.filter(isLast).map((each) => [variableLine(each)])];
}

function includeLines(paths: readonly string[]): string[] {
  return paths.map((path) => `include ${path}`);
}

/** Which variables stand together, in the order of the blocks. */
const BLOCKS: readonly (readonly string[])[] = [
  ['PKG_NAME', 'PKG_VERSION', 'PKG_RELEASE'],
  ['PYPI_NAME', 'PYPI_SOURCE_NAME', 'PYPI_SOURCE_EXT', ...sourceNames(), 'PKG_HASH'],
  ['PKG_LICENSE', 'PKG_LICENSE_FILES', 'PKG_MAINTAINER', 'PKG_CPE_ID'],
];

function sourceNames(): string[] {
  return Object.keys(RECIPE_FIELDS).filter((name) => /^PKG_(?:SOURCE|MIRROR)/.test(name));
}

function fieldBlocks(
  definition: RecipeDefinition,
  isHere: (name: string) => boolean,
  others: readonly RecipeVariable[],
): string[][] {
  const [identity = [], ...named] = BLOCKS;
  const rest = Object.keys(RECIPE_FIELDS).filter((name) => !BLOCKS.flat().includes(name));
  const print = (names: readonly string[]): HeadLine[] =>
    names.filter(isHere).flatMap((name) => fieldLine(name, definition));
  return inOrder([
    print(identity),
    others.map((each) => ({ ...each, text: variableLine(each), isField: false })),
    ...named.map(print),
    ...rest.map((name) => print([name])),
    systemLines(definition.build.system).filter(({ name }) => isHere(name)),
  ]);
}

function systemLines(system: RecipeDefinition['build']['system']): HeadLine[] {
  if (system === 'none') return [line('PYTHON3_PKG_BUILD', ':=', '0')];
  return system === 'setup.py' ? [line('PYTHON3_PKG_FORCE_DISTUTILS_SETUP', ':=', '1')] : [];
}

function fieldLine(name: string, definition: RecipeDefinition): HeadLine[] {
  const rule = RECIPE_FIELDS[name];
  const value = rule === undefined ? undefined : valueAt(definition, rule.key);
  if (rule === undefined || value === undefined) return [];
  if (typeof value === 'string')
    return [line(name, rule.isDeferred === true && hasReferences(value) ? '=' : ':=', value)];
  // What was never said, and what was said to be off, is the same to the build system.
  if (typeof value === 'boolean') return value ? [line(name, ':=', '1')] : [];
  if (!Array.isArray(value) || value.length === 0) return [];
  const items = value.map(String);
  if (rule.kind === 'people') return [line(name, ':=', items.join(', '))];
  const text = listLines(`${name}:=`, items, '  ');
  return [{ ...line(name, ':=', items.join(' ')), text }];
}

function line(name: string, operator: ':=' | '=', value: string): HeadLine {
  return { name, operator, value, when: [], text: `${name}${operator}${value}`, isField: true };
}

function valueAt(definition: RecipeDefinition, key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>(
      (table, part) =>
        typeof table === 'object' && table !== null
          ? (table as Record<string, unknown>)[part]
          : undefined,
      definition,
    );
}

function variableLine({ modifier, name, operator, value, when }: RecipeVariable): string {
  const text = `${modifier === undefined ? '' : `${modifier} `}${name}${operator}${value}`;
  return within(when, [text]).join('\n');
}
