import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  openWheel,
  openWheelSource,
  readDistInfoFile,
  readMetadata,
  readRecord,
  readWheelFile,
  withWheel,
} from '../../src/wheel/index.ts';
import { parseWheelFilename } from '../../src/packaging/index.ts';
import { openBytes } from '../../src/support/random-access.ts';
import { scratch } from '../support/scratch.ts';
import { buildWheel, writeWheelFile, type WheelSpec } from '../support/wheel-builder.ts';

const isRoot = process.getuid?.() === 0;
const isWindows = process.platform === 'win32';

async function opened(spec: WheelSpec): Promise<string> {
  const path = await writeWheelFile(await scratch(), spec);
  return withWheel(path, async (wheel) => wheel.distInfo);
}

describe('openWheel', () => {
  it('finds the .dist-info and what belongs to it', async () => {
    const path = await writeWheelFile(await scratch(), { build: '2b' });
    await withWheel(path, async (wheel) => {
      expect(wheel).toMatchObject({
        path,
        distInfo: 'pkg-1.0.dist-info',
        dataDirectory: 'pkg-1.0.data',
        filename: { name: 'pkg', versionText: '1.0', build: { text: '2b' } },
      });
      expect(Buffer.from((await readDistInfoFile(wheel, 'WHEEL')) ?? []).toString()).toContain(
        'Root-Is-Purelib',
      );
      expect(await readDistInfoFile(wheel, 'entry_points.txt')).toBeUndefined();
    });
  });

  it('takes a .dist-info in another spelling than the file name', async () => {
    const spec = { name: 'foo_bar', distInfo: 'Foo.Bar-1.0.dist-info' };
    expect(await opened(spec)).toBe('Foo.Bar-1.0.dist-info');
  });

  it('takes one in a directory entry of its own, and none that lies deeper', async () => {
    const vendored = 'pkg/_vendor/other-2.0.dist-info/METADATA';
    const spec = {
      files: { [vendored]: 'Name: other\n' },
      members: (members: { name: string | Uint8Array }[]) => [
        { name: 'pkg-1.0.dist-info/' },
        ...members,
      ],
    };
    expect(await opened(spec)).toBe('pkg-1.0.dist-info');
  });

  it('reads a wheel that lies under another name', async () => {
    const directory = await scratch();
    const { bytes, filename } = buildWheel();
    await writeFile(join(directory, 'download.tmp'), bytes);
    const wheel = await openWheel(join(directory, 'download.tmp'), { filename });
    expect(wheel.filename.normalizedName).toBe('pkg');
    await wheel.archive.close();
  });

  it('reads bytes from anywhere', async () => {
    const { bytes, filename } = buildWheel();
    const wheel = await openWheelSource(openBytes(bytes), parseWheelFilename(filename));
    expect(Buffer.from((await readMetadata(wheel)).body).toString()).toBe('A readme.\n');
  });

  const refused: [string, string, WheelSpec][] = [
    ['no .dist-info', 'wheel/no-dist-info', { metadata: null, wheel: null, record: null }],
    [
      'two of them',
      'wheel/several-dist-info',
      { files: { 'other-1.0.dist-info/METADATA': 'Name: other\n' } },
    ],
    [
      'two spellings of one',
      'wheel/several-dist-info',
      { files: { 'PKG-1.0.dist-info/METADATA': 'Name: pkg\n' } },
    ],
    ['a version that is none', 'packaging/wheel-filename', { version: 'one' }],
    ['too few tags', 'packaging/wheel-filename', { tags: 'py3-none' }],
    ['a variant label', 'packaging/wheel-variant', { tags: 'py3-none-linux_x86_64-cuda' }],
    ['the same member twice', 'zip/duplicate-entry', { extra: [{ name: 'pkg/__init__.py' }] }],
    ['a member outside', 'zip/unsafe-path', { extra: [{ name: '../evil.py' }] }],
  ];
  it.each(refused)('refuses %s: %s', async (_, code, spec) => {
    const path = await writeWheelFile(await scratch(), spec);
    await expect(openWheel(path)).rejects.toMatchObject({
      code,
      path: expect.stringContaining(path) as string,
    });
  });

  it('lists a wheel with duplicates when asked to be lenient', async () => {
    const path = await writeWheelFile(await scratch(), { extra: [{ name: 'pkg/__init__.py' }] });
    const wheel = await openWheel(path, { lenient: true });
    expect(wheel.archive.problems.map(({ code }) => code)).toEqual(['zip/duplicate-entry']);
    await wheel.archive.close();
  });

  it('refuses what is no zip archive, or only part of one', async () => {
    const directory = await scratch();
    const path = join(directory, 'pkg-1.0-py3-none-any.whl');
    await writeFile(path, 'no archive at all');
    await expect(openWheel(path)).rejects.toMatchObject({ code: 'zip/not-a-zip', path });
    await writeFile(path, buildWheel().bytes.subarray(0, -30));
    await expect(openWheel(path)).rejects.toMatchObject({ path });
    await writeFile(path, '');
    await expect(openWheel(path)).rejects.toMatchObject({ path });
  });

  it('refuses what is missing or a directory', async () => {
    const path = join(await scratch(), 'pkg-1.0-py3-none-any.whl');
    await expect(openWheel(path)).rejects.toMatchObject({ code: 'file/not-found', path });
    await mkdir(path);
    await expect(openWheel(path)).rejects.toMatchObject({ code: 'file/is-a-directory', path });
  });

  it.skipIf(isRoot || isWindows)('refuses what may not be read (skipped for root)', async () => {
    const path = await writeWheelFile(await scratch());
    await chmod(path, 0);
    await expect(openWheel(path)).rejects.toMatchObject({ code: 'file/no-permission', path });
  });

  it.skipIf(isWindows)('refuses a named pipe without waiting for a writer', async () => {
    const directory = await scratch();
    const path = join(directory, 'pkg-1.0-py3-none-any.whl');
    execFileSync('mkfifo', [path]);
    await expect(openWheel(path)).rejects.toMatchObject({ code: 'file/not-regular', path });
    const link = join(directory, 'pkg-2.0-py3-none-any.whl');
    await symlink(path, link);
    await expect(openWheel(link)).rejects.toMatchObject({ code: 'file/not-regular', path: link });
  });

  it.skipIf(process.platform !== 'linux')('leaves no file open when it fails', async () => {
    const directory = await scratch();
    const path = await writeWheelFile(directory, { metadata: null, wheel: null, record: null });
    const before = (await readdir('/proc/self/fd')).length;
    for (let time = 0; time < 20; time += 1) await openWheel(path).catch(() => {});
    expect((await readdir('/proc/self/fd')).length).toBeLessThan(before + 20);
  });
});

describe('the files of .dist-info', () => {
  const missing = [
    ['METADATA', 'wheel/no-metadata', { metadata: null }, readMetadata],
    ['WHEEL', 'wheel/no-wheel-file', { wheel: null }, readWheelFile],
    ['RECORD', 'wheel/no-record', { record: null }, readRecord],
  ] as const;
  it.each(missing)(
    'a wheel without %s is opened; reading it is %s',
    async (_, code, spec, read) => {
      const path = await writeWheelFile(await scratch(), spec);
      await withWheel(path, async (wheel) => {
        await expect(read(wheel)).rejects.toMatchObject({ code, path });
      });
    },
  );

  it('a WHEEL of a newer format is refused with its place', async () => {
    const wheel = 'Wheel-Version: 2.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n';
    const path = await writeWheelFile(await scratch(), { wheel });
    await withWheel(path, async (opened) => {
      await expect(readWheelFile(opened)).rejects.toMatchObject({
        code: 'packaging/wheel-version',
        path: `${path}!pkg-1.0.dist-info/WHEEL`,
      });
    });
  });

  it('a METADATA or RECORD made to fill the memory is not read', async () => {
    const path = await writeWheelFile(await scratch(), {
      metadata: Buffer.alloc(5 << 20, 'a:\n'),
      record: Buffer.alloc(1 << 20, 'a\n'),
    });
    await withWheel(path, async (wheel) => {
      await expect(readMetadata(wheel)).rejects.toMatchObject({ code: 'zip/too-large' });
      await expect(readRecord(wheel)).rejects.toMatchObject({ code: 'zip/too-large' });
    });
  });

  it('a RECORD that lists byte code to come is read', async () => {
    const more = Array.from({ length: 500 }, (_, index) => `pkg/__pycache__/m${index}.pyc,,`);
    const path = await writeWheelFile(await scratch(), { record: (rows) => [...rows, ...more] });
    await withWheel(path, async (wheel) => {
      expect((await readRecord(wheel)).entries).toHaveLength(504);
    });
  });
});
