import { describe, expect, it } from 'vitest';
import { baselines, baselinesFor, type Baseline } from '../../src/platform/index.ts';

const ARCHITECTURES = [
  'x86_64',
  'i686',
  'aarch64',
  'armv7l',
  'ppc64le',
  's390x',
  'riscv64',
  'loongarch64',
];

/** Every pair of neighbours for an architecture, the older first. */
function neighbours(architecture: string): readonly (readonly [Baseline, Baseline])[] {
  return (['glibc', 'musl'] as const).flatMap((libc) => {
    const all = baselinesFor(architecture, libc);
    return all.slice(1).map((newer, index) => [all[index] as Baseline, newer] as const);
  });
}

describe('the baselines', () => {
  it('are ordered by libc version, and named by it', () => {
    for (const architecture of ARCHITECTURES) {
      for (const [older, newer] of neighbours(architecture)) {
        const [major, minor] = older.libcVersion;
        expect([newer.libcVersion[0], newer.libcVersion[1] > minor]).toEqual([major, true]);
      }
    }
    for (const { name, libc, libcVersion } of baselines)
      expect(name).toBe(`${libc === 'glibc' ? 'manylinux' : 'musllinux'}_${libcVersion.join('_')}`);
  });

  it('nest: a newer system has everything that an older one has', () => {
    const faults: string[] = [];
    for (const architecture of ARCHITECTURES) {
      for (const [older, newer] of neighbours(architecture)) {
        for (const library of older.libraries)
          if (!newer.libraries.has(library)) faults.push(`${newer.name} lacks ${library}`);
        for (const [prefix, versions] of older.architectures.get(architecture) ?? []) {
          const provided = newer.architectures.get(architecture)?.get(prefix);
          for (const version of versions)
            if (provided?.has(version) !== true)
              faults.push(`${newer.name} ${architecture} lacks ${prefix}_${version}`);
        }
      }
    }
    expect(faults).toEqual([]);
  });

  it('have old names where PEP 513, 571 and 599 gave them, for the architectures these list', () => {
    const named = baselines.filter(({ aliases }) => aliases.length > 0);
    expect(named.map(({ name, aliases }) => [name, ...aliases])).toEqual([
      ['manylinux_2_5', 'manylinux1'],
      ['manylinux_2_12', 'manylinux2010'],
      ['manylinux_2_17', 'manylinux2014'],
    ]);
    for (const architecture of ['riscv64', 'loongarch64'])
      for (const { aliases } of baselinesFor(architecture, 'glibc')) expect(aliases).toEqual([]);
  });

  it('begin for an architecture where its glibc begins', () => {
    const first = (architecture: string): string | undefined =>
      baselinesFor(architecture, 'glibc')[0]?.name;
    expect(ARCHITECTURES.map(first)).toEqual([
      'manylinux_2_5',
      'manylinux_2_5',
      'manylinux_2_17',
      'manylinux_2_17',
      'manylinux_2_17',
      'manylinux_2_17',
      'manylinux_2_31',
      'manylinux_2_36',
    ]);
    expect(baselinesFor('mips64el', 'glibc')).toEqual([]);
    expect(baselinesFor('loongarch64', 'musl').map(({ name }) => name)).toEqual(['musllinux_1_2']);
  });

  it('provide the libc itself and deny whole symbols, not patterns', () => {
    for (const { libc, libraries, deniedSymbols } of baselines) {
      expect(libraries.has(libc === 'glibc' ? 'libc.so.6' : 'libc.so')).toBe(true);
      for (const [library, symbols] of deniedSymbols) {
        expect(libraries.has(library)).toBe(true);
        expect(symbols.filter((symbol) => !/^\w+$/.test(symbol))).toEqual([]);
      }
    }
  });

  it('give glibc no version above their own, but for one that CentOS 7 took back', () => {
    const above = baselines.flatMap(({ name, libc, libcVersion, architectures }) =>
      [...(libc === 'glibc' ? architectures : [])].flatMap(([architecture, prefixes]) =>
        [...(prefixes.get('GLIBC') ?? [])]
          .filter((version) => /^\d/.test(version))
          .filter((version) => Number(version.split('.')[1]) > libcVersion[1])
          .map((version) => `${name}_${architecture} GLIBC_${version}`),
      ),
    );
    expect(above).toEqual(['manylinux_2_17_aarch64 GLIBC_2.18']);
  });
});
