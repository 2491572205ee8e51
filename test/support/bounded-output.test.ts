import { describe, expect, it } from 'vitest';
import { BoundedText, LineSplitter } from '../../src/support/bounded-output.ts';

function keep(limit: number, chunks: readonly string[]): BoundedText {
  const text = new BoundedText(limit);
  for (const chunk of chunks) text.push(Buffer.from(chunk));
  return text;
}

describe('BoundedText', () => {
  it('keeps what fits as it is', () => {
    const text = keep(10, ['abc', '', 'defghij']);
    expect(text.toString()).toBe('abcdefghij');
    expect(text.truncated).toBe(false);
  });

  it('keeps both ends of what does not, and says what is missing', () => {
    const text = keep(10, ['abc', 'defghij', 'k']);
    expect(text.truncated).toBe(true);
    expect(text.toString()).toBe('abcde\n[... 1 bytes left out ...]\nghijk');
  });

  it('gives the same for any pieces', () => {
    const whole = Array.from({ length: 500 }, (_, index) => `${index} `).join('');
    const expected = keep(64, [whole]).toString();
    for (const size of [1, 7, 31, 32, 33, 64, 100])
      expect(keep(64, whole.match(new RegExp(`.{1,${size}}`, 'g')) ?? []).toString()).toBe(
        expected,
      );
    expect(expected.startsWith(whole.slice(0, 32))).toBe(true);
    expect(expected.endsWith(whole.slice(-32))).toBe(true);
  });

  it('does not show halves of characters', () => {
    const text = keep(8, ['ab漢漢漢漢漢漢c']).toString();
    expect(text).not.toContain('\uFFFD');
    expect(text).toMatch(/^ab\n\[\.\.\. \d+ bytes left out \.\.\.\]\n漢c$/);
  });

  it('can go on after it was looked at', () => {
    const text = keep(4, ['abcdef']);
    expect(text.toString()).toContain('ef');
    text.push(Buffer.from('gh'));
    expect(text.toString()).toBe('ab\n[... 4 bytes left out ...]\ngh');
  });
});

function lines(chunks: readonly (string | Uint8Array)[]): string[] {
  const seen: string[] = [];
  const splitter = new LineSplitter((line) => seen.push(line));
  for (const chunk of chunks) splitter.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  splitter.end();
  return seen;
}

describe('LineSplitter', () => {
  it.each([
    [['a\nb\n'], ['a', 'b']],
    [['a\nb'], ['a', 'b']],
    [['a\r\nb\r\n'], ['a', 'b']],
    [['\n\n'], ['', '']],
    [[''], []],
    [
      ['a', 'b\nc', '\n'],
      ['ab', 'c'],
    ],
    [
      ['a\r', '\nb\n'],
      ['a', 'b'],
    ],
  ])('%j is %j', (chunks, expected) => {
    expect(lines(chunks)).toEqual(expected);
  });

  it('keeps only the last state of a progress bar', () => {
    expect(lines(['10%\r50%\r', '100%\r\ndone'])).toEqual(['100%', 'done']);
    expect(lines(['10%\r', '50%'])).toEqual(['50%']);
  });

  it('puts characters together that came in two chunks', () => {
    const bytes = Buffer.from('漢字\n');
    expect(lines([bytes.subarray(0, 4), bytes.subarray(4)])).toEqual(['漢字']);
  });

  it('gives a line without end in parts, losing nothing', () => {
    const seen = lines(Array.from({ length: 100 }, () => 'x'.repeat(1000)));
    expect(seen.join('')).toBe('x'.repeat(100_000));
    expect(Math.max(...seen.map((line) => line.length))).toBeLessThanOrEqual(16 * 1024);
  });
});
