import { describe, expect, it } from 'vitest';
import type { ElfFault, ElfPart } from '../../../src/binary/elf/index.ts';
import { findingsOf } from '../../support/audit-subject.ts';
import { auditBuilt, named } from '../../support/audit-wheel.ts';
import { buildElf } from '../../support/elf-builder.ts';
import { nativeFacts } from '../../support/native-facts.ts';

function fault(part: ElfPart): ElfFault {
  return { code: 'elf/truncated', part, message: `The ${part} end.`, evidence: 'offset 0x10' };
}

describe('damage in a file that can be read', () => {
  it('says what of it could not be judged', async () => {
    const native = nativeFacts('m.so', {
      faults: [fault('versions'), fault('notes'), fault('debug')],
    });
    expect(await findingsOf('audit/damaged-part', [native])).toMatchObject([
      {
        severity: 'error',
        message: expect.stringMatching(/the symbol versions it needs, the processor it needs\.$/),
        evidence: expect.stringContaining('The versions end. (offset 0x10)'),
      },
    ]);
  });

  it.each(['sections', 'debug'] as const)('of its %s is for tools alone', async (part) => {
    const native = nativeFacts('m.so', { faults: [fault(part)] });
    expect(await findingsOf('audit/damaged-part', [native])).toMatchObject([{ severity: 'info' }]);
  });

  it('is found in real bytes', async () => {
    const built = buildElf({
      needed: ['libc.so.6'],
      versionNeeds: [{ library: 'libc.so.6', versions: ['GLIBC_2.17'] }],
    });
    const bytes = Buffer.from(built.bytes);
    // vn_file far behind the strings.
    bytes.writeUInt32LE(0x7fffffff, built.place('.gnu.version_r').offset + 4);
    const audit = await auditBuilt('py3-none-manylinux_2_17_x86_64', { 'm.so': bytes });
    expect(named(audit, 'audit/damaged-part')).toMatchObject([{ severity: 'error', path: 'm.so' }]);
  });
});

describe('a file without section headers', () => {
  it('is named, and judged in full', async () => {
    const plan = {
      sections: false,
      needed: ['libc.so.6'],
      versionNeeds: [{ library: 'libc.so.6', versions: ['GLIBC_2.34'] }],
    };
    const audit = await auditBuilt('py3-none-manylinux_2_34_x86_64', { 'm.so': plan });
    expect(named(audit, 'audit/no-section-headers')).toMatchObject([
      { severity: 'info', effect: 'advice', path: 'm.so' },
    ]);
    expect(audit.overallTag).toBe('manylinux_2_34_x86_64');
  });

  it('is not one whose section headers are damaged', async () => {
    const native = nativeFacts('m.so', { hasSections: false, faults: [fault('sections')] });
    expect(await findingsOf('audit/no-section-headers', [native])).toEqual([]);
  });
});

it('a damaged file is named beside good ones, which are judged', async () => {
  const bad = buildElf({}).bytes.slice(0, 70);
  const audit = await auditBuilt('py3-none-manylinux_2_17_x86_64', { 'a.so': bad, 'b.so': {} });
  expect(named(audit, 'audit/damaged-native')).toMatchObject([{ severity: 'error', path: 'a.so' }]);
  expect(audit.natives.map(({ facts, tag }) => [facts.path, tag])).toEqual([
    ['a.so', undefined],
    ['b.so', 'manylinux_2_5_x86_64'],
  ]);
});
