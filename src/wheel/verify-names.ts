/**
 * Name, version, tags and build number: file name, `.dist-info`, METADATA and WHEEL must say the same.
 *
 * Specification: "Binary distribution format" (packaging.python.org), PEP 427.
 */
import {
  compareVersions,
  formatTag,
  metadataView,
  normalizeName,
  tryParseVersion,
} from '../packaging/index.ts';
import type { Finding } from '../support/finding.ts';
import { asFinding, breaks } from './findings.ts';
import { directoryAgrees, readMetadata, readWheelFile, type Wheel } from './wheel.ts';

/** In which of its names the wheel contradicts itself; a file that cannot be read is a finding too. */
export async function verifyNames(wheel: Wheel): Promise<Finding[]> {
  return [
    ...distInfoFindings(wheel),
    ...(await collect(() => metadataFindings(wheel))),
    ...(await collect(() => wheelFileFindings(wheel))),
  ];
}

async function collect(look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [asFinding(error)];
  }
}

function distInfoFindings({ distInfo, filename }: Wheel): readonly Finding[] {
  if (directoryAgrees(distInfo, filename)) return [];
  return [
    breaks('wheel/dist-info-name', `${distInfo} does not belong to a wheel of this file name.`, {
      path: distInfo,
      evidence: `file name says ${filename.name} ${filename.versionText}`,
    }),
  ];
}

async function metadataFindings(wheel: Wheel): Promise<readonly Finding[]> {
  const { filename } = wheel;
  const path = `${wheel.distInfo}/METADATA`;
  const { name, version } = metadataView(await readMetadata(wheel));
  const parsed = version === undefined ? undefined : tryParseVersion(version);
  const findings: Finding[] = [];
  if (name === undefined || normalizeName(name) !== filename.normalizedName) {
    findings.push(
      breaks('wheel/metadata-name', 'METADATA and the file name give different names.', {
        path,
        evidence: `${name ?? 'no Name'} against ${filename.name}`,
      }),
    );
  }
  if (parsed === undefined || compareVersions(parsed, filename.version) !== 0) {
    findings.push(
      breaks('wheel/metadata-version', 'METADATA and the file name give different versions.', {
        path,
        evidence: `${version ?? 'no Version'} against ${filename.versionText}`,
      }),
    );
  }
  return findings;
}

async function wheelFileFindings(wheel: Wheel): Promise<readonly Finding[]> {
  const path = `${wheel.distInfo}/WHEEL`;
  const { tags, build } = await readWheelFile(wheel);
  const { filename } = wheel;
  const findings: Finding[] = [];
  const difference = tagDifference(
    filename.tags.tags.map(formatTag),
    tags.map((tag) => tag.toLowerCase()),
  );
  if (difference !== '') {
    findings.push({
      code: 'wheel/tags-differ',
      severity: 'warning',
      effect: 'advice',
      message: 'The Tag lines of WHEEL are not the tags of the file name.',
      path,
      evidence: difference,
      hint: 'wheelworks retag writes both from one source.',
    });
  }
  if (build !== undefined && build !== filename.build?.text) {
    findings.push({
      code: 'wheel/build-differs',
      severity: 'warning',
      effect: 'advice',
      message: 'The Build line of WHEEL is not the build tag of the file name.',
      path,
      evidence: `${build} against ${filename.build?.text ?? 'none'}`,
    });
  }
  return findings;
}

/** Tags shown of those that only one side has. */
const MOST_SHOWN = 6;

/** What each side has alone; empty when they are the same set. */
function tagDifference(named: readonly string[], listed: readonly string[]): string {
  const onlyNamed = without(named, listed);
  const onlyListed = without(listed, named);
  return [
    onlyNamed.length > 0 ? `only in the file name: ${onlyNamed.join(' ')}` : '',
    onlyListed.length > 0 ? `only in WHEEL: ${onlyListed.join(' ')}` : '',
  ]
    .filter(Boolean)
    .join('; ');
}

function without(tags: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return [...new Set(tags)].filter((tag) => !known.has(tag)).slice(0, MOST_SHOWN);
}
