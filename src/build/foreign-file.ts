/** Whether a file that a backend made is of the project it was asked for: an index would file it under what its name says. */
import {
  compareVersions,
  formatVersion,
  normalizeName,
  tryParseVersion,
  withoutLocal,
  type Version,
} from '../packaging/index.ts';
import type { Project } from '../project/index.ts';
import { WheelworksError } from '../support/errors.ts';

/**
 * Refuses what is of another project, or of another version where `[project]` states one. What only the backend knows is
 * not judged.
 * @param made what its file name says.
 * @throws WheelworksError `build/other-project`, `build/other-version`.
 */
export function refuseForeignFile(
  made: { readonly normalizedName: string; readonly version: Version },
  filename: string,
  { declared = {}, directory, buildSystem }: Project,
): void {
  const { name, version: text } = declared;
  if (name !== undefined && normalizeName(name) !== made.normalizedName)
    throw new WheelworksError(
      'build/other-project',
      `The build made ${filename}, which is no file of the project ${name}.`,
      { path: directory, hint: HINT },
    );
  const version = text === undefined ? undefined : tryParseVersion(text);
  if (version === undefined || isMeant(made.version, version, buildSystem.backend)) return;
  throw new WheelworksError(
    'build/other-version',
    `The build made ${filename}, and the project's version is ${formatVersion(version)}.`,
    { path: directory, hint: HINT },
  );
}

const HINT =
  'pyproject.toml states [project] name and version; let the backend take them from there, or list version in dynamic.';

/** A local label says where a version was built. setuptools adds `tag_build` and `tag_date` of setup.cfg to versions. */
function isMeant(made: Version, stated: Version, backend: string): boolean {
  const isExact = stated.local !== undefined;
  if (compareVersions(isExact ? made : withoutLocal(made), stated) === 0) return true;
  return (
    backend.startsWith('setuptools') && compareVersions(released(made), released(stated)) === 0
  );
}

function released({ epoch, release }: Version): Version {
  return { epoch, release, pre: undefined, post: undefined, dev: undefined, local: undefined };
}
