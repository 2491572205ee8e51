/** The options that say where libraries are looked for. */
import { resolve } from 'node:path';
import type { FactsCache, LibrarySource } from '../audit/index.ts';
import type { Baseline } from '../platform/index.ts';
import type { OptionSpec } from './command.ts';
import type { CommandContext } from './context.ts';

/** For every command that looks for libraries as a loader does. */
export const LIBRARY_OPTIONS = {
  libPath: {
    flags: '--lib-path <dir>',
    description: 'look for libraries in this folder before all others',
    repeatable: true,
    completes: 'directory',
  },
  sysroot: {
    flags: '--sysroot <dir>',
    description: 'look for libraries as the loader of the system in this folder would',
    completes: 'directory',
  },
  host: {
    flags: '--no-host',
    description: 'do not look among the libraries of this machine',
  },
  ldLibraryPath: {
    flags: '--ld-library-path',
    description: 'look in the folders of LD_LIBRARY_PATH, as the loader does',
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** The values of {@link LIBRARY_OPTIONS}. */
export interface LibraryOptionValues {
  readonly libPath: readonly string[];
  readonly sysroot: string | undefined;
  readonly host: boolean;
  /** The folders themselves, or whether those of LD_LIBRARY_PATH are meant. */
  readonly ldLibraryPath: boolean | readonly string[];
}

/**
 * Opens the places that the options name, for all inputs of a run.
 * @throws WheelworksError `audit/no-such-folder`.
 */
export async function openSources(
  options: LibraryOptionValues,
  {
    context,
    baselines,
  }: {
    readonly context: CommandContext;
    readonly baselines: readonly Baseline[] | undefined;
  },
): Promise<{ readonly facts: FactsCache; readonly libraries: LibrarySource }> {
  const { createFactsCache, detectHost, namedLibraries, openLibraries, splitLibraryPath } =
    await import('../audit/index.ts');
  const { cwd, env } = context;
  const { ldLibraryPath } = options;
  const ownFolders = ldLibraryPath === true ? splitLibraryPath(env['LD_LIBRARY_PATH']) : [];
  const environmentFolders = typeof ldLibraryPath === 'boolean' ? ownFolders : ldLibraryPath;
  const facts = createFactsCache({ named: namedLibraries(baselines) });
  const libraries = await openLibraries({
    facts,
    libPaths: options.libPath.map((folder) => resolve(cwd, folder)),
    ...(options.sysroot === undefined ? {} : { sysroot: resolve(cwd, options.sysroot) }),
    host: options.host ? await detectHost(process.execPath) : undefined,
    ldLibraryPath: environmentFolders.map((folder) => resolve(cwd, folder)),
  });
  return { facts, libraries };
}
