import { describe, expect, it } from 'vitest';
import {
  guardOutput,
  sanitizeForTerminal,
  sanitizeLines,
} from '../../../src/cli/render/sanitize.ts';

describe('sanitizeForTerminal', () => {
  it('leaves ordinary text of any script alone', () => {
    for (const text of ['pkg/mod.so', 'Gemüse', '包裹.whl', 'a🎉b', 'é', ''])
      expect(sanitizeForTerminal(text)).toBe(text);
  });

  it('makes every escape sequence visible, 7-bit and 8-bit', () => {
    expect(sanitizeForTerminal('\u001B]0;owned\u0007')).toBe('\\x1b]0;owned\\x07');
    expect(sanitizeForTerminal('\u009B2Jx')).toBe('\\x9b2Jx');
    expect(sanitizeForTerminal('a\u007Fb')).toBe('a\\x7fb');
  });

  it('keeps one line one line', () => {
    expect(sanitizeForTerminal('a\nb\rc\td\u2028e\u2029f')).toBe('a\\nb\\rc\\td\\u2028e\\u2029f');
  });

  it('shows what reorders or hides text', () => {
    expect(sanitizeForTerminal('exe.\u202Efdp\u2066')).toBe('exe.\\u202efdp\\u2066');
    expect(sanitizeForTerminal('a\u200Bb\uFEFF')).toBe('a\\u200bb\\ufeff');
  });

  it('replaces lone surrogates but not pairs', () => {
    expect(sanitizeForTerminal('\uD800x🎉')).toBe('\\ud800x🎉');
  });
});

describe('sanitizeLines', () => {
  it('keeps line ends and evens out Windows ones', () => {
    expect(sanitizeLines('one\r\ntwo\n\u001B[2Jthree')).toBe('one\ntwo\n\\x1b[2Jthree');
  });

  it('a lone carriage return cannot overwrite the line', () => {
    expect(sanitizeLines('bad\rgood')).toBe('bad\\rgood');
  });
});

describe('guardOutput', () => {
  it('lets colours through when colours are wanted, and nothing else', () => {
    const text = '\u001B[1;31mred\u001B[0m\n\u001B[2J\u001B]0;x\u0007\tend\n';
    expect(guardOutput(text, true)).toBe('\u001B[1;31mred\u001B[0m\n\\x1b[2J\\x1b]0;x\\x07\tend\n');
  });

  it('lets no sequence through when they are not', () => {
    expect(guardOutput('\u001B[31mred', false)).toBe('\\x1b[31mred');
  });

  it('handles a sequence that is cut off at the end', () => {
    expect(guardOutput('x\u001B[31', true)).toBe('x\\x1b[31');
  });
});
