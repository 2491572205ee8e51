import { chmod, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheDirectory, openCache } from '../../src/support/cache.ts';
import type { ProgressEvent } from '../../src/support/progress/events.ts';
import { scratch } from './scratch.ts';

describe('cacheDirectory', () => {
  it.each([
    ['linux', {}, '/home/me', '/home/me/.cache/wheelworks'],
    ['linux', { XDG_CACHE_HOME: '/big/cache' }, '/home/me', '/big/cache/wheelworks'],
    ['linux', { XDG_CACHE_HOME: 'relative' }, '/home/me', '/home/me/.cache/wheelworks'],
    ['linux', { XDG_CACHE_HOME: '' }, '/home/me', '/home/me/.cache/wheelworks'],
    ['freebsd', {}, '/home/me', '/home/me/.cache/wheelworks'],
    ['darwin', { XDG_CACHE_HOME: '/big' }, '/Users/me', '/Users/me/Library/Caches/wheelworks'],
    ['win32', { LOCALAPPDATA: 'D:\\Local' }, 'C:\\Users\\me', 'D:\\Local\\wheelworks\\Cache'],
    ['win32', {}, 'C:\\Users\\me', 'C:\\Users\\me\\AppData\\Local\\wheelworks\\Cache'],
  ] as const)('on %s with %j', (platform, env, home, expected) => {
    expect(cacheDirectory({ platform, env, home })).toBe(expected);
  });
});

function watched(directory: string): {
  cache: ReturnType<typeof openCache>;
  notes: ProgressEvent[];
} {
  const notes: ProgressEvent[] = [];
  return { cache: openCache(directory, (event) => notes.push(event)), notes };
}

/** Every file of the cache, so that tests can damage them. */
async function filesOf(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function refuse(): never {
  throw new Error('not what I expected');
}

describe('a cache', () => {
  it('keeps text, values and files under their keys', async () => {
    const directory = join(await scratch(), 'new', 'cache');
    const source = join(await scratch(), 'python.tar.gz');
    await writeFile(source, 'archive');
    const { cache, notes } = watched(directory);
    await cache.writeText('one', 'first\u0000é');
    await cache.writeJson('two', { list: [1, 2] });
    const stored = await cache.storeFile('three', source);

    const again = watched(directory).cache;
    expect(await again.readText('one')).toBe('first\u0000é');
    expect(await again.readJson('two', (value) => value)).toEqual({ list: [1, 2] });
    expect(await again.findFile('three')).toBe(stored);
    expect(await readFile(stored ?? '', 'utf8')).toBe('archive');
    expect(notes).toEqual([]);
  });

  it('has nothing under other keys', async () => {
    const { cache, notes } = watched(await scratch());
    await cache.writeText('key', 'value');
    expect(await cache.readText('key ')).toBeUndefined();
    expect(await cache.readJson('other', String)).toBeUndefined();
    expect(await cache.findFile('other')).toBeUndefined();
    expect(notes).toEqual([]);
  });

  it('is not led elsewhere by a key', async () => {
    const outer = await scratch();
    const { cache } = watched(join(outer, 'cache'));
    await cache.writeText('../../escape', 'x');
    await cache.writeText('/etc/escape', 'y');
    expect(await readdir(outer)).toEqual(['cache']);
    expect(await cache.readText('../../escape')).toBe('x');
  });

  it('replaces a value', async () => {
    const { cache } = watched(await scratch());
    await cache.writeText('key', 'old');
    await cache.writeText('key', 'new');
    expect(await cache.readText('key')).toBe('new');
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, -2)],
    ['changed', (bytes: Buffer) => Buffer.concat([Buffer.from('!'), bytes.subarray(1)])],
    ['emptied', () => Buffer.alloc(0)],
  ])('takes any file that was %s for a miss, and heals by the next write', async (_, damage) => {
    const directory = await scratch();
    const { cache, notes } = watched(directory);
    await cache.writeText('key', 'some text');
    for (const file of await filesOf(directory)) {
      await writeFile(file, damage(await readFile(file)));
      expect(await cache.readText('key')).toBeUndefined();
      expect(await cache.findFile('key')).toBeUndefined();
      await cache.writeText('key', 'some text');
      expect(await cache.readText('key')).toBe('some text');
    }
    expect(notes).toEqual([]);
  });

  it('takes a missing half for a miss', async () => {
    const directory = await scratch();
    const { cache } = watched(directory);
    for (const half of [0, 1]) {
      await cache.writeText('key', 'text');
      const file = (await filesOf(directory)).sort()[half];
      await rm(file ?? '');
      expect(await cache.readText('key')).toBeUndefined();
      expect(await cache.findFile('key')).toBeUndefined();
    }
  });

  it('takes a value of another shape for a miss', async () => {
    const { cache, notes } = watched(await scratch());
    await cache.writeText('text', 'not JSON');
    await cache.writeJson('number', 7);
    expect(await cache.readJson('text', (value) => value)).toBeUndefined();
    expect(await cache.readJson('number', refuse)).toBeUndefined();
    expect(notes).toEqual([]);
  });

  it('works as an empty cache in a place that cannot be used, and says so once', async () => {
    const file = join(await scratch(), 'file');
    await writeFile(file, '');
    const { cache, notes } = watched(join(file, 'cache'));
    expect(await cache.readText('key')).toBeUndefined();
    await cache.writeText('key', 'value');
    await cache.writeText('key', 'value');
    expect(await cache.readText('key')).toBeUndefined();
    expect(await cache.storeFile('key', file)).toBeUndefined();
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatchObject({ type: 'note', level: 'warning' });
  });

  it('still reads where it may not write', async (context) => {
    const mayAll = process.getuid === undefined || process.getuid() === 0;
    context.skip(mayAll, 'needs a user who is not root');
    const directory = await scratch();
    await watched(directory).cache.writeText('key', 'value');
    const folders = [directory, join(directory, 'v1')];
    for (const folder of folders) await chmod(folder, 0o500);
    const { cache, notes } = watched(directory);
    await cache.writeText('other', 'x');
    expect(await cache.readText('key')).toBe('value');
    expect(notes).toHaveLength(1);
    for (const folder of folders) await chmod(folder, 0o700);
  });

  it('is not harmed by two writers at once', async () => {
    const directory = await scratch();
    await mkdir(directory, { recursive: true });
    const caches = Array.from({ length: 8 }, () => watched(directory).cache);
    await Promise.all(caches.map((cache, index) => cache.writeText('key', `value ${index}`)));
    const found = await watched(directory).cache.readText('key');
    // Value and seal of different writers are a miss; anything else is what one of them wrote.
    expect(found === undefined || /^value [0-7]$/.test(found)).toBe(true);
    await watched(directory).cache.writeText('key', 'settled');
    expect(await watched(directory).cache.readText('key')).toBe('settled');
  });
});
