import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { globPaths, matchesName } from '../../src/cli/glob.ts';
import { expandInputs } from '../../src/cli/inputs.ts';

let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'wheelworks-inputs-'));
  await mkdir(join(cwd, 'dist/sub/deep'), { recursive: true });
  await mkdir(join(cwd, 'empty'));
  await mkdir(join(cwd, '.hidden'));
  const names = [
    'dist/b.whl',
    'dist/a.whl',
    'dist/B.whl',
    'dist/a.tar.gz',
    'dist/notes.txt',
    'dist/.x.whl',
    'dist/sub/c.whl',
    'dist/sub/deep/d.whl',
    'odd[1].whl',
    '.hidden/h.whl',
  ];
  for (const name of names) await writeFile(join(cwd, name), '');
  await symlink('..', join(cwd, 'dist/sub/loop'));
});

afterAll(() => rm(cwd, { recursive: true, force: true }));

const expand = (...inputs: string[]): Promise<string[]> =>
  expandInputs(inputs, { cwd, suffixes: ['.whl', '.tar.gz'] });

describe('expandInputs', () => {
  it('takes files as they are named, whatever their ending', async () => {
    expect(await expand('dist/notes.txt', './dist/a.whl')).toEqual([
      'dist/notes.txt',
      './dist/a.whl',
    ]);
  });

  it('takes the fitting files directly in a folder, in code unit order, hidden ones not', async () => {
    const expected = ['dist/B.whl', 'dist/a.tar.gz', 'dist/a.whl', 'dist/b.whl'];
    expect(await expand('dist')).toEqual(expected);
    expect(await expand('dist/')).toEqual(expected);
  });

  it('keeps the order of the inputs and takes a file once', async () => {
    expect(await expand('dist/b.whl', 'dist', join(cwd, 'dist/a.whl'))).toEqual([
      'dist/b.whl',
      'dist/B.whl',
      'dist/a.tar.gz',
      'dist/a.whl',
    ]);
  });

  it('expands patterns, and folders only when nothing else matches', async () => {
    expect(await expand('dist/*.whl')).toEqual(['dist/B.whl', 'dist/a.whl', 'dist/b.whl']);
    expect(await expand('dist/*')).toEqual([
      'dist/B.whl',
      'dist/a.tar.gz',
      'dist/a.whl',
      'dist/b.whl',
      'dist/notes.txt',
    ]);
    expect(await expand('d?st')).toHaveLength(4);
  });

  it('prefers a file that has brackets in its name', async () => {
    expect(await expand('odd[1].whl')).toEqual(['odd[1].whl']);
  });

  it.each([
    ['missing.whl', 'cli/no-such-input'],
    ['dist/a.whl/x', 'cli/no-such-input'],
    ['nothing*.whl', 'cli/no-such-input'],
    ['empty', 'cli/no-input'],
    ['-', 'cli/standard-input'],
  ])('refuses %s with %s', async (input, code) => {
    await expect(expand('dist/a.whl', input)).rejects.toMatchObject({ code, path: input });
  });
});

describe('globPaths', () => {
  it('** goes through any number of folders but round no loop', async () => {
    expect(await globPaths('dist/**/*.whl', cwd)).toEqual([
      'dist/B.whl',
      'dist/a.whl',
      'dist/b.whl',
      'dist/sub/c.whl',
      'dist/sub/deep/d.whl',
    ]);
    expect(await globPaths('**/d.whl', cwd)).toEqual(['dist/sub/deep/d.whl']);
  });

  it('finds hidden names only when asked for them', async () => {
    expect(await globPaths('*/h.whl', cwd)).toEqual([]);
    expect(await globPaths('.h*/h.whl', cwd)).toEqual(['.hidden/h.whl']);
  });

  it('keeps absolute patterns absolute, and ./ and .. as they are', async () => {
    expect(await globPaths(`${cwd}/dist/a.w*`, '/')).toEqual([join(cwd, 'dist/a.whl')]);
    expect(await globPaths('./dist/../dist/a.w*', cwd)).toEqual(['./dist/../dist/a.whl']);
  });
});

describe('matchesName', () => {
  it.each([
    ['*.whl', 'a.whl', true],
    ['*.whl', 'a.whl2', false],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXbYbZ', false],
    ['?', '🎉', true],
    ['[ab]x', 'bx', true],
    ['[!ab]x', 'bx', false],
    ['[a-c]x', 'cx', true],
    ['[]]x', ']x', true],
    ['[x', '[x', true],
    ['cp3[0-9]*', 'cp312', true],
    ['*', '.hidden', false],
    ['.*', '.hidden', true],
    ['**', 'anything', true],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(matchesName(pattern, name)).toBe(expected);
  });

  it('many stars on a long name do not take for ever', () => {
    expect(matchesName(`${'*a'.repeat(50)}b`, 'a'.repeat(5000))).toBe(false);
  });
});
