/** The variables of a recipe: those that are keys of the definition, and all others. */
import { groupBy } from '../../support/group-by.ts';
import { isOverwritten } from '../definition/index.ts';
import { expand, wordsOf, type Evaluation, type MakeEvent } from '../makefile/index.ts';
import { RECIPE_FIELDS, type FieldRule } from './fields.ts';
import { placeIn, type HeadIncludes } from './includes.ts';
import { splitWords } from './words.ts';

export interface ImportedVariables {
  readonly tables: {
    readonly recipe: Record<string, unknown>;
    readonly source: Record<string, unknown>;
    readonly build: Record<string, unknown>;
    readonly variable: readonly Record<string, unknown>[];
  };
  /** By the include that they stand behind, the variables of keys that do not stand before all of them. */
  readonly places: ReadonlyMap<string, readonly string[]>;
  /** Values that may call functions of the recipe. */
  readonly texts: readonly string[];
}

/** As they are printed. */
function byField(one: string, other: string): number {
  return FIELD_ORDER.indexOf(one) - FIELD_ORDER.indexOf(other);
}

const FIELD_ORDER = Object.keys(RECIPE_FIELDS);

type SetEvent = Extract<MakeEvent, { kind: 'set' }>;

/** Sorts what the Makefile sets outside of packages and steps. */
export function importVariables(evaluation: Evaluation, includes: HeadIncludes): ImportedVariables {
  const root: Record<string, unknown> = { recipe: {}, source: {}, build: {} };
  const variable: Record<string, unknown>[] = [];
  const places = new Map<string, string[]>();
  const sets = evaluation.events.filter(
    (event): event is SetEvent => event.kind === 'set' && !event.name.includes('/'),
  );
  const fields = new Map<string, Field | undefined>();
  for (const [name, own] of groupBy(sets, (event) => event.name))
    fields.set(name, fieldOf(own, evaluation, includes));
  for (const event of sets) {
    const field = fields.get(event.name);
    const first = field?.sets[0];
    if (field === undefined || (!field.sets.includes(event) && !isReplaced(event, field, includes)))
      variable.push(plainVariable(event, includes));
    else if (event === first) {
      setDeep(root, field.key, field.value);
      const { behind } = placeIn(includes, event);
      if (behind !== undefined) places.set(behind, [...(places.get(behind) ?? []), event.name]);
    }
  }
  return {
    tables: { ...(root as Omit<ImportedVariables['tables'], 'variable'>), variable },
    places: new Map([...places].map(([path, names]) => [path, names.sort(byField)])),
    texts: variable.map((each) => String(each['value'])),
  };
}

/** What a key of the definition holds, and the statements that say it. */
interface Field {
  readonly key: string;
  readonly value: unknown;
  readonly sets: readonly SetEvent[];
}

/** Whether a statement is nothing beside those of its key: they replace it before anything could use it. */
function isReplaced(event: SetEvent, { sets }: Field, includes: HeadIncludes): boolean {
  const [first] = sets;
  return first !== undefined && isOnePlace([event, first], includes);
}

function isOnePlace(sets: readonly SetEvent[], includes: HeadIncludes): boolean {
  return new Set(sets.map((event) => placeIn(includes, event).behind)).size < 2;
}

function plainVariable(event: SetEvent, includes: HeadIncludes): Record<string, unknown> {
  const { name, operator, value, when, modifier } = event;
  const { behind, isLast } = placeIn(includes, event);
  return {
    name,
    operator,
    value: value.trim().replaceAll('\t', ' '),
    when,
    ...(isLast ? { 'after-includes': true } : behind === undefined ? {} : { after: behind }),
    ...(modifier === undefined ? {} : { modifier }),
  };
}

/** Undefined for what is no key, or not always and everywhere the same. */
function fieldOf(
  all: readonly SetEvent[],
  evaluation: Evaluation,
  includes: HeadIncludes,
): Field | undefined {
  const lastFresh = all.findLastIndex(({ operator }) => operator === ':=' || operator === '=');
  const sets = all.slice(Math.max(0, lastFresh));
  const [event] = sets;
  if (event === undefined) return undefined;
  if (all.some(({ when, modifier }) => modifier !== undefined || when.length > 0)) return undefined;
  const { behind, later } = placeIn(includes, event);
  if (!isOnePlace(sets, includes) && !ALWAYS_KEYS.has(event.name)) return undefined;
  // Behind a file that may have set it, `?=` is not what `:=` would be.
  if (behind !== undefined && event.operator === '?=') return undefined;
  const isPypi = evaluation.scope.get('PYPI_NAME') !== undefined;
  if (isPypi && isOverwritten(event.name, later)) return undefined;
  const system = systemOf(event);
  if (system !== undefined) return { key: 'build.system', value: system, sets };
  const rule = RECIPE_FIELDS[event.name];
  if (rule === undefined || (event.operator === '+=' && rule.kind !== 'raw')) return undefined;
  const value = valueFor(rule, sets, evaluation);
  return value === undefined ? undefined : { key: rule.key, value, sets };
}

/** Without these, a definition is none. */
const ALWAYS_KEYS: ReadonlySet<string> = new Set(['PKG_NAME', 'PKG_VERSION', 'PKG_RELEASE']);

function systemOf({ name, value }: SetEvent): string | undefined {
  if (name === 'PYTHON3_PKG_BUILD' && value.trim() === '0') return 'none';
  if (name === 'PYTHON3_PKG_FORCE_DISTUTILS_SETUP' && value.trim() === '1') return 'setup.py';
  return undefined;
}

function valueFor(rule: FieldRule, sets: readonly SetEvent[], evaluation: Evaluation): unknown {
  const written = writtenValue(sets);
  switch (rule.kind) {
    case 'text':
      return expand(`$(${sets[0]?.name ?? ''})`, evaluation.context).trim();
    case 'raw':
      return written;
    case 'words':
      return splitWords(written);
    case 'people':
      return written
        .split(/,(?![^<]*>)/)
        .map((each) => wordsOf(each).join(' '))
        .filter((each) => each !== '');
    case 'switch':
      return written === '1' ? true : written === '0' || written === '' ? false : undefined;
  }
}

/** The values of all statements that set it, as one. */
function writtenValue(sets: readonly SetEvent[]): string {
  let value = '';
  for (const event of sets) {
    if (event.operator === '+=') value = `${value} ${event.value}`;
    else if (event.operator !== '?=' || value === '') value = event.value;
  }
  return value.trim().replaceAll('\t', ' ');
}

function setDeep(root: Record<string, unknown>, key: string, value: unknown): void {
  const parts = key.split('.');
  let table = root;
  for (const part of parts.slice(0, -1)) {
    const next = (table[part] ?? {}) as Record<string, unknown>;
    table[part] = next;
    table = next;
  }
  table[parts.at(-1) ?? key] = value;
}
