/** From the options of `build` and `release` to what is asked of builds. */
import { machine } from 'node:os';
import type { BuildRequest, Containers, RunOptions } from '../build/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type { BuildOptionValues } from './build-options.ts';
import { openContainers, whereThisIs } from './containers.ts';
import type { CommandContext } from './context.ts';
import { placeRepair } from './place-repair.ts';
import { interpreterSearch, osRelease } from './search-environment.ts';
import { TOOL_VERSION } from './version.ts';

/** What is built, and how it is carried out. */
export interface BuildCommand {
  readonly request: BuildRequest;
  readonly runOptions: RunOptions;
}

/**
 * What the options amount to.
 * @throws WheelworksError `cli/conflicting-options`, `plan/unknown-identifier`, those of {@link openContainers}.
 */
export async function buildCommand(
  directories: readonly string[],
  options: BuildOptionValues,
  context: CommandContext,
): Promise<BuildCommand> {
  const environment = options.environment ?? (await whereThisIs(context));
  if (environment === 'container' && options.python.length > 0)
    throw new WheelworksError(
      'cli/conflicting-options',
      '--python names interpreters of this machine, and containers have their own.',
      { hint: 'Select jobs instead: --build "cp312-*", or --only with one of wheelworks plan.' },
    );
  const containers = await openContainers(options, context);
  return {
    request: {
      ...(await requestOf(directories, options, context)),
      environment,
      containers,
      selection: await selectionOf(options),
    },
    runOptions: await runOptionsOf(options, containers, context),
  };
}

async function requestOf(
  directories: readonly string[],
  options: BuildOptionValues,
  context: CommandContext,
): Promise<BuildRequest> {
  const search = await interpreterSearch(context);
  const { indexUrl } = options;
  const env =
    indexUrl === undefined
      ? search.env
      : { ...search.env, PIP_INDEX_URL: indexUrl, UV_DEFAULT_INDEX: indexUrl };
  return {
    directories: directories.length === 0 ? ['.'] : directories,
    python: options.python,
    isolated: options.isolation,
    offline: context.offline,
    configSettings: groupSettings(options.configSetting),
    search: { ...search, env },
    machine: machine(),
    today: new Date().toISOString().slice(0, 10),
    ...(options.output === undefined ? {} : { output: options.output }),
    ...(options.frontend === undefined ? {} : { frontend: options.frontend }),
    ...(options.testCommand === undefined ? {} : { testCommand: options.testCommand }),
    ...(options.sourceRoot === undefined ? {} : { sourceRoot: options.sourceRoot }),
    ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout }),
  };
}

function groupSettings(
  pairs: readonly (readonly [string, string])[],
): Record<string, string | string[]> {
  const settings: Record<string, string | string[]> = {};
  for (const [key, value] of pairs) {
    const known = settings[key];
    settings[key] =
      known === undefined ? value : [...(typeof known === 'string' ? [known] : known), value];
  }
  return settings;
}

async function selectionOf({
  only,
  build,
  skip,
}: BuildOptionValues): Promise<NonNullable<BuildRequest['selection']>> {
  const [one, ...others] = only;
  return {
    ...(one !== undefined && others.length === 0 ? { only: one } : {}),
    ...(others.length > 0 ? { build: await globOf(only) } : {}),
    ...(build === undefined ? {} : { build }),
    ...(skip === undefined ? {} : { skip }),
  };
}

/** Several identifiers as one pattern; each must be one. */
async function globOf(ids: readonly string[]): Promise<string> {
  const { buildIdentifiers } = await import('../platform/index.ts');
  const { closestName } = await import('../support/closest-name.ts');
  const known = buildIdentifiers.map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown === undefined) return `{${ids.join(',')}}`;
  const close = closestName(unknown, known);
  throw new WheelworksError('plan/unknown-identifier', `There is no job ${unknown}.`, {
    hint: close === undefined ? 'wheelworks plan lists them.' : `Did you mean ${close}?`,
  });
}

async function runOptionsOf(
  { force, failFast, compilerCache }: BuildOptionValues,
  containers: Containers,
  context: CommandContext,
): Promise<RunOptions> {
  const release = await osRelease();
  return {
    jobs: context.jobs,
    events: context.events,
    signal: context.signal,
    toolVersion: TOOL_VERSION,
    repair: placeRepair(),
    containers,
    force,
    failFast,
    ...(compilerCache === 'none' ? {} : { compilerCache }),
    ...(release === undefined ? {} : { osRelease: release }),
  };
}

/** Tells somebody who interrupts that nothing is lost. */
export function tellOfInterrupt(context: CommandContext): void {
  context.signal.addEventListener(
    'abort',
    () => context.stderr('Finished wheels are kept; the same command goes on from there.\n'),
    { once: true },
  );
}
