import { array, assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteShellWord, splitShellWords } from '../../src/support/shell-words.ts';

describe('words of a shell', () => {
  it.each([
    ['a b  c', ['a', 'b', 'c']],
    [`'a b' "c d" e\\ f`, ['a b', 'c d', 'e f']],
    [`a'b'"c"d`, ['abcd']],
    [`"a\\"b\\\\c\\n"`, ['a"b\\c\\n']],
    [`'' ""`, ['', '']],
    ['', []],
    [' \n\t', []],
  ])('%j', (text, words) => {
    expect(splitShellWords(text)).toEqual(words);
  });

  it('with punctuation of their own', () => {
    expect(splitShellWords('docker; create_args: a;b', ';')).toEqual([
      'docker',
      ';',
      'create_args:',
      'a',
      ';',
      'b',
    ]);
  });

  it.each([`'a`, `"a`, 'a\\'])('%s is never closed', (text) => {
    expect(() => splitShellWords(text)).toThrow(
      expect.objectContaining({ code: 'config/unclosed-quote' }),
    );
  });

  it('come back as they were quoted', () => {
    assert(
      property(array(string({ unit: 'grapheme' })), (words) => {
        expect(splitShellWords(words.map(quoteShellWord).join(' '))).toEqual(words);
      }),
    );
  });
});
