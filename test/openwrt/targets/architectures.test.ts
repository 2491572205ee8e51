import { describe, expect, it, test } from 'vitest';
import { MACHINES } from '../../../src/binary/elf/index.ts';
import table from '../../../src/openwrt/targets/data/architectures.json' with { type: 'json' };
import {
  openWrtArchitecture,
  parseTarget,
  readTarget,
} from '../../../src/openwrt/targets/index.ts';

/** The table of the specification, section 6. */
test.each([
  ['x86_64', 'x86_64'],
  ['i386_pentium4', 'i686'],
  ['i386_pentium-mmx', undefined],
  ['aarch64_cortex-a53', 'aarch64'],
  ['aarch64_cortex-a72', 'aarch64'],
  ['aarch64_cortex-a76', 'aarch64'],
  ['aarch64_generic', 'aarch64'],
  ['arm_cortex-a5_vfpv4', 'armv7l'],
  ['arm_cortex-a7_neon-vfpv4', 'armv7l'],
  ['arm_cortex-a8_vfpv3', 'armv7l'],
  ['arm_cortex-a9_vfpv3-d16', 'armv7l'],
  ['arm_cortex-a15_neon-vfpv4', 'armv7l'],
  ['arm_cortex-a9', undefined],
  ['arm_cortex-a7', undefined],
  ['arm_arm926ej-s', undefined],
  ['arm_arm1176jzf-s_vfp', undefined],
  ['riscv64_riscv64', 'riscv64'],
  ['riscv64_generic', 'riscv64'],
  ['loongarch64_generic', 'loongarch64'],
  ['powerpc64_e5500', undefined],
  ['powerpc_8548', undefined],
  ['mips_24kc', undefined],
  ['mipsel_24kc', undefined],
  ['mipsel_74kc', undefined],
  ['mips64_octeonplus', undefined],
])('wheels of %s are those for %s', (name, wheel) => {
  const architecture = openWrtArchitecture(name);
  expect(architecture.wheel).toBe(wheel);
  expect(architecture.reason === undefined).toBe(wheel !== undefined);
});

test('every row says what the ELF headers of its files say, in names that readers of them have', () => {
  const unknown = table.architectures.filter(({ bits, order, elf }) => {
    const key = order === 'big' ? (`be${bits}` as 'be32') : (`le${bits}` as 'le32');
    return !MACHINES.some(({ names }) => names[key] === elf);
  });
  expect(unknown).toEqual([]);
});

test.each([
  ['mips_24kc', 32, { machine: 'mips', byteOrder: 'big' }],
  ['mipsel_74kc', 32, { machine: 'mipsel', byteOrder: 'little' }],
  ['mips64_octeonplus', 64, { machine: 'mips64', byteOrder: 'big' }],
  ['powerpc_8540', 32, { machine: 'ppc', byteOrder: 'big' }],
  ['powerpc64_e5500', 64, { machine: 'ppc64', byteOrder: 'big' }],
  ['arm_cortex-a9', 32, { machine: 'arm', byteOrder: 'little', float: 'soft' }],
  ['arm_cortex-a9_vfpv3-d16', 32, { machine: 'arm', byteOrder: 'little', float: 'hard' }],
  ['arm_arm1176jzf-s_vfp', 32, { machine: 'arm', byteOrder: 'little' }],
  ['armeb_xscale', 32, { machine: 'armeb', byteOrder: 'big', float: 'soft' }],
  ['i386_pentium-mmx', 32, { machine: 'i686', byteOrder: 'little' }],
])('native files of %s have %i bits and are %j', (name, bits, elf) => {
  expect(openWrtArchitecture(name)).toMatchObject({ bits, elf });
});

test.each(['arm64', 'all', '*', 'x86_64/..', ''])('%j is no architecture', (name) => {
  expect(() => openWrtArchitecture(name)).toThrow(
    expect.objectContaining({ code: 'openwrt/unknown-architecture' }),
  );
});

test('the nearest architecture is suggested', () => {
  expect(() => openWrtArchitecture('x86_65')).toThrow(
    expect.objectContaining({
      hint: expect.stringMatching(/^Did you mean x86_64\? A device/) as string,
    }),
  );
});

describe('a target file', () => {
  const text = 'name = "fork"\nmanager = "apk"\npython = "3.13.2"\nmusl = "1.2"\n';

  it('describes a target; the magic number is that of the minor version', () => {
    expect(parseTarget(text, 'fork.toml')).toEqual({
      name: 'fork',
      manager: 'apk',
      python: { version: '3.13.2', minor: '3.13', magic: 3571 },
      musl: '1.2',
    });
    expect(parseTarget(`${text}magic = 7\n`, 'fork.toml').python.magic).toBe(7);
  });

  it.each([
    ['name = ', 'Invalid'],
    [text.replace('apk', 'dpkg'), 'manager'],
    [text.replace('3.13.2', '3.13'), 'whole version'],
    [text.replace('3.13.2', '3.12.2'), 'magic'],
    [`${text}colour = "red"\n`, 'colour'],
  ])('that is wrong is refused: %j', (wrong, evidence) => {
    expect(() => parseTarget(wrong, 'fork.toml')).toThrow(
      expect.objectContaining({
        code: 'openwrt/bad-target',
        evidence: expect.stringContaining(evidence) as string,
      }),
    );
  });

  it('is meant by a path, a release by a name', async () => {
    expect((await readTarget('24.10')).manager).toBe('opkg');
    await expect(readTarget('24.1')).rejects.toMatchObject({ code: 'openwrt/unknown-release' });
    await expect(readTarget('none.toml')).rejects.toMatchObject({ code: 'file/not-found' });
  });
});
