import { expect, it } from 'vitest';
import { EM } from '../../../src/binary/elf/index.ts';
import type { Finding } from '../../../src/support/finding.ts';
import { auditBuilt, named } from '../../support/audit-wheel.ts';
import type { ElfPlan } from '../../support/elf-builder.ts';

const PLANS: Readonly<Record<string, ElfPlan>> = {
  loongarch64: { machine: EM.LOONGARCH, flags: 0x43 },
  riscv64: { machine: EM.RISCV, flags: 5 },
  aarch64: { machine: EM.AARCH64 },
};

async function judge(platform: string, changes: ElfPlan = {}): Promise<readonly Finding[]> {
  const arch = Object.keys(PLANS).find((name) => platform.endsWith(name)) ?? '';
  const plan = { ...PLANS[arch], ...changes };
  const audit = await auditBuilt(`py3-none-${platform}`, { 'm.so': plan });
  return named(audit, 'audit/tag-implausible', 'audit/tag-not-earned');
}

it.each([
  ['manylinux2014_loongarch64', 'manylinux_2_36_loongarch64'],
  ['manylinux_2_35_loongarch64', 'manylinux_2_36_loongarch64'],
  ['manylinux_2_17_riscv64', 'manylinux_2_27_riscv64'],
  ['musllinux_1_1_loongarch64', 'musllinux_1_2_loongarch64'],
])('%s names a system that never was, and pip takes it all the same', async (tag, oldest) => {
  expect(await judge(tag)).toMatchObject([
    {
      code: 'audit/tag-implausible',
      severity: 'error',
      effect: 'users-break',
      message: expect.stringContaining(tag),
      evidence: expect.stringContaining('pip takes the tag on every system'),
      hint: expect.stringContaining(oldest),
    },
  ]);
});

it('pip does not take what lies before its range', async () => {
  expect(await judge('manylinux_2_12_aarch64')).toMatchObject([
    { evidence: expect.stringContaining('nowhere') },
  ]);
});

it.each([
  'manylinux_2_36_loongarch64',
  'manylinux_2_27_riscv64',
  'manylinux_2_17_aarch64',
  'musllinux_1_2_loongarch64',
  'musllinux_1_1_riscv64',
  'manylinux1_x86_64',
  'linux_loongarch64',
  'any',
])('nothing speaks against %s', async (tag) => {
  expect(await judge(tag)).toEqual([]);
});

it('names the tag that the files meet, and what they need is not told twice', async () => {
  const needs = {
    needed: ['libc.so.6'],
    versionNeeds: [{ library: 'libc.so.6', versions: ['GLIBC_2.34'] }],
  };
  expect(await judge('manylinux_2_17_riscv64', needs)).toMatchObject([
    { code: 'audit/tag-implausible', hint: expect.stringContaining('meet manylinux_2_34_riscv64') },
  ]);
});
