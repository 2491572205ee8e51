import { describe, expect, it } from 'vitest';
import { cleanLine, padEnd, textWidth, truncate } from '../../../src/support/progress/text.ts';
import { hasPython, python } from '../python.ts';

describe('cleanLine', () => {
  it.each([
    ['\u001B[31mred\u001B[0m', 'red'],
    ['\u001B]0;title\u0007text', 'text'],
    ['a\tb', 'a    b'],
    ['two\nlines\r\n', 'two lines'],
    ['bell\u0007 and null\u0000', 'bell  and null'],
    ['C1 \u009B31m csi', 'C1  csi'],
    ['evil\u202Etxt.exe', 'evil txt.exe'],
    ['https://me:secret@host/', 'https://***@host/'],
    ['漢字 é ok', '漢字 é ok'],
  ])('%j is %j', (text, expected) => {
    expect(cleanLine(text)).toBe(expected);
  });

  it('never leaves a control character, whatever the text', () => {
    const every = Array.from({ length: 0x100 }, (_, code) => String.fromCharCode(code)).join(
      '\u001B',
    );
    expect(cleanLine(every)).not.toMatch(/\p{Cc}/u);
  });
});

describe('textWidth', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['漢字', 4],
    ['한국', 4],
    ['ｱ', 1],
    ['ａ', 2],
    ['👩‍👩‍👧', 2],
    ['❤️', 2],
    ['a\u200Bb', 2],
  ])('of %j is %d', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  it('agrees with Unicode about which characters are wide', (context) => {
    context.skip(!hasPython, 'needs python3 for its Unicode tables');
    const script = `
import unicodedata
print(','.join(str(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000
      and unicodedata.category(chr(c)) != 'Cn' and unicodedata.east_asian_width(chr(c)) in 'WF'))`;
    const answer = python(script);
    const wide = answer.trim().split(',').map(Number);
    expect(wide.length).toBeGreaterThan(100_000);
    const wrong = wide.filter((code) => {
      const character = String.fromCodePoint(code);
      // Ideographic tone marks are wide by the table but stand on the character before them.
      return textWidth(character) !== 2 && !/\p{Mn}/u.test(character);
    });
    expect(wrong.map((code) => code.toString(16))).toEqual([]);
  });

  it('agrees with Unicode about which are not', (context) => {
    context.skip(!hasPython, 'needs python3 for its Unicode tables');
    const script = `
import unicodedata
print(','.join(str(c) for c in range(0x20, 0x20000) if not 0xD800 <= c < 0xE000
      and unicodedata.category(chr(c))[0] in 'LNPS' and unicodedata.east_asian_width(chr(c)) in ('Na', 'N', 'H')))`;
    const answer = python(script);
    const wrong = answer
      .trim()
      .split(',')
      .map(Number)
      // The table takes the letters of which flags are made one by one; terminals show the flag, which is wide.
      .filter((code) => code < 0x1f1e6 || code > 0x1f1ff)
      .filter((code) => textWidth(String.fromCodePoint(code)) > 1);
    expect(wrong.map((code) => code.toString(16))).toEqual([]);
  });
});

describe('truncate', () => {
  it.each([
    ['short', 10, 'short'],
    ['exactly', 7, 'exactly'],
    ['too long for it', 10, 'too lon...'],
    ['漢字漢字漢字', 8, '漢字...'],
    ['abcdef', 2, '..'],
    ['abcdef', 0, ''],
  ])('%j to %d is %j', (text, columns, expected) => {
    expect(truncate(text, columns)).toBe(expected);
  });

  it('never gives more than the columns', () => {
    for (let columns = 0; columns < 20; columns += 1)
      expect(textWidth(truncate('a漢é👩‍👩‍👧b'.repeat(4), columns))).toBeLessThanOrEqual(columns);
  });
});

describe('padEnd', () => {
  it('counts columns, not characters', () => {
    expect(padEnd('漢', 4)).toBe('漢  ');
    expect(padEnd('long', 2)).toBe('long');
  });
});
