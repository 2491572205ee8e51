import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/support/finding.ts';
import { auditBuilt, named, type NativePlans } from '../../support/audit-wheel.ts';
import type { ElfPlan } from '../../support/elf-builder.ts';

function needing(...versions: readonly string[]): ElfPlan {
  return {
    needed: ['libc.so.6'],
    versionNeeds: [{ library: 'libc.so.6', versions: [...versions] }],
  };
}

async function judge(platform: string, files: NativePlans): Promise<readonly Finding[]> {
  const audit = await auditBuilt(`py3-none-${platform}`, files);
  return named(audit, 'audit/tag-not-earned', 'audit/tag-could-be-older');
}

describe('a tag that is not earned', () => {
  it('is earned in its image, or without the few functions that are too new', async () => {
    const plan = {
      ...needing('GLIBC_2.25'),
      symbols: [{ name: 'getrandom', version: 'GLIBC_2.25' }],
    };
    expect(await judge('manylinux_2_17_x86_64', { 'pkg/m.so': plan })).toMatchObject([
      {
        code: 'audit/tag-not-earned',
        path: 'pkg/m.so',
        hint: expect.stringMatching(
          /^They meet manylinux_2_26_x86_64\. For manylinux_2_17_x86_64 build in \S*manylinux2014_x86_64, or do without getrandom \(pkg\/m\.so\)\.$/,
        ),
      },
    ]);
  });

  it('is not earned by leaving out some functions where others are unknown', async () => {
    const plan = {
      ...needing('GLIBC_2.25', 'GLIBC_2.28'),
      symbols: [{ name: 'getrandom', version: 'GLIBC_2.25' }],
    };
    const [finding] = await judge('manylinux_2_17_x86_64', { 'm.so': plan });
    expect(finding?.hint).not.toContain('do without');
  });

  it('may lack a library that newer systems have', async () => {
    const plan = { needed: ['libmvec.so.1'] };
    expect(await judge('manylinux_2_17_x86_64', { 'm.so': plan })).toMatchObject([
      { hint: expect.stringContaining('or take libmvec.so.1 into the wheel') },
    ]);
  });

  it('has no image where no wheels were built for it', async () => {
    const files = { 'm.so': needing('GLIBC_2.9') };
    expect(await judge('manylinux_2_6_x86_64', files)).toMatchObject([
      { hint: expect.stringContaining('build on a system as old as manylinux_2_6_x86_64') },
    ]);
  });
});

describe('a tag that could be older', () => {
  it('is told with what would be gained', async () => {
    const files = { 'm.so': needing('GLIBC_2.17') };
    expect(await judge('manylinux_2_28_x86_64', files)).toMatchObject([
      {
        code: 'audit/tag-could-be-older',
        severity: 'info',
        effect: 'advice',
        message: expect.stringContaining('would pass as manylinux_2_17_x86_64'),
        evidence: expect.stringMatching(/^gained: .*ubuntu 18\.04.*and \d+ more$/),
      },
    ]);
  });

  it('is the oldest of those that the wheel claims', async () => {
    const files = { 'm.so': needing('GLIBC_2.17') };
    expect(
      await judge('manylinux_2_17_x86_64.manylinux2014_x86_64.manylinux_2_28_x86_64', files),
    ).toEqual([]);
  });

  it.each([
    ['what is as old as it can be', 'manylinux_2_17_x86_64', needing('GLIBC_2.17')],
    ['what does not hold', 'manylinux_2_28_x86_64', { needed: ['libz.so.99'] }],
    ['musl', 'musllinux_1_2_x86_64', { needed: ['libc.musl-x86_64.so.1'] }],
    ['no promise at all', 'linux_x86_64', needing('GLIBC_2.17')],
  ])('is not said of %s', async (_what, platform, plan) => {
    expect(await judge(platform, { 'm.so': plan })).toEqual([]);
  });
});
