import { describe, expect, it } from 'vitest';
import { compareBaselines, toBaseline } from '../../src/baseline/index.ts';
import { baselineByTag, type TaggedBaseline } from '../../src/platform/index.ts';
import { baselineFile } from '../support/baseline-files.ts';

const ONE = baselineFile({
  'libc.so.6': {
    'GLIBC_2.2.5': {
      symbols: ['malloc', 'dlopen'],
      objects: { table: 64 },
      threadLocals: { errno: 4 },
    },
    'GLIBC_2.38': ['strlcpy', 'vendor_one'],
    'GLIBC_2.39': ['a', 'b'],
  },
  'libdl.so.2': { 'GLIBC_2.2.5': ['dlopen'] },
  'libutil.so.1': { '': ['openpty'] },
});
const OTHER = baselineFile(
  {
    'libc.so.6': {
      'GLIBC_2.2.5': {
        symbols: ['malloc', 'dlopen', 'dlsym'],
        objects: { table: 48 },
        threadLocals: { errno: 4 },
      },
      'GLIBC_2.34': ['dlopen'],
      'GLIBC_2.38': ['strlcpy', 'vendor_other', 'vendor_too'],
    },
    'libdl.so.2': { 'GLIBC_2.2.5': [] },
  },
  { name: 'acme_2' },
);

function builtIn(tag: string): TaggedBaseline {
  const found = baselineByTag(tag);
  if (found === undefined) throw new Error(`${tag} is gone`);
  return found;
}

describe('two systems of one glibc', () => {
  const comparison = compareBaselines(ONE, OTHER);

  it('show the symbols that a check of versions does not see', () => {
    expect(comparison.symbols).toEqual([
      { library: 'libc.so.6', version: 'GLIBC_2.2.5', onlyOne: [], onlyOther: ['dlsym'] },
      {
        library: 'libc.so.6',
        version: 'GLIBC_2.38',
        onlyOne: ['vendor_one'],
        onlyOther: ['vendor_other', 'vendor_too'],
      },
      { library: 'libdl.so.2', version: 'GLIBC_2.2.5', onlyOne: ['dlopen'], onlyOther: [] },
    ]);
    expect(comparison.summary).toEqual({
      equal: false,
      sameLibcVersion: true,
      versions: { onlyOne: 1, onlyOther: 1 },
      symbols: { onlyOne: 4, onlyOther: 4 },
      hidden: 5,
    });
  });

  it('show versions, libraries, moves and sizes', () => {
    expect(comparison.depth).toBe('symbols');
    expect(comparison.versions).toEqual([
      { side: 'other', library: 'libc.so.6', version: 'GLIBC_2.34', symbols: 1 },
      { side: 'one', library: 'libc.so.6', version: 'GLIBC_2.39', symbols: 2 },
    ]);
    expect(comparison.libraries).toEqual({ onlyOne: ['libutil.so.1'], onlyOther: [] });
    expect(comparison.moved).toEqual([
      {
        symbol: 'dlopen',
        one: [{ library: 'libdl.so.2', version: 'GLIBC_2.2.5' }],
        other: [{ library: 'libc.so.6', version: 'GLIBC_2.34' }],
      },
    ]);
    expect(comparison.resized).toEqual([
      { library: 'libc.so.6', version: 'GLIBC_2.2.5', symbol: 'table', one: 64, other: 48 },
    ]);
  });

  it('are equal to themselves', () => {
    const { summary, symbols, moved } = compareBaselines(ONE, ONE);
    expect(summary.equal).toBe(true);
    expect([...symbols, ...moved]).toEqual([]);
  });
});

describe('built-in baselines', () => {
  it('are compared by versions and libraries', () => {
    const older = builtIn('manylinux_2_17_x86_64');
    const comparison = compareBaselines(older, builtIn('manylinux_2_28_x86_64'));
    expect(comparison.depth).toBe('versions');
    expect(comparison.summary).toMatchObject({
      equal: false,
      sameLibcVersion: false,
      versions: { onlyOne: 0 },
    });
    const versions = comparison.versions.map(({ version }) => version);
    expect(versions).toContain('GLIBC_2.28');
    expect(versions).not.toContain('GLIBC_2.17');
    expect(comparison.libraries).toEqual({ onlyOne: [], onlyOther: ['libmvec.so.1'] });
    expect(compareBaselines(older, builtIn('manylinux2014_x86_64')).summary.equal).toBe(true);
  });

  it('are compared with a file by its versions', () => {
    const comparison = compareBaselines(ONE, {
      baseline: toBaseline(OTHER),
      architecture: 'x86_64',
    });
    expect(comparison.versions).toEqual([
      { side: 'other', version: 'GLIBC_2.34' },
      { side: 'one', version: 'GLIBC_2.39' },
    ]);
  });

  it('of two C libraries have nothing to compare', () => {
    expect(() =>
      compareBaselines(builtIn('manylinux_2_17_x86_64'), builtIn('musllinux_1_2_x86_64')),
    ).toThrow(expect.objectContaining({ code: 'baseline/not-comparable' }) as Error);
  });
});
