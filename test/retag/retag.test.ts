import { chmod, mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  planRetag,
  retagWheel,
  type RetagOptions,
  type TagChanges,
} from '../../src/retag/index.ts';
import { readWheelFile, verifyWheel, withWheel } from '../../src/wheel/index.ts';
import { buildElf } from '../support/elf-builder.ts';
import { scratch } from '../support/scratch.ts';
import { buildSplit } from '../support/split-builder.ts';
import {
  wheelText,
  writeWheelFile,
  type Content,
  type WheelSpec,
} from '../support/wheel-builder.ts';

const isRoot = process.getuid?.() === 0;

/** The new file name, checked to be written, consistent and beside an untouched original. */
async function retagged(spec: WheelSpec, changes: TagChanges): Promise<string> {
  const directory = await scratch();
  const path = await writeWheelFile(directory, spec);
  const before = await readFile(path);
  const plan = await planRetag(path, changes);
  expect(await readdir(directory)).toEqual([basename(path)]);
  const done = await retagWheel(path, changes);
  expect(done).toEqual(plan);
  expect(await readFile(path)).toEqual(before);
  expect((await readdir(directory)).sort()).toEqual([basename(path), done.to].sort());
  await withWheel(done.output, async (wheel) => {
    expect(await verifyWheel(wheel)).toEqual([]);
    expect((await readWheelFile(wheel)).tags).toEqual(done.tags);
  });
  return done.to;
}

it('refuses the wheels of a split set, which name each other with their digests', async () => {
  const { folder } = await buildSplit(await scratch());
  const wheels = (await readdir(folder)).filter((name) => name.endsWith('.whl'));
  expect(wheels.length).toBeGreaterThan(1);
  for (const name of wheels) {
    const retag = planRetag(join(folder, name), { build: '7' });
    await expect(retag).rejects.toMatchObject({ code: 'retag/split-set' });
  }
});

describe('Root-Is-Purelib', () => {
  const elf = buildElf({ needed: ['libc.so.6'] }).bytes;
  const rootOf = async (spec: WheelSpec, changes: TagChanges): Promise<boolean> => {
    const path = await writeWheelFile(await scratch(), spec);
    const { output } = await retagWheel(path, changes);
    return withWheel(output, async (wheel) => {
      // RECORD agrees with the WHEEL that was changed.
      expect(await verifyWheel(wheel, { contents: true })).toEqual([]);
      return (await readWheelFile(wheel)).rootIsPurelib;
    });
  };

  it('becomes false when a wheel with native files at its root gets a platform tag', async () => {
    const files = { 'pkg/data.txt': elf };
    expect(await rootOf({ files }, { platform: 'linux_x86_64' })).toBe(false);
  });

  it.each([
    ['nothing there is native', { 'pkg/__init__.py': '' }, 'linux_x86_64'],
    ['native files lie below .data alone', { 'pkg-1.0.data/scripts/run': elf }, 'linux_x86_64'],
    ['it is still for any platform', { 'pkg/lib.so': elf }, '+linux_x86_64'],
  ])('stays true when %s', async (_, files: Record<string, Content>, platform) => {
    expect(await rootOf({ files }, { platform })).toBe(true);
  });

  it('stays as it is when the platform is not what is asked to change', async () => {
    const wheel = wheelText('py3-none-linux_x86_64').replace('lib: false', 'lib: true');
    const spec = { tags: 'py3-none-linux_x86_64', wheel, files: { 'pkg/lib.so': elf } };
    expect(await rootOf(spec, { build: '1' })).toBe(true);
    expect(await rootOf(spec, { platform: 'manylinux_2_17_x86_64' })).toBe(false);
  });

  it('stays false when the wheel becomes one for any platform', async () => {
    const spec = { tags: 'py3-none-linux_x86_64', files: { 'pkg/lib.so': elf } };
    expect(await rootOf(spec, { platform: 'any' })).toBe(false);
  });
});

describe('retagWheel', () => {
  const many = 'py2.py3-none-manylinux1_x86_64.manylinux_2_5_x86_64';
  const cases: [string, TagChanges, string][] = [
    ['py3-none-any', { python: 'cp312' }, 'pkg-1.0-cp312-none-any.whl'],
    ['py3-none-any', { python: 'py3.py2' }, 'pkg-1.0-py2.py3-none-any.whl'],
    ['py3-none-any', { python: '+py2' }, 'pkg-1.0-py2.py3-none-any.whl'],
    ['py2.py3-none-any', { python: '-py2' }, 'pkg-1.0-py3-none-any.whl'],
    ['py3-none-any', { platform: 'Win_AMD64' }, 'pkg-1.0-py3-none-win_amd64.whl'],
    [many, { platform: '-manylinux1_x86_64' }, 'pkg-1.0-py2.py3-none-manylinux_2_5_x86_64.whl'],
    [
      many,
      { platform: '+any.any' },
      `pkg-1.0-py2.py3-none-any.manylinux1_x86_64.manylinux_2_5_x86_64.whl`,
    ],
    [
      many,
      { abi: 'abi3', python: 'cp39' },
      'pkg-1.0-cp39-abi3-manylinux1_x86_64.manylinux_2_5_x86_64.whl',
    ],
    ['py3-none-any', { build: '1' }, 'pkg-1.0-1-py3-none-any.whl'],
    ['py3-none-any', { build: '20240101_x.2' }, 'pkg-1.0-20240101_x.2-py3-none-any.whl'],
  ];
  it.each(cases)('%s with %j is %s', async (tags, changes, name) => {
    expect(await retagged({ tags }, changes)).toBe(name);
  });

  it('changes and removes a build tag', async () => {
    expect(await retagged({ build: '1' }, { build: '2' })).toBe('pkg-1.0-2-py3-none-any.whl');
    expect(await retagged({ build: '1' }, { build: '' })).toBe('pkg-1.0-py3-none-any.whl');
  });

  it('keeps the spelling of what does not change', async () => {
    const spec = { name: 'Foo.Bar', tags: 'py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64' };
    expect(await retagged(spec, { build: '1' })).toBe(
      'Foo.Bar-1.0-1-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    );
  });

  it.each([
    [{}],
    [{ python: 'py3' }],
    [{ python: '+py3' }],
    [{ python: '-cp312' }],
    [{ build: '' }],
  ])('does nothing for %j when the wheel is so already', async (changes) => {
    const path = await writeWheelFile(await scratch());
    const directory = await scratch();
    const done = await retagWheel(path, changes, { directory, remove: true });
    expect(done).toMatchObject({ changed: false, output: path, from: done.to });
    expect(await readdir(directory)).toEqual([]);
    expect((await stat(path)).isFile()).toBe(true);
  });

  it('puts a WHEEL right that contradicts the file name, in another folder', async () => {
    const path = await writeWheelFile(await scratch(), { wheel: wheelText('py2-none-any') });
    await expect(retagWheel(path, {})).rejects.toMatchObject({ code: 'retag/same-name', path });
    const directory = await scratch();
    const done = await retagWheel(path, {}, { directory });
    expect(done).toMatchObject({ changed: true, from: done.to, output: join(directory, done.to) });
    await withWheel(done.output, async (wheel) => expect(await verifyWheel(wheel)).toEqual([]));
  });

  it('puts a build tag right in the same way, but leaves alone a WHEEL that names none', async () => {
    const directory = await scratch();
    const other = { build: '1', wheel: wheelText('py3-none-any', '2') };
    const done = await retagWheel(await writeWheelFile(await scratch(), other), {}, { directory });
    expect(done.changed).toBe(true);
    await withWheel(done.output, async (wheel) => {
      expect((await readWheelFile(wheel)).build).toBe('1');
    });
    const none = { build: '1', wheel: wheelText('py3-none-any') };
    const path = await writeWheelFile(await scratch(), none);
    expect(await retagWheel(path, {}, { directory })).toMatchObject({ changed: false });
  });

  it('removes the original when the new wheel is there', async () => {
    const directory = await scratch();
    const path = await writeWheelFile(directory);
    await retagWheel(path, { build: '1' }, { remove: true });
    expect(await readdir(directory)).toEqual(['pkg-1.0-1-py3-none-any.whl']);
  });

  it('keeps the original when the new wheel cannot be written', async () => {
    const directory = await scratch();
    const path = await writeWheelFile(directory);
    await mkdir(join(directory, 'pkg-1.0-1-py3-none-any.whl'));
    await expect(retagWheel(path, { build: '1' }, { remove: true })).rejects.toMatchObject({
      code: 'file/is-a-directory',
    });
    expect((await readdir(directory)).sort()).toEqual([
      'pkg-1.0-1-py3-none-any.whl',
      'pkg-1.0-py3-none-any.whl',
    ]);
  });

  it.skipIf(isRoot)('keeps it in a folder that may not be written (skipped for root)', async () => {
    const directory = await scratch();
    const path = await writeWheelFile(directory);
    await chmod(directory, 0o500);
    await expect(retagWheel(path, { build: '1' })).rejects.toMatchObject({
      code: 'file/no-permission',
    });
    await chmod(directory, 0o700);
    expect(await readdir(directory)).toHaveLength(1);
  });

  const refused: [string, string, TagChanges, WheelSpec?][] = [
    ['no tag that is left', 'retag/no-tags-left', { python: '-py3' }],
    [
      'no tag that is left, in another case',
      'retag/no-tags-left',
      { platform: '-any' },
      { tags: 'py3-none-Any' },
    ],
    ['an empty tag', 'packaging/invalid-tag', { python: '' }],
    ['an empty tag to add', 'packaging/invalid-tag', { abi: '+' }],
    ['an empty tag in between', 'packaging/invalid-tag', { platform: 'a..b' }],
    ['a tag with a dash', 'packaging/invalid-tag', { platform: 'linux-x86_64' }],
    ['a tag with a slash', 'packaging/invalid-tag', { platform: '../x' }],
    ['a build tag without a number', 'wheel/bad-build-tag', { build: 'one' }],
    [
      'more tags than a file name may stand for',
      'packaging/too-many-tags',
      {
        platform: Array.from({ length: 2000 }, (_, n) => `p${n}`).join('.'),
      },
    ],
  ];
  it.each(refused)('refuses %s: %s', async (_, code, changes, spec = {}) => {
    const directory = await scratch();
    const path = await writeWheelFile(directory, spec);
    const options: RetagOptions = { remove: true };
    await expect(retagWheel(path, changes, options)).rejects.toMatchObject({ code });
    expect(await readdir(directory)).toEqual([basename(path)]);
  });

  it('refuses a file name that the file system cannot hold', async () => {
    const directory = await scratch();
    const path = await writeWheelFile(directory);
    const platform = Array.from({ length: 60 }, (_, n) => `platform${n}`).join('.');
    await expect(retagWheel(path, { platform })).rejects.toMatchObject({
      code: 'file/name-too-long',
    });
    expect(await readdir(directory)).toEqual([basename(path)]);
  });
});
