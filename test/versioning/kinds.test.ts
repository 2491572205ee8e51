import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, formatVersion, parseVersion } from '../../src/packaging/index.ts';
import {
  baseOf,
  bumped,
  customVersion,
  devVersion,
  greatest,
  isReleaseCandidateOf,
  nextCandidate,
  nextPost,
  nextVersions,
} from '../../src/versioning/index.ts';
import { versions } from '../support/packaging-arbitraries.ts';

const DAY = new Date('2026-11-20T12:00:00Z');
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const v = parseVersion;

function candidate(base: string, known: readonly string[] = [], date: Date = DAY): string {
  return formatVersion(nextCandidate(v(base), { scheme: 'date', date, known: known.map(v) }));
}

describe('the base', () => {
  it.each([
    ['3.12.0.dev', '3.12.0'],
    ['3.12.0rc1', '3.12.0'],
    ['3.12.0.post2', '3.12.0.post2'],
    ['1!3.12.0+loc', '1!3.12.0'],
    ['3.12', '3.12'],
  ])('of %s is %s', (text, base) => {
    expect(formatVersion(baseOf(v(text)))).toBe(base);
  });

  it.each([
    [['3.10.0', '3.9.1'], '3.10.0'],
    [['3.9.0', '3.10.0'], '3.10.0'],
    [['3.12.0', '3.12.0.post2'], '3.12.0.post2'],
    [['1!3.12.0', '3.12.0'], '1!3.12.0'],
    [['3.12', '3.12.0'], '3.12.0'],
    [['3.12.0', '3.12'], '3.12.0'],
  ])('of %s the greatest is %s', (texts, expected) => {
    const [first = v('0'), ...rest] = texts.map(v);
    expect(formatVersion(greatest([first, ...rest]))).toBe(expected);
  });

  it('goes up at a place', () => {
    expect(formatVersion(bumped(v('3.12'), 'patch'))).toBe('3.12.1');
    expect(formatVersion(bumped(v('1!3.12.4.5'), 'minor'))).toBe('1!3.13.0.0');
    expect(formatVersion(bumped(v('3.post1'), 'major'))).toBe('4');
  });
});

describe('candidates', () => {
  it('have the date in UTC, whatever the zone of the machine', () => {
    expect(candidate('3.12.0', [], new Date('2026-11-20T23:59:59-00:30'))).toBe('3.12.0rc20261121');
  });

  it('of one day are in order, and so are those of the next days', () => {
    const known: string[] = [];
    for (const day of ['20', '20', '20', '21', '21', '22'])
      known.push(candidate('3.12.0', known, new Date(`2026-11-${day}T01:00:00Z`)));
    expect(known).toEqual([
      '3.12.0rc20261120',
      '3.12.0rc2026112001',
      '3.12.0rc2026112002',
      '3.12.0rc2026112101',
      '3.12.0rc2026112102',
      '3.12.0rc2026112201',
    ]);
    expect([...known].sort((a, b) => compareVersions(v(a), v(b)))).toEqual(known);
  });

  it('count those of their own release alone', () => {
    expect(candidate('3.12.1', ['3.12.0rc20261120', '3.12.1a20261120'])).toBe('3.12.1rc20261120');
    expect(candidate('3.12', ['3.12.0rc20261120'])).toBe('3.12rc2026112001');
  });

  it('run out after 99 a day, and after one of the far future', () => {
    const error = { code: 'version/candidates-used-up' };
    expect(() => candidate('1.0', ['1.0rc2026112099'])).toThrow(expect.objectContaining(error));
    expect(() => candidate('1.0', ['1.0rc9999999999'])).toThrow(expect.objectContaining(error));
  });

  it('can be counted', () => {
    const options = { scheme: 'counter', date: DAY } as const;
    expect(formatVersion(nextCandidate(v('1.0'), { ...options, known: [] }))).toBe('1.0rc1');
    const known = [v('1.0rc9'), v('1.0rc10')];
    expect(formatVersion(nextCandidate(v('1.0'), { ...options, known }))).toBe('1.0rc11');
  });

  it('lead to no post-release', () => {
    expect(() => candidate('3.12.0.post2')).toThrow(
      expect.objectContaining({ code: 'version/candidate-of-post' }),
    );
  });

  it.each([
    ['3.12.0rc1', '3.12.0', true],
    ['3.12rc1', '3.12.0', true],
    ['3.12.0rc1', '3.12.1', false],
    ['3.12.0b1', '3.12.0', false],
    ['3.12.0rc1.dev1', '3.12.0', false],
    ['3.12.0rc1.post1', '3.12.0', false],
    ['3.12.0rc1+a', '3.12.0', false],
    ['3.12.0', '3.12.0', false],
    ['3.12.0rc1', '3.12.0rc1', false],
    ['1!3.12.0rc1', '3.12.0', false],
  ])('%s is one of %s: %s', (one, final, expected) => {
    expect(isReleaseCandidateOf(v(one), v(final))).toBe(expected);
  });
});

describe('a suffix', () => {
  it.each([
    ['rc20260101', '3.12.0rc20260101'],
    ['', '3.12.0'],
    ['.dev0+abc', '3.12.0.dev0+abc'],
    ['-C1', '3.12.0rc1'],
    ['-1', '3.12.0.post1'],
    // An implicit number (PEP 440, "Implicit post release number").
    ['.post', '3.12.0.post0'],
    ['.post1.dev2', '3.12.0.post1.dev2'],
  ])('%j gives %s', (suffix, expected) => {
    expect(formatVersion(customVersion(v('3.12.0'), suffix))).toBe(expected);
  });

  it.each(['garbage!!', '1', '.1', '0', ' ', 'rc1 ', '!1', '+', 'rc1rc2'])(
    '%j is refused',
    (suffix) => {
      expect(() => customVersion(v('3.12.0'), suffix)).toThrow(
        expect.objectContaining({ code: 'version/bad-suffix' }),
      );
    },
  );
});

describe('what comes next', () => {
  const next = (version: string, known: readonly string[] = []): string[] =>
    nextVersions(v(version), { scheme: 'date', date: DAY, known: known.map(v), distance: 4 }).map(
      (each) => `${each.kind} ${formatVersion(each.version)}`,
    );

  it('leads to a version that is not out', () => {
    expect(next('3.12.0.dev')).toEqual([
      'dev 3.12.0.dev4',
      'rc 3.12.0rc20261120',
      'stable 3.12.0',
      'post 3.12.0.post1',
      'patch 3.12.1',
      'minor 3.13.0',
      'major 4.0.0',
    ]);
  });

  it('goes on after one that is', () => {
    expect(next('3.12.0', ['3.12', '3.12.0.post3'])).toEqual([
      'post 3.12.0.post4',
      'dev 3.12.1.dev4',
      'rc 3.12.1rc20261120',
      'patch 3.12.1',
      'minor 3.13.0',
      'major 4.0.0',
    ]);
  });
});

describe('laws', () => {
  const bases = versions.map((version) => ({ ...baseOf(version), post: undefined }));
  const options = { scheme: 'date', date: DAY, known: [] } as const;

  it('dev < rc < stable < post < next', () => {
    fc.assert(
      fc.property(bases, fc.nat(), fc.boolean(), (base, distance, isDirty) => {
        const order = [
          devVersion(base, { distance, commit: COMMIT, isDirty }),
          nextCandidate(base, options),
          base,
          nextPost(base, []),
          bumped(base, 'patch'),
        ];
        for (const [index, each] of order.slice(1).entries())
          expect(compareVersions(order[index] ?? base, each)).toBeLessThan(0);
      }),
    );
  });

  it('every version that is made is its own normal form', () => {
    fc.assert(
      fc.property(bases, fc.nat(), fc.boolean(), (base, distance, isDirty) => {
        const made = [
          devVersion(base, { distance, commit: COMMIT, isDirty }),
          ...nextVersions(base, options).map(({ version }) => version),
        ];
        for (const each of made) expect(parseVersion(formatVersion(each))).toEqual(each);
      }),
    );
  });

  it('a candidate comes after every known one', () => {
    const numbers = fc.array(fc.bigInt({ min: 0n, max: 2026112098n }), { maxLength: 8 });
    fc.assert(
      fc.property(bases, numbers, (base, taken) => {
        const known = taken.map((number) => ({ ...base, pre: { kind: 'rc' as const, number } }));
        const made = nextCandidate(base, { ...options, known });
        for (const each of known) expect(compareVersions(each, made)).toBeLessThan(0);
        expect(isReleaseCandidateOf(made, base)).toBe(true);
      }),
    );
  });
});
