/** A definition as the Makefile that the build system reads, laid out as the feed's maintainers do. */
import {
  usualIncludes,
  type RecipeDefinition,
  type RecipePackage,
  type RecipeVariable,
} from '../definition/index.ts';
import { hasReferences } from '../makefile/index.ts';
import { PACKAGE_FIELDS, PACKAGE_PARTS, RECIPE_FIELDS } from '../import/index.ts';

/** Prints a recipe: blocks of lines with an empty line between them. */
export function printMakefile(definition: RecipeDefinition): string {
  const { variable } = definition;
  const blocks = [
    headerLines(definition.recipe.header),
    ['include $(TOPDIR)/rules.mk'],
    ...fieldBlocks(
      definition,
      variable.filter((each) => !each['after-includes']),
    ),
    usualIncludes(definition).map((path) => `include ${path}`),
    ...variable.filter((each) => each['after-includes']).map((each) => [variableLine(each)]),
    ...definition.package.flatMap(packageBlocks),
    ...definition.function.map((each) => within(each.when, defineLines(each.name, each.text))),
    ...definition.step.map((each) => within(each.when, defineLines(each.name, each.text))),
    ...definition.verbatim.map(({ text }) => [text.trimEnd()]),
    ...definition.package.map((each) => within(each.when, callLines(each))),
    definition.build.host ? ['$(eval $(call HostBuild))'] : [],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function headerLines(header: string): string[] {
  if (header === '') return [];
  return ['#', ...header.split('\n').map((line) => `# ${line}`.trimEnd()), '#'];
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

function fieldBlocks(definition: RecipeDefinition, others: readonly RecipeVariable[]): string[][] {
  const [identity = [], ...named] = BLOCKS;
  const rest = Object.keys(RECIPE_FIELDS).filter((name) => !BLOCKS.flat().includes(name));
  const print = (names: readonly string[]): string[] =>
    names.flatMap((name) => fieldLine(name, definition));
  return [
    print(identity),
    others.map(variableLine),
    ...named.map(print),
    ...rest.map((name) => print([name])),
    systemLines(definition.build.system),
  ];
}

function systemLines(system: RecipeDefinition['build']['system']): string[] {
  if (system === 'none') return ['PYTHON3_PKG_BUILD:=0'];
  return system === 'setup.py' ? ['PYTHON3_PKG_FORCE_DISTUTILS_SETUP:=1'] : [];
}

function fieldLine(name: string, definition: RecipeDefinition): string[] {
  const rule = RECIPE_FIELDS[name];
  const value = rule === undefined ? undefined : valueAt(definition, rule.key);
  if (rule === undefined || value === undefined) return [];
  if (typeof value === 'string') {
    const operator = rule.isDeferred === true && hasReferences(value) ? '=' : ':=';
    return [`${name}${operator}${value}`];
  }
  // What was never said, and what was said to be off, is the same to the build system.
  if (typeof value === 'boolean') return value ? [`${name}:=1`] : [];
  if (!Array.isArray(value) || value.length === 0) return [];
  const items = value.map(String);
  if (rule.kind === 'people') return [`${name}:=${items.join(', ')}`];
  return [listLines(`${name}:=`, items, '  ')];
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

/** Longer lists stand one word a line. */
const LINE = 80;

function listLines(start: string, items: readonly string[], indent: string): string {
  const flat = `${start}${items.join(' ')}`;
  if (flat.length <= LINE) return flat;
  return `${start} \\\n${items.map((item) => `${indent}${item}`).join(' \\\n')}`;
}

function variableLine({ modifier, name, operator, value, when }: RecipeVariable): string {
  const line = `${modifier === undefined ? '' : `${modifier} `}${name}${operator}${value}`;
  return within(when, [line]).join('\n');
}

function within(when: readonly string[], lines: readonly string[]): string[] {
  return [...when, ...lines, ...when.map(() => 'endif')];
}

function defineLines(name: string, text: string): string[] {
  return [`define ${name}`, ...(text === '' ? [] : [text]), 'endef'];
}

function packageBlocks(each: RecipePackage): string[][] {
  const parts = Object.entries(PACKAGE_PARTS).flatMap(([part, key]) => {
    const value = (each as Readonly<Record<string, unknown>>)[key];
    const text = Array.isArray(value) ? value.join('\n') : value;
    if (typeof text !== 'string') return [];
    // An empty description is none; an empty installation is one.
    if (text === '' && (part === 'description' || part === 'conffiles')) return [];
    return [defineLines(`Package/${each.name}/${part}`, text)];
  });
  const helper = each.interpreter === 'python2' ? 'PyPackage' : 'Py3Package';
  const { filespec, install } = each;
  return [
    defineLines(`Package/${each.name}`, settingLines(each).join('\n')),
    ...parts,
    filespec === undefined
      ? []
      : defineLines(`${helper}/${each.name}/filespec`, filespec.join('\n')),
    install === undefined ? [] : defineLines(`${helper}/${each.name}/install`, install),
  ];
}

function settingLines(each: RecipePackage): string[] {
  const fields = Object.entries(PACKAGE_FIELDS).flatMap(([name, { key }]) => {
    const value = (each as Readonly<Record<string, unknown>>)[key];
    if (typeof value === 'string') return [`${name}:=${twice(value)}`];
    if (!Array.isArray(value) || value.length === 0) return [];
    return [
      listLines(
        `${name}:=`,
        value.map((item) => twice(String(item))),
        '      ',
      ),
    ];
  });
  const settings = each.settings.flatMap(({ name, operator, value, when }) =>
    within(when, [`${name}${operator}${twice(value)}`]),
  );
  return [...fields, ...settings].map((line) => `  ${line}`);
}

/** The settings of a package are expanded when the define is, and again when they are set. */
function twice(value: string): string {
  return value.replaceAll('$$', () => '$$$$');
}

function callLines({ name, interpreter, sources }: RecipePackage): string[] {
  const helper = interpreter === 'python2' ? 'PyPackage' : 'Py3Package';
  return [
    ...(interpreter === 'none' ? [] : [`$(eval $(call ${helper},${name}))`]),
    `$(eval $(call BuildPackage,${name}))`,
    ...(sources && interpreter !== 'none' ? [`$(eval $(call BuildPackage,${name}-src))`] : []),
  ];
}
