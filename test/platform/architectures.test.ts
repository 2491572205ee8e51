import { describe, expect, it } from 'vitest';
import type { ArmAbi, LoongArchAbi, PpcAbi, RiscvAbi } from '../../src/binary/elf/index.ts';
import { MACHINES } from '../../src/binary/elf/data/machines.ts';
import {
  architectureFacts,
  architectures,
  baselines,
  compareVersionNames,
  extensionTriplet,
  loadDistributions,
  platformArchitecture,
} from '../../src/platform/index.ts';

const distributions = await loadDistributions();

/** The tag architecture of an ELF header, its flags decoded as the reader decodes them. */
function elf(machine: string, width: 32 | 64, byteOrder: 'little' | 'big', abi?: object) {
  return platformArchitecture({ machine, class: width, byteOrder, abi })?.name;
}

describe('the architectures', () => {
  it('cover every baseline, distribution and both libcs', () => {
    const names = new Set(architectures.map(({ name }) => name));
    for (const { architectures: tagged } of baselines)
      for (const architecture of tagged.keys()) expect(names).toContain(architecture);
    for (const { architecture } of distributions) expect(names).toContain(architecture);
    expect(names.size).toBe(architectures.length);
  });

  it('have the name, class and byte order that the ELF reader gives', () => {
    for (const { name, elfName, class: width, byteOrder } of architectures) {
      const key = `${byteOrder === 'little' ? 'le' : 'be'}${width}` as const;
      const named = MACHINES.filter((machine) => machine.names[key] === elfName);
      expect([name, named.length > 0]).toEqual([name, true]);
    }
  });

  it('begin with the oldest version that any real glibc of theirs defines', () => {
    const checked: string[] = [];
    for (const { name, glibcEpoch } of architectures) {
      const defined = distributions
        .filter(({ architecture, libc }) => architecture === name && libc === 'glibc')
        .flatMap(({ versions }) => [...(versions.get('GLIBC') ?? [])]);
      // libgcc_s of new ports defines GLIBC_2.0 for the exception functions that once lived in libc.
      const own = [...new Set(defined)].filter((version) => version !== '2.0' || name === 'i686');
      if (own.length === 0) continue;
      checked.push(name);
      expect([name, own.toSorted(compareVersionNames)[0]]).toEqual([name, glibcEpoch]);
    }
    expect(checked).toEqual([
      'x86_64',
      'i686',
      'aarch64',
      'armv7l',
      'ppc64le',
      's390x',
      'riscv64',
      'loongarch64',
    ]);
  });

  it('are no younger than their oldest baseline', () => {
    for (const { libc, libcVersion, architectures: tagged } of baselines) {
      for (const name of tagged.keys()) {
        const facts = architectureFacts(name);
        const oldest = libc === 'musl' ? facts?.oldestMusl : facts?.oldestGlibc;
        expect(oldest?.major).toBeLessThanOrEqual(libcVersion[0]);
        expect(oldest?.minor).toBeLessThanOrEqual(libcVersion[1]);
      }
    }
  });

  it('have loaders of which no two of one byte order and class are the same, but for the ARMs', () => {
    const loaders = architectures
      .filter(({ sameFilesAs }) => sameFilesAs === undefined)
      .flatMap(({ loaders: { glibc, musl }, class: width, byteOrder }) =>
        [...glibc, ...musl].map((loader) => `${loader} ${width} ${byteOrder}`),
      );
    // ppc64 and s390x both say ld64.so.1; nothing but e_machine tells them apart.
    const twice = loaders.filter((loader, index) => loaders.indexOf(loader) !== index);
    expect(twice).toEqual(['ld64.so.1 64 big']);
  });

  it('say what PyPI takes', () => {
    const taken = (key: 'manylinux' | 'musllinux' | 'linux'): string[] =>
      architectures.filter(({ pypi }) => pypi[key]).map(({ name }) => name);
    expect(taken('linux')).toEqual(['armv7l', 'armv6l']);
    expect(taken('manylinux')).not.toContain('loongarch64');
    expect(taken('manylinux')).toContain('ppc64');
    expect(taken('musllinux')).not.toContain('ppc64');
    expect(architectureFacts('riscv64')?.pypi.since).toBe('2025-07-23');
  });
});

describe('the architecture of an ELF file', () => {
  it('is told by machine, class, byte order and calling convention', () => {
    expect(elf('x86_64', 64, 'little')).toBe('x86_64');
    const power: PpcAbi = { kind: 'ppc64', version: 0 };
    expect(elf('ppc64', 64, 'big', power)).toBe('ppc64');
    expect(elf('ppc64le', 64, 'little', { ...power, version: 2 })).toBe('ppc64le');
    expect(elf('s390x', 64, 'big')).toBe('s390x');
  });

  it('is armv7l for hard-float ARM under either name, and none for any other ARM', () => {
    const hard: ArmAbi = { kind: 'arm', eabi: 5, float: 'hard', be8: false };
    expect(elf('arm', 32, 'little', hard)).toBe('armv7l');
    expect(elf('armv7l', 32, 'little', hard)).toBe('armv7l');
    expect(elf('arm', 32, 'little', { ...hard, float: 'soft' })).toBeUndefined();
    expect(elf('arm', 32, 'little', { ...hard, float: undefined })).toBeUndefined();
    expect(elf('arm', 32, 'little', { ...hard, eabi: 4 })).toBeUndefined();
    expect(elf('arm', 32, 'little')).toBeUndefined();
  });

  it('is none for calling conventions that no tag means', () => {
    const riscv: RiscvAbi = { kind: 'riscv', float: 'double', rvc: true, rve: false, tso: false };
    expect(elf('riscv64', 64, 'little', riscv)).toBe('riscv64');
    expect(elf('riscv64', 64, 'little', { ...riscv, float: 'soft' })).toBeUndefined();
    expect(elf('riscv64', 64, 'little', { ...riscv, rve: true })).toBeUndefined();
    const loong: LoongArchAbi = { kind: 'loongarch', float: 'double', base: 'lp64d', objectAbi: 1 };
    expect(elf('loongarch64', 64, 'little', loong)).toBe('loongarch64');
    expect(elf('loongarch64', 64, 'little', { ...loong, base: 'lp64s' })).toBeUndefined();
    expect(elf('ppc64le', 64, 'little', { kind: 'ppc64', version: 1 })).toBeUndefined();
  });

  it('is none for x32, big-endian ARM and processors without tags', () => {
    expect(elf('x32', 32, 'little')).toBeUndefined();
    expect(elf('x86_64', 32, 'little')).toBeUndefined();
    expect(elf('aarch64', 64, 'big')).toBeUndefined();
    expect(elf('machine-0x1234', 64, 'little')).toBeUndefined();
  });
});

describe('the triplet in extension names', () => {
  it('is known to upstream from a certain CPython on', () => {
    expect(extensionTriplet('x86_64', 'glibc', 9)).toBe('x86_64-linux-gnu');
    expect(extensionTriplet('i686', 'glibc', 12)).toBe('i386-linux-gnu');
    expect(extensionTriplet('armv7l', 'glibc', 12)).toBe('arm-linux-gnueabihf');
    expect(extensionTriplet('loongarch64', 'glibc', 11)).toBeUndefined();
    expect(extensionTriplet('loongarch64', 'glibc', 12)).toBe('loongarch64-linux-gnu');
    expect(extensionTriplet('riscv64', 'glibc', 6)).toBeUndefined();
    expect(extensionTriplet('riscv64', 'glibc', 7)).toBe('riscv64-linux-gnu');
    expect(extensionTriplet('vax', 'glibc', 12)).toBeUndefined();
  });

  it('calls musl by its name from 3.11 on', () => {
    expect(extensionTriplet('ppc64le', 'musl', 10)).toBe('powerpc64le-linux-gnu');
    expect(extensionTriplet('ppc64le', 'musl', 11)).toBe('powerpc64le-linux-musl');
    expect(extensionTriplet('armv7l', 'musl', 13)).toBe('arm-linux-musleabihf');
  });
});
