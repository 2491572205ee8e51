import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  filterVersions,
  formatSpecifierSet,
  parseSpecifierSet,
  specifierSetContains,
  tryParseSpecifierSet,
  type ContainsOptions,
} from '../../src/packaging/specifier-set.ts';
import {
  formatSpecifier,
  namesPrerelease,
  tryParseSpecifier,
} from '../../src/packaging/specifier.ts';
import { tryParseVersion } from '../../src/packaging/version.ts';

type Policy = 'default' | 'yes' | 'no';

/** Answers of pypa/packaging, recorded by scripts/record_packaging_vectors_core.py; one bit a version. */
const vectors = JSON.parse(
  readFileSync(new URL('../vectors/packaging/specifiers.json', import.meta.url), 'utf8'),
) as {
  versions: string[];
  contains: [
    set: string,
    normal: string,
    byDefault: string,
    yes: string,
    no: string,
    installed: string,
    parsedVersion: string,
  ][];
  specifiers: [text: string, normal: string | null, prereleases?: 0 | 1][];
  sets: [text: string, normal: string | null][];
  filters: [set: string, versions: number[], prereleases: Policy, kept: number[]][];
};

const POLICIES: Record<Policy, { prereleases?: boolean }> = {
  default: {},
  yes: { prereleases: true },
  no: { prereleases: false },
};

function answers(text: string): string[] {
  const set = parseSpecifierSet(text);
  const bits = (options: ContainsOptions): string =>
    vectors.versions
      .map((version) => (specifierSetContains(set, version, options) ? '1' : '0'))
      .join('');
  const parsedBits = vectors.versions
    .map((text) => tryParseVersion(text))
    .map((version) => (version !== undefined && specifierSetContains(set, version) ? '1' : '0'))
    .join('');
  return [
    text,
    formatSpecifierSet(set),
    bits(POLICIES.default),
    bits(POLICIES.yes),
    bits(POLICIES.no),
    bits({ prereleases: false, installed: true }),
    parsedBits,
  ];
}

describe('specifiers as pypa/packaging reads them', () => {
  it('has enough of them', () => {
    expect(vectors.contains.length * vectors.versions.length).toBeGreaterThan(20_000);
    expect(vectors.filters.length).toBeGreaterThan(600);
  });

  it('lets every set contain the same versions', () => {
    expect(vectors.contains.map(([text]) => answers(text))).toEqual(vectors.contains);
  });

  it('filters every list the same', () => {
    const ours = vectors.filters.map(([text, indexes, policy]) => {
      // The index goes along by identity: the same text may stand in a list once only.
      const versions = indexes.map((index) => vectors.versions[index] ?? '');
      const kept = filterVersions(parseSpecifierSet(text), versions, POLICIES[policy]);
      return [text, indexes, policy, kept.map((version) => vectors.versions.indexOf(version))];
    });
    expect(ours).toEqual(vectors.filters);
  });

  it('accepts and writes the same single specifiers', () => {
    const ours = vectors.specifiers.map(([text]) => {
      const specifier = tryParseSpecifier(text);
      if (specifier === undefined) return [text, null];
      return [text, formatSpecifier(specifier), namesPrerelease(specifier) ? 1 : 0];
    });
    expect(ours).toEqual(vectors.specifiers);
  });

  it('accepts and writes the same sets', () => {
    const ours = vectors.sets.map(([text]) => {
      const set = tryParseSpecifierSet(text);
      return [text, set === undefined ? null : formatSpecifierSet(set)];
    });
    expect(ours).toEqual(vectors.sets);
  });
});
