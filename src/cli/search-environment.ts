import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InterpreterSearch } from '../python/index.ts';
import { openCache } from '../support/cache.ts';
import type { CommandContext } from './context.ts';

/** How commands look for interpreters: this machine as it is, with what probing said kept in the cache. */
export async function interpreterSearch(context: CommandContext): Promise<InterpreterSearch> {
  const { platform, env, home, cwd, jobs, signal } = context;
  return {
    platform,
    env,
    home,
    cwd,
    jobs,
    signal,
    cache: openCache(join(context.cacheDirectory, 'interpreters'), context.events),
  };
}

/** Text of os-release, from which advice takes the distribution's package names; undefined where there is none. */
export async function osRelease(): Promise<string | undefined> {
  return readFile('/etc/os-release', 'utf8').catch(() => undefined);
}
