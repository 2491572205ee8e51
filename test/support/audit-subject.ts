import { auditSubject, type Audit, type NativeFacts, type Subject } from '../../src/audit/index.ts';
import type { Finding } from '../../src/support/finding.ts';

/** A wheel with these native files. */
export function subjectOf(
  natives: readonly NativeFacts[],
  changes: Partial<Subject> = {},
): Subject {
  return {
    path: 'pkg-1.0-cp312-cp312-manylinux_2_28_x86_64.whl',
    kind: 'wheel',
    name: 'pkg 1.0',
    tags: undefined,
    natives,
    members: natives.map(({ path, size }, index) => ({
      path,
      size,
      compressedSize: size,
      crc32: index,
    })),
    archives: [],
    symlinks: [],
    recorded: undefined,
    rootIsPurelib: false,
    ...changes,
  };
}

/** The audit of a wheel with these native files. */
export async function auditOf(
  natives: readonly NativeFacts[],
  changes: Partial<Subject> = {},
): Promise<Audit> {
  return auditSubject(subjectOf(natives, changes));
}

/** The findings with a code, of a wheel with these native files. */
export async function findingsOf(
  code: Finding['code'],
  natives: readonly NativeFacts[],
  changes: Partial<Subject> = {},
): Promise<readonly Finding[]> {
  return (await auditOf(natives, changes)).findings.filter((finding) => finding.code === code);
}
