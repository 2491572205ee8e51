/**
 * File names as PyPI takes them.
 *
 * Rules: warehouse `forklift/legacy.py` 6b6215712 (2026-08): platform tags are a list of its own, wheels begin with the
 * normalised name of their project, and sdists have had one spelling since PEP 625 was enforced. The list is data:
 * `platform-tags.json`.
 */
import {
  formatVersion,
  makeSdistFilename,
  nameForFile,
  parseSdistFilename,
  parseWheelFilename,
  tryParseVersion,
  type MetadataView,
} from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Finding } from '../../support/finding.ts';
import table from '../data/platform-tags.json' with { type: 'json' };
import type { NamedFile } from './named-file.ts';
import { refused } from './refused.ts';

const PLATFORMS: readonly RegExp[] = table.patterns.map(
  (pattern) => new RegExp(`^(?:${pattern})$`),
);

/** Whether PyPI takes a wheel of this platform. */
export function isUploadablePlatform(tag: string): boolean {
  return PLATFORMS.some((pattern) => pattern.test(tag));
}

/**
 * `pypi/filename-characters`, `pypi/platform-tag`, `pypi/wheel-filename`, `pypi/dist-info-literal`, `pypi/sdist-filename`. A
 * name that cannot be read at all is told of by whoever opens the file.
 * @param found what the file itself says, as far as it could be read
 */
export function nameFindings(file: NamedFile, found: FoundNames = {}): readonly Finding[] {
  return [
    ...characterFindings(file),
    ...(file.kind === 'wheel' ? wheelNameFindings(file, found) : sdistNameFindings(file, found)),
  ];
}

/** What is read in a distribution and must be as its name says. */
export interface FoundNames {
  readonly metadata?: Pick<MetadataView, 'name' | 'version'> | undefined;
  /** Of a wheel: `pkg-1.0.dist-info`. */
  readonly distInfo?: string | undefined;
}

/** Systems other than Windows allow them in a file's name. */
function characterFindings({ path, filename }: NamedFile): readonly Finding[] {
  if (!/[\p{Cc}\\]/u.test(filename)) return [];
  return [
    refused('pypi/filename-characters', 'The name has a control character or a backslash.', {
      path,
      evidence: JSON.stringify(filename),
      hint: 'Build it again: names are made of letters, digits, "_", "." and "-".',
    }),
  ];
}

function wheelNameFindings(
  { path, filename }: NamedFile,
  { metadata, distInfo }: FoundNames,
): readonly Finding[] {
  const wheel = readable(() => parseWheelFilename(filename));
  if (wheel === undefined) return [];
  const findings: Finding[] = [];
  const platforms = new Set(wheel.tags.tags.map(({ platform }) => platform));
  const bad = [...platforms].filter((tag) => !isUploadablePlatform(tag));
  if (bad.length > 0)
    findings.push(
      refused('pypi/platform-tag', 'The index does not take wheels for this platform.', {
        path,
        evidence: bad.join(', '),
        hint: bad.some((tag) => tag.startsWith('linux_'))
          ? 'wheelworks repair gives it the manylinux or musllinux tag that it earns.'
          : 'Use a tag of the list in docs/check.md, or an index of your own.',
      }),
    );
  const name = nameForFile(metadata?.name ?? wheel.name);
  if (wheel.name !== name)
    findings.push(
      refused('pypi/wheel-filename', 'The name does not begin with the normalised project name.', {
        path,
        evidence: `${wheel.name} instead of ${name}`,
        hint: 'Build it with a current backend; renaming alone leaves the .dist-info folder behind.',
      }),
    );
  const literal = `${wheel.name}-${wheel.versionText}.dist-info`;
  if (distInfo !== undefined && distInfo !== literal)
    findings.push(
      refused('pypi/dist-info-literal', 'The index does not find WHEEL and METADATA.', {
        path: distInfo,
        evidence: `it looks into ${literal}, as the file is named`,
        hint: 'wheelworks unpack and pack writes both names alike.',
      }),
    );
  return findings;
}

function sdistNameFindings(
  { path, filename }: NamedFile,
  { metadata }: FoundNames,
): readonly Finding[] {
  const told = readable(() => parseSdistFilename(filename));
  const name = metadata?.name ?? told?.name;
  const version = tryParseVersion(metadata?.version ?? '') ?? told?.version;
  if (name === undefined || version === undefined) return [];
  const expected = makeSdistFilename(name, version);
  if (filename === expected) return [];
  return [
    refused('pypi/sdist-filename', 'The name is not the one that an sdist must have (PEP 625).', {
      path,
      evidence: `expected ${expected}`,
      hint: filename.endsWith('.zip')
        ? 'Zip archives are no longer taken: build a .tar.gz.'
        : `Build it with a current backend; the version is written ${formatVersion(version)}, the name with underscores.`,
    }),
  ];
}

function readable<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof WheelworksError) return undefined;
    throw error;
  }
}
