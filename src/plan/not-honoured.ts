/** Options that are set and that are not carried out as cibuildwheel would: told, never passed over in silence. */
import { OPTIONS, type OptionDefinition, type OptionTables } from '../project/index.ts';
import { closestName } from '../support/closest-name.ts';
import type { PlannedPlatform, UnhonouredOption } from './model.ts';
import { variablesOf } from './options/cascade.ts';

/** What to look through. */
export interface UnhonouredRequest {
  readonly tables: readonly OptionTables[];
  readonly platforms: readonly PlannedPlatform[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Everything that is set without effect. */
export function unhonoured({
  tables,
  platforms,
  env,
}: UnhonouredRequest): readonly UnhonouredOption[] {
  return [
    ...tables.flatMap((table) => [...ofOptions(table, platforms), ...ofPlatforms(table)]),
    ...ofVariables(env),
  ];
}

const UNSUPPORTED = ['android', 'ios', 'pyodide'];
const NOT_BUILT = 'wheelworks makes no wheels for this platform';

function ofOptions(
  { where, path, general, platforms, overrides }: OptionTables,
  planned: readonly PlannedPlatform[],
): readonly UnhonouredOption[] {
  const places = [
    { where, values: general },
    ...planned.map((each) => ({
      where: `${where}.${each}`,
      values: platforms.get(each) ?? new Map<string, unknown>(),
    })),
    ...overrides,
  ];
  return OPTIONS.flatMap(({ name, notHonoured }) =>
    places
      .filter(({ values }) => notHonoured !== undefined && values.has(name))
      .map((place) => ({
        code: 'plan/not-honoured' as const,
        option: name,
        where: `${path} [${place.where}]`,
        reason: notHonoured ?? '',
      })),
  );
}

function ofPlatforms({ where, path, platforms }: OptionTables): readonly UnhonouredOption[] {
  return UNSUPPORTED.filter((each) => (platforms.get(each)?.size ?? 0) > 0).map((each) => ({
    code: 'plan/not-honoured',
    option: each,
    where: `${path} [${where}.${each}]`,
    reason: NOT_BUILT,
  }));
}

/** Variables of cibuildwheel that are no options of a build. */
const OTHER_VARIABLES: Readonly<Record<string, string | undefined>> = {
  CIBW_PLATFORM: undefined,
  CIBW_ALLOW_EMPTY: undefined,
  CIBW_PROJECT_REQUIRES_PYTHON: undefined,
  CIBW_OUTPUT_DIR: 'use --output',
  CIBW_CACHE_PATH: 'use --cache-dir',
  CIBW_DEBUG_TRACEBACK: 'use --debug',
  CIBW_DEBUG_KEEP_CONTAINER: 'the folder of a failed job is kept anyway',
  CIBW_FREE_THREADED_SUPPORT:
    'cibuildwheel has dropped it; CIBW_ENABLE=cpython-freethreading adds CPython 3.13t, newer ones need nothing',
  CIBW_PRERELEASE_PYTHONS: 'cibuildwheel has dropped it; use CIBW_ENABLE=cpython-prerelease',
};

function ofVariables(env: UnhonouredRequest['env']): readonly UnhonouredOption[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('CIBW_') && env[name] !== undefined)
    .sort()
    .flatMap((name): readonly UnhonouredOption[] => {
      const reason = reasonOf(name);
      if (reason !== undefined)
        return [{ code: 'plan/not-honoured', option: name, where: 'environment', reason }];
      const mistake = isKnown(name) ? undefined : mistakeIn(name);
      return mistake === undefined
        ? []
        : [{ code: 'plan/unknown-variable', option: name, where: 'environment', reason: mistake }];
    });
}

/** Why a variable that cibuildwheel has does nothing here. */
function reasonOf(name: string): string | undefined {
  if (UNSUPPORTED.some((each) => name.endsWith(`_${each.toUpperCase()}`))) return NOT_BUILT;
  return (
    OTHER_VARIABLES[name] ??
    OPTIONS.find((definition) => namesOf(definition).includes(name))?.notHonoured
  );
}

function isKnown(name: string): boolean {
  return name in OTHER_VARIABLES || OPTIONS.some((each) => namesOf(each).includes(name));
}

/** cibuildwheel never looks at variables that it does not have: nobody else tells of a misspelt one. */
function mistakeIn(name: string): string {
  const [, general = '', platform] = /^(.+)_(LINUX|MACOS|WINDOWS)$/.exec(name) ?? [];
  if (platform !== undefined && isKnown(general))
    return `there is no such variable for one platform alone; use ${general}`;
  const suggestion = closestName(name, [
    ...OPTIONS.flatMap(namesOf),
    ...Object.keys(OTHER_VARIABLES),
  ]);
  return suggestion === undefined
    ? 'there is no such option'
    : `there is no such option; did you mean ${suggestion}?`;
}

function namesOf(definition: OptionDefinition): readonly string[] {
  return [
    ...new Set(
      (['linux', 'macos', 'windows'] as const).flatMap((each) => variablesOf(definition, each)),
    ),
  ];
}
