import { describe, expect, it } from 'vitest';
import { EM } from '../../../src/binary/elf/index.ts';
import type { Finding } from '../../../src/support/finding.ts';
import { auditBuilt, named, type NativePlans } from '../../support/audit-wheel.ts';
import type { ElfPlan } from '../../support/elf-builder.ts';

const CODES = [
  'audit/tag-architecture',
  'audit/float-abi',
  'audit/mixed-architectures',
  'audit/unknown-machine',
];

async function judge(platform: string, files: NativePlans): Promise<readonly Finding[]> {
  return named(await auditBuilt(`py3-none-${platform}`, files), ...CODES);
}

const ARM: ElfPlan = { machine: EM.ARM, class: 32 };

describe('the calling convention', () => {
  it.each([
    ['manylinux_2_31_armv7l', { ...ARM, flags: 0x05000200 }, /core registers/],
    ['manylinux_2_31_armv7l', { ...ARM, flags: 0x04000000 }, /EABI 4/],
    ['linux_armv6l', { ...ARM, flags: 0x05000200 }, /core registers/],
    ['manylinux_2_39_riscv64', { machine: EM.RISCV, flags: 1 }, /means lp64d.*soft-float/],
    ['manylinux_2_39_riscv64', { machine: EM.RISCV, flags: 3 }, /single-float/],
    ['manylinux_2_38_loongarch64', { machine: EM.LOONGARCH, flags: 0x41 }, /lp64s/],
    ['manylinux_2_38_loongarch64', { machine: EM.LOONGARCH, flags: 0x42 }, /lp64f/],
    ['manylinux_2_17_ppc64le', { machine: EM.PPC64, flags: 1 }, /means ELFv2.*ELFv1/],
  ])('of %s is not that of %j', async (platform, plan, evidence) => {
    expect(await judge(platform, { 'm.so': plan })).toMatchObject([
      {
        code: 'audit/float-abi',
        severity: 'error',
        path: 'm.so',
        evidence: expect.stringMatching(evidence),
      },
    ]);
  });

  it('makes the claim untrue', async () => {
    const soft = { machine: EM.RISCV, flags: 1 };
    const audit = await auditBuilt('py3-none-manylinux_2_39_riscv64', { 'm.so': soft });
    expect(audit.claims).toMatchObject([{ holds: false, blockers: [{ kind: 'abi' }] }]);
  });

  it('that an old linker left out is only doubtful', async () => {
    const unsaid = { ...ARM, flags: 0x05000000 };
    expect(await judge('manylinux_2_31_armv7l', { 'm.so': unsaid })).toMatchObject([
      { code: 'audit/float-abi', severity: 'warning' },
    ]);
  });

  it.each([
    ['manylinux_2_31_armv7l', { ...ARM, flags: 0x05000400 }],
    // The files of these are armv7l's.
    ['linux_armv6l', { ...ARM, flags: 0x05000400 }],
    ['linux_armv8l', { ...ARM, flags: 0x05000400 }],
    ['manylinux_2_39_riscv64', { machine: EM.RISCV, flags: 5 }],
    ['manylinux_2_38_loongarch64', { machine: EM.LOONGARCH, flags: 0x43 }],
    ['manylinux_2_17_ppc64le', { machine: EM.PPC64, flags: 2 }],
    ['manylinux_2_17_ppc64', { machine: EM.PPC64, flags: 1, byteOrder: 'big' as const }],
    ['manylinux_2_17_s390x', { machine: EM.S390, byteOrder: 'big' as const }],
    ['manylinux_2_17_i686', { machine: EM.I386, class: 32 as const }],
  ])('of %s is that of %j', async (platform, plan) => {
    expect(await judge(platform, { 'm.so': plan })).toEqual([]);
  });
});

describe('the processor', () => {
  it.each([
    ['manylinux_2_17_i686', { class: 32 as const }, 'x32'],
    ['manylinux_2_17_i686', {}, 'x86_64'],
    ['manylinux_2_17_ppc64le', { machine: EM.PPC64, byteOrder: 'big' as const }, 'ppc64'],
    ['manylinux_2_17_aarch64', { ...ARM, flags: 0x05000400 }, 'armv7l'],
    ['manylinux_2_38_loongarch64', { machine: EM.LOONGARCH, class: 32 as const }, 'loongarch32'],
  ])('of %s is not that of %j', async (platform, plan, name) => {
    expect(await judge(platform, { 'm.so': plan })).toMatchObject([
      { code: 'audit/tag-architecture', message: expect.stringContaining(`for ${name},`) },
    ]);
  });

  it('of several files differs: each kind is counted, the rarest one named', async () => {
    const files = { 'a.so': {}, 'b.so': {}, 'c.so': { machine: EM.AARCH64 } };
    const mixed = await judge('manylinux_2_17_x86_64.manylinux_2_17_aarch64', files);
    expect(mixed).toMatchObject([
      {
        code: 'audit/mixed-architectures',
        path: 'c.so',
        evidence: 'x86_64: 2 files (a.so, b.so); aarch64: 1 file (c.so)',
        hint: 'Make one wheel for each: aarch64, x86_64.',
      },
    ]);
    // Launchers in a wheel for any platform are to differ.
    expect(await judge('any', files)).toEqual([]);
  });

  it('that nobody knows stops no other rule', async () => {
    const files = { 'm.so': { machine: 0x1234 } };
    expect(await judge('manylinux_2_17_x86_64', files)).toMatchObject([
      { code: 'audit/tag-architecture' },
      { code: 'audit/unknown-machine', path: 'm.so', evidence: 'e_machine 0x1234' },
    ]);
  });
});
