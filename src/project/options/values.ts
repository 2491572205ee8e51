/** The value of an option as it stands in TOML, and as the one text that cascades and is read at last. */
import * as z from 'zod';
import { WheelworksError } from '../../support/errors.ts';
import { quoteShellWord, splitShellWords } from '../../support/shell-words.ts';
import type { OptionDefinition, OptionShape } from './definitions.ts';

const leaf = z.union([z.string(), z.boolean(), z.bigint(), z.number()]);
const list = z.array(leaf);
const table = z.record(z.string(), z.union([leaf, list]));
const value = z.union([leaf, list, table]);

type OptionLeaf = z.output<typeof leaf>;
type OptionTable = z.output<typeof table>;

/** Whole numbers are bigint, others number. */
export type OptionValue = z.output<typeof value>;

/** Where a value stands, for errors. */
export interface ValuePlace {
  /** `tool.cibuildwheel.linux`, `environment`. */
  readonly where: string;
  readonly path?: string;
}

/**
 * A value as text, as cibuildwheel has it.
 * @throws WheelworksError `config/bad-option`.
 */
export function optionText(
  definition: OptionDefinition,
  given: unknown,
  place: ValuePlace,
): string {
  const { name, shape } = definition;
  const parsed = value.safeParse(given);
  if (!parsed.success) throw badOption(name, place, `it is ${kindOf(given)}`);
  const known = parsed.data;
  if (Array.isArray(known)) {
    if (shape.kind !== 'list') throw badOption(name, place, 'it takes no list');
    const items = known.map(leafText);
    return (shape.words === true ? items.map(quoteShellWord) : items).join(shape.separator);
  }
  if (typeof known !== 'object') return leafText(known);
  return tableText(definition, known, place);
}

function tableText(
  { name, shape }: OptionDefinition,
  given: OptionTable,
  place: ValuePlace,
): string {
  if (shape.kind === 'environment') {
    return Object.entries(given)
      .map(([key, each]) => {
        if (Array.isArray(each)) throw badOption(name, place, `${key} is a list`);
        return `${key}="${leafText(each)}"`;
      })
      .join(' ');
  }
  if (shape.kind !== 'table') throw badOption(name, place, 'it takes no table');
  return pairsText(shape, pairsOf(given, name, place));
}

function pairsOf(
  given: OptionTable,
  name: string,
  place: ValuePlace,
): readonly (readonly [string, string])[] {
  return Object.entries(given).flatMap(([key, each]) => {
    const words = key.includes("'") || key.includes('"') ? [] : splitShellWords(key);
    if (words.length !== 1 || words[0] !== key)
      throw badOption(name, place, `'${key}' is no key that it can have`);
    return (Array.isArray(each) ? each : [each]).map((item) => [key, leafText(item)] as const);
  });
}

type TableShape = Extract<OptionShape, { readonly kind: 'table' }>;

function pairsText(
  { separator, between }: TableShape,
  pairs: readonly (readonly [string, string])[],
): string {
  return pairs.map(([key, text]) => `${key}${between}${quoteShellWord(text)}`).join(separator);
}

/** Booleans and numbers are written as Python writes them: `True`, `11.0`. */
function leafText(given: OptionLeaf): string {
  if (typeof given === 'boolean') return given ? 'True' : 'False';
  if (typeof given === 'number' && Number.isInteger(given)) return `${given}.0`;
  return String(given);
}

/**
 * Two values of one option joined, the later one after the earlier.
 * @throws WheelworksError `config/bad-option` for options that cannot be joined.
 */
export function joinTexts(
  { name, shape }: OptionDefinition,
  [before, after]: readonly [string, string],
  place: ValuePlace,
): string {
  if (shape.kind === 'list') return `${before}${shape.separator}${after}`;
  if (shape.kind === 'environment') return `${before} ${after}`;
  if (shape.kind === 'plain' || !shape.merges)
    throw badOption(name, place, 'it has no parts that inherit could join');
  const merged = new Map<string, readonly string[]>();
  for (const text of [before, after])
    for (const [key, values] of groupedPairs(text, { name, place })) merged.set(key, values);
  return pairsText(
    shape,
    [...merged].flatMap(([key, values]) => values.map((each) => [key, each] as const)),
  );
}

/** `a=1 b=2 a=3` by key, in the order of the first of each. */
export function groupedPairs(
  text: string,
  { name, place }: { readonly name: string; readonly place: ValuePlace },
): ReadonlyMap<string, readonly string[]> {
  const grouped = new Map<string, readonly string[]>();
  for (const word of splitShellWords(text)) {
    const equals = word.indexOf('=');
    if (equals === -1) throw badOption(name, place, `'${word}' is not KEY=VALUE`);
    const key = word.slice(0, equals);
    grouped.set(key, [...(grouped.get(key) ?? []), word.slice(equals + 1)]);
  }
  return grouped;
}

function kindOf(given: unknown): string {
  if (given instanceof Date) return 'a date';
  if (Array.isArray(given)) return 'a list of lists or tables';
  return typeof given === 'object' ? 'a table of tables' : `of type ${typeof given}`;
}

/** An option whose value is not what it takes. */
export function badOption(name: string, place: ValuePlace, reason: string): WheelworksError {
  return new WheelworksError('config/bad-option', `${name} is not what it must be: ${reason}.`, {
    ...(place.path === undefined ? {} : { path: place.path }),
    evidence: place.where,
    hint: 'docs/plan.md says what each option takes.',
  });
}
