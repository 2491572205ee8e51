/** Sizes and lengths that PyPI refuses. Rules: warehouse `forklift/legacy.py` 6b6215712 (2026-08). */
import type { Finding } from '../../support/finding.ts';
import type { NamedFile } from './named-file.ts';
import { refused } from './refused.ts';

/** What a project may upload when nobody has raised it: 100 MiB a file. */
export const FILE_LIMIT: number = 100 << 20;
/** Of a path in storage: `<file>.metadata` is a file of its own. */
const LONGEST_FILENAME = 255;

/** @param fileLimit bytes; the default of a project unless it has been raised */
export function limitFindings(
  { path, filename, size }: NamedFile,
  fileLimit: number = FILE_LIMIT,
): readonly Finding[] {
  const findings: Finding[] = [];
  if (size > fileLimit)
    findings.push(
      refused('pypi/file-too-large', 'The file is larger than the index takes.', {
        path,
        evidence: `${mebibytes(size)} MiB; the limit is ${mebibytes(fileLimit)} MiB`,
        hint: '`wheelworks split --advise` measures what would make it small enough. Else split it ([tool.wheelworks.split]), or ask PyPI to raise the limit of the project and give that as --max-size.',
      }),
    );
  if (Buffer.byteLength(`${filename}.metadata`) > LONGEST_FILENAME)
    findings.push(
      refused('pypi/filename-long', 'The name is too long for its metadata file to be stored.', {
        path,
        evidence: `${Buffer.byteLength(filename)} bytes`,
        hint: 'Give fewer tags.',
      }),
    );
  return findings;
}

function mebibytes(bytes: number): string {
  return (bytes / (1 << 20)).toFixed(1);
}
