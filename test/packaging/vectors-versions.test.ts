import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  baseVersion,
  compareVersions,
  formatVersion,
  isDevrelease,
  isPostrelease,
  isPrerelease,
  localVersion,
  parseVersion,
  publicVersion,
  tryParseVersion,
} from '../../src/packaging/version.ts';

/** Answers of pypa/packaging, recorded by scripts/record_packaging_vectors_core.py. */
const vectors = JSON.parse(
  readFileSync(new URL('../vectors/packaging/versions.json', import.meta.url), 'utf8'),
) as {
  valid: [
    text: string,
    normal: string,
    public_: string,
    base: string,
    local: string | null,
    kinds: string,
  ][];
  invalid: string[];
  order: string[][];
};

function answers(text: string): unknown[] {
  const version = parseVersion(text);
  const kinds = [
    isPrerelease(version) ? 'a' : '',
    isPostrelease(version) ? 'b' : '',
    isDevrelease(version) ? 'c' : '',
  ].join('');
  return [
    text,
    formatVersion(version),
    publicVersion(version),
    baseVersion(version),
    localVersion(version) ?? null,
    kinds,
  ];
}

describe('versions as pypa/packaging reads them', () => {
  it('has enough of them', () => {
    expect(vectors.valid.length).toBeGreaterThan(700);
    expect(vectors.invalid.length).toBeGreaterThan(900);
    expect(vectors.order.flat().length).toBeGreaterThan(400);
  });

  it('gives every valid spelling the same parts', () => {
    expect(vectors.valid.map(([text]) => answers(text))).toEqual(vectors.valid);
  });

  it('refuses what packaging refuses', () => {
    expect(vectors.invalid.filter((text) => tryParseVersion(text) !== undefined)).toEqual([]);
  });

  it('orders every pair the same', () => {
    const placed = vectors.order.flatMap((texts, place) =>
      texts.map((text) => ({ place, text, version: parseVersion(text) })),
    );
    const wrong: string[] = [];
    for (const left of placed) {
      for (const right of placed) {
        const order = Math.sign(compareVersions(left.version, right.version));
        if (order !== Math.sign(left.place - right.place)) wrong.push(`${left.text} ${right.text}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
