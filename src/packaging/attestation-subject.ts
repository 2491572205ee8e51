/** Whether two file names are of one distribution: PEP 740 compares them parsed, not as text. */
import { WheelworksError } from '../support/errors.ts';
import { parseWheelFilename } from './filename-wheel.ts';
import { parseSdistFilename } from './filename-sdist.ts';
import { formatTag } from './tag.ts';
import { canonicalVersion } from './version.ts';

/** False as well for names of no wheel or sdist; PyPI takes sdists as `.tar.gz` and `.zip`. */
export function isSameDistribution(left: string, right: string): boolean {
  const first = identityOf(left);
  return first !== undefined && first === identityOf(right);
}

/** Equal texts for equal distributions. */
function identityOf(filename: string): string | undefined {
  try {
    return filename.endsWith('.whl') ? wheelIdentity(filename) : sdistIdentity(filename);
  } catch (error) {
    if (error instanceof WheelworksError) return undefined;
    throw error;
  }
}

function wheelIdentity(filename: string): string {
  const { normalizedName, version, build, tags } = parseWheelFilename(filename);
  const parts = [normalizedName, canonicalVersion(version)];
  const buildText = build === undefined ? '' : `${build.number}${build.suffix}`;
  return ['wheel', ...parts, buildText, ...tags.tags.map(formatTag).toSorted()].join(' ');
}

function sdistIdentity(filename: string): string | undefined {
  if (!/\.(?:tar\.gz|zip)$/.test(filename)) return undefined;
  const { normalizedName, version } = parseSdistFilename(filename);
  return ['sdist', normalizedName, canonicalVersion(version)].join(' ');
}
