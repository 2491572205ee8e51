/** What a package says of itself, taken from the metadata of the project. */
import { parseLicenseExpression, type MetadataView } from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Installation } from '../install/index.ts';
import { packageName } from '../names.ts';
import type { PackageDependency, PackageDescription } from '../package/index.ts';
import classifiers from './data/license-classifiers.json' with { type: 'json' };

export interface DescribeOptions {
  readonly architecture: string;
  readonly packageRelease: number;
  readonly maintainer?: string;
  readonly depends: readonly PackageDependency[];
}

/** @throws WheelworksError `openwrt/bad-name`. */
export function describePackage(
  { name, version, metadata }: Installation,
  { architecture, packageRelease, maintainer, depends }: DescribeOptions,
): PackageDescription {
  const ours = packageName(name);
  const url = homeOf(metadata);
  return {
    name: ours,
    version: { upstream: version, release: packageRelease },
    architecture,
    title: oneLine(metadata.summary ?? '') || name,
    description: '',
    license: licensesOf(metadata).join(' '),
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

/** Identifiers of SPDX alone, as OpenWrt lists them: which are alternatives is for the licence files to say. */
export function licensesOf(metadata: MetadataView): readonly string[] {
  const { licenseExpression, license } = metadata;
  const text = licenseExpression ?? license ?? '';
  const parsed = identifiersIn(text);
  if (parsed.length > 0) return parsed;
  const byClassifier: Readonly<Record<string, string>> = classifiers.licenses;
  return [...new Set(metadata.classifiers.flatMap((each) => byClassifier[each] ?? []))].sort();
}

function identifiersIn(text: string): readonly string[] {
  // Old metadata have the text of the licence there, or a few words.
  if (text.length > LONGEST_EXPRESSION || text.includes('\n')) return [];
  try {
    return parseLicenseExpression(text).licenses;
  } catch (error) {
    if (error instanceof WheelworksError) return [];
    throw error;
  }
}

const LONGEST_EXPRESSION = 500;

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
