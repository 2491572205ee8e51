/** What commands that plan take, and the plan they make of it. */
import { machine } from 'node:os';
import type { BuildPlan } from '../plan/index.ts';
import type { OptionSpec, OptionValues } from './command.ts';
import type { CommandContext } from './context.ts';
import { conflictError } from './usage-error.ts';

/** The options by which a plan is narrowed or widened. */
export const PLAN_OPTIONS = {
  platform: {
    flags: '--platform <name>',
    description: 'linux, macos, windows, all, or auto for that of this machine',
    defaultText: 'CIBW_PLATFORM, or auto',
  },
  archs: {
    flags: '--archs <names>',
    description: 'architectures: names, auto, auto64, auto32, native, all',
    repeatable: true,
  },
  build: {
    flags: '--build <patterns>',
    description: "only identifiers like these, such as 'cp31{2,3}-*'",
    repeatable: true,
    completes: 'identifier',
  },
  skip: {
    flags: '--skip <patterns>',
    description: 'no identifiers like these',
    repeatable: true,
    completes: 'identifier',
  },
  enable: {
    flags: '--enable <group>',
    description: 'add these Pythons: pypy, pypy-eol, graalpy, cpython-eol, all, ...',
    repeatable: true,
  },
  only: {
    flags: '--only <id>',
    description: 'one identifier, whatever else is selected',
    completes: 'identifier',
    conflicts: ['platform', 'archs', 'build', 'skip'],
  },
  configFile: {
    flags: '--config-file <file>',
    description: 'read the options from this TOML file; {package} in it is the folder of a package',
    completes: 'file',
  },
  environment: {
    flags: '--environment <kind>',
    description: 'where builds run; none: this machine already is the container',
    choices: ['host', 'container', 'none'],
    defaultText: 'containers for Linux, this machine for the others',
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

export type PlanOptions = OptionValues<typeof PLAN_OPTIONS>;

/** How a plan is made beside its options. */
export interface PlanInputs {
  /** As given; this folder when there are none. */
  readonly directories: readonly string[];
  /** Only what cibuildwheel knows. */
  readonly onlyKnown?: boolean;
}

/**
 * Makes the plan that the command line asks for.
 * @throws WheelworksError as `planBuild`.
 */
export async function makePlan(
  options: PlanOptions,
  { directories, onlyKnown = false }: PlanInputs,
  context: CommandContext,
): Promise<BuildPlan> {
  const { planBuild, platformsOf } = await import('../plan/index.ts');
  const word = options.platform ?? context.env['CIBW_PLATFORM'] ?? 'auto';
  if (onlyKnown && word === 'all') throw conflictError('--platform all', '--compat');
  const { only, configFile, environment } = options;
  return planBuild({
    cwd: context.cwd,
    directories: directories.length === 0 ? ['.'] : directories,
    platforms: only === undefined ? platformsOf(word, context.platform) : [],
    host: { platform: context.platform, machine: machine() },
    env: context.env,
    today: new Date().toISOString().slice(0, 10),
    given: givenOptions(options),
    onlyKnown,
    ...(only === undefined ? {} : { only }),
    ...(configFile === undefined ? {} : { configFile }),
    ...(environment === undefined ? {} : { environment }),
  });
}

function givenOptions(options: PlanOptions): ReadonlyMap<string, string> {
  const { archs, build, skip, enable } = options;
  return new Map(
    Object.entries({ archs, build, skip, enable })
      .filter(([, values]) => values.length > 0)
      .map(([name, values]) => [name, values.join(' ')]),
  );
}
