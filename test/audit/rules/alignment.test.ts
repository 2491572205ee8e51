import { expect, it } from 'vitest';
import { EM } from '../../../src/binary/elf/index.ts';
import type { Finding } from '../../../src/support/finding.ts';
import { auditBuilt, named } from '../../support/audit-wheel.ts';
import type { ElfPlan } from '../../support/elf-builder.ts';

async function judge(plan: ElfPlan): Promise<readonly Finding[]> {
  const files = { 'a.so': plan, 'b.so': plan };
  return named(await auditBuilt('py3-none-any', files), 'audit/segment-alignment');
}

it.each([
  [{ machine: EM.AARCH64, alignment: 0x1000 }, 64],
  [{ machine: EM.AARCH64, alignment: 0x4000 }, 64],
  [{ machine: EM.LOONGARCH, flags: 0x43, alignment: 0x1000 }, 16],
  [{ machine: EM.PPC64, flags: 2, alignment: 0x1000 }, 64],
])('%j does not load where pages have %i KiB', async (plan, page) => {
  expect(await judge(plan)).toMatchObject([
    {
      severity: 'warning',
      path: 'a.so',
      message: expect.stringContaining(`pages of ${page} KiB`),
      evidence: `segments are aligned to ${plan.alignment} bytes: a.so, b.so`,
      hint: expect.stringContaining(`max-page-size=${page * 1024}`),
    },
  ]);
});

it.each([
  { machine: EM.AARCH64, alignment: 0x10000 },
  { machine: EM.AARCH64, alignment: 0x200000 },
  { machine: EM.LOONGARCH, flags: 0x43, alignment: 0x4000 },
  { machine: EM.PPC64, flags: 2, alignment: 0x10000 },
  // All systems of these have pages of 4 KiB.
  { alignment: 0x1000 },
  { machine: EM.RISCV, flags: 5, alignment: 0x1000 },
  { machine: EM.S390, byteOrder: 'big' as const, alignment: 0x1000 },
  { machine: EM.ARM, class: 32 as const, flags: 0x05000400, alignment: 0x1000 },
])('%j loads everywhere', async (plan) => {
  expect(await judge(plan)).toEqual([]);
});
