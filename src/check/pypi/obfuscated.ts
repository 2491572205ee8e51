/**
 * Code that was made unreadable by tools whose marks PyPI scans for.
 * Rule: warehouse runs YARA over `.py` and `.pye` files of up to 5 MiB in zip archives, for PyArmor and SOURCEdefender
 * (6b6215712, 2026-08). Its patterns are not known here: what is told are the marks that those tools leave.
 */
import type { ZipEntry } from '../../archive/zip/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Finding } from '../../support/finding.ts';
import type { CheckSubject } from '../subject.ts';
import { refused } from './refused.ts';

/** Bytes of a larger file are not scanned. */
const LARGEST_SCANNED = 5 << 20;
/** The marks stand in the first lines. */
const HEAD = 512;
const MARKS =
  /\bpyarmor_runtime|__pyarmor__|\bpytransform\b|---BEGIN PYE FILE---|\bsourcedefender\b/;
/** Nothing of PyArmor runs without its runtime beside it, so that other wheels need no second look. */
const RUNTIME = /(?:^|\/)(?:pyarmor_runtime[^/]*|pytransform)\//;

/** `pypi/obfuscated-code`. */
export async function obfuscationFindings({ wheel }: CheckSubject): Promise<readonly Finding[]> {
  if (wheel === undefined) return [];
  const { archive } = wheel;
  const hasRuntime = archive.entries.some(({ path }) => RUNTIME.test(path));
  const suspects = archive.entries.filter(
    ({ path, size }) =>
      size <= LARGEST_SCANNED && (path.endsWith('.pye') || (hasRuntime && path.endsWith('.py'))),
  );
  const marked = await markedAmong(suspects, archive);
  const [first] = marked;
  if (first === undefined) return [];
  return [
    refused('pypi/obfuscated-code', 'It has code that was made unreadable.', {
      path: first,
      evidence: `marks of PyArmor or SOURCEdefender in ${marked.length} files`,
      hint: 'PyPI takes no such code: publish the source, or use an index of your own.',
    }),
  ];
}

async function markedAmong(
  suspects: readonly ZipEntry[],
  archive: NonNullable<CheckSubject['wheel']>['archive'],
): Promise<readonly string[]> {
  const marked: string[] = [];
  try {
    for await (const [{ path }, bytes] of archive.prefixes(suspects, HEAD))
      if (MARKS.test(Buffer.from(bytes).toString('latin1'))) marked.push(path);
  } catch (error) {
    // Damage is a finding of the archive already.
    if (!(error instanceof WheelworksError)) throw error;
  }
  return marked;
}
