import { readdir, rm } from 'node:fs/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { auditPath } from '../../src/audit/index.ts';
import { buildElf } from '../support/elf-builder.ts';
import { scratch } from '../support/scratch.ts';
import { CORE, buildSplit, type BuiltSplit } from '../support/split-builder.ts';

/** A set whose large library needs one that moved into a part. */
async function built(): Promise<BuiltSplit> {
  return buildSplit(await scratch(), {
    tags: 'cp312-cp312-manylinux_2_28_x86_64',
    moved: buildElf({ soname: 'liba.so.1' }).bytes,
    core: buildElf({ needed: ['liba.so.1'], runpath: '$ORIGIN/libs' }).bytes,
  });
}

const codes = ({
  findings,
}: {
  readonly findings: readonly { readonly code: string }[];
}): string[] => findings.map(({ code }) => code);

describe('an audit of a split wheel', () => {
  it('judges the wheel that it was made from, under the name of the main wheel', async () => {
    const { main } = await built();
    // A folder for temporary files of its own: in that of the machine other tests join sets meanwhile.
    const temporary = await scratch();
    vi.stubEnv('TMPDIR', temporary);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const audit = await auditPath(main);
    expect(audit.subject.path).toBe(main);
    expect(audit.natives.map(({ facts }) => facts.path)).toContain(CORE);
    expect(audit.externalLibraries).toEqual([]);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('says of a part of what it is one, and misses nothing that another wheel brings', async () => {
    const { parts } = await built();
    for (const [index, part] of parts.entries()) {
      const audit = await auditPath(part);
      expect(codes(audit)).toContain('audit/part-of-a-set');
      expect(codes(audit)).not.toContain('audit/no-native');
      expect(audit.findings.find(({ code }) => code === 'audit/part-of-a-set')?.message).toContain(
        `part ${index + 1} of big 1.0`,
      );
    }
  });

  it('needs every part', async () => {
    const { main, parts } = await built();
    await rm(parts[0] ?? '');
    await expect(auditPath(main)).rejects.toMatchObject({ code: 'split/part-missing' });
  });
});
