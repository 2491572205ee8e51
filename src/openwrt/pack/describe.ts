/** What a package says of itself, taken from the metadata of the project. */
import { normalizeName, type MetadataView } from '../../packaging/index.ts';
import type { Installation } from '../install/index.ts';
import { packageName } from '../names.ts';
import type { PackageDependency, PackageDescription } from '../package/index.ts';

export interface DescribeOptions {
  readonly architecture: string;
  readonly packageRelease: number;
  readonly maintainer?: string;
  readonly depends: readonly PackageDependency[];
  /** SPDX identifiers; which of them are alternatives is for the licence files to say. */
  readonly licenses: readonly string[];
}

/** @throws WheelworksError `openwrt/bad-name`. */
export function describePackage(
  { name, version, metadata }: Installation,
  { architecture, packageRelease, maintainer, depends, licenses }: DescribeOptions,
): PackageDescription {
  const ours = ownName(name, depends);
  const url = homeOf(metadata);
  return {
    name: ours,
    version: { upstream: version, release: packageRelease },
    architecture,
    title: oneLine(metadata.summary ?? '') || name,
    description: '',
    license: licenses.join(' '),
    section: 'lang',
    source: ours.replace(/^python3-/, 'python-'),
    depends,
    provides: [],
    conflicts: [],
    conffiles: [],
    scripts: {},
    ...(url === undefined ? {} : { url }),
    ...(maintainer === undefined ? {} : { maintainer }),
  };
}

/**
 * The feed drops a `python-` in front. A project `python-x` that only requires the `x` which took its place would be called as
 * that one is, and depend on itself.
 */
function ownName(project: string, depends: readonly PackageDependency[]): string {
  const name = packageName(project);
  const isTaken = depends.some((each) => each.name === name);
  return isTaken ? `python3-${normalizeName(project)}` : name;
}

/** The twin that has the sources alone: it needs nothing, and is for all architectures, whatever lies beside it. */
export function describeTwin(description: PackageDescription): PackageDescription {
  return {
    ...description,
    name: `${description.name}-src`,
    architecture: 'all',
    title: `${description.title} (sources)`,
    depends: [],
  };
}

function homeOf({ homePage, projectUrls }: MetadataView): string | undefined {
  const labelled = (pattern: RegExp): string | undefined =>
    projectUrls.find(({ label }) => pattern.test(label))?.url;
  const url =
    homePage ?? labelled(/^home/i) ?? labelled(/^(?:source|repo|code|git)/i) ?? projectUrls[0]?.url;
  return url === undefined || !/^https?:\/\/\S+$/.test(url) ? undefined : url;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
