/** The options that say what is built, where and how: those of `build` and of `release`. */
import type { BuildRequest, CompilerCacheChoice } from '../build/index.ts';
import { InvalidValue } from './command.ts';

/** Options of whatever runs in places, as `defineCommand` takes them. */
export const PLACE_OPTIONS = {
  network: {
    flags: '--network <kind>',
    description: 'what containers reach',
    choices: ['default', 'host', 'none'],
    defaultText: 'what the engine gives them',
  },
  imageMirror: {
    flags: '--image-mirror <mirror>',
    description: 'FROM=TO: where images are fetched from; also WHEELWORKS_IMAGE_MIRROR',
    repeatable: true,
  },
} as const;

/** Options of `build` and of `release`. */
export const BUILD_OPTIONS = {
  only: {
    flags: '--only <id>',
    description: 'one job of the plan, such as cp312-manylinux_x86_64',
    repeatable: true,
    conflicts: ['build', 'skip'],
  },
  build: { flags: '--build <globs>', description: 'jobs to build, as the option build' },
  skip: { flags: '--skip <globs>', description: 'jobs to leave out, as the option skip' },
  environment: {
    flags: '--environment <kind>',
    description: 'where builds run: this machine, containers, or the container that this is',
    choices: ['host', 'container', 'none'],
    defaultText: 'host; none inside a container',
  },
  output: {
    flags: '-o, --output <dir>',
    description: 'where wheels and logs go',
    defaultText: 'PROJECT/wheelhouse',
    completes: 'directory',
  },
  python: {
    flags: '-p, --python <selector>',
    description: 'only these interpreters: 3.12, 3.13t, >=3.11, a path',
    repeatable: true,
  },
  frontend: {
    flags: '--frontend <name>',
    description: 'what calls the build backend',
    choices: ['uv', 'build', 'pip', 'direct'],
    defaultText: "the project's, else the first that is there",
  },
  isolation: {
    flags: '--no-isolation',
    description: 'build with the packages that each interpreter has installed',
  },
  configSetting: {
    flags: '-C, --config-setting <setting>',
    description: 'KEY=VALUE for the build backend',
    repeatable: true,
    parse: keyValue,
  },
  testCommand: {
    flags: '--test-command <command>',
    description: 'shell command that tests an installed wheel; "" runs none',
    defaultText: "the project's",
  },
  sourceRoot: {
    flags: '--source-root <dir>',
    description: 'folder to copy for builds, when the project needs files above it',
    defaultText: 'PROJECT',
    completes: 'directory',
  },
  indexUrl: {
    flags: '--index-url <url>',
    description: 'where build and test requirements come from; default what pip is configured for',
  },
  ...PLACE_OPTIONS,
  compilerCache: {
    flags: '--compiler-cache <name>',
    description: 'call compilers through ccache or sccache, and tell what it saved',
    choices: ['auto', 'ccache', 'sccache', 'none'],
    default: 'none',
  },
  keepGoing: {
    flags: '--keep-going',
    description: 'go on when a job has failed, as builds do anyway',
    conflicts: ['failFast'],
  },
  failFast: { flags: '--fail-fast', description: 'start nothing any more when a job has failed' },
  timeout: {
    flags: '--timeout <minutes>',
    description: 'end a command of a build or test that takes longer',
    parse: minutes,
  },
  force: { flags: '-f, --force', description: 'build and test everything anew' },
  dryRun: { flags: '-n, --dry-run', description: 'only show what would be done' },
} as const;

/** The values of {@link PLACE_OPTIONS}. */
export interface PlaceOptionValues {
  readonly network: 'default' | 'host' | 'none' | undefined;
  readonly imageMirror: readonly string[];
}

/** The values of {@link BUILD_OPTIONS}. */
export interface BuildOptionValues extends PlaceOptionValues {
  readonly only: readonly string[];
  readonly build: string | undefined;
  readonly skip: string | undefined;
  readonly environment: BuildRequest['environment'];
  readonly output: string | undefined;
  readonly python: readonly string[];
  readonly frontend: BuildRequest['frontend'] | undefined;
  readonly isolation: boolean;
  readonly configSetting: readonly (readonly [string, string])[];
  readonly testCommand: string | undefined;
  readonly sourceRoot: string | undefined;
  readonly indexUrl: string | undefined;
  readonly compilerCache: CompilerCacheChoice | 'none';
  readonly failFast: boolean;
  /** Milliseconds. */
  readonly timeout: number | undefined;
  readonly force: boolean;
}

function keyValue(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  // PEP 517 front ends take a key alone for an empty value.
  return equals === -1 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}

const MINUTE = 60_000;

function minutes(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidValue('give a number of minutes');
  return value * MINUTE;
}
