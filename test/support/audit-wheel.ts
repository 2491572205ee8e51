import { auditWheel, type Audit } from '../../src/audit/index.ts';
import { parseWheelFilename } from '../../src/packaging/index.ts';
import type { Finding } from '../../src/support/finding.ts';
import { openBytes } from '../../src/support/random-access.ts';
import { openWheelSource } from '../../src/wheel/index.ts';
import { buildElf, type ElfPlan } from './elf-builder.ts';
import { buildWheel, type WheelSpec } from './wheel-builder.ts';

/** Native files by path: bytes, or what {@link buildElf} is to make of them. */
export type NativePlans = Readonly<Record<string, ElfPlan | Uint8Array | string>>;

/** Audits a wheel that is built for it. */
export async function auditBuilt(
  tags: string,
  files: NativePlans,
  changes: Omit<WheelSpec, 'tags' | 'files'> = {},
): Promise<Audit> {
  const contents = Object.fromEntries(
    Object.entries(files).map(([path, plan]) => [
      path,
      plan instanceof Uint8Array || typeof plan === 'string' ? plan : buildElf(plan).bytes,
    ]),
  );
  const built = buildWheel({ ...changes, tags, files: contents });
  const wheel = await openWheelSource(openBytes(built.bytes), parseWheelFilename(built.filename));
  try {
    return await auditWheel(wheel);
  } finally {
    await wheel.archive.close();
  }
}

/** The findings with a code, or with any of several. */
export function named({ findings }: Audit, ...codes: readonly string[]): readonly Finding[] {
  return findings.filter(({ code }) => codes.includes(code));
}
