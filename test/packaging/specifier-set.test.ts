import { describe, expect, it } from 'vitest';
import {
  filterVersions,
  formatSpecifierSet,
  parseSpecifierSet,
  specifierSetContains,
} from '../../src/packaging/specifier-set.ts';
import { formatVersion, parseVersion } from '../../src/packaging/version.ts';

function contains(set: string, version: string): boolean {
  return specifierSetContains(parseSpecifierSet(set), version);
}

describe('specifier sets', () => {
  it('sorts and drops what is said twice', () => {
    expect(formatSpecifierSet(parseSpecifierSet('>=1.0.0, <2,!=1.5 ,>=1.0,'))).toBe(
      '!=1.5,<2,>=1.0',
    );
  });

  it('names the wrong clause', () => {
    expect(() => parseSpecifierSet('>=1,~=2')).toThrow(
      expect.objectContaining({
        code: 'packaging/invalid-specifier',
        message: expect.stringContaining('"~=2"') as string,
      }),
    );
  });

  it('takes the examples of the specification', () => {
    expect(contains('~=2.2.post3', '2.3')).toBe(true);
    expect(contains('~=2.2.post3', '2.2.post1')).toBe(false);
    expect(contains('~=1.4.5a4', '1.4.5b1')).toBe(true);
    expect(contains('~=1.4.5a4', '1.5')).toBe(false);
    expect(contains('==1.1.post1', '1.1')).toBe(false);
    expect(contains('==1.1.*', '1.1.post1')).toBe(true);
    expect(contains('==1.1', '1.1.0')).toBe(true);
    expect(contains('==1.1.*', '1.1a1')).toBe(true);
    expect(contains('!=1.1.*', '1.1.post1')).toBe(false);
    expect(contains('>1.7', '1.7.0.post1')).toBe(false);
    expect(contains('>1.7', '1.7.1')).toBe(true);
    expect(contains('>1.7.post2', '1.7.0.post3')).toBe(true);
    expect(contains('>1.7', '1.7+local')).toBe(false);
    expect(contains('<1.7', '1.7rc1')).toBe(false);
    expect(contains('<1.7rc2', '1.7rc1')).toBe(true);
  });

  it('keeps epochs apart', () => {
    expect(contains('>=2024', '1!1.0')).toBe(true);
    expect(contains('==1.*', '1!1.0')).toBe(false);
    expect(contains('~=1.0', '1!1.0')).toBe(false);
  });

  it('compares texts with ===, so that the spelling of the index decides', () => {
    const set = parseSpecifierSet('===1.0.0RC1');
    expect(specifierSetContains(set, '1.0.0rc1')).toBe(true);
    expect(specifierSetContains(set, '1.0rc1')).toBe(false);
    expect(specifierSetContains(parseSpecifierSet('===1.0-1'), parseVersion('1.0-1'))).toBe(false);
  });

  it('has no opinion on what is not a version, except none', () => {
    expect(contains('', 'not a version')).toBe(true);
    expect(contains('===Trunk', 'trunk')).toBe(true);
    expect(contains('!=1.0', 'trunk')).toBe(false);
  });

  it('refuses a pre-release only when told to, and never an installed one', () => {
    const set = parseSpecifierSet('>=1.0');
    expect(specifierSetContains(set, '2.0rc1')).toBe(true);
    expect(specifierSetContains(set, '2.0rc1', { prereleases: false })).toBe(false);
    expect(specifierSetContains(set, '2.0rc1', { prereleases: false, installed: true })).toBe(true);
    expect(specifierSetContains(set, '0.9rc1', { prereleases: false, installed: true })).toBe(
      false,
    );
  });

  it('takes pre-releases when asked for or when there is nothing else', () => {
    const versions = ['1.0', '2.0rc1', '1.5.dev1'];
    expect(filterVersions(parseSpecifierSet(''), versions)).toEqual(['1.0']);
    expect(filterVersions(parseSpecifierSet('>1.0'), versions)).toEqual(['2.0rc1', '1.5.dev1']);
    expect(filterVersions(parseSpecifierSet('>=1.0.dev0'), versions)).toEqual(versions);
    expect(filterVersions(parseSpecifierSet('>1.0'), versions, { prereleases: false })).toEqual([]);
    expect(filterVersions(parseSpecifierSet(''), versions, { prereleases: true })).toEqual(
      versions,
    );
  });

  it('filters parsed versions and gives back the same objects', () => {
    const versions = ['1.0', '2.0'].map((text) => parseVersion(text));
    const kept = filterVersions(parseSpecifierSet('<2'), versions);
    expect(kept).toHaveLength(1);
    expect(kept[0]).toBe(versions[0]);
    expect(kept.map((version) => formatVersion(version))).toEqual(['1.0']);
  });
});
