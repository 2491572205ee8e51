import { describe, expect, it } from 'vitest';
import { coverageOf, newestRelease, releasesOf, type CoveredFile } from '../../src/index/index.ts';

function cell(files: readonly (string | CoveredFile)[], python: string, platform: string): string {
  const { cellOf } = coverageOf(
    files.map((file) => (typeof file === 'string' ? { filename: file } : file)),
  );
  const found = cellOf(python, platform);
  return found.kind === 'wheel'
    ? `${found.file.split('-').slice(2).join('-')}${found.note === undefined ? '' : ` ${found.note}`}`
    : found.kind;
}

const WHEELS = [
  'spam-1.0.tar.gz',
  'spam-1.0-cp39-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
  'spam-1.0-cp314-cp314t-musllinux_1_2_aarch64.whl',
  'spam-1.0-cp312-cp312-macosx_11_0_universal2.whl',
  'spam-1.0-pp311-pypy311_pp73-win_amd64.whl',
];

describe('coverage', () => {
  it('has the stable ABI in every later Python with the GIL, and in no other', () => {
    const platform = 'manylinux x86_64';
    expect(cell(WHEELS, 'CPython 3.14', platform)).toMatch(/ abi3$/);
    expect(cell(WHEELS, 'CPython 3.14t', platform)).toBe('sdist');
    expect(cell(WHEELS, 'PyPy 3.11', platform)).toBe('sdist');
  });

  it('has a free-threaded wheel in its own row alone', () => {
    expect(cell(WHEELS, 'CPython 3.14t', 'musllinux aarch64')).toMatch(/^cp314-cp314t/);
    expect(cell(WHEELS, 'CPython 3.14', 'musllinux aarch64')).toBe('sdist');
  });

  it('has a universal wheel in both columns of macOS', () => {
    for (const arch of ['arm64', 'x86_64'])
      expect(cell(WHEELS, 'CPython 3.12', `macOS ${arch}`)).toMatch(/^cp312/);
    expect(cell(WHEELS, 'PyPy 3.11', 'Windows x86_64')).toMatch(/^pp311/);
  });

  it('says nothing where neither a wheel nor an sdist is for a Python', () => {
    const files = [
      { filename: 'spam-1.0.tar.gz', requiresPython: '>=3.13' },
      { filename: 'spam-1.0-py3-none-any.whl', requiresPython: '>=3.13' },
      { filename: 'spam-1.0-cp311-cp311-win_arm64.whl' },
    ];
    expect(cell(files, 'CPython 3.12', 'Windows arm64')).toBe('nothing');
    expect(cell(files, 'CPython 3.11', 'Windows arm64')).toMatch(/^cp311/);
    expect(cell(files, 'CPython 3.13', 'Windows arm64')).toBe('py3-none-any.whl any');
  });

  it('prefers what installers prefer', () => {
    const files = [
      'spam-1.0-py3-none-any.whl',
      'spam-1.0-cp38-abi3-win_amd64.whl',
      'spam-1.0-cp313-cp313-win_amd64.whl',
      'spam-1.0-py3-none-win_amd64.whl',
    ];
    expect(cell(files, 'CPython 3.13', 'Windows x86_64')).toBe('cp313-cp313-win_amd64.whl');
    expect(cell(files, 'CPython 3.12', 'Windows x86_64')).toBe('cp38-abi3-win_amd64.whl abi3');
    expect(cell(files, 'PyPy 3.11', 'Windows x86_64')).toBe('py3-none-win_amd64.whl no ABI');
    expect(cell(files, 'CPython 3.13', 'musllinux x86_64')).toBe('py3-none-any.whl any');
  });

  it('has one column for what is bound to no platform, and ended Pythons only where they are meant', () => {
    const pure = coverageOf([{ filename: 'spam-1.0-py3-none-any.whl', requiresPython: '>=3.9' }]);
    expect(pure.platforms).toEqual(['any platform']);
    expect(pure.pythons).toContain('CPython 3.9');
    expect(pure.pythons).not.toContain('CPython 3.8');
    expect(coverageOf([{ filename: 'spam-1.0-py3-none-any.whl' }]).pythons).not.toContain(
      'CPython 3.9',
    );
  });

  it('passes over what it cannot read', () => {
    expect(
      coverageOf([{ filename: 'spam-1.0-x.whl', requiresPython: 'rubbish' }]).platforms,
    ).toEqual(['any platform']);
  });
});

describe('releases', () => {
  const files = [
    { filename: 'spam-1.0.tar.gz' },
    { filename: 'spam-1.10-py3-none-any.whl' },
    { filename: 'spam-1.9-py3-none-any.whl' },
    { filename: 'spam-2.0rc1-py3-none-any.whl' },
    { filename: 'spam-1.11-py3-none-any.whl', yanked: 'broken' },
    { filename: 'spam-1.0.0-py3-none-any.whl' },
    { filename: 'what' },
  ];

  it('stand newest first by version', () => {
    expect(releasesOf('spam', files).map(({ version }) => version)).toEqual([
      '2.0rc1',
      '1.11',
      '1.10',
      '1.9',
      '1.0',
      '1.0.0',
    ]);
  });

  it('have a newest one that users get: final, and not taken back', () => {
    expect(newestRelease(releasesOf('spam', files))?.version).toBe('1.10');
    expect(newestRelease(releasesOf('spam', files.slice(3, 4)))?.version).toBe('2.0rc1');
  });
});
