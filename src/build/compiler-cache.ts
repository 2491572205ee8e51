/**
 * ccache and sccache: what compiled once is not compiled again, in whatever folder and whichever container it is built.
 *
 * ccache stands in for the compilers: a folder first on PATH in which their names lead to it serves every build system, where
 * CC and launchers serve one each and both together fail. sccache has no such way, so it gets the variables.
 */
import { posix } from 'node:path';
import { WheelworksError } from '../support/errors.ts';
import type { Environment } from './environment.ts';
import type { BuildPlace } from './place.ts';

/** Which compiler cache builds use; `auto`: the one that is there, if any. */
export type CompilerCacheChoice = 'auto' | 'ccache' | 'sccache';

/** What a cache did for one build. */
export interface CacheUse extends CacheCounts {
  readonly name: CompilerCache['name'];
}

/** Compilations since a moment. */
export interface CacheCounts {
  readonly hits: number;
  readonly misses: number;
}

/** A cache as one build uses it. */
export interface BuildCache {
  /** The environment that was given, with what the cache needs. */
  readonly env: Environment;
  /** What it did for this build so far; undefined when it does not say. */
  counts(): Promise<CacheCounts | undefined>;
}

export interface CompilerCache {
  readonly name: 'ccache' | 'sccache';
  readonly version: string;
  /**
   * @param folder the folder that everything of the build is in: paths below it do not count as differences
   * @param env the build's environment
   */
  forBuild(folder: string, env: Environment): Promise<BuildCache>;
}

export interface CompilerCacheOptions {
  /** Where the host's ccache and sccache keep things when the user has chosen no place; a container has its own. */
  readonly directory?: string;
  /** Default: ccache, else sccache. */
  readonly wanted?: 'ccache' | 'sccache';
}

/** The compiler cache of a place, as it is now: what before-all installs is found afterwards. Undefined when there is none. */
export async function compilerCache(
  place: BuildPlace,
  options: CompilerCacheOptions = {},
): Promise<CompilerCache | undefined> {
  const names = options.wanted === undefined ? (['ccache', 'sccache'] as const) : [options.wanted];
  for (const name of names) {
    const said = await output(place, place.env, [name, '--version']);
    if (said === undefined) continue;
    const version = /\d+(?:\.\d+)+/.exec(said)?.[0] ?? '';
    return name === 'ccache' ? ccache(place, version, options) : sccache(place, version, options);
  }
  return undefined;
}

/**
 * The cache that the user chose, ready for one build; undefined when `auto` finds none.
 * @throws WheelworksError `build/no-compiler-cache` when the one that was named is not there.
 */
export async function chosenCache(
  choice: CompilerCacheChoice,
  {
    place,
    folder,
    env,
  }: { readonly place: BuildPlace; readonly folder: string; readonly env: Environment },
): Promise<(BuildCache & { readonly name: CompilerCache['name'] }) | undefined> {
  const cache = await compilerCache(place, choice === 'auto' ? {} : { wanted: choice });
  if (cache !== undefined) return { name: cache.name, ...(await cache.forBuild(folder, env)) };
  if (choice === 'auto') return undefined;
  throw new WheelworksError(
    'build/no-compiler-cache',
    `There is no ${choice} where the build runs.`,
    {
      hint: `Install ${choice} there (in a container: in before-all, or in the image), or leave --compiler-cache out.`,
    },
  );
}

async function ccache(
  place: BuildPlace,
  version: string,
  options: CompilerCacheOptions,
): Promise<CompilerCache> {
  const compilers = await standIns(place);
  return {
    name: 'ccache',
    version,
    async forBuild(folder, env) {
      const log = posix.join(folder, '.ccache-log');
      const own = {
        ...env,
        ...directoryOf('CCACHE_DIR', 'ccache', { env, options }),
        PATH: [compilers, env['PATH'] ?? ''].join(':'),
        CCACHE_BASEDIR: env['CCACHE_BASEDIR'] ?? folder,
        // With the paths mapped, what a compiler writes does not depend on the folder.
        CCACHE_NOHASHDIR: '1',
        // Two builds of an image have the same compiler at another time.
        CCACHE_COMPILERCHECK: env['CCACHE_COMPILERCHECK'] ?? 'content',
        CCACHE_STATSLOG: log,
        ...throughCommand('ccache', env),
      };
      const before = await counters(place, own);
      return {
        env: own,
        async counts() {
          // Its own log, since 4.4, tells builds apart that run at the same time.
          const logged = await output(place, env, ['cat', log]);
          if (logged !== undefined) return countLog(logged);
          const after = await counters(place, own);
          return before === undefined || after === undefined
            ? undefined
            : { hits: after.hits - before.hits, misses: after.misses - before.misses };
        },
      };
    },
  };
}

/** What a user chose as compiler is not found through PATH when it is a path, and not stood in for when it is another name. */
function throughCommand(cache: string, env: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ['CC', 'CXX'].flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' || value.includes('ccache')
        ? []
        : [[name, `${cache} ${value}`] as const];
    }),
  );
}

/** A folder in which the names of the compilers that the place has lead to ccache: the distribution's, or one of ours. */
async function standIns(place: BuildPlace): Promise<string> {
  const known = await output(place, place.env, ['sh', '-c', KNOWN_FOLDER]);
  if (known !== undefined && known.trim() !== '') return known.trim();
  const folder = await place.makeFolder('compilers');
  await output(place, place.env, ['sh', '-c', MAKE_FOLDER, folder]);
  return folder;
}

const KNOWN_FOLDER =
  'for d in /usr/lib/ccache /usr/lib64/ccache /usr/lib/ccache/bin; do if [ -x "$d/gcc" ] || [ -x "$d/cc" ]; then echo "$d"; break; fi; done';
const MAKE_FOLDER =
  'for c in cc c++ gcc g++ clang clang++; do if command -v $c >/dev/null; then ln -s "$(command -v ccache)" "$0/$c"; fi; done';

function countLog(text: string): CacheCounts {
  const lines = text.split('\n');
  const count = (pattern: RegExp): number => lines.filter((line) => pattern.test(line)).length;
  return {
    hits: count(/^(?:direct|preprocessed)_cache_hit$/),
    misses: count(/^cache_miss$/),
  };
}

/** Since 3.7. */
async function counters(place: BuildPlace, env: Environment): Promise<CacheCounts | undefined> {
  const text = await output(place, env, ['ccache', '--print-stats']);
  if (text === undefined) return undefined;
  const value = (name: string): number =>
    Number(new RegExp(`^${name}\\t(\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return {
    hits: value('direct_cache_hit') + value('preprocessed_cache_hit'),
    misses: value('cache_miss'),
  };
}

function sccache(place: BuildPlace, version: string, options: CompilerCacheOptions): CompilerCache {
  return {
    name: 'sccache',
    version,
    async forBuild(_folder, env) {
      const own = {
        ...env,
        ...directoryOf('SCCACHE_DIR', 'sccache', { env, options }),
        RUSTC_WRAPPER: env['RUSTC_WRAPPER'] ?? 'sccache',
        CMAKE_C_COMPILER_LAUNCHER: env['CMAKE_C_COMPILER_LAUNCHER'] ?? 'sccache',
        CMAKE_CXX_COMPILER_LAUNCHER: env['CMAKE_CXX_COMPILER_LAUNCHER'] ?? 'sccache',
      };
      const before = await sccacheCounters(place, own);
      return {
        env: own,
        async counts() {
          const after = await sccacheCounters(place, own);
          return before === undefined || after === undefined
            ? undefined
            : { hits: after.hits - before.hits, misses: after.misses - before.misses };
        },
      };
    },
  };
}

/** `{"stats": {"cache_hits": {"counts": {"Rust": 3}}, "cache_misses": ...}}`. */
async function sccacheCounters(
  place: BuildPlace,
  env: Environment,
): Promise<CacheCounts | undefined> {
  const text = await output(place, env, ['sccache', '--show-stats', '--stats-format=json']);
  if (text === undefined) return undefined;
  try {
    const { stats } = JSON.parse(text) as {
      stats?: Record<string, { counts?: Record<string, number> } | undefined>;
    };
    const sum = (name: string): number =>
      Object.values(stats?.[name]?.counts ?? {}).reduce((total, each) => total + each, 0);
    return { hits: sum('cache_hits'), misses: sum('cache_misses') };
  } catch {
    return undefined;
  }
}

function directoryOf(
  variable: string,
  name: string,
  { env, options }: { readonly env: Environment; readonly options: CompilerCacheOptions },
): Readonly<Record<string, string>> {
  const isChosen = env[variable] !== undefined && env[variable] !== '';
  return isChosen || options.directory === undefined
    ? {}
    : { [variable]: posix.join(options.directory, name) };
}

/** Standard output of a command that succeeds; undefined when it fails or is not there. */
async function output(
  place: BuildPlace,
  env: Environment,
  [command = '', ...args]: readonly string[],
): Promise<string | undefined> {
  try {
    const result = await place.run(command, args, { cwd: '/', env, timeoutMs: 60_000 });
    return result.exitCode === 0 ? result.stdout : undefined;
  } catch (error) {
    if (error instanceof WheelworksError && error.code.startsWith('process/')) return undefined;
    throw error;
  }
}

/** Flags that keep a folder's path out of what GCC and Clang write. */
export function pathMapFlags(folder: string): string {
  return `-ffile-prefix-map=${folder}=.`;
}
