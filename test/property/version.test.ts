import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalVersion,
  compareVersions,
  formatVersion,
  isPrerelease,
  parseVersion,
  tryParseVersion,
  withoutLocal,
} from '../../src/packaging/version.ts';
import { spellings, versions } from '../support/packaging-arbitraries.ts';

const NEARLY_VERSIONS = fc.string({ unit: fc.constantFrom(...Array.from('019.!+-_ vabcrpostde')) });

/** The place of a difference in an order; -0 is not 0 to `toBe`. */
function sign(difference: number): number {
  return Math.sign(difference) + 0;
}

describe('laws of versions', () => {
  it('parsing the normal form gives the version back', () => {
    fc.assert(
      fc.property(versions, (version) => {
        expect(parseVersion(formatVersion(version))).toEqual(version);
      }),
    );
  });

  it('every spelling has one normal form, and that is its own', () => {
    fc.assert(
      fc.property(spellings, ({ version, text }) => {
        const normal = formatVersion(parseVersion(text));
        expect(normal).toBe(formatVersion(version));
        expect(formatVersion(parseVersion(normal))).toBe(normal);
      }),
    );
  });

  it('the order is antisymmetric', () => {
    fc.assert(
      fc.property(versions, versions, (a, b) => {
        expect(sign(compareVersions(a, b))).toBe(sign(-compareVersions(b, a)));
      }),
    );
  });

  it('the order is transitive', () => {
    fc.assert(
      fc.property(versions, versions, versions, (...three) => {
        const [a, b, c] = three.sort(compareVersions);
        expect(compareVersions(a, b)).toBeLessThanOrEqual(0);
        expect(compareVersions(b, c)).toBeLessThanOrEqual(0);
        expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('versions are equal exactly when their keys are', () => {
    fc.assert(
      fc.property(versions, versions, (a, b) => {
        expect(compareVersions(a, b) === 0).toBe(canonicalVersion(a) === canonicalVersion(b));
      }),
    );
  });

  it('trailing zeros make no difference to the order', () => {
    fc.assert(
      fc.property(versions, versions, (a, b) => {
        const longer = { ...a, release: a.release.concat(0n, 0n) };
        expect(sign(compareVersions(longer, b))).toBe(sign(compareVersions(a, b)));
      }),
    );
  });

  it('a dev release sorts before, a post-release and a local label after what they are of', () => {
    fc.assert(
      fc.property(versions, fc.bigInt({ min: 0n, max: 9n }), (version, number) => {
        const plain = withoutLocal({ ...version, dev: undefined });
        const dev = { ...plain, dev: number };
        const local = { ...plain, local: [number] };
        const post = { ...plain, post: (plain.post ?? -1n) + number + 1n };
        expect(isPrerelease(dev)).toBe(true);
        expect([post, local, plain, dev].sort(compareVersions)).toEqual([dev, plain, local, post]);
      }),
    );
  });

  it('any text is no version or one with a normal form', () => {
    fc.assert(
      fc.property(NEARLY_VERSIONS, (text) => {
        const version = tryParseVersion(text);
        const again = version === undefined ? undefined : parseVersion(formatVersion(version));
        expect(again).toEqual(version);
      }),
    );
  });
});
