import { createHash } from 'node:crypto';
import {
  chmod,
  cp,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packTree, planPack, type PackChanges } from '../../src/pack/index.ts';
import { unpackDistribution } from '../../src/unpack/index.ts';
import { verifyWheel, withWheel } from '../../src/wheel/index.ts';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile, type WheelSpec } from '../support/wheel-builder.ts';

const isWindows = process.platform === 'win32';
const INFO = 'pkg-1.0.dist-info';

/** An unpacked wheel. */
async function tree(spec: WheelSpec = {}): Promise<string> {
  const path = await writeWheelFile(await scratch(), spec);
  return (await unpackDistribution(path, { directory: await scratch() })).output;
}

/** Packs a folder; the wheel must be consistent. */
async function packed(directory: string, changes: PackChanges = {}): Promise<string> {
  const { path } = await packTree(directory, await scratch(), changes);
  await withWheel(path, async (wheel) => {
    expect(await verifyWheel(wheel)).toEqual([]);
  });
  return path;
}

async function digest(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

async function memberText(path: string, member: string): Promise<string> {
  return withWheel(path, async ({ archive }) => {
    const entry = archive.get(member);
    return entry === undefined ? '' : Buffer.from(await archive.read(entry)).toString();
  });
}

describe('packTree', () => {
  it('makes a wheel of what was one, with the same members', async () => {
    const spec: WheelSpec = {
      name: 'foo_bar',
      build: '2',
      tags: 'cp311-cp311-linux_x86_64.manylinux_2_17_x86_64',
      distInfo: 'Foo.Bar-1.0.dist-info',
      files: { 'foo/a.py': 'a', 'foo/empty': '', 'Foo.Bar-1.0.data/scripts/run': '#!python' },
      executable: ['Foo.Bar-1.0.data/scripts/run'],
    };
    const directory = await tree(spec);
    const path = await packed(directory);
    expect(path).toMatch(/Foo\.Bar-1\.0-2-cp311-cp311-linux_x86_64\.manylinux_2_17_x86_64\.whl$/);
    const origin = await writeWheelFile(await scratch(), spec);
    const listing = async (wheel: string): Promise<string[]> =>
      withWheel(wheel, async ({ archive }) =>
        archive.entries.map((entry) => `${entry.path} ${entry.crc32} ${entry.mode}`).sort(),
      );
    const withoutRecord = (rows: string[]): string[] =>
      rows.filter((row) => !row.includes('/RECORD '));
    expect(withoutRecord(await listing(path))).toEqual(withoutRecord(await listing(origin)));
  });

  it('lists what was changed, added and removed as it is now', async () => {
    const directory = await tree({ files: { 'pkg/a.py': 'a', 'pkg/b.py': 'b' } });
    await writeFile(join(directory, 'pkg/a.py'), 'changed');
    await rm(join(directory, 'pkg/b.py'));
    await mkdir(join(directory, 'pkg/__pycache__'));
    await writeFile(join(directory, 'pkg/__pycache__/a.pyc'), '');
    await writeFile(join(directory, 'pkg/a.py~'), '');
    expect(await planPack(directory)).toEqual({
      directory,
      filename: 'pkg-1.0-py3-none-any.whl',
      files: 6,
      added: ['pkg/__pycache__/a.pyc', 'pkg/a.py~'],
      removed: ['pkg/b.py'],
    });
    expect(await memberText(await packed(directory), 'pkg/a.py')).toBe('changed');
  });

  it('plans without a RECORD to compare with', async () => {
    const directory = await tree();
    await rm(join(directory, INFO, 'RECORD'));
    expect(await planPack(directory)).toMatchObject({ files: 4, added: [], removed: [] });
    await packed(directory);
  });

  it('gives the same bytes for the same tree: copied, touched, under another name', async () => {
    const directory = await tree({
      files: Object.fromEntries(
        Array.from({ length: 40 }, (_, n) => [`pkg/${n}.txt`, `${n}`.repeat(n)]),
      ),
    });
    const copy = join(await scratch(), 'copy of it');
    await cp(directory, copy, { recursive: true });
    await utimes(join(copy, 'pkg/1.txt'), 5e8, 5e8);
    await chmod(join(copy, 'pkg/2.txt'), 0o600);
    expect(await digest(await packed(copy))).toBe(await digest(await packed(directory)));
  });

  it.skipIf(isWindows)('sees what was made executable', async () => {
    const directory = await tree({ files: { 'pkg/tool': 'x' } });
    await chmod(join(directory, 'pkg/tool'), 0o755);
    const mode = await withWheel(await packed(directory), async ({ archive }) =>
      archive.get('pkg/tool')?.mode.toString(8),
    );
    expect(mode).toBe('100755');
  });

  it('sets, changes and removes the build tag', async () => {
    const directory = await tree({ build: '1' });
    expect(await packed(directory)).toMatch(/pkg-1\.0-1-py3/);
    expect(await packed(directory, { build: '2x' })).toMatch(/pkg-1\.0-2x-py3/);
    const without = await packed(directory, { build: '' });
    expect(without).toMatch(/pkg-1\.0-py3/);
    expect(await memberText(without, `${INFO}/WHEEL`)).not.toContain('Build');
    await expect(packed(directory, { build: 'x' })).rejects.toMatchObject({
      code: 'wheel/bad-build-tag',
    });
  });

  it.each([
    ['1.0', 'cu121', '1.0+cu121'],
    ['1.0', 'CU-121', '1.0+cu.121'],
    ['1.0+old', 'new', '1.0+new'],
    ['1.0+old', '', '1.0'],
    ['1!2.0rc1', 'a.1', '1!2.0rc1+a.1'],
  ])('%s with the local version %j is %s', async (version, localVersion, wanted) => {
    const directory = await tree({ version, files: { [`pkg-${version}.data/data/x`]: '' } });
    const path = await packed(directory, { localVersion });
    expect(path).toContain(`pkg-${wanted}-py3`);
    await withWheel(path, async (wheel) => {
      expect(wheel.distInfo).toBe(`pkg-${wanted}.dist-info`);
      expect(wheel.archive.get(`pkg-${wanted}.data/data/x`)).toBeDefined();
    });
    expect(await memberText(path, `pkg-${wanted}.dist-info/METADATA`)).toBe(
      `Metadata-Version: 2.1\nName: pkg\nVersion: ${wanted}\n\nA readme.\n`,
    );
    expect(await planPack(directory, { localVersion })).toMatchObject({ added: [], removed: [] });
  });

  it.each(['a b', '.', 'ä', 'a+b', '-'])('refuses the local version %j', async (localVersion) => {
    await expect(planPack(await tree(), { localVersion })).rejects.toMatchObject({
      code: 'pack/bad-local-version',
    });
  });

  it('leaves the tree as it is', async () => {
    const directory = await tree({ build: '1' });
    const before = await readdir(directory, { recursive: true });
    const record = await readFile(join(directory, INFO, 'RECORD'));
    await packed(directory, { build: '', localVersion: 'x' });
    expect(await readdir(directory, { recursive: true })).toEqual(before);
    expect(await readFile(join(directory, INFO, 'RECORD'))).toEqual(record);
  });

  it('refuses to write into the folder that it packs', async () => {
    const directory = await tree();
    for (const output of [directory, join(directory, 'pkg'), join(directory, '..', 'pkg-1.0')])
      await expect(packTree(directory, output)).rejects.toMatchObject({
        code: 'pack/output-inside',
      });
    await packTree(directory, join(directory, '..'));
    expect((await readdir(join(directory, '..'))).sort()).toEqual([
      'pkg-1.0',
      'pkg-1.0-py3-none-any.whl',
    ]);
  });

  it('refuses a name with which no wheel can be named', async () => {
    const directory = await tree();
    await rename(join(directory, INFO), join(directory, 'foo-bar-1.0.dist-info'));
    await expect(packTree(directory, await scratch())).rejects.toMatchObject({
      code: 'packaging/wheel-filename',
    });
  });
});
