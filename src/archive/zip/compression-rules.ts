import type { Finding } from '../../support/finding.ts';
import type { ZipArchive } from './archive.ts';
import { FindingList } from './finding-list.ts';
import { METHOD } from './format.ts';
import { printableName } from './names.ts';
import { memberPath } from './problem.ts';

/** PyPI's bomb limit (warehouse, forklift/legacy.py): both must be exceeded. */
const BOMB = { bytes: 64 << 20, ratio: 50 } as const;

/**
 * PyPI's rules on compression, from the central directory alone: methods and the ratio of the whole file.
 * @returns findings `zip/unsupported-method` and `zip/bomb` of effect `index-rejects`.
 */
export function verifyZipCompression(archive: ZipArchive): Finding[] {
  const findings = new FindingList();
  let total = 0;
  for (const entry of archive.entries) {
    total += entry.size;
    if (entry.method === METHOD.store || entry.method === METHOD.deflate) continue;
    findings.report({
      code: 'zip/unsupported-method',
      message: `The member is compressed with method ${entry.method}; only stored and deflated ones are accepted.`,
      path: memberPath(archive.path, printableName(entry.path)),
    });
  }
  if (total > BOMB.bytes && total > BOMB.ratio * archive.size) {
    findings.report({
      code: 'zip/bomb',
      message: `The archive unpacks to more than ${BOMB.ratio} times its size.`,
      path: archive.path,
      evidence: `${total} bytes from ${archive.size}`,
      hint: 'Leave files of mostly equal bytes out of the wheel and make them when they are first needed.',
    });
  }
  return findings.all();
}
