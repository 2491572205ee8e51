import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isValidName, normalizeName } from '../../src/packaging/name.ts';

/** Answers of pypa/packaging, recorded by scripts/record_packaging_vectors_core.py. */
const { names } = JSON.parse(
  readFileSync(new URL('../vectors/packaging/names.json', import.meta.url), 'utf8'),
) as { names: [text: string, normal: string, valid: 0 | 1][] };

describe('names as pypa/packaging reads them', () => {
  it('has enough of them', () => {
    expect(names.length).toBeGreaterThan(200);
  });

  it('normalises and judges each the same', () => {
    const ours = names.map(([text]) => [text, normalizeName(text), isValidName(text) ? 1 : 0]);
    expect(ours).toEqual(names);
  });
});
