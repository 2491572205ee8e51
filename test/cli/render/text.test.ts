import { describe, expect, it } from 'vitest';
import { createPalette, wantsColour } from '../../../src/cli/render/palette.ts';
import { formatDuration, formatSize, joinWords, plural } from '../../../src/cli/render/quantity.ts';
import {
  displayWidth,
  padCells,
  truncateEnd,
  truncateMiddle,
} from '../../../src/cli/render/width.ts';
import { hangingText, wrapLines } from '../../../src/cli/render/wrap.ts';

describe('displayWidth', () => {
  it.each([
    ['plain', 5],
    ['\u001B[31mred\u001B[39m', 3],
    ['包裹', 4],
    ['é', 1],
    ['👩‍👩‍👧', 2],
    ['', 0],
  ])('%j takes %i cells', (text, cells) => {
    expect(displayWidth(text)).toBe(cells);
  });

  it('pads by cells, not by characters', () => {
    expect(padCells('包', 4)).toBe('包  ');
    expect(padCells('12', 4, 'right')).toBe('  12');
    expect(padCells('long', 2)).toBe('long');
  });
});

describe('truncation', () => {
  it('gives exactly the width, the end of a path the odd cell', () => {
    expect(truncateMiddle('abcdefghij', 6)).toBe('ab…hij');
    expect(truncateMiddle('abcdefghij', 10)).toBe('abcdefghij');
    expect(truncateEnd('abcdefghij', 4)).toBe('abc…');
  });

  it('never cuts a character in two and never gets too wide', () => {
    for (let width = 0; width < 9; width += 1) {
      expect(displayWidth(truncateMiddle('包裹包裹', width))).toBeLessThanOrEqual(width);
      expect(displayWidth(truncateEnd('包裹包裹', width))).toBeLessThanOrEqual(width);
    }
    expect(truncateEnd('ee\u0301e', 2)).toBe('e…');
  });
});

describe('wrapping', () => {
  it('breaks at spaces, keeps paragraphs, lets a long word stand alone', () => {
    expect(wrapLines('one two three\n\nfour abcdefghijklmnop', 9)).toEqual([
      'one two',
      'three',
      '',
      'four',
      'abcdefghijklmnop',
    ]);
  });

  it('hangs the following lines under the text', () => {
    expect(hangingText('  -x  ', 'aaaaaaaaa bbbbbbbbb ccccccccc', 26)).toBe(
      '  -x  aaaaaaaaa bbbbbbbbb\n      ccccccccc',
    );
  });
});

describe('quantities', () => {
  it('counts in the words of the field', () => {
    expect(plural(1, 'file')).toBe('1 file');
    expect(plural(0, 'entry', 'entries')).toBe('0 entries');
    expect(joinWords(['a'])).toBe('a');
    expect(joinWords(['a', 'b', 'c'], 'or')).toBe('a, b or c');
    expect(formatSize(540_000_000)).toBe('540 MB');
    expect(formatDuration(4.25)).toBe('4.3 s');
  });
});

describe('wantsColour', () => {
  const tty = { when: 'auto', env: {}, isTerminal: true } as const;

  it.each([
    ['a terminal', tty, true],
    ['a pipe', { ...tty, isTerminal: false }, false],
    ['NO_COLOR', { ...tty, env: { NO_COLOR: '1' } }, false],
    ['an empty NO_COLOR, which does not count', { ...tty, env: { NO_COLOR: '' } }, true],
    ['FORCE_COLOR in a pipe', { ...tty, isTerminal: false, env: { FORCE_COLOR: '1' } }, true],
    ['FORCE_COLOR over NO_COLOR', { ...tty, env: { FORCE_COLOR: '', NO_COLOR: '1' } }, true],
    ['FORCE_COLOR=0', { ...tty, env: { FORCE_COLOR: '0' } }, false],
    ['a dumb terminal', { ...tty, env: { TERM: 'dumb' } }, false],
    ['a dumb terminal in CI', { ...tty, env: { TERM: 'dumb', CI: 'true' } }, true],
    ['CI without a terminal', { ...tty, isTerminal: false, env: { CI: 'true' } }, false],
    ['--color never', { ...tty, when: 'never', env: { FORCE_COLOR: '1' } }, false],
    ['--color always', { when: 'always', env: { NO_COLOR: '1' }, isTerminal: false }, true],
  ] as const)('%s', (_, conditions, expected) => {
    expect(wantsColour(conditions)).toBe(expected);
  });

  it('a palette colours whatever the environment of the process says', () => {
    expect(createPalette(true).good('ok')).toBe('\u001B[32mok\u001B[39m');
    expect(createPalette(false).good('ok')).toBe('ok');
  });
});
