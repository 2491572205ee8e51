import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scratch } from '../support/scratch.ts';
import { buildSplit, type BuiltSplit } from '../support/split-builder.ts';
import { requireBuild, wheelworks, wheelworksJson, type Run } from './wheel-commands.ts';

beforeAll(requireBuild);

let cwd: string;
let set: BuiltSplit;
beforeEach(async () => {
  cwd = await scratch();
  set = await buildSplit(join(cwd, 'dist'));
});

const joining = (...args: string[]): Run => wheelworks(['join', ...args], { cwd });

async function isOriginal(path: string): Promise<boolean> {
  return Buffer.compare(await readFile(join(cwd, path)), set.original.bytes) === 0;
}

describe('join', () => {
  it('gives the wheel of a folder back', async () => {
    const { code, out, err } = joining('dist');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^joined\/big-1\.0-\S+ {2}\S+ kB, from the main wheel and 2 parts\n$/);
    expect(await readdir(join(cwd, 'joined'))).toEqual([set.original.filename]);
    expect(await isOriginal(`joined/${set.original.filename}`)).toBe(true);
  });

  it('takes parts from elsewhere, and writes nothing in a dry run', async () => {
    await mkdir(join(cwd, 'parts'));
    for (const part of set.parts) await rename(part, join(cwd, 'parts', basename(part)));
    expect(joining(set.main).code).toBe(1);
    const { document } = wheelworksJson(
      ['join', '--dry-run', set.main, '--parts', 'parts', '-o', 'out'],
      { cwd },
    );
    expect(document).toMatchObject({
      schema: 'wheelworks.join/1',
      files: [{ path: set.main, output: null, filename: set.original.filename }],
    });
    expect(await readdir(cwd)).not.toContain('out');
    expect(joining(set.main, '--parts', 'parts', '-o', 'out').code).toBe(0);
    expect(await isOriginal(`out/${set.original.filename}`)).toBe(true);
  });

  it('says which part is missing, and leaves nothing', async () => {
    await rm(set.parts[1] ?? '');
    const { code, err } = joining('dist');
    expect(code).toBe(1);
    expect(err).toContain('error[split/part-missing]');
    expect(err).toContain(basename(set.parts[1] ?? ''));
    expect(await readdir(join(cwd, 'joined'))).toEqual([]);
  });

  it('refuses to write two originals under one name', async () => {
    await buildSplit(join(cwd, 'again'));
    const { code, err } = joining('dist', 'again');
    expect(code).toBe(1);
    expect(err).toContain('error[wheel/shared-output]');
  });
});

describe('audit of a set', () => {
  it('says of a part given alone what it is a part of', () => {
    const { code, out } = wheelworks(['audit', set.parts[1] ?? ''], { cwd });
    expect(code).toBe(0);
    expect(out).toMatch(/set {3,}part 2 of big 1\.0, whose main wheel/);
    expect(out).toContain('what its main wheel meets');
  });
});
