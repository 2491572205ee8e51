/** What `build` and `release` have in common: the options that say what is built and how. */
import { machine } from 'node:os';
import { join } from 'node:path';
import type { BuildPlace, BuildRequest, OpenContainer, RepairSource } from '../build/index.ts';
import type { CommandContext } from './context.ts';
import { interpreterSearch } from './search-environment.ts';
import { TOOL_VERSION } from './version.ts';

/** Options of both commands, as `defineCommand` takes them. */
export const BUILD_OPTIONS = {
  output: {
    flags: '-o, --output <dir>',
    description: 'where wheels and logs go',
    defaultText: 'PROJECT/wheelhouse',
    completes: 'directory',
  },
  python: {
    flags: '-p, --python <selector>',
    description: 'only these interpreters: 3.12, 3.13t, >=3.11, a path; may be repeated',
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
    description: 'KEY=VALUE for the build backend; may be repeated',
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
  force: { flags: '-f, --force', description: 'build and test everything anew' },
  dryRun: { flags: '-n, --dry-run', description: 'only show what would be done' },
} as const;

/** The values of these options. */
export interface BuildOptionValues {
  readonly output: string | undefined;
  readonly python: readonly string[];
  readonly frontend: BuildRequest['frontend'] | undefined;
  readonly isolation: boolean;
  readonly configSetting: readonly (readonly [string, string])[];
  readonly testCommand: string | undefined;
  readonly sourceRoot: string | undefined;
  readonly indexUrl: string | undefined;
}

/** The request that the options amount to. */
export async function buildRequest(
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
  };
}

type Session = Awaited<ReturnType<RepairSource>>;

/**
 * Repairs with what the place has: wheels lean on the libraries that they were built with. The session of this machine is
 * opened once.
 */
export function placeRepair(): RepairSource {
  let session: Promise<Session> | undefined;
  return async (place, wheel) => {
    if (place.kind === 'container') return containerSession(place, wheel);
    session ??= hostSession();
    return session;
  };
}

async function hostSession(): Promise<Session> {
  const { createFactsCache, detectHost, openLibraries } = await import('../audit/index.ts');
  const { openRepairSession } = await import('../repair/index.ts');
  const facts = createFactsCache();
  const host = await detectHost(process.execPath);
  return openRepairSession({
    libraries: await openLibraries({ facts, host }),
    facts,
    toolVersion: TOOL_VERSION,
  });
}

async function containerSession(place: BuildPlace, path: string): Promise<Session> {
  const { auditWheel, createFactsCache, openLibraries } = await import('../audit/index.ts');
  const { openRepairSession } = await import('../repair/index.ts');
  const { withWheel } = await import('../wheel/index.ts');
  const { externalLibraries } = await withWheel(path, async (wheel) => auditWheel(wheel));
  const libPaths = await place.librariesFor(externalLibraries.map(({ name }) => name));
  const facts = createFactsCache();
  return openRepairSession({
    libraries: await openLibraries({ facts, libPaths }),
    facts,
    toolVersion: TOOL_VERSION,
  });
}

/** Opens containers as the options and this machine say. */
export async function containerOpener(
  {
    network,
    imageMirror,
  }: {
    readonly network: 'default' | 'host' | 'none' | undefined;
    readonly imageMirror: readonly string[];
  },
  context: CommandContext,
): Promise<OpenContainer> {
  const { openContainerPlace } = await import('../build/index.ts');
  const { mirrored, parseImageMirrors } = await import('../platform/index.ts');
  const { openCache } = await import('../support/cache.ts');
  const mirrors = parseImageMirrors(
    [...imageMirror, context.env['WHEELWORKS_IMAGE_MIRROR'] ?? ''].join(' '),
  );
  const { cacheDirectory, env, home, platform, offline, events, signal } = context;
  return async ({ id, options }) =>
    openContainerPlace({
      image: mirrored(options.image ?? '', mirrors),
      architecture: /linux_(.+)$/.exec(id)?.[1] ?? '',
      engine: options.engine,
      environmentPass: options.environmentPass,
      env,
      home,
      platform,
      cacheDirectory,
      cache: openCache(join(cacheDirectory, 'interpreters'), events),
      offline,
      events,
      signal,
      ...(network === undefined ? {} : { network }),
    });
}

function keyValue(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  // PEP 517 front ends take a key alone for an empty value.
  return equals === -1 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
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
