import { describe, expect, it } from 'vitest';
import {
  formatAmount,
  formatBytes,
  formatElapsed,
  formatSeconds,
} from '../../../src/support/progress/format.ts';

describe('times', () => {
  it.each([
    [0, '0.0 s'],
    [0.44, '0.4 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1:00'],
    [185, '3:05'],
    [3599.6, '1:00:00'],
    [3765, '1:02:45'],
    [360_000, '100:00:00'],
    [-1, '0.0 s'],
  ])('%d seconds took %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  it.each([
    [0, '0 s'],
    [1999, '1 s'],
    [61_000, '1:01'],
    [-5, '0 s'],
  ])('%d milliseconds have passed: %s', (milliseconds, text) => {
    expect(formatElapsed(milliseconds)).toBe(text);
  });
});

describe('amounts', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1549, '1.5 kB'],
    [9949, '9.9 kB'],
    [9950, '10 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [541_234_567, '541 MB'],
    [2 ** 53, '9.0 PB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('name their unit and their end', () => {
    expect(formatAmount(12e6, 541e6, 'bytes')).toBe('12 MB of 541 MB');
    expect(formatAmount(1500, undefined, 'bytes')).toBe('1.5 kB');
    expect(formatAmount(3, 40, 'files')).toBe('3 of 40 files');
    expect(formatAmount(3, undefined, 'files')).toBe('3 files');
    expect(formatAmount(3, 7)).toBe('3 of 7');
  });
});
