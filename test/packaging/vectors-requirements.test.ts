import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatMarker } from '../../src/packaging/marker.ts';
import { formatRequirement, parseRequirement } from '../../src/packaging/requirement.ts';
import { formatSpecifierSet } from '../../src/packaging/specifier-set.ts';
import { WheelworksError } from '../../src/support/errors.ts';

/** Answers of pypa/packaging, recorded by scripts/record_packaging_vectors_core.py. */
const vectors = JSON.parse(
  readFileSync(new URL('../vectors/packaging/requirements.json', import.meta.url), 'utf8'),
) as {
  valid: [
    text: string,
    normal: string,
    name: string,
    extras: string[],
    url: string | null,
    specifier: string,
    marker: string | null,
  ][];
  invalid: string[];
};

function answers(text: string): unknown[] {
  const requirement = parseRequirement(text);
  const { name, extras, url, specifier, marker } = requirement;
  return [
    text,
    formatRequirement(requirement),
    name,
    extras,
    url ?? null,
    formatSpecifierSet(specifier),
    marker === undefined ? null : formatMarker(marker),
  ];
}

function codeOf(text: string): string | undefined {
  try {
    parseRequirement(text);
    return undefined;
  } catch (error) {
    return error instanceof WheelworksError ? error.code : 'not a WheelworksError';
  }
}

describe('requirements as pypa/packaging reads them', () => {
  it('has enough of them', () => {
    expect(vectors.valid.length).toBeGreaterThan(600);
    expect(vectors.invalid.length).toBeGreaterThan(600);
  });

  it('takes every valid one apart the same and writes it the same', () => {
    expect(vectors.valid.map(([text]) => answers(text))).toEqual(vectors.valid);
  });

  it('refuses what packaging refuses', () => {
    const others = vectors.invalid.filter(
      (text) => codeOf(text) !== 'packaging/invalid-requirement',
    );
    expect(others).toEqual([]);
  });
});
