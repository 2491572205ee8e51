/** Whether PKG_VERSION can be what PyPI calls the release: the target's Python runs it, its package manager compares it. */
import { isPrerelease, type MetadataView, type SdistFilename } from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { OpenWrtRelease, PackageManager } from '../targets/index.ts';
import { isApkVersion, spellVersion } from '../versions/index.ts';
import { takesPython } from './takes-python.ts';

/** What is to do about a version that is not for the target. */
export function versionTodo(
  filename: SdistFilename,
  { requiresPython }: Pick<MetadataView, 'requiresPython'>,
  { name, manager, python }: OpenWrtRelease,
): string[] {
  const isRun = takesPython(requiresPython, python.version);
  return [
    ...(isRun
      ? []
      : [
          `PKG_VERSION: ${filename.versionText} requires Python ${requiresPython ?? ''}, and OpenWrt ${name} has ${python.version}`,
        ]),
    ...spellingTodo(filename, manager),
  ];
}

/** A version that the manager refuses, or puts after the release that it comes before. */
function spellingTodo({ version, versionText }: SdistFilename, manager: PackageManager): string[] {
  const isFine = manager === 'apk' ? isApkVersion(versionText) : !isPrerelease(version);
  if (isFine) return [];
  const problem =
    manager === 'apk'
      ? `apk does not take ${versionText}`
      : `opkg takes ${versionText} for newer than its release`;
  const spelled = spelling(versionText, manager);
  return [
    `PKG_VERSION: ${problem}${
      spelled === undefined
        ? ', and nothing else says it'
        : `; write ${spelled}, and name file and folder by PKG_SOURCE and PKG_BUILD_DIR`
    }`,
  ];
}

function spelling(upstream: string, manager: PackageManager): string | undefined {
  try {
    return spellVersion({ upstream }, manager);
  } catch (error) {
    if (error instanceof WheelworksError) return undefined;
    throw error;
  }
}
