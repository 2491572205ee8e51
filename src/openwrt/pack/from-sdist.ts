/** Sdists become wheels before they are packed; those with native code are for the OpenWrt build system. */
import { join } from 'node:path';
import type { BuildRequest, RunOptions } from '../../build/index.ts';
import { parseWheelFilename } from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { unpackDistribution } from '../../unpack/index.ts';

export interface SdistBuild {
  /** An empty folder for the sources and the wheel; the caller removes it. */
  readonly folder: string;
  /** As for any build; sources and output are those of the sdist. */
  readonly request: Omit<BuildRequest, 'directories' | 'output'>;
  readonly run: RunOptions;
}

/**
 * Builds the wheel of an sdist on this machine.
 * @returns its path in the folder
 * @throws WheelworksError `openwrt/sdist-build` when the build fails, `openwrt/native-sdist` when the wheel is for this machine
 *   alone; and as `unpackDistribution` and `prepareBuild`.
 */
export async function wheelFromSdist(
  path: string,
  { folder, request, run }: SdistBuild,
): Promise<string> {
  // With what checks and repairs wheels it is a third of the program, which most packing has no use for.
  const { prepareBuild, runBuild } = await import('../../build/index.ts');
  const { output: sources } = await unpackDistribution(path, { directory: folder });
  const output = join(folder, 'wheelhouse');
  const prepared = await prepareBuild({
    ...request,
    directories: [sources],
    output,
    untested: true,
    unrepaired: true,
  });
  const { jobs, wheels } = await runBuild(prepared, run);
  const failed = jobs.find(({ error }) => error !== undefined)?.error;
  const [filename] = wheels.map((each) => each.filename);
  if (filename === undefined)
    throw new WheelworksError('openwrt/sdist-build', `${path} could not be built.`, {
      path,
      ...(failed === undefined
        ? { evidence: 'the build has no job for this interpreter' }
        : { evidence: [failed.message, failed.evidence ?? ''].join('\n').trim() }),
      hint: 'Unpack it and run `wheelworks build` there to see the whole log; then pack the wheel.',
    });
  if (parseWheelFilename(filename).tags.platforms.every((platform) => platform === 'any'))
    return join(output, filename);
  throw new WheelworksError(
    'openwrt/native-sdist',
    `${path} has native code, and what this machine builds runs on no router.`,
    {
      path,
      evidence: filename,
      hint: 'Get a musllinux wheel for the architecture; or cross-compile in the OpenWrt build system: `wheelworks openwrt recipe NAME` writes the Makefile.',
    },
  );
}
