import { describe, expect, it } from 'vitest';
import { decodePythonString, encodePythonString } from '../../src/packaging/python-string.ts';

describe('quoted texts of markers', () => {
  it.each([
    ['plain', 'plain'],
    [String.raw`\\`, '\\'],
    [String.raw`\'\"`, `'"`],
    [String.raw`\a\b\f\n\r\t\v`, '\x07\b\f\n\r\t\v'],
    [String.raw`\x41\u00e9\U0001F600`, 'Aé😀'],
    [String.raw`\101\7\1234\400`, 'A\x07S4Ā'],
    [String.raw`C:\dir`, 'C:\\dir'],
    [String.raw`\8`, '\\8'],
    ['joined \\\nlines \\\r\nhere', 'joined lines here'],
  ])('reads %j as Python does', (body, text) => {
    expect(decodePythonString(body)).toBe(text);
  });

  it.each([
    'a\nb',
    'a\rb',
    'a\0b',
    '\\',
    '\\x4',
    '\\xg0',
    '\\u12',
    '\\U00110000',
    '\\N{DIGIT ONE}',
    'x\\\0',
  ])('refuses %j', (body) => {
    expect(decodePythonString(body)).toBeUndefined();
  });

  it('writes the quotes that need no escape', () => {
    expect(encodePythonString('a')).toBe('"a"');
    expect(encodePythonString("it's")).toBe(`"it's"`);
    expect(encodePythonString('say "hi"')).toBe(`'say "hi"'`);
    expect(encodePythonString(`it's "it"`)).toBe(String.raw`"it's \x22it\x22"`);
    expect(encodePythonString('C:\\new\n')).toBe(String.raw`"C:\\new\x0a"`);
  });
});
