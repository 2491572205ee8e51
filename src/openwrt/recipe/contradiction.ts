/** An sdist whose file name and metadata are of two releases makes no recipe: half of it would be of each. */
import {
  compareVersions,
  metadataView,
  nameForFile,
  normalizeName,
  parseMetadata,
  tryParseVersion,
} from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Sdist } from '../../wheel/index.ts';

/**
 * Refuses what names another project, or another version of it; spellings do not count, and what the metadata leaves out
 * contradicts nothing.
 * @throws WheelworksError `recipe/contradictory-sdist`
 */
export function refuseContradiction({ path, filename, pkgInfo }: Sdist): void {
  const { name = filename.name, version = filename.versionText } = metadataView(
    parseMetadata(pkgInfo),
  );
  const parsed = tryParseVersion(version);
  const isSame =
    normalizeName(name) === filename.normalizedName &&
    parsed !== undefined &&
    compareVersions(parsed, filename.version) === 0;
  if (isSame) return;
  throw new WheelworksError(
    'recipe/contradictory-sdist',
    'The file name and the metadata of the sdist are of two releases.',
    {
      path,
      evidence: `the file is called ${filename.name} ${filename.versionText}, PKG-INFO says ${name} ${version}`,
      hint: `If it was renamed, call it ${nameForFile(name)}-${version}${filename.extension} again; else ask its project for an sdist of one release.`,
    },
  );
}
