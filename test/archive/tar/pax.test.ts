import { describe, expect, it } from 'vitest';
import { formatPax, isSparse, parsePax } from '../../../src/archive/tar/pax.ts';
import { record } from './tar-bytes.ts';

function parse(text: string): Record<string, string> | undefined {
  const records = parsePax(Buffer.from(text));
  if (records === undefined) return undefined;
  return Object.fromEntries(
    [...records].map(([key, value]) => [key, Buffer.from(value).toString()]),
  );
}

describe('parsePax', () => {
  it('reads records, also with line ends, equals signs and nothing in their values', () => {
    expect(parse('11 path=ab\n16 comment=a\n=b\n8 empt=\n')).toEqual({
      path: 'ab',
      comment: 'a\n=b',
      empt: '',
    });
  });

  it('counts bytes, not characters', () => {
    expect(parse('15 path=漢字\n')).toEqual({ path: '漢字' });
  });

  it('takes the last of each key', () => {
    expect(parse('9 path=a\n9 path=b\n')).toEqual({ path: 'b' });
  });

  it.each([
    '10 path=ab\n',
    '12 path=ab\n',
    '11 path=ab ',
    '11 path=ab',
    '011 path=ab\n',
    '+11 path=ab\n',
    '0x0b path=ab\n',
    '-1 path=ab\n',
    '11path=ab\n',
    ' 11 path=ab\n',
    '8 nokey\n',
    '9 =value\n',
    '3 \n',
    '4 =\n',
    '99999999999 path=ab\n',
    '11 path=ab\n\0',
    '11 path=ab\n11 path=a',
  ])('refuses %j', (text) => {
    expect(parse(text)).toBeUndefined();
  });
});

describe('formatPax', () => {
  it('counts its own digits, at every length', () => {
    for (let length = 0; length < 1200; length += 1) {
      const value = 'v'.repeat(length);
      const bytes = Buffer.from(formatPax({ path: value })).toString();
      expect(bytes).toBe(record('path', value));
      expect(Number(bytes.slice(0, bytes.indexOf(' ')))).toBe(bytes.length);
    }
  });

  it('sorts its records', () => {
    expect(Buffer.from(formatPax({ size: '1', path: 'a' })).toString()).toBe(
      '9 path=a\n9 size=1\n',
    );
  });
});

describe('isSparse', () => {
  it('knows both dialects', () => {
    expect(isSparse(new Map([['GNU.sparse.major', new Uint8Array(1)]]))).toBe(true);
    expect(isSparse(new Map([['SCHILY.realsize', new Uint8Array(1)]]))).toBe(true);
    expect(isSparse(new Map([['comment', new Uint8Array(1)]]))).toBe(false);
  });
});
