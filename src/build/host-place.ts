/** This machine as the place where builds run: also when it is a container itself. */
import { constants } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Interpreter } from '../python/index.ts';
import { fileError, systemErrorCode } from '../support/errors.ts';
import { runProcess } from '../support/process.ts';
import { openTemporaryDirectory } from '../support/temporary.ts';
import type { Environment } from './environment.ts';
import { jobId } from './job-id.ts';
import type { BuildPlace } from './place.ts';

export interface HostPlaceOptions {
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  /** Text of /etc/os-release. */
  readonly osRelease?: string;
  /** Those that were found, one for each kind of wheel. */
  readonly interpreters: readonly Interpreter[];
  /** Where its folders are made; default the system's folder for temporary files. */
  readonly parent?: string;
}

/**
 * Opens this machine. Its folders lie in one temporary folder, which goes away with it and on an interrupt.
 * @throws WheelworksError `file/*`.
 */
export async function openHostPlace(options: HostPlaceOptions): Promise<BuildPlace> {
  const { env, platform, osRelease, interpreters } = options;
  const root = await openTemporaryDirectory('wheelworks-build-', options.parent);
  return {
    kind: 'host',
    platform,
    env,
    ...(osRelease === undefined ? {} : { osRelease }),
    run: runProcess,
    makeFolder: async (name) => {
      const prefix = join(root.path, `${name.replaceAll(/[^\w.-]/g, '_')}-`);
      return mkdtemp(prefix).catch((error: unknown) => {
        throw fileError(error, prefix);
      });
    },
    copyIn: copyTree,
    copyOut: copyTree,
    interpreter: async ({ tag }) => interpreters.find((each) => jobId(each).startsWith(`${tag}-`)),
    interpreters: async () => interpreters,
    librariesFor: async () => [],
    close: async () => root.remove(),
  };
}

async function copyTree(from: string, to: string): Promise<void> {
  try {
    await mkdir(dirname(to), { recursive: true });
    if ((await stat(from)).isDirectory())
      await cp(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    // Copy-on-write where the file system has it.
    else await copyFile(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    throw fileError(error, systemErrorCode(error) === 'ENOENT' ? from : to);
  }
}
