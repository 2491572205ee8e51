import { describe, expect, it } from 'vitest';
import { formatCPythonAbi, parseAbi, parseInterpreterTag } from '../../src/packaging/tag-python.ts';

describe('interpreter tags', () => {
  it.each([
    ['py3', { implementation: 'python', version: { major: 3 } }],
    ['py310', { implementation: 'python', version: { major: 3, minor: 10 } }],
    ['CP27', { implementation: 'cpython', version: { major: 2, minor: 7 } }],
    ['cp315', { implementation: 'cpython', version: { major: 3, minor: 15 } }],
    ['pp311', { implementation: 'pypy', version: { major: 3, minor: 11 } }],
    ['ip27', { implementation: 'ironpython', version: { major: 2, minor: 7 } }],
    ['jy27', { implementation: 'jython', version: { major: 2, minor: 7 } }],
    ['graalpy312', { implementation: 'named', name: 'graalpy', version: { major: 3, minor: 12 } }],
    ['py', { implementation: 'unknown', text: 'py' }],
    ['312', { implementation: 'unknown', text: '312' }],
    ['cp312t', { implementation: 'unknown', text: 'cp312t' }],
    ['py309', { implementation: 'unknown', text: 'py309' }],
    ['any', { implementation: 'unknown', text: 'any' }],
  ])('%s', (text, meaning) => {
    expect(parseInterpreterTag(text)).toEqual(meaning);
  });
});

describe('ABI tags', () => {
  const plain = {
    kind: 'cpython',
    freeThreaded: false,
    debug: false,
    pymalloc: false,
    wideUnicode: false,
  };
  it.each([
    ['none', { kind: 'none' }],
    ['abi3', { kind: 'stable', freeThreaded: false }],
    ['abi3t', { kind: 'stable', freeThreaded: true }],
    ['cp312', { ...plain, version: { major: 3, minor: 12 } }],
    ['cp313t', { ...plain, version: { major: 3, minor: 13 }, freeThreaded: true }],
    ['cp314td', { ...plain, version: { major: 3, minor: 14 }, freeThreaded: true, debug: true }],
    ['cp38d', { ...plain, version: { major: 3, minor: 8 }, debug: true }],
    ['cp37dm', { ...plain, version: { major: 3, minor: 7 }, debug: true, pymalloc: true }],
    ['cp27mu', { ...plain, version: { major: 2, minor: 7 }, pymalloc: true, wideUnicode: true }],
    ['pypy311_pp73', { kind: 'pypy', version: { major: 3, minor: 11 }, abiVersion: '73' }],
    ['graalpy250_312_native', { kind: 'graalpy', text: 'graalpy250_312_native' }],
    ['cp27um', { kind: 'unknown', text: 'cp27um' }],
    ['abi2026', { kind: 'unknown', text: 'abi2026' }],
  ])('%s', (text, meaning) => {
    expect(parseAbi(text)).toEqual(meaning);
  });

  it.each(['cp312', 'cp313t', 'cp314td', 'cp37dm', 'cp27mu', 'cp32dmu'])(
    '%s is written as it was read',
    (text) => {
      const abi = parseAbi(text);
      expect(abi.kind === 'cpython' ? formatCPythonAbi(abi) : abi.kind).toBe(text);
    },
  );
});
