import {
  parseApkDependency,
  type ApkDependency,
  type ApkPackage,
} from '../../archive/apk/index.ts';
import { contentOf, type FileTree, type TreeFile } from '../../archive/tree/index.ts';
import { sha256 } from '../../support/hash.ts';
import { formatDependency, spellDependency, spellVersion } from '../versions/index.ts';
import { abiName } from './abi.ts';
import type { BinaryPackage, PackageDependency, PackageDescription } from './model.ts';
import { apkScripts } from './scripts.ts';

/**
 * A package as apk has it, with the lists that the scripts of OpenWrt read from /lib/apk/packages.
 * @throws WheelworksError as `spellVersion`; `file/*` when a configuration file cannot be read.
 */
export async function toApk({ description, tree }: BinaryPackage): Promise<ApkPackage> {
  const { name, abiVersion } = description;
  const abi = abiName(description);
  const base = abi?.base ?? name;
  return {
    info: {
      name,
      version: spellVersion(description.version, 'apk'),
      description: description.title,
      arch: description.architecture === 'all' ? 'noarch' : description.architecture,
      license: description.license,
      origin: description.source,
      ...(description.maintainer === undefined ? {} : { maintainer: description.maintainer }),
      ...(description.url === undefined ? {} : { url: description.url }),
      depends: [
        ...dependencies([{ name: 'libc' }, ...description.depends]),
        ...dependencies(description.conflicts).map((each) => ({ ...each, conflict: true })),
      ],
      provides: dependencies([
        ...(abi === undefined ? [] : [{ name: base }]),
        ...description.provides,
        { name: `${base}-any` },
      ]),
      replaces: [],
      installIf: [],
      recommends: [],
      tags: abiVersion === undefined ? [] : [`openwrt:abiversion=${abi?.suffix ?? abiVersion}`],
    },
    tree: await withLists(tree, description),
    scripts: apkScripts(name, description.scripts),
    triggers: [],
  };
}

function dependencies(all: readonly PackageDependency[]): ApkDependency[] {
  return all
    .flatMap((dependency) => spellDependency(dependency, 'apk'))
    .map((dependency) => parseApkDependency(formatDependency(dependency, 'apk')));
}

const LISTS = 'lib/apk/packages';

/** `NAME.list` names the files, `NAME.conffiles` those to be kept, `NAME.conffiles_static` them as they were packed. */
async function withLists(
  tree: FileTree,
  { name, conffiles }: PackageDescription,
): Promise<FileTree> {
  const listed = tree.entries().filter(([, { kind }]) => kind !== 'directory');
  const complete = tree.clone();
  complete.set(`${LISTS}/${name}.list`, textFile(listed.map(([path]) => `/${path}`)));
  if (conffiles.length === 0) return complete;
  complete.set(`${LISTS}/${name}.conffiles`, textFile(conffiles));
  const packed: string[] = [];
  for (const path of conffiles) {
    const entry = tree.get(path.slice(1));
    if (entry?.kind === 'file') packed.push(`${path} ${sha256(await contentOf(entry))}`);
  }
  if (packed.length > 0) complete.set(`${LISTS}/${name}.conffiles_static`, textFile(packed));
  return complete;
}

function textFile(lines: readonly string[]): TreeFile {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  return { kind: 'file', mode: 0o644, size: bytes.length, content: { bytes } };
}
