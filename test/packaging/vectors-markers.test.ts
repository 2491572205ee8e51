import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { MarkerEnvironment } from '../../src/packaging/marker-environment.ts';
import { evaluateMarker, type MarkerContext } from '../../src/packaging/marker-evaluate.ts';
import { formatMarker, parseMarker, type Marker } from '../../src/packaging/marker.ts';
import { WheelworksError } from '../../src/support/errors.ts';

/** Answers of pypa/packaging, recorded by scripts/record_packaging_vectors_core.py; one letter an environment. */
const vectors = JSON.parse(
  readFileSync(new URL('../vectors/packaging/markers.json', import.meta.url), 'utf8'),
) as {
  environments: Record<string, MarkerEnvironment>;
  markers: [
    text: string,
    normal: string,
    metadata: string,
    lockFile: string,
    requirement: string,
  ][];
  invalid: string[];
};

const LETTERS: Record<string, string> = {
  'packaging/undefined-marker-variable': 'v',
  'packaging/undefined-marker-comparison': 'c',
};

function answer(marker: Marker, environment: MarkerEnvironment, context: MarkerContext): string {
  try {
    return evaluateMarker(marker, environment, { context }) ? '1' : '0';
  } catch (error) {
    if (error instanceof WheelworksError) return LETTERS[error.code] ?? error.code;
    throw error;
  }
}

function answers(text: string): string[] {
  const marker = parseMarker(text);
  const inAll = (context: MarkerContext): string =>
    Object.values(vectors.environments)
      .map((environment) => answer(marker, environment, context))
      .join('');
  return [text, formatMarker(marker), inAll('metadata'), inAll('lock_file'), inAll('requirement')];
}

function codeOf(text: string): string | undefined {
  try {
    parseMarker(text);
    return undefined;
  } catch (error) {
    return error instanceof WheelworksError ? error.code : 'not a WheelworksError';
  }
}

describe('markers as pypa/packaging reads them', () => {
  it('has enough of them', () => {
    expect(vectors.markers.length).toBeGreaterThan(600);
    expect(vectors.invalid.length).toBeGreaterThan(300);
    expect(Object.keys(vectors.environments)).toHaveLength(6);
  });

  it('writes and answers each the same in every environment and context', () => {
    expect(vectors.markers.map(([text]) => answers(text))).toEqual(vectors.markers);
  });

  it('refuses what packaging refuses', () => {
    const others = vectors.invalid.filter((text) => codeOf(text) !== 'packaging/invalid-marker');
    expect(others).toEqual([]);
  });
});
