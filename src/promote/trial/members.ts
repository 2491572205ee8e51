/** The files of a set as they are tried: wheels, and sdists of packages without one. */
import { basename, join } from 'node:path';
import { metadataView, normalizeName, parseMetadata } from '../../packaging/index.ts';
import { openSdist, readMetadata, withWheel } from '../../wheel/index.ts';
import { readSplit } from '../../wheel/split/index.ts';
import type { PromotionDocument } from '../promotion-file.ts';
import type { TrialPart, TrialSdist, TrialWheel } from './assign.ts';

/** The wheels of a set, and the sdists of packages that have none. @throws WheelworksError `wheel/*`, `sdist/*`, `file/*`. */
export async function filesOf(
  { files }: PromotionDocument,
  folder: string,
): Promise<{ readonly wheels: readonly TrialWheel[]; readonly sdists: readonly TrialSdist[] }> {
  const wheels: TrialWheel[] = [];
  const sdists: TrialSdist[] = [];
  for (const { filename, project, part } of files) {
    if (part === true) continue;
    const path = join(folder, filename);
    if (filename.endsWith('.whl')) wheels.push(await trialWheel(path, project));
    else {
      const { pkgInfo } = await openSdist(path);
      const { requiresPython } = metadataView(parseMetadata(pkgInfo));
      sdists.push({ path, filename, project, requiresPython });
    }
  }
  const withWheels = new Set(wheels.map(({ project }) => project));
  return { wheels, sdists: sdists.filter(({ project }) => !withWheels.has(project)) };
}

/** A wheel of a set, with the parts that it requires. @throws WheelworksError `wheel/*`, `zip/*`, `file/*`. */
export async function trialWheel(path: string, project: string): Promise<TrialWheel> {
  return withWheel(path, async (wheel) => {
    const { requiresPython } = metadataView(await readMetadata(wheel));
    const { parts = [] } = (await readSplit(wheel)) ?? {};
    return {
      path,
      filename: basename(path),
      project,
      requiresPython,
      parts: parts.map(({ filename, distribution }) => ({
        filename,
        project: normalizeName(distribution),
      })),
    };
  });
}

/** Files with the parts that pip takes along. */
export function withParts(files: readonly TrialWheel[]): readonly TrialPart[] {
  return files.flatMap((file) => [file, ...(file.parts ?? [])]);
}
