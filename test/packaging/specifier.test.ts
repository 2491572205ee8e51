import { describe, expect, it } from 'vitest';
import {
  canonicalSpecifier,
  formatSpecifier,
  namesPrerelease,
  parseSpecifier,
  scanSpecifier,
} from '../../src/packaging/specifier.ts';

function key(text: string): string {
  return canonicalSpecifier(parseSpecifier(text));
}

describe('specifiers', () => {
  it('keeps what was written beside what it means', () => {
    expect(parseSpecifier(' == v1.0.0.* ')).toMatchObject({
      operator: '==',
      versionText: 'v1.0.0.*',
      version: { release: [1n, 0n, 0n] },
      wildcard: true,
    });
  });

  it.each([
    '',
    '1.0',
    '=1.0',
    '~=1',
    '>=1.*',
    '>1.0+local',
    '==1.0a1.*',
    '==1.0.dev1.*',
    '>= 1 0',
    '==1.0;',
  ])('refuses %j with a code', (text) => {
    expect(() => parseSpecifier(text)).toThrow(
      expect.objectContaining({ code: 'packaging/invalid-specifier' }),
    );
  });

  it('lets === take anything that cannot end a requirement', () => {
    expect(parseSpecifier('=== 1.0-SNAPSHOT*')).toEqual({
      operator: '===',
      versionText: '1.0-SNAPSHOT*',
    });
  });

  it('has one key for what says the same, but counts the numbers of ~=', () => {
    expect(key('== v1.0.0')).toBe(key('==1'));
    expect(key('~=1.0.0')).not.toBe(key('~=1.0'));
    expect(key('==1.0.*')).not.toBe(key('==1.0.0.*'));
    expect(key('===1.0')).not.toBe(key('===1.0.0'));
  });

  it('knows who asks for pre-releases', () => {
    const asking = [
      '>=1.0rc1',
      '==1.0.dev1',
      '~=1.0a1',
      '<2.0b1',
      '===1.0a1',
      '!=1.0a1',
      '==1.0.*',
      '===x',
      '>=1.0',
    ];
    expect(asking.filter((text) => namesPrerelease(parseSpecifier(text)))).toEqual(
      asking.slice(0, 5),
    );
  });

  it('reads the longest specifier inside a longer text', () => {
    const scanned = scanSpecifier('foo>= 1.0 ,<2', 3);
    expect(scanned?.end).toBe(9);
    expect(scanned && formatSpecifier(scanned.specifier)).toBe('>=1.0');
    expect(scanSpecifier('foo>=1.0', 2)).toBeUndefined();
  });
});
