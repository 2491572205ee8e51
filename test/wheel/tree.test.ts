import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  draftFilename,
  draftFromTree,
  recordOfTree,
  type WheelDraft,
} from '../../src/wheel/index.ts';
import { scratch } from '../support/scratch.ts';
import { wheelText, writeTree, type Content } from '../support/wheel-builder.ts';

const isWindows = process.platform === 'win32';
const INFO = 'pkg-1.0.dist-info';

/** An unpacked wheel; `null` leaves a file out. */
async function tree(changes: Record<string, Content | null> = {}): Promise<string> {
  const directory = await scratch();
  const files: Record<string, Content | null> = {
    'pkg/__init__.py': 'x = 1\n',
    [`${INFO}/METADATA`]: 'Name: pkg\nVersion: 1.0\n',
    [`${INFO}/WHEEL`]: wheelText('py3-none-any'),
    [`${INFO}/RECORD`]: 'stale',
    ...changes,
  };
  const kept = Object.entries(files).filter((each): each is [string, Content] => each[1] !== null);
  await writeTree(directory, Object.fromEntries(kept));
  return directory;
}

async function draft(changes?: Record<string, Content | null>): Promise<WheelDraft> {
  return draftFromTree(await tree(changes));
}

describe('draftFromTree', () => {
  it('takes name and version from the folder, tags and build from WHEEL', async () => {
    const wheel = wheelText('py3.py2-none-linux_x86_64.any', '4b');
    const found = await draft({ [`${INFO}/WHEEL`]: wheel });
    expect(draftFilename(found)).toBe('pkg-1.0-4b-py2.py3-none-any.linux_x86_64.whl');
    expect(found).toMatchObject({ name: 'pkg', version: '1.0', build: '4b', distInfo: INFO });
  });

  it('has every file but those that are made anew', async () => {
    const found = await draft({
      [`${INFO}/RECORD.jws`]: '',
      [`${INFO}/licenses/LICENSE`]: '',
      'pkg/__pycache__/__init__.cpython-312.pyc': '',
      'pkg/mod.py~': '',
      '.hidden': '',
    });
    expect([...found.members.keys()].sort()).toEqual([
      '.hidden',
      `${INFO}/licenses/LICENSE`,
      'pkg/__init__.py',
      'pkg/__pycache__/__init__.cpython-312.pyc',
      'pkg/mod.py~',
    ]);
  });

  it('needs no RECORD', async () => {
    expect((await draft({ [`${INFO}/RECORD`]: null })).members.size).toBe(1);
  });

  it.skipIf(isWindows)('keeps what anyone may execute so', async () => {
    const directory = await tree({ 'pkg/tool': '' });
    await chmod(join(directory, 'pkg/tool'), 0o710);
    await chmod(join(directory, 'pkg/__init__.py'), 0o600);
    const { members } = await draftFromTree(directory);
    expect(members.get('pkg/tool')?.mode).toBe(0o755);
    expect(members.get('pkg/__init__.py')?.mode).toBe(0o644);
  });

  const refused: [string, string, Record<string, Content | null>][] = [
    ['no METADATA', 'wheel/no-metadata', { [`${INFO}/METADATA`]: null }],
    ['no WHEEL', 'wheel/no-wheel-file', { [`${INFO}/WHEEL`]: null }],
    ['two .dist-info', 'wheel/several-dist-info', { 'pkg-2.0.dist-info/WHEEL': '' }],
    [
      'no Tag in WHEEL',
      'wheel/no-tags',
      { [`${INFO}/WHEEL`]: 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\n' },
    ],
    ['a newer format', 'packaging/wheel-version', { [`${INFO}/WHEEL`]: 'Wheel-Version: 2.0\n' }],
    [
      'a tag that is none',
      'packaging/invalid-tag',
      { [`${INFO}/WHEEL`]: `${wheelText('py3-none-any')}Tag: py3-none\n` },
    ],
    [
      'tags that no file name can stand for',
      'packaging/tags-not-a-product',
      { [`${INFO}/WHEEL`]: `${wheelText('cp39-abi3-any')}Tag: cp310-cp310-any\n` },
    ],
  ];
  it.each(refused)('refuses a folder with %s: %s', async (_, code, changes) => {
    const directory = await tree(changes);
    await expect(draftFromTree(directory)).rejects.toMatchObject({
      code,
      path: expect.stringContaining(directory) as string,
    });
  });

  it('refuses a folder above, below or without a .dist-info', async () => {
    const directory = await tree();
    await rm(join(directory, INFO), { recursive: true });
    await writeTree(directory, { [`inner/${INFO}/WHEEL`]: '' });
    await expect(draftFromTree(directory)).rejects.toMatchObject({ code: 'wheel/no-dist-info' });
  });

  it('refuses a .dist-info that names no version', async () => {
    const directory = await scratch();
    await writeTree(directory, {
      'pkg-one.dist-info/METADATA': '',
      'pkg-one.dist-info/WHEEL': wheelText('py3-none-any'),
    });
    await expect(draftFromTree(directory)).rejects.toMatchObject({
      code: 'packaging/invalid-version',
      path: expect.stringContaining(directory) as string,
    });
  });

  it('refuses what is not there or no folder', async () => {
    const directory = await scratch();
    const missing = join(directory, 'none');
    await expect(draftFromTree(missing)).rejects.toMatchObject({ code: 'file/not-found' });
    await writeFile(missing, '');
    await expect(draftFromTree(missing)).rejects.toMatchObject({ code: 'file/not-a-directory' });
  });

  it.skipIf(isWindows)('refuses links, to files and to folders, and follows none', async () => {
    const directory = await tree();
    await symlink(directory, join(directory, 'pkg/loop'));
    await expect(draftFromTree(directory)).rejects.toMatchObject({
      code: 'wheel/symlink',
      path: join(directory, 'pkg/loop'),
    });
    await rm(join(directory, 'pkg/loop'));
    await symlink('__init__.py', join(directory, 'pkg/link.py'));
    await expect(draftFromTree(directory)).rejects.toMatchObject({ code: 'wheel/symlink' });
  });

  it.skipIf(isWindows)('refuses pipes', async () => {
    const directory = await tree();
    execFileSync('mkfifo', [join(directory, 'pkg/pipe')]);
    await expect(draftFromTree(directory)).rejects.toMatchObject({ code: 'wheel/special-file' });
  });

  it.skipIf(process.platform !== 'linux')('refuses names that are not UTF-8', async () => {
    const directory = await tree();
    await writeFile(Buffer.concat([Buffer.from(join(directory, 'pkg/caf')), Buffer.of(0xe9)]), '');
    await expect(draftFromTree(directory)).rejects.toMatchObject({ code: 'wheel/file-name' });
  });

  it('takes U+FFFD itself in a name', async () => {
    expect((await draft({ 'pkg/\ufffd.txt': '' })).members.has('pkg/\ufffd.txt')).toBe(true);
  });
});

describe('recordOfTree', () => {
  it('reads what unpack left', async () => {
    const directory = await tree({ [`${INFO}/RECORD`]: 'a.py,sha256=x,1\n' });
    expect(await recordOfTree(directory, INFO)).toEqual([
      { path: 'a.py', hash: { algorithm: 'sha256', digest: 'x' }, size: 1 },
    ]);
  });

  it('tells when there is none', async () => {
    const directory = await tree({ [`${INFO}/RECORD`]: null });
    await expect(recordOfTree(directory, INFO)).rejects.toMatchObject({ code: 'file/not-found' });
    await mkdir(join(directory, INFO, 'RECORD'));
    await expect(recordOfTree(directory, INFO)).rejects.toMatchObject({
      code: 'file/is-a-directory',
    });
  });
});
