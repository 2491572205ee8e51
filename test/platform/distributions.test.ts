import { describe, expect, it } from 'vitest';
import {
  baselineByTag,
  baselines,
  distributionsFor,
  loadDistributions,
  type Distribution,
} from '../../src/platform/index.ts';

const distributions = await loadDistributions();

/** Names of the distributions that satisfy a tag. */
function satisfying(tag: string): string[] {
  const tagged = baselineByTag(tag);
  if (tagged === undefined) throw new Error(`no baseline for ${tag}`);
  return distributionsFor(tagged.baseline, tagged.architecture, distributions).map(
    ({ name, version }) => `${name} ${version}`,
  );
}

function known(name: string, version: string, architecture: string): Distribution | undefined {
  return distributions.find(
    (system) =>
      system.name === name && system.version === version && system.architecture === architecture,
  );
}

describe('the distributions', () => {
  it('are each there once, with versions of every glibc library prefix', () => {
    const keys = distributions.map((one) => `${one.name} ${one.version} ${one.architecture}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { name, version, architecture, libc, versions } of distributions) {
      if (libc === 'musl') continue;
      for (const prefix of ['GLIBC', 'GLIBCXX', 'CXXABI', 'GCC', 'ZLIB']) {
        const found = `${name} ${version} ${architecture} ${versions.get(prefix)?.size ?? 0}`;
        expect(found).not.toMatch(/ 0$/);
      }
    }
  });

  it('define versions up to about their own glibc', () => {
    const above = new Set<string>();
    for (const { name, version, architecture, libc, libcVersion, versions } of distributions) {
      if (libc === 'musl') continue;
      const minors = [...(versions.get('GLIBC') ?? [])]
        .filter((text) => /^2\.\d+/.test(text))
        .map((text) => Number(text.split('.')[1]));
      const newest = Math.max(...minors);
      // No three releases in a row went by without a new version in any port.
      expect([name, version, newest >= libcVersion[1] - 3]).toEqual([name, version, true]);
      if (newest > libcVersion[1])
        above.add(`2.${libcVersion[1]} ${architecture} defines 2.${newest}`);
    }
    // What vendors took back into an older release: TLS destructors into CentOS 7, rseq into RHEL 9's 32-bit libraries.
    expect([...above].toSorted()).toEqual(['2.17 aarch64 defines 2.18', '2.34 i686 defines 2.35']);
  });

  it('are supported until a day, for ever, or as long as nobody says', () => {
    const odd = distributions
      .flatMap(({ support }) => Object.entries(support))
      .filter(([kind, end]) =>
        kind === 'rolling' ? end !== true : !/^20\d\d-[01]\d-[0-3]\d$/.test(String(end)),
      );
    expect(odd).toEqual([]);
    expect(known('debian', '12', 'x86_64')?.support).toEqual({
      general: '2026-06-10',
      longTerm: '2028-06-30',
      paid: '2033-06-30',
    });
    expect(known('archlinux', 'latest', 'x86_64')?.support).toEqual({ rolling: true });
    expect(known('rhubi', '9', 'x86_64')?.support.paid).toBe('2035-05-31');
  });

  it('miss the libraries that they do not package or that the port never had', () => {
    expect([...(known('rhubi', '9', 'x86_64')?.missingLibraries ?? [])]).toEqual(['libnsl.so.1']);
    expect(known('photon', '5.0', 'aarch64')?.missingLibraries.has('libGL.so.1')).toBe(true);
    expect(known('openeuler', '24.03', 'loongarch64')?.missingLibraries.has('libutil.so.1')).toBe(
      true,
    );
    expect(known('openeuler', '24.03', 'x86_64')?.missingLibraries.size).toBe(0);
    expect(known('debian', '13', 's390x')?.missingLibraries.has('libmvec.so.1')).toBe(true);
  });
});

describe('the distributions that satisfy a baseline', () => {
  it('have at least its libc: Debian 12 is 2.36', () => {
    for (const { libcVersion, libc, architectures } of baselines) {
      if (libc === 'musl' || !architectures.has('x86_64')) continue;
      const tag = `manylinux_${libcVersion.join('_')}_x86_64`;
      expect([tag, satisfying(tag).includes('debian 12')]).toEqual([tag, libcVersion[1] <= 36]);
    }
  });

  it('are known for new architectures', () => {
    expect(satisfying('manylinux_2_38_loongarch64')).toEqual([
      'anolisos 23',
      'debian 13',
      'openeuler 24.03',
    ]);
    expect(satisfying('manylinux_2_39_loongarch64')).toEqual(['debian 13']);
    expect(satisfying('manylinux_2_39_riscv64')).toContain('rockylinux 10');
    expect(satisfying('manylinux_2_39_riscv64')).not.toContain('ubuntu 22.04');
    expect(satisfying('musllinux_1_2_loongarch64')).toEqual([
      'alpine 3.21',
      'alpine 3.22',
      'alpine 3.23',
    ]);
    expect(satisfying('musllinux_1_2_x86_64')[0]).toBe('alpine 3.13');
  });

  it('include the oldest that its number names', () => {
    expect(satisfying('manylinux2014_x86_64')).toContain('oraclelinux 7');
    expect(satisfying('manylinux_2_28_s390x')).toContain('rhubi 8');
    expect(satisfying('manylinux_2_34_s390x')).not.toContain('rhubi 8');
  });

  it('are those whose libraries define all of it, not those whose glibc has the number', () => {
    const tagged = baselineByTag('manylinux_2_36_x86_64');
    const debian = known('debian', '12', 'x86_64');
    if (tagged === undefined || debian === undefined) throw new Error('tables are incomplete');
    const older = new Set([...(debian.versions.get('GLIBCXX') ?? [])].slice(0, -1));
    const damaged = { ...debian, versions: new Map(debian.versions).set('GLIBCXX', older) };
    expect(distributionsFor(tagged.baseline, 'x86_64', [debian])).toHaveLength(1);
    expect(distributionsFor(tagged.baseline, 'x86_64', [damaged])).toEqual([]);
  });

  it('leave out build images, other architectures and what has no baseline', () => {
    for (const { name, architectures } of baselines)
      for (const architecture of architectures.keys())
        expect(satisfying(`${name}_${architecture}`).join()).not.toContain('manylinux');
    const [baseline] = baselines;
    if (baseline === undefined) throw new Error('no baselines');
    expect(distributionsFor(baseline, 'riscv64', distributions)).toEqual([]);
  });
});
