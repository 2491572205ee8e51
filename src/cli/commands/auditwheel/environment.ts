/** Where auditwheel looks for libraries, and what it reads from the environment. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { badValueError } from '../../usage-error.ts';
import type { CommandContext } from '../../context.ts';
import type { LibraryOptionValues } from '../../library-options.ts';
import type { OptionSpec } from '../../command.ts';

/** The options that every command of auditwheel has for this. */
export const LDPATHS = {
  ldpaths: {
    flags: '--ldpaths <dirs>',
    description:
      'look for libraries in these folders, apart by colons, in place of those of the system',
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** Turns off the question for which processors files were built. */
export const ISA_CHECK = {
  disableIsaExtCheck: {
    flags: '--disable-isa-ext-check',
    description: 'do not ask for which x86-64 level files were built',
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** Lets wheels without native code pass. */
export const PURE_WHEELS = {
  allowPurePythonWheel: {
    flags: '--allow-pure-python-wheel',
    description: 'let wheels without native code pass',
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/**
 * The places that `--ldpaths`, AUDITWHEEL_LD_LIBRARY_PATH and LD_LIBRARY_PATH name. Folders that are not there are left
 * out, as auditwheel does.
 */
export async function librariesOf(
  ldpaths: string | undefined,
  { cwd, env }: Pick<CommandContext, 'cwd' | 'env'>,
): Promise<LibraryOptionValues> {
  const own = await foldersIn(env['AUDITWHEEL_LD_LIBRARY_PATH'], cwd);
  const loaders = await foldersIn(env['LD_LIBRARY_PATH'], cwd);
  return ldpaths === undefined
    ? { libPath: [], sysroot: undefined, host: true, ldLibraryPath: [...own, ...loaders] }
    : {
        libPath: [...own, ...(await foldersIn(ldpaths, cwd))],
        sysroot: undefined,
        host: false,
        ldLibraryPath: false,
      };
}

async function foldersIn(text: string | undefined, cwd: string): Promise<readonly string[]> {
  const folders = (text ?? '').split(':').filter((folder) => folder !== '');
  const found = await Promise.all(
    folders.map(async (folder) => {
      const path = resolve(cwd, folder);
      const isFolder = await stat(path).then(
        (entry) => entry.isDirectory(),
        () => false,
      );
      return isFolder ? [path] : [];
    }),
  );
  return [...new Set(found.flat())];
}

/** The value of an option, else of its variable. @throws WheelworksError `cli/bad-value` that names the variable. */
export function fromEnvironment<Value>(
  given: Value | undefined,
  variable: string,
  {
    env,
    path,
    parse,
  }: {
    readonly env: CommandContext['env'];
    /** The words of the command, for the hint. */
    readonly path: readonly string[];
    readonly parse: (text: string) => Value;
  },
): Value | undefined {
  const text = env[variable];
  if (given !== undefined || text === undefined || text === '') return given;
  try {
    return parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw badValueError({ label: variable, text, reason, path });
  }
}
