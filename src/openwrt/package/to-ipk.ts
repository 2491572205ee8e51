import type { IpkPackage } from '../../archive/ipk/index.ts';
import { formatDependency, spellDependency, spellVersion } from '../versions/index.ts';
import { abiName } from './abi.ts';
import type { BinaryPackage, PackageDependency } from './model.ts';
import { ipkScripts } from './scripts.ts';

/**
 * A package as opkg has it.
 * @param mtime seconds since 1970, which the package says it is of
 * @throws WheelworksError as `spellVersion`.
 */
export function toIpk({ description, tree }: BinaryPackage, mtime: number): IpkPackage {
  const abi = abiName(description);
  const text = [description.title, ...description.description.split('\n')];
  const control: [string, string][] = [
    ['Package', description.name],
    ['Version', spellVersion(description.version, 'opkg')],
    ['Depends', list([{ name: 'libc' }, ...description.depends])],
    ['Conflicts', list(description.conflicts)],
    [
      'Provides',
      list([...(abi === undefined ? [] : [{ name: abi.base }]), ...description.provides]),
    ],
    ['Source', description.source],
    ['SourceName', description.source.split('/').at(-1) ?? ''],
    ['License', description.license],
    ['Section', description.section],
    ['SourceDateEpoch', String(mtime)],
    ['URL', description.url ?? ''],
    ['ABIVersion', abi?.suffix ?? ''],
    ['Maintainer', description.maintainer ?? ''],
    ['Architecture', description.architecture],
    [
      'Description',
      text
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .join('\n'),
    ],
  ];
  return {
    control: new Map(control),
    tree,
    conffiles: description.conffiles,
    scripts: ipkScripts(description.scripts),
  };
}

function list(dependencies: readonly PackageDependency[]): string {
  const spelled = dependencies
    .flatMap((dependency) => spellDependency(dependency, 'opkg'))
    .map((dependency) => formatDependency(dependency, 'opkg'));
  return [...new Set(spelled)].join(', ');
}
