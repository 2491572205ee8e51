import { describe, expect, it } from 'vitest';
import {
  baselineByTag,
  baselines,
  implausibility,
  isPlausible,
  parseLibcTag,
} from '../../src/platform/index.ts';

/** Baseline and architecture of a tag, as one text. */
function named(tag: string): string | undefined {
  const tagged = baselineByTag(tag);
  return tagged && `${tagged.baseline.name} ${tagged.architecture}`;
}

describe('the baseline of a tag', () => {
  it('is the same under the old and the new name', () => {
    expect(named('manylinux2014_x86_64')).toBe('manylinux_2_17 x86_64');
    expect(named('manylinux_2_17_x86_64')).toBe('manylinux_2_17 x86_64');
    expect(named('manylinux1_i686')).toBe('manylinux_2_5 i686');
    expect(named('manylinux2010_x86_64')).toBe('manylinux_2_12 x86_64');
    expect(named('musllinux_1_2_loongarch64')).toBe('musllinux_1_2 loongarch64');
  });

  it('is found for every one in the tables, also by its aliases', () => {
    for (const { name, aliases, architectures } of baselines)
      for (const architecture of architectures.keys())
        for (const text of [name, ...aliases])
          expect(named(`${text}_${architecture}`)).toBe(`${name} ${architecture}`);
  });

  it('is undefined where no table speaks of it', () => {
    expect(named('manylinux_2_29_x86_64')).toBeUndefined();
    expect(named('manylinux2014_riscv64')).toBeUndefined();
    expect(named('manylinux1_aarch64')).toBeUndefined();
    expect(named('manylinux_1_17_x86_64')).toBeUndefined();
    expect(named('linux_x86_64')).toBeUndefined();
    expect(named('win_amd64')).toBeUndefined();
    expect(named('manylinux')).toBeUndefined();
  });

  it('comes apart into libc, version and architecture', () => {
    expect(parseLibcTag('manylinux2014_ppc64le')).toEqual({
      libc: 'glibc',
      version: { major: 2, minor: 17 },
      architecture: 'ppc64le',
    });
    expect(parseLibcTag('macosx_11_0_arm64')).toBeUndefined();
  });
});

describe('implausible tags', () => {
  it('name a libc older than the port', () => {
    expect(implausibility('manylinux_2_17_loongarch64')).toEqual({
      libc: 'glibc',
      version: { major: 2, minor: 17 },
      architecture: 'loongarch64',
      oldest: { major: 2, minor: 36 },
    });
    const implausible = [
      'manylinux2014_loongarch64',
      'manylinux_2_35_loongarch64',
      'manylinux_2_26_riscv64',
      'manylinux1_aarch64',
      'manylinux_2_16_ppc64le',
      'manylinux_2_1_x86_64',
      'musllinux_1_1_loongarch64',
      'musllinux_1_0_riscv64',
    ];
    for (const tag of implausible) expect([tag, isPlausible(tag)]).toEqual([tag, false]);
  });

  it('are none of the baselines, and none that nothing is known of', () => {
    for (const { name, architectures } of baselines)
      for (const architecture of architectures.keys())
        expect(isPlausible(`${name}_${architecture}`)).toBe(true);
    const plausible = [
      'manylinux_2_27_riscv64',
      'manylinux_2_36_loongarch64',
      'manylinux_2_99_x86_64',
      'manylinux_2_5_vax',
      'linux_loongarch64',
      'any',
      'win32',
    ];
    for (const tag of plausible) expect([tag, isPlausible(tag)]).toEqual([tag, true]);
  });
});
