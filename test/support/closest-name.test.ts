import { describe, expect, it } from 'vitest';
import { closestName, editDistance } from '../../src/support/closest-name.ts';

describe('the distance of two names', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['build', 'build', 0],
    ['biuld', 'build', 1],
    ['ab', 'ba', 1],
    ['linxu', 'linux', 1],
    ['kitten', 'sitting', 3],
    // Of two letters that were swapped, none is touched again.
    ['ca', 'abc', 3],
  ])('%j and %j: %i', (left, right, expected) => {
    expect(editDistance(left, right)).toBe(expected);
    expect(editDistance(right, left)).toBe(expected);
  });
});

describe('the name that is meant', () => {
  it.each([
    ['biuld', ['archs', 'build', 'skip'], 'build'],
    ['linxu', ['windows', 'linux', 'macos'], 'linux'],
    ['manylinux_2_82', ['manylinux_2_12', 'manylinux_2_28', 'manylinux_2_34'], 'manylinux_2_28'],
    ['skp', ['skip'], 'skip'],
    ['xyz', ['build', 'skip'], undefined],
    // One letter of five: two are too many.
    ['bxxld', ['build'], undefined],
    ['cat', ['bat', 'hat'], 'bat'],
  ])('%s of %j: %s', (name, candidates, expected) => {
    expect(closestName(name, candidates)).toBe(expected);
  });
});
