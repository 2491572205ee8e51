/** A definition as the Makefile that the build system reads, laid out as the feed's maintainers do. */
import type { RecipeDefinition, RecipePackage } from '../definition/index.ts';
import { PACKAGE_FIELDS, PACKAGE_PARTS } from '../import/index.ts';
import { headBlocks } from './print-head.ts';
import { listLines, within } from './print-lines.ts';

/** Prints a recipe: blocks of lines with an empty line between them. */
export function printMakefile(definition: RecipeDefinition): string {
  const blocks = [
    headerLines(definition.recipe.header),
    ['include $(TOPDIR)/rules.mk'],
    ...headBlocks(definition),
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
