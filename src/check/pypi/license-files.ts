/** Licence files that metadata names must be there. Rule: PEP 639; warehouse `forklift/legacy.py`, 6b6215712 (2026-08). */
import type { Finding } from '../../support/finding.ts';
import type { CheckSubject } from '../subject.ts';
import { refused } from './refused.ts';

export function licenseFileFindings(subject: CheckSubject): readonly Finding[] {
  const { metadata, metadataPath, members } = subject;
  // Before 2.4 the field was a habit of tools; PyPI reads it only as metadata that has it.
  if (metadata === undefined || !isDefined(metadata.metadataVersion)) return [];
  const folder = folderOf(subject);
  const paths = new Set(members.map(({ path }) => path));
  return metadata.licenseFiles.flatMap((file) => {
    const path = `${folder}/${file}`;
    if (paths.has(path)) return [];
    return [
      refused('pypi/license-file-missing', 'A licence file that the metadata names is not there.', {
        path: metadataPath,
        evidence: `License-File: ${file}; no ${path}`,
        hint: 'Ship the file, or correct license-files in pyproject.toml.',
      }),
    ];
  });
}

function isDefined(version: string | undefined): boolean {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 4);
}

function folderOf({ wheel, sdist }: CheckSubject): string {
  return wheel === undefined ? (sdist?.topDirectory ?? '') : `${wheel.distInfo}/licenses`;
}
