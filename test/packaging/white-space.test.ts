import { describe, expect, it } from 'vitest';
import {
  isPythonSpace,
  skipPythonSpace,
  trimPythonSpace,
} from '../../src/packaging/white-space.ts';

describe('white space as Python sees it', () => {
  it('differs from JavaScript at six characters', () => {
    const differing = Array.from({ length: 0x10000 }, (_, code) => code).filter(
      (code) => isPythonSpace(code) !== (String.fromCharCode(code).trim() === ''),
    );
    expect(differing).toEqual([0x1c, 0x1d, 0x1e, 0x1f, 0x85, 0xfeff]);
  });

  it('trims both ends and nothing inside', () => {
    expect(trimPythonSpace('\x1c a b\u3000\x85')).toBe('a b');
    expect(trimPythonSpace(' \t ')).toBe('');
    expect(trimPythonSpace('\ufeffa')).toBe('\ufeffa');
  });

  it('skips from where it is told', () => {
    expect(skipPythonSpace('a  b', 1)).toBe(3);
    expect(skipPythonSpace('a  ', 1)).toBe(3);
  });
});
