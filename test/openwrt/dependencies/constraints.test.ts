/** What of a requirement's versions the managers are told. */
import { describe, expect, it } from 'vitest';
import { constraintOf } from '../../../src/openwrt/dependencies/constraints.ts';
import type { VersionBound } from '../../../src/openwrt/package/model.ts';
import { formatDependency, spellDependency } from '../../../src/openwrt/versions/index.ts';
import { parseSpecifierSet } from '../../../src/packaging/specifier-set.ts';

function told(specifiers: string): string {
  const constraint = constraintOf(parseSpecifierSet(specifiers));
  const text = ({ operator, version }: VersionBound): string => `${operator}${version.upstream}`;
  if (constraint === undefined) return '';
  const { below } = constraint;
  return [text(constraint), ...(below === undefined ? [] : [text(below)])].join(' ');
}

function spelled(specifiers: string, manager: 'apk' | 'opkg'): string {
  const constraint = constraintOf(parseSpecifierSet(specifiers));
  const dependency = { name: 'a', ...(constraint === undefined ? {} : { constraint }) };
  return spellDependency(dependency, manager)
    .map((each) => formatDependency(each, manager))
    .join(' ');
}

describe('the range of a requirement', () => {
  it.each([
    ['', ''],
    ['>=1.2', '>=1.2'],
    ['>1.2,<2', '>1.2 <2'],
    ['<2', '<2'],
    ['<=2.1', '<=2.1'],
    ['~=1.4.2', '>=1.4.2 <1.5'],
    ['~=1.4', '>=1.4 <2'],
    ['==1.*', '>=1 <2'],
    ['==4.9.*', '>=4.9 <4.10'],
    ['~=2!1.4', '>=2!1.4 <2!2'],
    ['==1.4.2', '=1.4.2'],
    ['>=1,==1.4.2', '=1.4.2'],
    ['===1.4', '=1.4'],
    ['===latest', ''],
    ['!=1.5', ''],
    ['!=1.5.*,>=1', '>=1'],
  ])('%s is told as %j', (specifiers, expected) => {
    expect(told(specifiers)).toBe(expected);
  });

  it('is that of all specifiers together', () => {
    expect(told('>=1.0,>=1.2,>1.1')).toBe('>=1.2');
    expect(told('>=1.2,>1.2')).toBe('>1.2');
    expect(told('<3,<=2,<2')).toBe('<2');
    expect(told('~=1.4,<1.6')).toBe('>=1.4 <1.6');
  });

  it('has no zeros at its open ends, which managers count and PEP 440 does not', () => {
    expect(told('>=1.33.0,<2.0.0')).toBe('>=1.33 <2');
    expect(told('>=0.0')).toBe('>=0');
    expect(told('>=1.0rc1,<2.0.dev0')).toBe('>=1.0rc1 <2.0.dev0');
    expect(told('==1.0')).toBe('=1.0');
  });
});

describe('the managers', () => {
  it('apk is told both ends; opkg, which holds a package to one, the lower, or the upper alone', () => {
    expect(spelled('>=1.2,<2', 'apk')).toBe('a>=1.2 a<2');
    expect(spelled('>=1.2,<2', 'opkg')).toBe('a (>= 1.2)');
    expect(spelled('<2', 'apk')).toBe('a<2');
    expect(spelled('<2', 'opkg')).toBe('a (<< 2)');
    expect(spelled('~=1.4.2', 'apk')).toBe('a>=1.4.2 a<1.5');
    expect(spelled('==1.*', 'opkg')).toBe('a (>= 1)');
  });

  it('apk is told no epoch and no local version, which it has no place for', () => {
    expect(spelled('>=2!1.0,<2!3', 'apk')).toBe('a');
    expect(spelled('>=2!1.0', 'opkg')).toBe('a (>= 2:1)');
    expect(spelled('==1.4+cpu', 'apk')).toBe('a>=1.4 a<1.4_p0_pre0');
  });
});
