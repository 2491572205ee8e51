import { describe, expect, it } from 'vitest';
import { parseDescriptionContentType } from '../../src/packaging/metadata.ts';

describe('content types of descriptions', () => {
  it.each([
    ['text/plain', { markup: 'text/plain' }],
    ['Text/X-RST; charset=utf-8', { markup: 'text/x-rst' }],
    ['text/markdown', { markup: 'text/markdown', variant: 'GFM' }],
    ['text/markdown; variant="CommonMark"', { markup: 'text/markdown', variant: 'CommonMark' }],
    ['text/plain; note="a;b"', { markup: 'text/plain' }],
  ])('%s', (text, meaning) => {
    expect(parseDescriptionContentType(text)).toEqual(meaning);
  });

  it.each([
    ['text/html', 'is not one of'],
    ['text/markdown; charset=latin-1', 'charset'],
    ['text/markdown; variant=Pandoc', 'variant'],
    ['text/plain; charset', 'name=value'],
    ['text/plain; ; charset=UTF-8', 'name=value'],
    ['text/plain; note="a', 'name=value'],
    ['text/plain; a=1; A=2', 'two parameters a'],
  ])('%s is not allowed', (text, says) => {
    expect(parseDescriptionContentType(text)).toEqual({ problem: expect.stringContaining(says) });
  });
});
