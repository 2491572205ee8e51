/** Sizes and lengths that PyPI refuses. Rules: warehouse `forklift/legacy.py` and `utils/zipfiles.py`, 6b6215712 (2026-08). */
import type { Finding } from '../../support/finding.ts';
import type { CheckSubject } from '../subject.ts';
import { refused } from './refused.ts';

/** What a project may upload when nobody has raised it: 100 MiB a file. */
export const FILE_LIMIT: number = 100 << 20;
const BOMB_SIZE = 64 << 20;
const BOMB_RATIO = 50;
/** Of a path in storage: `<file>.metadata` is a file of its own. */
const LONGEST_FILENAME = 255;

/** @param fileLimit bytes; the default of a project unless it has been raised */
export function limitFindings(
  { path, filename, size, unpackedSize, kind }: CheckSubject,
  fileLimit: number = FILE_LIMIT,
): readonly Finding[] {
  const findings: Finding[] = [];
  if (size > fileLimit)
    findings.push(
      refused('pypi/file-too-large', 'The file is larger than the index takes.', {
        path,
        evidence: `${mebibytes(size)} MiB; the limit is ${mebibytes(fileLimit)} MiB`,
        hint: 'Strip debug sections, leave out test data, split it (wheelworks split --advise), or ask PyPI to raise the limit of the project and give that as --max-size.',
      }),
    );
  // Only wheels and zip files are measured: tar archives are not (warehouse, 2026-08).
  if (kind === 'wheel' && unpackedSize > BOMB_SIZE && unpackedSize > BOMB_RATIO * size)
    findings.push(
      refused('pypi/compression-ratio', `Its content is more than ${BOMB_RATIO} times its size.`, {
        path,
        evidence: `${mebibytes(unpackedSize)} MiB in ${mebibytes(size)} MiB; over 64 MiB PyPI takes such a file for a zip bomb`,
        hint: 'Make what is so empty at first use instead of shipping it.',
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
