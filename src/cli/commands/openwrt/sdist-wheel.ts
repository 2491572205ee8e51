import { withTemporaryDirectory } from '../../../support/temporary.ts';
import { buildCommand } from '../../build-request.ts';
import type { CommandContext } from '../../context.ts';

/**
 * Gives `work` the wheel of an sdist, built for the time of it with an interpreter of the target's version, and without
 * compiling anything for routers.
 * @param python path of the interpreter; any of the machine when undefined
 */
export async function withSdistWheel<Result>(
  path: string,
  { python, context }: { readonly python: string | undefined; readonly context: CommandContext },
  work: (wheel: string) => Promise<Result>,
): Promise<Result> {
  const { wheelFromSdist } = await import('../../../openwrt/index.ts');
  return withTemporaryDirectory('wheelworks-sdist-', async (folder) => {
    const { request, runOptions } = await buildCommand(
      [folder],
      { ...ON_THIS_MACHINE, python: python === undefined ? [] : [python] },
      context,
    );
    return work(await wheelFromSdist(path, { folder, request, run: runOptions }));
  });
}

const ON_THIS_MACHINE = {
  network: undefined,
  imageMirror: [],
  only: [],
  build: undefined,
  skip: undefined,
  environment: 'host',
  output: undefined,
  frontend: undefined,
  isolation: true,
  configSetting: [],
  testCommand: undefined,
  sourceRoot: undefined,
  indexUrl: undefined,
  compilerCache: 'none',
  failFast: false,
  timeout: undefined,
  force: false,
} as const;
