/**
 * File names as PyPI takes them.
 *
 * Rules: warehouse `forklift/legacy.py` 6b6215712 (2026-08): platform tags are a list of its own, and sdists have had one
 * spelling since PEP 625 was enforced. The list is data: `platform-tags.json`.
 */
import { formatVersion, makeSdistFilename, tryParseVersion } from '../../packaging/index.ts';
import type { Finding } from '../../support/finding.ts';
import table from '../data/platform-tags.json' with { type: 'json' };
import type { CheckSubject } from '../subject.ts';
import { refused } from './refused.ts';

const PLATFORMS: readonly RegExp[] = table.patterns.map(
  (pattern) => new RegExp(`^(?:${pattern})$`),
);

/** Whether PyPI takes a wheel of this platform. */
export function isUploadablePlatform(tag: string): boolean {
  return PLATFORMS.some((pattern) => pattern.test(tag));
}

export function nameFindings(subject: CheckSubject): readonly Finding[] {
  return subject.kind === 'wheel' ? wheelNameFindings(subject) : sdistNameFindings(subject);
}

function wheelNameFindings({ path, wheel }: CheckSubject): readonly Finding[] {
  const platforms = new Set(wheel?.filename.tags.tags.map(({ platform }) => platform));
  const bad = [...platforms].filter((tag) => !isUploadablePlatform(tag));
  if (bad.length === 0) return [];
  return [
    refused('pypi/platform-tag', 'The index does not take wheels for this platform.', {
      path,
      evidence: bad.join(', '),
      hint: bad.some((tag) => tag.startsWith('linux_'))
        ? 'wheelworks repair gives it the manylinux or musllinux tag that it earns.'
        : 'Use a tag of the list in docs/check.md, or an index of your own.',
    }),
  ];
}

function sdistNameFindings({ path, filename, sdist, metadata }: CheckSubject): readonly Finding[] {
  const name = metadata?.name ?? sdist?.filename.name;
  const version = tryParseVersion(metadata?.version ?? '') ?? sdist?.filename.version;
  if (name === undefined || version === undefined) return [];
  const expected = makeSdistFilename(name, version);
  if (filename === expected) return [];
  const isZip = filename.endsWith('.zip');
  return [
    refused('pypi/sdist-filename', 'The name is not the one that an sdist must have (PEP 625).', {
      path,
      evidence: `expected ${expected}`,
      hint: isZip
        ? 'Zip archives are no longer taken: build a .tar.gz.'
        : `Build it with a current backend; the version is written ${formatVersion(version)}, the name with underscores.`,
    }),
  ];
}
