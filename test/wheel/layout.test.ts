import { describe, expect, it } from 'vitest';
import { compareMembers } from '../../src/wheel/index.ts';
import { foldersOf, isGenerated, soleDistInfo } from '../../src/wheel/layout.ts';

describe('compareMembers', () => {
  it('has files first, then .dist-info, then RECORD, each by code unit', () => {
    const wanted = [
      'Zeta.py',
      'a.py',
      'a/b.py',
      'pkg-1.0.dist-info.txt',
      'zeta.py',
      'é.py',
      'pkg-1.0.dist-info/METADATA',
      'pkg-1.0.dist-info/RECORD.old',
      'pkg-1.0.dist-info/licenses/a',
      'pkg-1.0.dist-info/RECORD',
    ];
    expect([...wanted].reverse().sort(compareMembers('pkg-1.0.dist-info'))).toEqual(wanted);
  });
});

describe('soleDistInfo', () => {
  it('looks at the top only, and for a name before the ending', () => {
    const paths = [
      '.dist-info/x',
      'dist-info/x',
      'a/b-1.dist-info/x',
      'c-1.dist-info',
      'd-1.dist-info/x',
      'd-1.dist-info/y',
    ];
    expect(soleDistInfo(paths, 'x.whl')).toBe('d-1.dist-info');
    expect(() => soleDistInfo(paths.slice(0, 4), 'x.whl')).toThrow(
      expect.objectContaining({ code: 'wheel/no-dist-info', path: 'x.whl' }) as Error,
    );
  });

  it('names those that are too many, but not a hundred of them', () => {
    const paths = Array.from({ length: 100 }, (_, index) => `p${index}-1.dist-info/x`);
    expect(() => soleDistInfo(paths, 'x.whl')).toThrow(
      expect.objectContaining({
        code: 'wheel/several-dist-info',
        evidence: expect.stringMatching(/^p0-1\.dist-info, [^]{1,200}$/) as string,
      }) as Error,
    );
  });
});

describe('isGenerated', () => {
  it.each([
    ['a-1.dist-info/RECORD', true],
    ['a-1.dist-info/RECORD.p7s', true],
    ['a-1.dist-info/METADATA', true],
    ['a-1.dist-info/WHEEL', true],
    ['a-1.dist-info/entry_points.txt', false],
    ['b-1.dist-info/RECORD', false],
    ['pkg/METADATA', false],
  ])('%s: %s', (path, generated) => {
    expect(isGenerated(path, 'a-1.dist-info')).toBe(generated);
  });
});

describe('foldersOf', () => {
  it('has every folder above a file once', () => {
    const folders = foldersOf(['a/b/c.py', 'a/b/d.py', 'a/e/f/g.py', 'h.py', 'h/i.py']);
    expect([...folders].sort()).toEqual(['a', 'a/b', 'a/e', 'a/e/f', 'h']);
  });
});
