import { describe, expect, it } from 'vitest';
import { derChildren, derOid, readDer } from '../../src/support/der.ts';
import { der, oid, sequence, utf8 } from './der-writer.ts';

const CODE = { code: 'test/der' } as const;
const CODED = expect.objectContaining({ code: 'test/der' }) as Error;

describe('DER', () => {
  it('is read element by element', () => {
    const bytes = sequence(oid('1.3.6.1.4.1.57264.1.8'), utf8('x'.repeat(300)));
    const [id, text] = derChildren(readDer(bytes, CODE), CODE);
    expect(id && derOid(id, CODE)).toBe('1.3.6.1.4.1.57264.1.8');
    expect(text?.content).toHaveLength(300);
    expect(text?.offset).toBe(bytes.length - 300);
  });

  it.each([['2.5.29.17'], ['2.999.3'], ['0.9.2342'], ['1.2.840.10045.4.3.2']])('%s', (dotted) => {
    expect(derOid(readDer(oid(dotted), CODE), CODE)).toBe(dotted);
  });

  it.each([
    ['nothing', []],
    ['a tag alone', [0x30]],
    ['a length past the end', [0x04, 2, 0]],
    ['a length of 4 GiB', [0x04, 0x84, 0xff, 0xff, 0xff, 0xff]],
    ['a length of five bytes', [0x04, 0x85, 0, 0, 0, 0, 1, 0]],
    ['an indefinite length', [0x30, 0x80, 0, 0]],
    ['a length longer than needed', [0x04, 0x81, 1, 0]],
    ['a long length with a zero in front', [0x04, 0x82, 0, 200, ...Array<number>(200).fill(0)]],
    ['a tag of many bytes', [0x1f, 0x81, 1, 0]],
    ['bytes behind', [0x04, 0, 0x04, 0]],
  ])('refuses %s', (_, bytes) => {
    expect(() => readDer(Buffer.from(bytes), CODE)).toThrow(CODED);
  });

  it.each([
    ['empty', []],
    ['unfinished', [0x2a, 0x86]],
    ['with a padded number', [0x2a, 0x80, 1]],
    ['with a number too large', [0x2a, ...Array<number>(12).fill(0xff), 0x7f]],
  ])('refuses an object identifier that is %s', (_, bytes) => {
    expect(() => derOid(readDer(der(6, Buffer.from(bytes)), CODE), CODE)).toThrow(CODED);
  });

  it('does not follow depth by itself', () => {
    let bytes = sequence();
    for (let depth = 0; depth < 2000; depth += 1) bytes = sequence(bytes);
    expect(derChildren(readDer(bytes, CODE), CODE)).toHaveLength(1);
  });

  it('counts elements', () => {
    const many = sequence(...Array.from({ length: 1001 }, () => sequence()));
    expect(() => derChildren(readDer(many, CODE), CODE)).toThrow(CODED);
  });

  it('has no parts in a primitive value', () => {
    expect(() => derChildren(readDer(utf8('a'), CODE), CODE)).toThrow(CODED);
  });
});
