import { describe, expect, it } from 'vitest';
import { parseTagSet } from '../../../src/packaging/index.ts';
import { auditOf, findingsOf } from '../../support/audit-subject.ts';
import { nativeFacts } from '../../support/native-facts.ts';

describe('an x86-64 level', () => {
  const natives = [
    nativeFacts('a.so'),
    nativeFacts('b.so', { isaLevel: 'v2' }),
    nativeFacts('c.so', { isaLevel: 'v3' }),
  ];

  it('breaks what any tag promises, and is told once', async () => {
    const tags = parseTagSet('py3-none-manylinux_2_17_x86_64');
    const { findings, overallTag } = await auditOf(natives, { tags });
    expect(overallTag).toBe('linux_x86_64');
    const ours = findings.filter(({ code }) =>
      ['audit/isa-level', 'audit/tag-not-earned'].includes(code),
    );
    expect(ours).toMatchObject([
      {
        code: 'audit/isa-level',
        severity: 'error',
        path: 'b.so',
        message: expect.stringContaining('x86-64-v3'),
        evidence: expect.stringContaining('b.so v2, c.so v3'),
      },
    ]);
  });

  it('of what claims nothing is a warning, and does not matter where nothing is loaded', async () => {
    expect(await findingsOf('audit/isa-level', natives)).toMatchObject([{ severity: 'warning' }]);
    const object = nativeFacts('m.o', { isaLevel: 'v3' }, { loadable: false });
    expect(await findingsOf('audit/isa-level', [object, nativeFacts('a.so')])).toEqual([]);
  });
});

describe('RISC-V extensions', () => {
  it.each([
    ['rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_v1p0_zicsr2p0_zba1p0', 'v, zba'],
    ['rv64gcv', 'v'],
    ['rv64imafdc_zba_zbb_xtheadba1p0', 'zba, zbb, xtheadba'],
    ['rv64i2p1_m2p0_zve32x1p0_zvl32b1p0', 'zve32x, zvl32b'],
  ])('of %s are more than rv64gc: %s', async (riscvArch, beyond) => {
    const native = nativeFacts('m.so', { riscvArch }, { arch: 'riscv64' });
    expect(await findingsOf('audit/isa-note', [native])).toMatchObject([
      { severity: 'info', evidence: expect.stringContaining(`rv64gc: ${beyond}, in m.so`) },
    ]);
  });

  it.each([
    'rv64gc',
    'rv64imafdc',
    'rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0_zifencei2p0_zmmul1p0_zaamo1p0_zalrsc1p0_zca1p0_zcd1p0',
    'rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_ziccamoa1p0_ziccif1p0_ziccrse1p0',
    undefined,
  ])('of %s are what all systems have', async (riscvArch) => {
    const native = nativeFacts('m.so', { riscvArch }, { arch: 'riscv64' });
    expect(await findingsOf('audit/isa-note', [native])).toEqual([]);
  });
});
