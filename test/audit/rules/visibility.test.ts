import { describe, expect, it } from 'vitest';
import { EM } from '../../../src/binary/elf/index.ts';
import type { Finding } from '../../../src/support/finding.ts';
import { auditBuilt, named } from '../../support/audit-wheel.ts';
import type { ElfPlan } from '../../support/elf-builder.ts';

const LOONG: ElfPlan = { machine: EM.LOONGARCH, flags: 0x43 };
const MUSL: ElfPlan = { needed: ['libc.musl-x86_64.so.1'] };

async function invisible(tags: string, ...paths: readonly string[]): Promise<readonly Finding[]> {
  const plan = tags.includes('loongarch64') ? LOONG : tags.includes('musllinux') ? MUSL : {};
  const audit = await auditBuilt(tags, Object.fromEntries(paths.map((path) => [path, plan])));
  return named(audit, 'audit/suffix-unknown-triplet', 'audit/suffix-not-searched');
}

describe('a triplet that upstream Python does not know yet', () => {
  it('hides the module from it: loongarch64 before 3.12', async () => {
    const path = 'numpy/_core/m.cpython-310-loongarch64-linux-gnu.so';
    expect(await invisible('cp310-cp310-manylinux_2_38_loongarch64', path)).toEqual([
      {
        code: 'audit/suffix-unknown-triplet',
        severity: 'error',
        effect: 'users-break',
        message: expect.stringContaining('CPython 3.10'),
        path,
        evidence: 'it looks for .cpython-310.so, .abi3.so, .so',
        hint: expect.stringContaining('rename it to end in .cpython-310.so'),
      },
    ]);
  });

  it.each([
    ['cp312-cp312-manylinux_2_38_loongarch64', 'm.cpython-312-loongarch64-linux-gnu.so'],
    ['cp310-cp310-manylinux_2_38_loongarch64', 'm.cpython-310.so'],
    ['cp310-cp310-manylinux_2_38_loongarch64', 'm.abi3.so'],
    ['cp310-cp310-manylinux_2_38_loongarch64', 'm.so'],
    ['cp310-cp310-manylinux_2_17_x86_64', 'm.cpython-310-x86_64-linux-gnu.so'],
    ['cp36-cp36m-manylinux_2_17_x86_64', 'm.cpython-36m-x86_64-linux-gnu.so'],
    ['cp313-cp313t-manylinux_2_17_x86_64', 'm.cpython-313t-x86_64-linux-gnu.so'],
    ['py3-none-manylinux_2_17_x86_64', 'm.cpython-312-x86_64-linux-gnu.so'],
    ['pp310-pypy310_pp73-manylinux_2_17_x86_64', 'm.pypy310-pp73-x86_64-linux-gnu.so'],
    ['cp310-cp310-musllinux_1_2_x86_64', 'm.cpython-310-x86_64-linux-gnu.so'],
    ['cp311-cp311-musllinux_1_2_x86_64', 'm.cpython-311-x86_64-linux-musl.so'],
    ['cp315-abi3-manylinux_2_17_x86_64', 'm.abi3-x86_64-linux-gnu.so'],
    ['cp315-abi3.abi3t-manylinux_2_17_x86_64', 'm.abi3t.so'],
    ['cp315-cp315t-manylinux_2_17_x86_64', 'm.abi3t.so'],
  ])('is no trouble in %s: %s', async (tags, path) => {
    expect(await invisible(tags, path)).toEqual([]);
  });

  it('does no harm beside a variant that is found', async () => {
    const tags = 'cp310-cp310-manylinux_2_38_loongarch64';
    const hidden = 'm.cpython-310-loongarch64-linux-gnu.so';
    expect(await invisible(tags, hidden, 'm.cpython-310.so')).toEqual([]);
    expect(await invisible(tags, hidden, 'n.cpython-310.so')).toHaveLength(1);
  });
});

describe('a suffix that the tagged Python does not look for', () => {
  it.each([
    // A musl Python has a triplet of its own from 3.11 on.
    ['cp311-cp311-musllinux_1_2_x86_64', 'm.cpython-311-x86_64-linux-gnu.so', 'triplet'],
    ['cp310-cp310-musllinux_1_2_x86_64', 'm.cpython-310-x86_64-linux-musl.so', 'triplet'],
    // For glibc it is found, for musl it is not.
    [
      'cp312-cp312-manylinux_2_17_x86_64.musllinux_1_2_x86_64',
      'm.cpython-312-x86_64-linux-gnu.so',
      'triplet',
    ],
    // Stable ABI modules may have a triplet from 3.15 on.
    ['cp39-abi3-manylinux_2_17_x86_64', 'm.abi3-x86_64-linux-gnu.so', 'triplet'],
    ['cp312-cp312-manylinux_2_17_x86_64', 'm.cpython-312.so', 'suffixes'],
    ['cp314-abi3-manylinux_2_17_x86_64', 'm.abi3t.so', 'suffixes'],
    // Without GIL, PEP 803's stable ABI alone.
    ['cp315-cp315t-manylinux_2_17_x86_64', 'm.abi3.so', 'suffixes'],
  ])('%s does not see %s', async (tags, path, word) => {
    const findings = await invisible(tags, path);
    expect(findings).toMatchObject([{ severity: 'error', path }]);
    expect(findings[0]?.message).toContain(word);
  });

  it('is judged by the processor of the file: i686 has the triplet i386', async () => {
    const i686: ElfPlan = { machine: EM.I386, class: 32 };
    const tags = 'cp312-cp312-manylinux_2_17_i686';
    const found = async (path: string): Promise<readonly Finding[]> =>
      named(await auditBuilt(tags, { [path]: i686 }), 'audit/suffix-unknown-triplet');
    expect(await found('m.cpython-312-i386-linux-gnu.so')).toEqual([]);
    expect(await found('m.cpython-312-i686-linux-gnu.so')).toMatchObject([
      { evidence: 'it looks for .cpython-312-i386-linux-gnu.so, .abi3.so, .so' },
    ]);
  });

  it('of a hard-float ARM is gnueabihf, of a soft-float one another file', async () => {
    const hard: ElfPlan = { machine: EM.ARM, class: 32, flags: 0x05000400 };
    const audit = async (path: string): Promise<readonly Finding[]> =>
      named(
        await auditBuilt('cp312-cp312-manylinux_2_31_armv7l', { [path]: hard }),
        'audit/suffix-platform',
        'audit/suffix-unknown-triplet',
      );
    expect(await audit('m.cpython-312-arm-linux-gnueabihf.so')).toEqual([]);
    // Its name is that of another ABI: renaming is not the cure.
    expect(await audit('m.cpython-312-arm-linux-gnueabi.so')).toMatchObject([
      { code: 'audit/suffix-platform' },
    ]);
  });
});

it('a debug build of a module is not seen by a release', async () => {
  const audit = await auditBuilt('cp312-cp312-manylinux_2_17_x86_64', {
    'm.cpython-312d-x86_64-linux-gnu.so': {},
  });
  expect(named(audit, 'audit/suffix-abi')).toMatchObject([
    { severity: 'error', message: expect.stringContaining('cp312d') },
  ]);
});

it.each([
  ['manylinux_2_17_ppc64le', { machine: EM.PPC64, flags: 2 }, 'powerpc64le-linux-gnu'],
  ['manylinux_2_39_riscv64', { machine: EM.RISCV, flags: 5 }, 'riscv64-linux-gnu'],
  ['manylinux_2_17_s390x', { machine: EM.S390, byteOrder: 'big' as const }, 's390x-linux-gnu'],
  ['manylinux_2_17_aarch64', { machine: EM.AARCH64 }, 'aarch64-linux-gnu'],
])('in a wheel for %s the triplet must be its own', async (platform, plan, triplet) => {
  const tags = `cp312-cp312-${platform}`;
  const right = await auditBuilt(tags, { [`m.cpython-312-${triplet}.so`]: plan });
  expect(right.findings.filter(({ code }) => code.startsWith('audit/suffix'))).toEqual([]);
  const wrong = await auditBuilt(tags, { 'm.cpython-312-x86_64-linux-gnu.so': plan });
  expect(named(wrong, 'audit/suffix-platform')).toHaveLength(1);
});
