/** Reads `[tool.cibuildwheel]` and the options of `[tool.wheelworks]`: known names only, each where it may stand. */
import { closestName } from '../../support/closest-name.ts';
import { WheelworksError } from '../../support/errors.ts';
import { OPTIONS, OPTION_PLATFORMS, optionDefinition } from './definitions.ts';
import { badOption } from './values.ts';

/** How an override takes what was there before it. */
export type InheritRule = 'none' | 'append' | 'prepend';

/** One of `[[overrides]]`. */
export interface OptionOverride {
  /** Patterns of identifiers, separated by blanks. */
  readonly select: string;
  readonly values: ReadonlyMap<string, unknown>;
  readonly inherit: ReadonlyMap<string, InheritRule>;
  /** `tool.cibuildwheel.overrides[2]`, counted from 1. */
  readonly where: string;
}

/** One tool's table as read. */
export interface OptionTables {
  /** `tool.cibuildwheel`. */
  readonly where: string;
  readonly path: string;
  readonly general: ReadonlyMap<string, unknown>;
  readonly platforms: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  readonly overrides: readonly OptionOverride[];
}

/** What tells one tool's table from the other's. */
export interface TablesRequest {
  readonly table: 'tool.cibuildwheel' | 'tool.wheelworks';
  readonly path: string;
  /** Keys that are no options: other commands' settings. */
  readonly otherKeys?: readonly string[];
  /** Only this platform's table is looked at, as cibuildwheel does. */
  readonly onlyPlatform?: string;
}

/**
 * Reads a table.
 * @throws WheelworksError `config/unknown-setting`, `config/option-misplaced`, `config/bad-option`, `config/bad-pyproject`.
 */
export function readOptionTables(given: unknown, request: TablesRequest): OptionTables {
  const { table, path, otherKeys = [], onlyPlatform } = request;
  const root = tableOf(given ?? {}, table, path);
  const known = namesFor(request);
  for (const name of Object.keys(root)) {
    if (otherKeys.includes(name) || name === 'overrides' || isPlatform(name)) continue;
    requireKnown(name, [...known, ...OPTION_PLATFORMS, 'overrides', ...otherKeys], {
      table,
      path,
    });
  }
  const platforms = new Map<string, ReadonlyMap<string, unknown>>();
  for (const platform of OPTION_PLATFORMS) {
    if (root[platform] === undefined || (onlyPlatform ?? platform) !== platform) continue;
    const where = `${table}.${platform}`;
    const own = tableOf(root[platform], where, path);
    for (const name of Object.keys(own)) {
      requireKnown(name, known, { table: where, path });
      requirePlace(name, platform, { where, path });
    }
    platforms.set(platform, new Map(Object.entries(own)));
  }
  return {
    where: table,
    path,
    general: new Map(Object.entries(root).filter(([name]) => known.includes(name))),
    platforms,
    overrides: overridesOf(root['overrides'], request, known),
  };
}

function namesFor({ table }: TablesRequest): readonly string[] {
  return OPTIONS.filter(({ isOwn }) => isOwn !== true || table === 'tool.wheelworks').map(
    ({ name }) => name,
  );
}

function isPlatform(name: string): boolean {
  return OPTION_PLATFORMS.some((each) => each === name);
}

function tableOf(given: unknown, where: string, path: string): Readonly<Record<string, unknown>> {
  if (
    typeof given === 'object' &&
    given !== null &&
    !Array.isArray(given) &&
    !(given instanceof Date)
  )
    return Object.fromEntries(Object.entries(given));
  throw new WheelworksError('config/bad-pyproject', `${where} is not a table.`, {
    path,
    evidence: `${where}: expected a table`,
  });
}

function requireKnown(
  name: string,
  known: readonly string[],
  { table, path }: { readonly table: string; readonly path: string },
): void {
  if (known.includes(name)) return;
  const own = optionDefinition(name)?.isOwn === true;
  const suggestion = closestName(name, known);
  throw new WheelworksError('config/unknown-setting', `[${table}] has no setting ${name}.`, {
    path,
    hint: own
      ? `It is one of wheelworks' own: put it into [tool.wheelworks].`
      : suggestion === undefined
        ? `Known: ${known.filter((each) => !each.endsWith('-image')).join(', ')}, and images of Linux.`
        : `Did you mean ${suggestion}?`,
  });
}

function requirePlace(
  name: string,
  platform: string,
  { where, path }: { readonly where: string; readonly path: string },
): void {
  if (optionDefinition(name)?.notIn?.includes(platform) !== true) return;
  throw new WheelworksError('config/option-misplaced', `${name} is not allowed in [${where}].`, {
    path,
    hint:
      platform === 'linux'
        ? 'On Linux the image settles it: take it out, or put it into the table of another platform.'
        : 'Only Linux has build images: put it into the linux table.',
  });
}

function overridesOf(
  given: unknown,
  { table, path }: TablesRequest,
  known: readonly string[],
): readonly OptionOverride[] {
  if (given === undefined) return [];
  if (!Array.isArray(given))
    throw badOption('overrides', { where: table, path }, 'it must be a list of tables');
  return given.map((each: unknown, index) => {
    const where = `${table}.overrides[${index + 1}]`;
    const { select, inherit, ...values } = tableOf(each, where, path);
    const rules = inheritOf(inherit, where, path);
    const allowed = known.filter((name) => optionDefinition(name)?.inOverrides === true);
    const requireAllowed = (name: string, others: readonly string[], table: string): void => {
      if (known.includes(name) && !allowed.includes(name)) throw notInOverrides(name, table, path);
      requireKnown(name, [...allowed, ...others], { table, path });
    };
    for (const name of Object.keys(values)) requireAllowed(name, ['select', 'inherit'], where);
    for (const name of rules.keys()) requireAllowed(name, [], `${where}.inherit`);
    return {
      select: selectOf(select, where, path),
      values: new Map(Object.entries(values)),
      inherit: rules,
      where,
    };
  });
}

function notInOverrides(name: string, where: string, path: string): WheelworksError {
  return new WheelworksError('config/option-misplaced', `${name} cannot stand in an override.`, {
    path,
    evidence: where,
    hint: 'It decides what is built at all: put it into the table itself, or into that of a platform.',
  });
}

function selectOf(given: unknown, where: string, path: string): string {
  const texts: readonly unknown[] = Array.isArray(given) ? given : [given];
  const patterns = texts.filter((each) => typeof each === 'string');
  const select = patterns.join(' ').trim();
  if (select !== '' && patterns.length === texts.length) return select;
  throw badOption('select', { where, path }, 'an override must say which identifiers it is for');
}

function inheritOf(given: unknown, where: string, path: string): ReadonlyMap<string, InheritRule> {
  const rules = new Map<string, InheritRule>();
  for (const [name, rule] of Object.entries(tableOf(given ?? {}, `${where}.inherit`, path))) {
    if (rule !== 'none' && rule !== 'append' && rule !== 'prepend')
      throw badOption('inherit', { where, path }, `${name} must be none, append or prepend`);
    rules.set(name, rule);
  }
  return rules;
}
