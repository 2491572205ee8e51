import { describe, expect, it } from 'vitest';
import { EM, MACHINES, readElf } from '../../../src/binary/elf/index.ts';
import { buildElf, type ElfPlan } from '../../support/elf-builder.ts';

function read(plan: ElfPlan): ReturnType<typeof readElf> {
  return readElf(buildElf(plan).bytes);
}

const LITTLE32 = { class: 32, byteOrder: 'little' } as const;
const BIG32 = { class: 32, byteOrder: 'big' } as const;
const LITTLE64 = { class: 64, byteOrder: 'little' } as const;
const BIG64 = { class: 64, byteOrder: 'big' } as const;

describe('machine names', () => {
  it.each([
    ['x86_64', { ...LITTLE64, machine: 62 }],
    ['x32', { ...LITTLE32, machine: 62 }],
    ['i686', { ...LITTLE32, machine: 3 }],
    ['aarch64', { ...LITTLE64, machine: 183 }],
    ['aarch64_be', { ...BIG64, machine: 183 }],
    ['armv7l', { ...LITTLE32, machine: 40, flags: 0x05000400 }],
    ['arm', { ...LITTLE32, machine: 40, flags: 0x05000200 }],
    ['arm', { ...LITTLE32, machine: 40, flags: 0x04000400 }],
    ['armeb', { ...BIG32, machine: 40, flags: 0x05000400 }],
    ['ppc64', { ...BIG64, machine: 21 }],
    ['ppc64le', { ...LITTLE64, machine: 21 }],
    ['s390x', { ...BIG64, machine: 22 }],
    ['s390', { ...BIG32, machine: 22 }],
    ['riscv64', { ...LITTLE64, machine: 243 }],
    ['riscv32', { ...LITTLE32, machine: 243 }],
    ['loongarch64', { ...LITTLE64, machine: 258 }],
    ['mips64el', { ...LITTLE64, machine: 8 }],
    ['mips', { ...BIG32, machine: 8 }],
    ['cuda', { ...LITTLE64, machine: 190 }],
    ['machine-0xbeef', { ...LITTLE64, machine: 0xbeef }],
    // A combination that does not exist.
    ['machine-0x3', { ...BIG64, machine: 3 }],
  ] as const)('%s', (name, plan) => {
    expect(read(plan).machine.name).toBe(name);
  });

  it('gives the largest page a segment may have to be aligned to', () => {
    expect(read({ machine: EM.X86_64 }).machine.pageSize).toBe(4096);
    expect(read({ machine: EM.AARCH64 }).machine.pageSize).toBe(65_536);
    expect(read({ machine: EM.LOONGARCH }).machine.pageSize).toBe(65_536);
    expect(read({ machine: 0xbeef }).machine.pageSize).toBe(65_536);
  });

  it('has each number once', () => {
    const numbers = MACHINES.map((machine) => machine.number);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

describe('e_flags', () => {
  it.each([
    ['armhf', { ...LITTLE32, machine: 40, flags: 0x05000400 }, { eabi: 5, float: 'hard' }],
    ['armel', { ...LITTLE32, machine: 40, flags: 0x05000200 }, { eabi: 5, float: 'soft' }],
    ['unmarked arm', { ...LITTLE32, machine: 40, flags: 0x05000000 }, { float: undefined }],
    ['old arm', { ...LITTLE32, machine: 40, flags: 0x00000600 }, { eabi: 0, float: undefined }],
    ['arm be8', { ...BIG32, machine: 40, flags: 0x05800000 }, { be8: true }],
    [
      'rv64gc',
      { ...LITTLE64, machine: 243, flags: 5 },
      { float: 'double', rvc: true, rve: false, tso: false },
    ],
    ['rv32 soft', { ...LITTLE32, machine: 243, flags: 8 }, { float: 'soft', rve: true }],
    [
      'new world LoongArch',
      { ...LITTLE64, machine: 258, flags: 0x43 },
      { base: 'lp64d', float: 'double', objectAbi: 1 },
    ],
    [
      'old world LoongArch',
      { ...LITTLE64, machine: 258, flags: 0x03 },
      { base: 'lp64d', objectAbi: 0 },
    ],
    ['soft LoongArch', { ...LITTLE64, machine: 258, flags: 0x41 }, { base: 'lp64s' }],
    ['32-bit LoongArch', { ...LITTLE32, machine: 258, flags: 0x42 }, { base: 'ilp32f' }],
    ['reserved LoongArch', { ...LITTLE64, machine: 258, flags: 0x47 }, { base: undefined }],
    [
      'mipsel o32',
      { ...LITTLE32, machine: 8, flags: 0x70001007 },
      { abi: 'o32', isa: 'mips32r2', pic: true },
    ],
    ['mips n32', { ...BIG32, machine: 8, flags: 0x80000027 }, { abi: 'n32', isa: 'mips64r2' }],
    [
      'mips64r6 n64',
      { ...LITTLE64, machine: 8, flags: 0xa0000407 },
      { abi: 'n64', isa: 'mips64r6', nan2008: true },
    ],
    ['ppc64le', { ...LITTLE64, machine: 21, flags: 2 }, { kind: 'ppc64', version: 2 }],
    ['ppc64', { ...BIG64, machine: 21, flags: 1 }, { version: 1 }],
    ['s390 31-bit', { ...BIG32, machine: 22, flags: 1 }, { highRegisters: true }],
  ] as const)('%s', (_, plan, abi) => {
    expect(read(plan).abi).toMatchObject(abi);
  });

  it('are of no use on x86 and aarch64', () => {
    expect(read({ machine: EM.X86_64, flags: 5 }).abi).toBeUndefined();
    expect(read({ machine: EM.AARCH64, flags: 5 }).abi).toBeUndefined();
  });
});
