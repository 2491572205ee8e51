import { describe, expect, it } from 'vitest';
import { architectures, baselines, buildImages, imageFor } from '../../src/platform/index.ts';

const reference = (name: string, architecture: string): string | undefined =>
  imageFor({ name }, architecture)?.reference;

describe('the build image for a baseline', () => {
  it('is the one of that name where there is one', () => {
    expect(reference('manylinux_2_17', 'x86_64')).toBe('quay.io/pypa/manylinux2014_x86_64');
    expect(reference('manylinux_2_28', 's390x')).toBe('quay.io/pypa/manylinux_2_28_s390x');
    expect(reference('manylinux_2_31', 'armv7l')).toBe('quay.io/pypa/manylinux_2_31_armv7l');
    expect(reference('manylinux_2_35', 'armv7l')).toBe('quay.io/pypa/manylinux_2_35_armv7l');
    expect(reference('manylinux_2_39', 'riscv64')).toBe('quay.io/pypa/manylinux_2_39_riscv64');
    expect(reference('manylinux_2_38', 'loongarch64')).toBe(
      'ghcr.io/loong64/manylinux_2_38_loongarch64',
    );
    expect(reference('musllinux_1_2', 'loongarch64')).toBe(
      'ghcr.io/loong64/musllinux_1_2_loongarch64',
    );
  });

  it('is else the newest older one: what it builds satisfies newer baselines too', () => {
    expect(reference('manylinux_2_31', 'x86_64')).toBe('quay.io/pypa/manylinux_2_28_x86_64');
    expect(reference('manylinux_2_41', 'x86_64')).toBe('quay.io/pypa/manylinux_2_34_x86_64');
    expect(reference('manylinux_2_41', 'aarch64')).toBe('quay.io/pypa/manylinux_2_39_aarch64');
    expect(reference('manylinux_2_29', 'x86_64')).toBe('quay.io/pypa/manylinux_2_28_x86_64');
    expect(reference('manylinux2014', 'i686')).toBe('quay.io/pypa/manylinux2014_i686');
  });

  it('is a maintained one if any is old enough, and says so if not', () => {
    expect(reference('manylinux_2_26', 'x86_64')).toBe('quay.io/pypa/manylinux2014_x86_64');
    expect(imageFor({ name: 'manylinux_2_12' }, 'x86_64')).toMatchObject({
      reference: 'quay.io/pypa/manylinux2010_x86_64',
      retired: '2022-08-01',
    });
    expect(imageFor({ name: 'musllinux_1_1' }, 'x86_64')?.retired).toBe('2024-11-01');
  });

  it('is missing where only newer ones exist', () => {
    expect(reference('manylinux_2_31', 'riscv64')).toBeUndefined();
    expect(reference('manylinux_2_36', 'loongarch64')).toBeUndefined();
    expect(reference('manylinux_2_17', 'ppc64')).toBeUndefined();
    expect(reference('musllinux_1_1', 'riscv64')).toBeUndefined();
    expect(reference('macosx_11_0', 'arm64')).toBeUndefined();
  });

  it('never builds for something newer than asked', () => {
    const known = new Map(baselines.map((baseline) => [baseline.name, baseline]));
    for (const baseline of baselines)
      for (const architecture of baseline.architectures.keys()) {
        const built = known.get(imageFor(baseline, architecture)?.baseline ?? baseline.name);
        expect(built?.libc).toBe(baseline.libc);
        expect(built?.libcVersion[1]).toBeLessThanOrEqual(baseline.libcVersion[1]);
      }
  });

  it('has a known architecture and a reference of its own', () => {
    const names = new Set(architectures.map(({ name }) => name));
    for (const { architecture } of buildImages) expect(names).toContain(architecture);
    expect(new Set(buildImages.map((image) => image.reference)).size).toBe(buildImages.length);
  });
});
