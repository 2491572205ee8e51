/** What verification keeps of a package once all of it was read: no contents, so that a feed of any size fits in memory. */
import type { ApkInfo } from '../../../archive/apk/index.ts';
import type { ControlFields } from '../../../archive/ipk/index.ts';
import { readPackage, type ReadDependency } from '../../package/index.ts';
import type { PackageManager } from '../../targets/index.ts';
import type { SpelledDependency } from '../../versions/index.ts';

export interface PackageFacts {
  readonly manager: PackageManager;
  readonly filename: string;
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly abiSuffix: string;
  readonly depends: readonly ReadDependency[];
  readonly provides: readonly SpelledDependency[];
  readonly conflicts: readonly SpelledDependency[];
  /** Paths of what is no folder. */
  readonly files: readonly string[];
  /** `3.13`: the Pythons in whose folders it has files. */
  readonly minors: readonly string[];
  /** What the index must say. */
  readonly control?: ControlFields;
  readonly apk?: { readonly info: ApkInfo; readonly digest: string };
}

/**
 * Reads a package whole, with every digest in it.
 * @throws WheelworksError `ipk/*`, `apk/*`, `tar/*`, `file/*`, `openwrt/bad-dependency`.
 */
export async function packageFacts(path: string, filename: string): Promise<PackageFacts> {
  const { tree, format, abiSuffix = '', ...read } = await readPackage(path);
  const files = tree.entries().flatMap(([each, { kind }]) => (kind === 'directory' ? [] : [each]));
  const minors = new Set(
    files.flatMap((each) => /^usr\/lib\/python(\d+\.\d+)\//.exec(each)?.[1] ?? []),
  );
  return {
    manager: read.manager,
    filename,
    path,
    size: read.size,
    sha256: read.sha256,
    name: read.name,
    version: read.version,
    architecture: read.architecture,
    abiSuffix,
    depends: read.depends,
    provides: read.provides,
    conflicts: read.conflicts,
    files,
    minors: [...minors].sort(),
    ...(format.kind === 'ipk'
      ? { control: format.ipk.control }
      : { apk: { info: format.apk.info, digest: format.apk.digest } }),
  };
}
