import { describe, expect, it } from 'vitest';
import { parseSelector } from '../../src/python/selector.ts';

describe('parseSelector', () => {
  const ordinary = { kind: 'version', freeThreaded: false, debug: false };

  it.each([
    ['3.12', { implementation: 'cpython', release: [3, 12] }],
    ['3', { implementation: 'cpython', release: [3] }],
    ['3.12.1', { implementation: 'cpython', release: [3, 12, 1] }],
    ['312', { implementation: 'cpython', release: [3, 12] }],
    ['python3.9', { implementation: 'cpython', release: [3, 9] }],
    ['cpython-3.9', { implementation: 'cpython', release: [3, 9] }],
    ['cp39', { implementation: 'cpython', release: [3, 9] }],
    ['cp312-cp312', { implementation: 'cpython', release: [3, 12] }],
    ['cp36-cp36m', { implementation: 'cpython', release: [3, 6] }],
    ['3.13t', { implementation: 'cpython', release: [3, 13], freeThreaded: true }],
    ['cp313t', { implementation: 'cpython', release: [3, 13], freeThreaded: true }],
    ['cp313-cp313t', { implementation: 'cpython', release: [3, 13], freeThreaded: true }],
    ['3.12d', { implementation: 'cpython', release: [3, 12], debug: true }],
    ['3.14td', { implementation: 'cpython', release: [3, 14], freeThreaded: true, debug: true }],
    ['3.12-32', { implementation: 'cpython', release: [3, 12], pointerBits: 32 }],
    ['3.15.0rc2', { implementation: 'cpython', release: [3, 15, 0], prerelease: 'rc2' }],
    ['pypy', { implementation: 'pypy', release: [] }],
    ['PyPy3.11', { implementation: 'pypy', release: [3, 11] }],
    ['pp311-pypy311_pp73', { implementation: 'pypy', release: [3, 11] }],
    ['graalpy3.12', { implementation: 'graalpy', release: [3, 12] }],
    ['graalpy312-graalpy250_312_native', { implementation: 'graalpy', release: [3, 12] }],
  ])('reads %s', (text, expected) => {
    expect(parseSelector(text)).toEqual({ ...ordinary, text, ...expected });
  });

  it.each([
    ['>=3.9,<3.13', 'cpython', ['3.9', '3.13']],
    ['pypy>=3.10', 'pypy', ['3.10']],
    ['~=3.9', 'cpython', ['3.9']],
  ])('reads the range %s', (text, implementation, versions) => {
    const selector = parseSelector(text);
    expect(selector).toMatchObject({ kind: 'range', implementation });
    expect('range' in selector && selector.range.map((one) => one.versionText)).toEqual(versions);
  });

  it.each([
    './venv',
    '/usr/bin/python3',
    'C:\\Python312',
    '.venv',
    'python-custom',
    '3.12/bin',
    '3.x',
  ])('leaves %s to be looked up', (text) => {
    expect(parseSelector(text)).toEqual({ kind: 'given', text });
  });

  it('refuses an empty text and a range that is none', () => {
    expect(() => parseSelector('  ')).toThrow(
      expect.objectContaining({ code: 'python/bad-selector' }),
    );
    expect(() => parseSelector('>=three')).toThrow(
      expect.objectContaining({ code: 'packaging/invalid-specifier' }),
    );
  });
});
