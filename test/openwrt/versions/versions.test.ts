import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, formatVersion, type Version } from '../../../src/packaging/version.ts';
import {
  comparePackageVersions,
  formatDependency,
  isApkVersion,
  meetsDependency,
  parseDependency,
  spellDependency,
  spellVersion,
} from '../../../src/openwrt/versions/index.ts';
import type { VersionConstraint } from '../../../src/openwrt/package/index.ts';

const MANAGERS = ['opkg', 'apk'] as const;

describe('the spelling of versions', () => {
  it.each([
    ['1.0', '1.0-r1', '1.0-r1'],
    ['1.0rc1', '1.0~rc1-r1', '1.0_rc1-r1'],
    ['1.0a1', '1.0~a1-r1', '1.0_alpha1-r1'],
    ['1.0.b2', '1.0~b2-r1', '1.0_beta2-r1'],
    ['1.0.post1', '1.0post1-r1', '1.0_p1-r1'],
    ['1.0.dev1', '1.0~~dev1-r1', '1.0_alpha_pre1-r1'],
    ['1.0a1.dev2', '1.0~a1~dev2-r1', '1.0_alpha1_pre2-r1'],
    ['1.0.post1.dev2', '1.0post1~dev2-r1', '1.0_p1_pre2-r1'],
    ['1.0rc1.post2', '1.0~rc1post2-r1', '1.0_rc1_p2-r1'],
    ['v2024.07.05', '2024.7.5-r1', '2024.7.5-r1'],
  ])('%s is %s to opkg and %s to apk', (upstream, opkg, apk) => {
    expect(spellVersion({ upstream, release: 1 }, 'opkg')).toBe(opkg);
    expect(spellVersion({ upstream, release: 1 }, 'apk')).toBe(apk);
    expect(isApkVersion(apk)).toBe(true);
  });

  it('has an epoch and a local label for opkg only', () => {
    expect(spellVersion({ upstream: '2!1.0' }, 'opkg')).toBe('2:1.0');
    expect(spellVersion({ upstream: '1.0+Ubuntu-1' }, 'opkg')).toBe('1.0+ubuntu.1');
    expect(comparePackageVersions('opkg', '1.0+ubuntu.1-r1', '1.0-r1')).toBe(1);
  });

  it.each([
    ['2!1.0', 'openwrt/version-epoch'],
    ['1.0+x', 'openwrt/version-local'],
    ['1.18446744073709551616', 'openwrt/version-number'],
    ['1.0-beta-final', 'openwrt/bad-version'],
    ['', 'openwrt/bad-version'],
  ])('apk refuses %s', (upstream, code) => {
    expect(() => spellVersion({ upstream }, 'apk')).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    ['1!2.0rc1', '2.0rc1'],
    ['1.0.post1+loc.2', '1.0.post1'],
    ['1.18446744073709551616.dev3', 'VERSION'],
  ])('what apk refuses of %s is told whole, with a way out', (upstream, other) => {
    expect(() => spellVersion({ upstream }, 'apk')).toThrow(
      expect.objectContaining({
        evidence: upstream,
        hint: expect.stringContaining(`wheelworks retag-version FILE --to ${other}.`) as string,
      }),
    );
  });

  it.each([-1, 0.5, Number.NaN])('refuses release %s', (release) => {
    expect(() => spellVersion({ upstream: '1', release }, 'opkg')).toThrow(
      expect.objectContaining({ code: 'openwrt/bad-version' }),
    );
  });
});

/** Versions as projects number them: near each other, so that every rule of the order decides now and then. */
const number = fc.bigInt({ min: 0n, max: 12n });
const rarely = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined, freq: 2 });
const projectVersions: fc.Arbitrary<Version> = fc.record({
  epoch: fc.constant(0n),
  release: fc.array(fc.bigInt({ min: 0n, max: 3n }), { minLength: 1, maxLength: 4 }),
  pre: rarely(fc.record({ kind: fc.constantFrom('a', 'b', 'rc'), number })),
  post: rarely(number),
  dev: rarely(number),
  local: fc.constant(undefined),
});

/** Whether the releases differ by zeros at the end alone, which is a difference to the managers and none to PEP 440. */
function differByZeros(one: Version, other: Version): boolean {
  const length = Math.max(one.release.length, other.release.length);
  const padded = ({ release }: Version): string =>
    [...release, ...Array.from({ length: length - release.length }, () => 0n)].join('.');
  return one.release.length !== other.release.length && padded(one) === padded(other);
}

describe.each(MANAGERS)('the order of %s', (manager) => {
  it('is that of PEP 440 over 2,000 pairs of versions, at any release', () => {
    let compared = 0;
    fc.assert(
      fc.property(projectVersions, projectVersions, fc.nat(20), fc.nat(20), (one, other, m, n) => {
        fc.pre(!differByZeros(one, other));
        const expected = compareVersions(one, other) || m - n;
        const [a, b] = [
          spellVersion({ upstream: formatVersion(one), release: m }, manager),
          spellVersion({ upstream: formatVersion(other), release: n }, manager),
        ];
        compared += 1;
        expect(Math.sign(comparePackageVersions(manager, a, b)), `${a} ${b}`).toBe(
          Math.sign(expected),
        );
      }),
      { numRuns: 2000 },
    );
    expect(compared).toBeGreaterThanOrEqual(2000);
  });

  it('decides constraints on upstream versions as PEP 440 orders them, whatever the release', () => {
    const holds: Record<VersionConstraint['operator'], (order: number) => boolean> = {
      '<': (order) => order < 0,
      '<=': (order) => order <= 0,
      '=': (order) => order === 0,
      '>=': (order) => order >= 0,
      '>': (order) => order > 0,
    };
    const operators = fc.constantFrom<VersionConstraint['operator']>('<', '<=', '=', '>=', '>');
    fc.assert(
      fc.property(
        projectVersions,
        projectVersions,
        operators,
        fc.nat(9),
        (found, asked, operator, release) => {
          fc.pre(!differByZeros(found, asked));
          const version = spellVersion({ upstream: formatVersion(found), release }, manager);
          const constraint = { operator, version: { upstream: formatVersion(asked) } };
          const spelled = spellDependency({ name: 'a', constraint }, manager);
          const met = spelled.every((each) => meetsDependency(each, version, manager));
          expect(met, `${version} ${operator} ${formatVersion(asked)}`).toBe(
            holds[operator](compareVersions(found, asked)),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });
});

/** Answers of `apk version -t` (apk-tools 3.0.6) and `opkg compare-versions` (opkg-lede 38eccbb). */
describe('the orders of the managers', () => {
  it.each([
    ['1.0', '1.0-r1', -1],
    ['1.0_alpha', '1.0_alpha1', -1],
    ['1.0_alpha_pre9', '1.0_alpha0', -1],
    ['1.0_beta', '1.0_pre', -1],
    ['1.0_rc9', '1.0', -1],
    ['1.0', '1.0_p0', -1],
    ['1.0_p5-r3', '1.0.1', -1],
    ['1.05', '1.1', -1],
    ['1.10', '1.9', 1],
    ['1.0a', '1.0', 1],
    ['1.0~abc', '1.0', 1],
    ['1.0_git1', '1.0_p1', -1],
  ])('apk: %s against %s', (one, other, order) => {
    expect(comparePackageVersions('apk', one, other)).toBe(order);
    expect(comparePackageVersions('apk', other, one)).toBe(-order);
    expect(comparePackageVersions('apk', one, one)).toBe(0);
  });

  it.each([
    ['1.0', '1.0-r1', -1],
    ['1.0~~', '1.0~', -1],
    ['1.0~', '1.0', -1],
    ['1.0.post1', '1.0.1', 1],
    ['1.0post1', '1.0.1', -1],
    ['1.0+x', '1.0', 1],
    ['2:0.1', '1.9', 1],
    ['1.010', '1.9', 1],
    ['1.0-1', '1.0-r1', -1],
  ])('opkg: %s against %s', (one, other, order) => {
    expect(comparePackageVersions('opkg', one, other)).toBe(order);
    expect(comparePackageVersions('opkg', other, one)).toBe(-order);
    expect(comparePackageVersions('opkg', one, one)).toBe(0);
  });

  it.each(['1.0rc1', '1.0.post1', '1..0', 'v1', '1.0_bad', '1.0-1', '1.0-r', '2:1.0', '1.0+x', ''])(
    'apk does not take %j for a version',
    (text) => {
      expect(isApkVersion(text)).toBe(false);
    },
  );
});

describe('dependencies', () => {
  it.each([
    [{ operator: '>=', version: { upstream: '1.0' } }, 'a (>= 1.0)', 'a>=1.0'],
    [{ operator: '<', version: { upstream: '2' } }, 'a (<< 2)', 'a<2'],
    [{ operator: '=', version: { upstream: '1.0', release: 2 } }, 'a (= 1.0-r2)', 'a=1.0-r2'],
    [{ operator: '>', version: { upstream: '1.0' } }, 'a (>= 1.0post0~dev0)', 'a>=1.0_p0_pre0'],
    [
      { operator: '<=', version: { upstream: '1.0rc1' } },
      'a (<< 1.0~rc1post0~dev0)',
      'a<1.0_rc1_p0_pre0',
    ],
    [
      { operator: '=', version: { upstream: '1.0.dev3' } },
      'a (>= 1.0~~dev3), a (<< 1.0~~dev4)',
      'a>=1.0_alpha_pre3, a<1.0_alpha_pre4',
    ],
  ] as const)('%j', (constraint, opkg, apk) => {
    const spelled = MANAGERS.map((manager) =>
      spellDependency({ name: 'a', constraint }, manager)
        .map((each) => formatDependency(each, manager))
        .join(', '),
    );
    expect(spelled).toEqual([opkg, apk]);
  });

  it('are read as they are written', () => {
    for (const text of ['a', 'a (>= 1.0)', 'a (<< 1.0)', 'a (= 1-r2)']) {
      const read = parseDependency(text, 'opkg');
      expect(read && formatDependency(read, 'opkg')).toBe(text);
    }
    expect(parseDependency('a (< 1)', 'opkg')).toEqual({ name: 'a', operator: '<=', version: '1' });
    expect(parseDependency('a~1.2', 'apk')).toEqual({ name: 'a', operator: '~', version: '1.2' });
    expect(parseDependency('a b', 'apk')).toBeUndefined();
    expect(parseDependency('a (1.0)', 'opkg')).toBeUndefined();
  });

  it('are met by a version that goes on, when apk is asked for its beginning', () => {
    const dependency = { name: 'a', operator: '~', version: '1.2' } as const;
    const met = ['1.2', '1.2.3', '1.2-r5', '1.20', '1.3'].map((version) =>
      meetsDependency(dependency, version, 'apk'),
    );
    expect(met).toEqual([true, true, true, false, false]);
  });
});
