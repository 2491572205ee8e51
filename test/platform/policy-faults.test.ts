import { describe, expect, it } from 'vitest';
import {
  baselines,
  correctionOf,
  librariesFor,
  loadDistributions,
  policyFaults,
  publishedBaselines,
  versionCorrections,
  type Baseline,
  type Distribution,
} from '../../src/platform/index.ts';

const distributions = await loadDistributions();

/** A glibc baseline of x86_64 with one prefix. */
function baseline(minor: number, versions: readonly string[], more: Partial<Baseline> = {}) {
  return {
    name: `manylinux_2_${minor}`,
    aliases: [],
    libc: 'glibc',
    libcVersion: [2, minor],
    architectures: new Map([['x86_64', new Map([['GLIBC', new Set(versions)]])]]),
    libraries: new Set(['libc.so.6']),
    deniedSymbols: new Map(),
    ...more,
  } satisfies Baseline;
}

function system(name: string, minor: number, versions: readonly string[]): Distribution {
  return {
    name,
    version: '1',
    architecture: 'x86_64',
    libc: 'glibc',
    libcVersion: [2, minor],
    versions: new Map([['GLIBC', new Set(versions)]]),
    missingLibraries: new Set(),
    support: {},
    buildImage: false,
  };
}

/** Faults as short texts. */
function found(faults: ReturnType<typeof policyFaults>): string[] {
  return faults.map(({ kind, baseline: name, architecture, prefix, version, library, symbol }) =>
    [kind, name, architecture, prefix, version, library, symbol]
      .filter((part) => part !== undefined)
      .join(' '),
  );
}

describe('faults of the published tables', () => {
  const faults = policyFaults(publishedBaselines, distributions);
  const ofVersions = found(faults.filter(({ kind }) => kind !== 'absent-library'));

  it('are the libgcc_s row of LoongArch and a version that RISC-V never had', () => {
    const loongarch = [36, 37, 38, 39, 40, 41].flatMap((minor) => [
      `undefined-version manylinux_2_${minor} loongarch64 GCC 4.4.0`,
      `forbidden-version manylinux_2_${minor} loongarch64 GCC 3.3.4`,
    ]);
    const riscv = [37, 38, 39, 40, 41].map(
      (minor) => `undefined-version manylinux_2_${minor} riscv64 GLIBC 2.37`,
    );
    expect(ofVersions.toSorted()).toEqual([...loongarch, ...riscv].toSorted());
  });

  it('name the systems they were held against', () => {
    const fault = faults.find(({ kind }) => kind === 'forbidden-version');
    expect(fault?.evidence).toBe(
      'defined on all of 3 distributions (anolisos 23, debian 13, openeuler 24.03)',
    );
  });

  it('promise LoongArch libraries that only old ports have', () => {
    const absent = faults.filter(
      ({ kind, architecture, baseline: name }) =>
        kind === 'absent-library' && architecture === 'loongarch64' && name === 'manylinux_2_38',
    );
    expect(absent.map(({ library }) => library)).toEqual([
      'libanl.so.1',
      'libmvec.so.1',
      'libnsl.so.1',
      'libutil.so.1',
    ]);
  });

  it('are all corrected, each for a reason', () => {
    for (const fault of faults) expect(correctionOf(fault)?.reason).toMatch(/\w{3}/);
    expect(correctionOf({ architecture: 'x86_64', prefix: 'GCC', version: '4.4.0' })).toBe(
      undefined,
    );
  });
});

describe('the corrected tables', () => {
  it('have no version that no distribution defines, nest, and forbid nothing that all have', () => {
    const faults = policyFaults(baselines, distributions);
    expect(found(faults.filter(({ kind }) => kind !== 'absent-library'))).toEqual([]);
  });

  it('are held against distributions for every architecture but ppc64, which no distribution known has', () => {
    const tagged = new Set(baselines.flatMap(({ architectures }) => [...architectures.keys()]));
    const seen = new Set(distributions.map(({ architecture }) => architecture));
    expect([...tagged].filter((architecture) => !seen.has(architecture))).toEqual(['ppc64']);
  });

  it('offer only libraries that exist', () => {
    for (const policy of baselines) {
      for (const architecture of policy.architectures.keys()) {
        const systems = distributions.filter(
          (one) => one.architecture === architecture && one.libc === policy.libc,
        );
        if (systems.length === 0) continue;
        for (const library of librariesFor(policy, architecture))
          expect([
            policy.name,
            architecture,
            library,
            systems.some(({ missingLibraries }) => !missingLibraries.has(library)),
          ]).toEqual([policy.name, architecture, library, true]);
      }
    }
  });

  it('differ from the published ones by the corrections and nothing else', () => {
    const differences = new Set<string>();
    for (const [index, published] of publishedBaselines.entries()) {
      const corrected = baselines[index];
      expect({ ...corrected, architectures: undefined }).toEqual({
        ...published,
        architectures: undefined,
      });
      for (const [architecture, prefixes] of published.architectures)
        for (const [prefix, versions] of prefixes) {
          const now = corrected?.architectures.get(architecture)?.get(prefix) ?? new Set();
          for (const version of versions)
            if (!now.has(version)) differences.add(`${architecture} -${prefix}_${version}`);
          for (const version of now)
            if (!versions.has(version)) differences.add(`${architecture} +${prefix}_${version}`);
        }
    }
    expect([...differences].toSorted()).toEqual([
      'loongarch64 +GCC_3.3.4',
      'loongarch64 -GCC_4.4.0',
      'riscv64 -GLIBC_2.37',
    ]);
    expect(versionCorrections).toHaveLength(2);
  });
});

describe('the search for faults', () => {
  it('finds a version, library or symbol that a newer baseline takes back', () => {
    const older = baseline(17, ['2.2.5', '2.17'], {
      libraries: new Set(['libc.so.6', 'libnsl.so.1']),
    });
    const newer = baseline(28, ['2.17', '2.28'], {
      deniedSymbols: new Map([['libc.so.6', ['gets']]]),
    });
    const expected = [
      'not-nested manylinux_2_28 x86_64 GLIBC 2.2.5',
      'not-nested manylinux_2_28 x86_64 libnsl.so.1',
      'not-nested manylinux_2_28 x86_64 libc.so.6 gets',
    ];
    expect(found(policyFaults([older, newer], []))).toEqual(expected);
    expect(found(policyFaults([newer, older], []))).toEqual(expected);
    expect(policyFaults([baseline(17, ['2.17']), baseline(28, ['2.17', '2.28'])], [])).toEqual([]);
  });

  it('does not compare baselines of different libcs or architectures', () => {
    const musl = baseline(2, [], { libc: 'musl', libcVersion: [1, 2] });
    const arm = baseline(28, [], { architectures: new Map([['aarch64', new Map()]]) });
    expect(policyFaults([musl, baseline(17, ['2.17']), arm], [])).toEqual([]);
  });

  it('finds what nobody defines and what everybody has, only below the newest of the prefix', () => {
    const systems = [
      system('one', 17, ['2.2.5', '2.16', '2.17', '2.18']),
      system('two', 28, ['2.2.5', '2.16', '2.17', '2.18', '2.28']),
      system('old', 12, ['2.2.5', '2.12']),
    ];
    expect(found(policyFaults([baseline(17, ['2.2.5', '2.5', '2.17'])], systems))).toEqual([
      'undefined-version manylinux_2_17 x86_64 GLIBC 2.5',
      'forbidden-version manylinux_2_17 x86_64 GLIBC 2.16',
    ]);
  });

  it('orders versions by number: 3.4.9 is older than 3.4.10', () => {
    const systems = [system('one', 17, ['3.4.9', '3.4.10'])];
    expect(found(policyFaults([baseline(17, ['3.4.9'])], systems))).toEqual([]);
    expect(found(policyFaults([baseline(17, ['3.4.10'])], systems))).toEqual([
      'forbidden-version manylinux_2_17 x86_64 GLIBC 3.4.9',
    ]);
  });

  it('finds a library that no satisfying system has, whatever older ones had', () => {
    const lacking = { ...system('one', 28, ['2.17']), missingLibraries: new Set(['libc.so.6']) };
    const old = system('old', 17, ['2.17']);
    expect(found(policyFaults([baseline(28, ['2.17'])], [lacking, old]))).toEqual([
      'absent-library manylinux_2_28 x86_64 libc.so.6',
    ]);
    expect(policyFaults([baseline(17, ['2.17'])], [lacking, old])).toEqual([]);
  });
});
