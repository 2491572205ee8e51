import { describe, expect, it } from 'vitest';
import { evaluateMarker } from '../../src/packaging/marker-evaluate.ts';
import { formatMarker, parseMarker } from '../../src/packaging/marker.ts';
import { isValidName, normalizeName } from '../../src/packaging/name.ts';
import { formatRequirement, parseRequirement } from '../../src/packaging/requirement.ts';
import {
  formatSpecifierSet,
  parseSpecifierSet,
  specifierSetContains,
} from '../../src/packaging/specifier-set.ts';
import { parseSpecifier } from '../../src/packaging/specifier.ts';
import { compareVersions, formatVersion, parseVersion } from '../../src/packaging/version.ts';
import { WheelworksError } from '../../src/support/errors.ts';

const MEGABYTE = 1 << 20;

/** A megabyte of one piece after another: what a pattern that backtracks would choke on. */
function flood(piece: string): string {
  return piece.repeat(Math.ceil(MEGABYTE / piece.length));
}

/** Pieces that grammars repeat, open and never close, or nearly match. */
const PIECES = [
  ' ',
  '\n',
  '\u3000',
  '0',
  '1.',
  '1!',
  '-',
  '_.',
  '+',
  '1-',
  'a',
  'a.',
  'rc',
  'dev.',
  'é',
  '\0',
  '(',
  ')',
  '[',
  '[a,',
  ',',
  ';',
  '@ ',
  '"',
  "''",
  '\\',
  '\\x',
  '=',
  '=== ',
  '==1,',
  '===a,',
  '<',
  '.*',
  'and ',
  'os_name == ',
  'os.',
  '"a" in ',
  '😀',
  '\ud800',
  'https://',
  'pypi-',
];

/** Outcomes that are no bug: a value, or an error with a code and a message that does not repeat the flood. */
function survives(read: (text: string) => unknown, text: string): string {
  try {
    read(text);
    return 'ok';
  } catch (error) {
    if (!(error instanceof WheelworksError)) return `threw ${String(error)}`;
    if (!error.code.startsWith('packaging/')) return error.code;
    return JSON.stringify(error).length < 2000 ? 'ok' : 'an error as long as its input';
  }
}

describe('hostile versions, specifiers, markers and requirements', () => {
  it.each([
    { name: 'parseVersion', read: parseVersion, before: ['1', '1.0+'] },
    { name: 'parseSpecifier', read: parseSpecifier, before: ['', '>=1'] },
    { name: 'parseSpecifierSet', read: parseSpecifierSet, before: [''] },
    { name: 'parseMarker', read: parseMarker, before: ['', 'os_name == "'] },
    {
      name: 'parseRequirement',
      read: parseRequirement,
      before: ['foo', 'foo; '],
    },
    { name: 'isValidName', read: isValidName, before: ['a'] },
    { name: 'normalizeName', read: normalizeName, before: ['a'] },
  ])('$name reads or refuses a megabyte of anything', ({ read, before }) => {
    const bad: string[] = [];
    for (const piece of PIECES) {
      for (const start of before) {
        const outcome = survives(read, start + flood(piece));
        if (outcome !== 'ok') bad.push(`${start}${piece}: ${outcome}`);
      }
    }
    expect(bad).toEqual([]);
  });

  it('orders and prints versions of half a million numbers', () => {
    const text = flood('1.').slice(0, -1);
    const version = parseVersion(text);
    expect(formatVersion(version)).toBe(text);
    expect(compareVersions(version, parseVersion(`${text}.1`))).toBeLessThan(0);
    expect(specifierSetContains(parseSpecifierSet(`~=${text}`), version)).toBe(true);
  });

  it('refuses a number of a megabyte instead of converting it', () => {
    expect(() => parseVersion(flood('9'))).toThrow(
      expect.objectContaining({ code: 'packaging/invalid-version' }),
    );
  });

  it('says once what a set says a quarter of a million times', () => {
    expect(formatSpecifierSet(parseSpecifierSet(flood('>=1,')))).toBe('>=1');
  });

  it('keeps its stack on thousands of parentheses', () => {
    for (const depth of [201, 5_000, 500_000]) {
      const nested = `${'('.repeat(depth)}os_name == "a"${')'.repeat(depth)}`;
      const tooDeep = expect.objectContaining({ code: 'packaging/marker-too-deep' }) as Error;
      expect(() => parseMarker(nested)).toThrow(tooDeep);
      expect(() => parseRequirement(`foo; ${nested}`)).toThrow(tooDeep);
    }
  });

  it('answers and prints a marker of fifty thousand comparisons', () => {
    const text = Array.from({ length: 50_000 }, () => 'python_version >= "3.9"').join(' and ');
    const marker = parseMarker(text);
    expect(evaluateMarker(marker, { python_version: '3.13' })).toBe(true);
    expect(formatMarker(marker)).toBe(text);
  });

  it('prints a requirement of a hundred thousand extras', () => {
    const extras = Array.from({ length: 100_000 }, (_, index) => `e${index % 10}`).join(',');
    expect(formatRequirement(parseRequirement(`foo[${extras}]`))).toBe(
      'foo[e0,e1,e2,e3,e4,e5,e6,e7,e8,e9]',
    );
  });
});
