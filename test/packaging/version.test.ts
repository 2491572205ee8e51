import { describe, expect, it } from 'vitest';
import {
  canonicalVersion,
  compareVersions,
  formatVersion,
  parseVersion,
  tryParseVersion,
  withoutLocal,
} from '../../src/packaging/version.ts';

describe('versions', () => {
  it('takes a version apart', () => {
    expect(parseVersion('v1!2.0-RC.1-3.dev4+Ubuntu_20.04')).toEqual({
      epoch: 1n,
      release: [2n, 0n],
      pre: { kind: 'rc', number: 1n },
      post: 3n,
      dev: 4n,
      local: ['ubuntu', 20n, 4n],
    });
  });

  it('throws a coded error that shows the text', () => {
    expect(() => parseVersion('1.0.x')).toThrow(
      expect.objectContaining({
        code: 'packaging/invalid-version',
        message: '"1.0.x" is not a valid version.',
      }),
    );
  });

  it('keeps numbers of any size exact', () => {
    const big = 10n ** 400n;
    expect(parseVersion(`1.${big}`).release[1]).toBe(big);
    expect(compareVersions(parseVersion(`${big}`), parseVersion(`${big + 1n}`))).toBeLessThan(0);
    // Beyond 2^53 doubles can no longer tell these two apart.
    expect(
      compareVersions(
        parseVersion('1.0.dev9007199254740992'),
        parseVersion('1.0.dev9007199254740993'),
      ),
    ).toBeLessThan(0);
  });

  it.each(['@', '@!1', '1.@', '1a@', '1.post@', '1-@', '1.dev@', '1+@', '1+a.@'])(
    'reads a number in %s as long as CPython does and no longer one',
    (place) => {
      expect(tryParseVersion(place.replace('@', '9'.repeat(4300)))).toBeDefined();
      expect(tryParseVersion(place.replace('@', '9'.repeat(4301)))).toBeUndefined();
    },
  );

  it('does not take a label for a number that has a letter in it', () => {
    expect(tryParseVersion(`1+a${'9'.repeat(4301)}`)).toBeDefined();
  });

  it.each(['1.0po\u017Ft1', '1.0+\u212A', '1.0prev\u0131ew', '\uFF11.0', '1.0+\u00E9'])(
    'does not take letters that only look like ASCII ones, as in %j',
    (text) => {
      expect(tryParseVersion(text)).toBeUndefined();
    },
  );

  it('orders as the specification lists', () => {
    const ascending = [
      '1.dev0',
      '1.0.dev456',
      '1.0a1',
      '1.0a2.dev456',
      '1.0a12.dev456',
      '1.0a12',
      '1.0b1.dev456',
      '1.0b2',
      '1.0b2.post345.dev456',
      '1.0b2.post345',
      '1.0rc1.dev456',
      '1.0rc1',
      '1.0',
      '1.0+abc.5',
      '1.0+abc.7',
      '1.0+5',
      '1.0.post456.dev34',
      '1.0.post456',
      '1.0.15',
      '1.1.dev1',
      '1!0',
    ];
    const shuffled = [...ascending].reverse().map((text) => parseVersion(text));
    expect(shuffled.sort(compareVersions).map((version) => formatVersion(version))).toEqual(
      ascending,
    );
  });

  it('gives equal versions one key and keeps the zeros of the normal form', () => {
    expect(formatVersion(parseVersion('1.0.0rc0'))).toBe('1.0.0rc0');
    expect(canonicalVersion(parseVersion('1.0.0rc0'))).toBe('1rc0');
    expect(canonicalVersion(parseVersion('0.0'))).toBe('0');
    expect(canonicalVersion(parseVersion('1!1.10.0+A'))).toBe('1!1.10+a');
  });

  it('takes the local label away', () => {
    expect(formatVersion(withoutLocal(parseVersion('1.0rc1+cu121')))).toBe('1.0rc1');
  });
});
