import { describe, expect, it } from 'vitest';
import { loongArchWorld } from '../../src/audit/loongarch.ts';
import { EM, NT_GNU, SHT } from '../../src/binary/elf/index.ts';
import { auditBuilt, named, type NativePlans } from '../support/audit-wheel.ts';
import type { ElfPlan } from '../support/elf-builder.ts';
import { elfFacts } from '../support/native-facts.ts';

const NEW = 0x43;
const OLD = 0x03;

/** A LoongArch file of binutils that left the object ABI out, with something else that may tell. */
function file(changes: ElfPlan = {}): ElfPlan {
  return { machine: EM.LOONGARCH, flags: OLD, ...changes };
}

function needing(library: string, ...versions: readonly string[]): ElfPlan {
  return file({ needed: [library], versionNeeds: [{ library, versions: [...versions] }] });
}

function abiTag(major: number, minor: number): ElfPlan {
  const descriptor = Buffer.alloc(16);
  descriptor.writeUInt32LE(major, 4);
  descriptor.writeUInt32LE(minor, 8);
  return file({ notes: [{ name: 'GNU', type: NT_GNU.ABI_TAG, descriptor }] });
}

function comment(text: string): ElfPlan {
  const bytes = Buffer.from(`${text}\0`);
  return file({ extraSections: [{ name: '.comment', type: SHT.PROGBITS, bytes }] });
}

async function worldOf(plan: ElfPlan): Promise<ReturnType<typeof loongArchWorld>> {
  const { natives } = await auditBuilt('py3-none-linux_loongarch64', { 'm.so': plan });
  return loongArchWorld(natives[0]?.facts.elf ?? elfFacts());
}

describe('the world of a file', () => {
  it.each([
    ['the first version of the old port', needing('libm.so.6', 'GLIBC_2.27'), 'old'],
    ['a later one', needing('libc.so.6', 'GLIBC_2.28'), 'old'],
    ['the old libpthread', needing('libpthread.so.0', 'GLIBC_2.0'), 'old'],
    ['the first of the new port', needing('libc.so.6', 'GLIBC_2.36'), 'new'],
    ['the new port before it was merged', needing('libc.so.6', 'GLIBC_2.35'), 'new'],
    ['the run time of both', needing('libgcc_s.so.1', 'GLIBC_2.0'), 'undecidable'],
    ['the old loader as library', file({ needed: ['ld.so.1'] }), 'old'],
    ['the new one', file({ needed: ['ld-linux-loongarch-lp64d.so.1'] }), 'new'],
    ['the old loader of a program', file({ interpreter: '/lib64/ld.so.1' }), 'old'],
    ['musl', file({ needed: ['libc.musl-loongarch64.so.1'] }), 'new'],
    ['the object ABI', file({ flags: NEW }), 'new'],
    ['the kernel of the old world', abiTag(4, 15), 'old'],
    ['the kernel that has the port', abiTag(5, 19), 'new'],
    ['a library that new ports lack', file({ needed: ['libanl.so.1'] }), 'old'],
    ['the old compiler', comment('GCC: (Loongnix 8.3.0-6.lnd.vec.31) 8.3.0'), 'old'],
    ['a new compiler', comment('GCC: (Debian 14.2.0-19) 14.2.0'), 'new'],
    ['a new clang', comment('Debian clang version 19.1.7'), 'new'],
    ['nothing', file(), 'undecidable'],
  ] as const)('is told by %s', async (_what, plan, world) => {
    expect((await worldOf(plan)).world).toBe(world);
  });

  it('is what a loader would stumble over first; the rest is kept as evidence', async () => {
    const { world, evidence } = await worldOf({
      ...needing('libc.so.6', 'GLIBC_2.28'),
      flags: NEW,
      interpreter: '/lib64/ld-linux-loongarch-lp64d.so.1',
    });
    expect(world).toBe('old');
    expect(evidence.map(({ says }) => says)).toEqual(['old', 'new', 'new']);
  });
});

const CODES = [
  'audit/loongarch-old-world',
  'audit/loongarch-mixed-worlds',
  'audit/loongarch-world-undecidable',
  'audit/tag-not-earned',
  'audit/tag-implausible',
];

async function codes(platform: string, files: NativePlans): Promise<readonly string[]> {
  const audit = await auditBuilt(`py3-none-${platform}`, files);
  return named(audit, ...CODES).map(({ code, severity }) => `${severity} ${code}`);
}

describe('a wheel', () => {
  const old = needing('libm.so.6', 'GLIBC_2.27');
  const current = { ...needing('libc.so.6', 'GLIBC_2.36'), flags: NEW };

  it('of the old world does not meet a manylinux tag, and its symbols are not called new', async () => {
    const audit = await auditBuilt('py3-none-manylinux_2_38_loongarch64', { 'm.so': old });
    expect(named(audit, ...CODES)).toMatchObject([
      {
        code: 'audit/loongarch-old-world',
        severity: 'error',
        path: 'm.so',
        evidence: 'GLIBC_2.27 of libm.so.6',
        hint: expect.stringContaining('new-world system'),
      },
    ]);
    expect(audit.claims).toMatchObject([{ holds: false, blockers: [{ kind: 'abi' }] }]);
  });

  it('of the old world without a promise may be meant', async () => {
    expect(await codes('linux_loongarch64', { 'm.so': old })).toEqual([
      'warning audit/loongarch-old-world',
    ]);
  });

  it('of both worlds is for no system', async () => {
    expect(await codes('manylinux_2_38_loongarch64', { 'a.so': old, 'b.so': current })).toEqual([
      'error audit/loongarch-mixed-worlds',
      'error audit/loongarch-old-world',
    ]);
  });

  it('that does not tell is named only where it matters', async () => {
    expect(await codes('manylinux_2_38_loongarch64', { 'm.so': file() })).toEqual([]);
    expect(await codes('manylinux_2_28_loongarch64', { 'm.so': file() })).toEqual([
      'info audit/loongarch-world-undecidable',
      'error audit/tag-implausible',
    ]);
  });

  it('of the new world is well', async () => {
    expect(await codes('manylinux_2_36_loongarch64', { 'm.so': current })).toEqual([]);
  });
});
