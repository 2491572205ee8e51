import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  filterVersions,
  formatSpecifierSet,
  parseSpecifierSet,
  specifierSetContains,
} from '../../src/packaging/specifier-set.ts';
import { parseSpecifier, type Specifier } from '../../src/packaging/specifier.ts';
import {
  baseVersion,
  formatVersion,
  publicVersion,
  withoutLocal,
  type Version,
} from '../../src/packaging/version.ts';
import { specifierSets, specifiers, versions } from '../support/packaging-arbitraries.ts';

const several = fc.array(versions, { maxLength: 8 });

function meets(specifier: Specifier | string, version: Version): boolean {
  const parsed = typeof specifier === 'string' ? parseSpecifier(specifier) : specifier;
  return specifierSetContains([parsed], version);
}

describe('laws of specifier sets', () => {
  it('a set holds what all its specifiers hold', () => {
    fc.assert(
      fc.property(specifierSets, versions, (set, version) => {
        const all = set.every((specifier) => meets(specifier, version));
        expect(specifierSetContains(set, version)).toBe(all);
      }),
    );
  });

  it('contains and filter agree', () => {
    fc.assert(
      fc.property(specifierSets, several, fc.boolean(), (set, candidates, prereleases) => {
        const contained = candidates.filter((version) =>
          specifierSetContains(set, version, { prereleases }),
        );
        expect(filterVersions(set, candidates, { prereleases })).toEqual(contained);
      }),
    );
  });

  it('by default filtering keeps something whenever something matches', () => {
    fc.assert(
      fc.property(specifierSets, several, (set, candidates) => {
        const matches = candidates.some((version) => specifierSetContains(set, version));
        expect(filterVersions(set, candidates).length > 0).toBe(matches);
      }),
    );
  });

  it('parsed and written versions are treated alike', () => {
    fc.assert(
      fc.property(specifierSets, versions, (set, version) => {
        const written = specifierSetContains(set, formatVersion(version));
        expect(specifierSetContains(set, version)).toBe(written);
      }),
    );
  });

  it('the normal form says the same and is its own', () => {
    fc.assert(
      fc.property(specifierSets, versions, (set, version) => {
        const normal = formatSpecifierSet(set);
        const again = parseSpecifierSet(normal);
        expect(formatSpecifierSet(again)).toBe(normal);
        expect(specifierSetContains(again, version)).toBe(specifierSetContains(set, version));
      }),
    );
  });
});

describe('laws of operators', () => {
  it('!= is the opposite of ==', () => {
    fc.assert(
      fc.property(versions, versions, fc.boolean(), (wanted, version, wildcard) => {
        const text = wildcard ? `${baseVersion(wanted)}.*` : formatVersion(wanted);
        expect(meets(`==${text}`, version)).toBe(!meets(`!=${text}`, version));
      }),
    );
  });

  it('~= is >= and a prefix, as the specification defines it', () => {
    fc.assert(
      fc.property(versions, versions, (some, version) => {
        const wanted = { ...withoutLocal(some), release: [1n, ...some.release] };
        const prefix = baseVersion({ ...wanted, release: wanted.release.slice(0, -1) });
        const text = publicVersion(wanted);
        const defined = meets(`>=${text}`, version) && meets(`==${prefix}.*`, version);
        expect(meets(`~=${text}`, version)).toBe(defined);
      }),
    );
  });

  it('< and > hold neither together nor with ==', () => {
    fc.assert(
      fc.property(versions, versions, (wanted, version) => {
        const text = publicVersion(wanted);
        const holding = ['<', '==', '>'].filter((operator) => meets(`${operator}${text}`, version));
        expect(holding.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('<= and >= cover everything, and both hold only what == does', () => {
    fc.assert(
      fc.property(versions, versions, (wanted, version) => {
        const text = publicVersion(wanted);
        const [less, greater] = [meets(`<=${text}`, version), meets(`>=${text}`, version)];
        expect(less || greater).toBe(true);
        expect(less && greater).toBe(meets(`==${text}`, version));
      }),
    );
  });

  it('a specifier without a label does not look at labels', () => {
    fc.assert(
      fc.property(specifiers, versions, (specifier, version) => {
        fc.pre(specifier.operator !== '===' && specifier.version.local === undefined);
        expect(meets(specifier, version)).toBe(meets(specifier, withoutLocal(version)));
      }),
    );
  });
});
