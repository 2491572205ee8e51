/** The variables of a recipe: those that are keys of the definition, and all others. */
import { expand, wordsOf, type Evaluation, type MakeEvent } from '../makefile/index.ts';
import { RECIPE_FIELDS, type FieldRule } from './fields.ts';
import { splitWords } from './words.ts';

export interface ImportedVariables {
  readonly tables: {
    readonly recipe: Record<string, unknown>;
    readonly source: Record<string, unknown>;
    readonly build: Record<string, unknown>;
    readonly variable: readonly Record<string, unknown>[];
  };
  /** Values that may call functions of the recipe. */
  readonly texts: readonly string[];
}

type SetEvent = Extract<MakeEvent, { kind: 'set' }>;

/** Sorts what the Makefile sets outside of packages and steps. */
export function importVariables(evaluation: Evaluation): ImportedVariables {
  const root: Record<string, unknown> = { recipe: {}, source: {}, build: {} };
  const variable: Record<string, unknown>[] = [];
  let isAfter = false;
  const done = new Set<string>();
  for (const event of evaluation.events) {
    if (event.kind === 'include' && event.path.endsWith('package.mk')) isAfter = true;
    if (event.kind !== 'set' || event.name.includes('/')) continue;
    if (done.has(event.name)) continue;
    const value = fieldValue(event, evaluation);
    if (value === undefined) variable.push(plainVariable(event, isAfter));
    else {
      setDeep(root, value.key, value.value);
      done.add(event.name);
    }
  }
  return {
    tables: { ...(root as Omit<ImportedVariables['tables'], 'variable'>), variable },
    texts: variable.map((each) => String(each['value'])),
  };
}

function plainVariable(event: SetEvent, isAfter: boolean): Record<string, unknown> {
  const { name, operator, value, when, modifier } = event;
  return {
    name,
    operator,
    value: value.trim().replaceAll('\t', ' '),
    when,
    ...(isAfter ? { 'after-includes': true } : {}),
    ...(modifier === undefined ? {} : { modifier }),
  };
}

/** Undefined for what is no key, or not always the same. */
function fieldValue(
  event: SetEvent,
  evaluation: Evaluation,
): { readonly key: string; readonly value: unknown } | undefined {
  const sets = setsOf(event.name, evaluation);
  if (event.modifier !== undefined || sets.some(({ when }) => when.length > 0)) return undefined;
  const system = systemOf(event);
  if (system !== undefined) return { key: 'build.system', value: system };
  const rule = RECIPE_FIELDS[event.name];
  if (rule === undefined || (sets[0]?.operator === '+=' && rule.kind !== 'raw')) return undefined;
  const value = valueFor(rule, event, evaluation);
  return value === undefined ? undefined : { key: rule.key, value };
}

function systemOf({ name, value }: SetEvent): string | undefined {
  if (name === 'PYTHON3_PKG_BUILD' && value.trim() === '0') return 'none';
  if (name === 'PYTHON3_PKG_FORCE_DISTUTILS_SETUP' && value.trim() === '1') return 'setup.py';
  return undefined;
}

function valueFor(rule: FieldRule, event: SetEvent, evaluation: Evaluation): unknown {
  const written = writtenValue(event.name, evaluation);
  switch (rule.kind) {
    case 'text':
      return expand(`$(${event.name})`, evaluation.context).trim();
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
function writtenValue(name: string, evaluation: Evaluation): string {
  let value = '';
  for (const event of setsOf(name, evaluation)) {
    if (event.operator === '+=') value = `${value} ${event.value}`;
    else if (event.operator !== '?=' || value === '') value = event.value;
  }
  return value.trim().replaceAll('\t', ' ');
}

function setsOf(name: string, { events }: Evaluation): SetEvent[] {
  return events.filter((event): event is SetEvent => event.kind === 'set' && event.name === name);
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
