/**
 * A definition as the text of `openwrt.toml`. What is as it would be anyway is left out; reading the text gives the same
 * definition.
 *
 * Specification: TOML 1.0.
 */
import { TABLES, type RecipeDefinition } from './schema.ts';

/** Longer arrays stand one element a line. */
const LINE = 100;

type Table = Readonly<Record<string, unknown>>;

/** Prints a definition: the same text for the same definition. */
export function printDefinition(definition: RecipeDefinition): string {
  const { build, package: packages, step, function: functions } = definition;
  const { place, variable, verbatim } = definition;
  const { python3, python2, ...rest } = build;
  const sections = [
    table('[recipe]', definition.recipe, 'recipe'),
    table('[source]', definition.source, 'source'),
    table('[build]', rest, 'build'),
    python3 === undefined ? '' : table('[build.python3]', python3, 'build.python3', true),
    python2 === undefined ? '' : table('[build.python2]', python2, 'build.python2', true),
    ...place.map((each) => table('[[place]]', each, 'place')),
    ...variable.map((each) => table('[[variable]]', each, 'variable')),
    ...packages.map(printPackage),
    ...step.map((each) => table('[[step]]', each, 'step')),
    ...functions.map((each) => table('[[function]]', each, 'function')),
    ...verbatim.map((each) => table('[[verbatim]]', each, 'verbatim')),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

function printPackage({ settings, ...rest }: RecipeDefinition['package'][number]): string {
  return [
    table('[[package]]', rest, 'package', true),
    ...settings.map((each) => table('[[package.settings]]', each, 'package.settings')),
  ].join('\n');
}

/** Keys in the order of the schema; a table without any is left out unless it says something by being there. */
function table(
  header: string,
  values: Table,
  place: keyof typeof TABLES,
  isKept: boolean = false,
): string {
  const { shape } = TABLES[place];
  const keys = Object.entries(shape)
    .filter(([key, schema]) => {
      const value = values[key];
      if (value === undefined) return false;
      const usual = schema.safeParse(undefined);
      return !(usual.success && JSON.stringify(usual.data) === JSON.stringify(value));
    })
    .map(([key]) => `${key} = ${printValue(values[key], key)}\n`);
  return keys.length === 0 && !isKept ? '' : `${header}\n${keys.join('')}`;
}

function printValue(value: unknown, key: string): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return printString(value);
  if (!Array.isArray(value)) throw new TypeError(`${key} cannot be printed`);
  const items = value.map((item) => printString(String(item)));
  const flat = `[${items.join(', ')}]`;
  if (flat.length + key.length <= LINE) return flat;
  return `[\n${items.map((item) => `  ${item},\n`).join('')}]`;
}

function printString(text: string): string {
  if (!text.includes('\n')) return `"${escaped(text, /["\\\p{Cc}]/gu)}"`;
  const body = escaped(text, /[\\]|[^\P{Cc}\n\t]/gu);
  // The line end behind the quotes is not part of the text; three quotes, or one at the end, would end it.
  return `"""\n${body.replace(/"{3,}|"$/g, (quotes) => quotes.replaceAll('"', '\\"'))}"""`;
}

const SHORT: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\t': '\\t',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};

function escaped(text: string, characters: RegExp): string {
  return text.replace(characters, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return SHORT[character] ?? `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
