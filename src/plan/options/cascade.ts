/**
 * Which value an option has in the end: default, then the tables with their platforms and overrides, then variables.
 *
 * Source: cibuildwheel 4.2, docs/options.md "Setting options". `[tool.wheelworks]` with all its parts comes after
 * `[tool.cibuildwheel]`, and variables after both.
 */
import {
  joinTexts,
  optionDefinition,
  optionText,
  type InheritRule,
  type OptionDefinition,
  type OptionTables,
} from '../../project/index.ts';
import { matchesSelectors } from '../select/selectors.ts';

/** What options are read from. */
export interface OptionSources {
  /** In rising order. */
  readonly tables: readonly OptionTables[];
  readonly platform: 'linux' | 'macos' | 'windows';
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Given on the command line, by option name; they come last. */
  readonly given?: ReadonlyMap<string, string>;
}

/** The value of an option and where it is from. */
export interface ResolvedOption {
  readonly text: string;
  /** `default`, `tool.cibuildwheel.linux`, `CIBW_BUILD`: every place that has a part in the value, in order. */
  readonly from: readonly string[];
}

interface Layer {
  readonly where: string;
  readonly path?: string;
  readonly value: unknown;
  readonly rule: InheritRule;
}

/** cibuildwheel's own repair is ours, so that no platform has a default of its own here. */
export const FROM_DEFAULT = 'default';

/**
 * Resolves an option.
 * @param id the build identifier that overrides are selected by; undefined for options of all.
 * @throws WheelworksError `config/bad-option`.
 */
export function resolveOption(
  definition: OptionDefinition,
  sources: OptionSources,
  id?: string,
): ResolvedOption {
  const start: ResolvedOption = { text: definition.default, from: [FROM_DEFAULT] };
  return layersOf(definition, sources, id).reduce((before, layer) => {
    const { where, path, value, rule } = layer;
    if (value === undefined || (definition.ignoresEmpty === true && isEmpty(value))) return before;
    const place = { where, ...(path === undefined ? {} : { path }) };
    const text = optionText(definition, value, place);
    if (rule === 'none' || before.text === '') return { text, from: [where] };
    if (text === '') return before;
    const from = [...before.from.filter((each) => each !== FROM_DEFAULT), where];
    const pair =
      rule === 'append' ? ([before.text, text] as const) : ([text, before.text] as const);
    return { text: joinTexts(definition, pair, place), from };
  }, start);
}

function layersOf(
  definition: OptionDefinition,
  { tables, platform, env, given }: OptionSources,
  id: string | undefined,
): readonly Layer[] {
  const { name } = definition;
  const layers: Layer[] = tables.flatMap((table) => [
    { where: table.where, path: table.path, value: table.general.get(name), rule: 'none' as const },
    {
      where: `${table.where}.${platform}`,
      path: table.path,
      value: table.platforms.get(platform)?.get(name),
      rule: 'none' as const,
    },
    ...table.overrides
      .filter(({ select }) => id !== undefined && matchesSelectors(select, id))
      .map(({ where, values, inherit }) => ({
        where,
        path: table.path,
        value: values.get(name),
        rule: inherit.get(name) ?? ('none' as const),
      })),
  ]);
  const rule = definition.variableAdds === true ? 'append' : 'none';
  for (const variable of variablesOf(definition, platform))
    layers.push({ where: variable, value: env[variable], rule });
  layers.push({ where: 'command line', value: given?.get(name), rule });
  return layers;
}

function isEmpty(value: unknown): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}

/** The variables of an option, the weaker first. */
export function variablesOf(
  { name, hasPlatformVariable }: OptionDefinition,
  platform: string,
): readonly string[] {
  const variable = `CIBW_${name.toUpperCase().replaceAll('-', '_')}`;
  return hasPlatformVariable ? [variable, `${variable}_${platform.toUpperCase()}`] : [variable];
}

/** An option of all jobs by its name. */
export function namedOption(name: string, sources: OptionSources): ResolvedOption {
  const definition = optionDefinition(name);
  if (definition === undefined) throw new Error(`No option ${name}`);
  return resolveOption(definition, sources);
}
