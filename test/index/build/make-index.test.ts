import { existsSync, readFileSync } from 'node:fs';
import { appendFile, mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { folderTarget, parseChannel, parseYank, verifyIndex } from '../../../src/index/index.ts';
import { openCache } from '../../../src/support/cache.ts';
import { ignoreEvents } from '../../../src/support/progress/events.ts';
import { indexOf } from '../../support/index-lab.ts';
import { scratch } from '../../support/scratch.ts';
import { writeWheelFile } from '../../support/wheel-builder.ts';

let root: string;
let dist: string;
let out: string;

beforeEach(async () => {
  root = await scratch();
  dist = join(root, 'dist');
  out = join(root, 'out');
  await mkdir(join(dist, 'deep'), { recursive: true });
  await writeWheelFile(dist, { name: 'spam', version: '1.0' });
  await writeWheelFile(join(dist, 'deep'), { name: 'spam', version: '2.0rc1' });
  await writeWheelFile(dist, { name: 'eggs', version: '1.0' });
});

async function tree(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'latin1')]),
  );
}

async function findings(): Promise<readonly string[]> {
  const { findings: all } = await verifyIndex(out, { jobs: 2, events: ignoreEvents });
  return all.map(({ code }) => code);
}

describe('an index', () => {
  it('has every file below its inputs, and is what installers expect', async () => {
    const { channels } = await indexOf([dist], out);
    expect(channels).toEqual([{ projects: 2, files: 3 }]);
    expect(await findings()).toEqual([]);
    expect(existsSync(join(out, 'files/spam/spam-2.0rc1-py3-none-any.whl.metadata'))).toBe(true);
  });

  it('is the same bytes wherever and whenever it is made', async () => {
    await indexOf([dist], out);
    const other = join(root, 'other');
    await utimes(join(dist, 'eggs-1.0-py3-none-any.whl'), 1, 1);
    await indexOf([join(dist, 'deep'), dist], other).catch(() => undefined);
    await rm(other, { recursive: true, force: true });
    await indexOf([dist], other, { jobs: 1 });
    expect(await tree(other)).toEqual(await tree(out));
  });

  it('is left alone where nothing changed, page by page', async () => {
    await indexOf([dist], out);
    const page = join(out, 'simple/eggs/index.html');
    const before = await stat(page);
    await writeWheelFile(dist, { name: 'spam', version: '3.0' });
    const { plan } = await indexOf([dist], out);
    expect(plan.added.map(({ path }) => path)).toEqual([
      'files/spam/spam-3.0-py3-none-any.whl',
      'files/spam/spam-3.0-py3-none-any.whl.metadata',
    ]);
    expect(plan.changed.map(({ path }) => path).sort()).toEqual([
      'links.html',
      'simple/index.html',
      'simple/spam/index.html',
      'simple/spam/index.json',
    ]);
    expect((await stat(page)).ino).toBe(before.ino);
    expect((await indexOf([dist], out)).plan).toMatchObject({
      added: [],
      changed: [],
      removed: [],
    });
  });

  it('loses what is no part of it any more, and empty folders with it', async () => {
    await indexOf([dist], out);
    await rm(join(dist, 'eggs-1.0-py3-none-any.whl'));
    const { plan } = await indexOf([dist], out);
    expect(plan.removed).toEqual([
      'files/eggs/eggs-1.0-py3-none-any.whl',
      'files/eggs/eggs-1.0-py3-none-any.whl.metadata',
      'simple/eggs/index.html',
      'simple/eggs/index.json',
    ]);
    expect(existsSync(join(out, 'files/eggs'))).toBe(false);
    expect(await findings()).toEqual([]);
  });

  it('is only planned with dryRun', async () => {
    const { plan } = await indexOf([dist], out, { dryRun: true });
    expect(plan.added).toHaveLength(13);
    expect(existsSync(out)).toBe(false);
  });

  it('leaves files that lie in it where they are', async () => {
    await indexOf([dist], dist);
    expect(existsSync(join(dist, 'files'))).toBe(false);
    expect(existsSync(join(dist, 'deep/spam-2.0rc1-py3-none-any.whl.metadata'))).toBe(true);
    expect((await verifyIndex(dist, { jobs: 1, events: ignoreEvents })).findings).toEqual([]);
  });

  it('replaces nothing that it did not write', async () => {
    await mkdir(join(out, 'simple'), { recursive: true });
    await writeFile(join(out, 'simple/index.html'), 'by hand');
    await expect(indexOf([dist], out)).rejects.toMatchObject({ code: 'index/not-ours' });
    expect(await tree(out)).toEqual({ 'simple/index.html': 'by hand' });
  });

  it('reads only what changed', async () => {
    const cache = openCache(join(root, 'cache'), ignoreEvents);
    const now = (): number => Date.now() + 10_000;
    const path = join(dist, 'eggs-1.0-py3-none-any.whl');
    const time = new Date(5000);
    await utimes(path, time, time);
    await indexOf([dist], out, { cache, now });
    // A file with the size, time and inode that are known is not opened: even broken, it is not noticed.
    await writeFile(path, Buffer.alloc((await stat(path)).size));
    await utimes(path, time, time);
    expect((await indexOf([dist], out, { cache, now })).plan.changed).toEqual([]);
    await utimes(path, time, new Date(1));
    await expect(indexOf([dist], out, { cache, now })).rejects.toMatchObject({
      code: expect.stringMatching(/^zip\//) as string,
    });
  });

  it('refuses two files of one name, but not one file twice', async () => {
    const copy = join(root, 'copy');
    await mkdir(copy);
    await writeWheelFile(copy, { name: 'eggs', version: '1.0' });
    expect((await indexOf([dist, copy], out)).channels[0]?.files).toBe(3);
    await writeWheelFile(copy, { name: 'eggs', version: '1.0', files: { 'eggs.py': 'other' } });
    await expect(indexOf([dist, copy], out)).rejects.toMatchObject({ code: 'index/two-files' });
  });
});

describe('an index that would be lost', () => {
  it('stays when no input has a file, unless that is meant', async () => {
    const empty = join(root, 'empty');
    await mkdir(empty);
    await indexOf([dist], out);
    const before = await tree(out);
    await expect(indexOf([empty], out)).rejects.toMatchObject({ code: 'index/nothing-to-index' });
    expect(await tree(out)).toEqual(before);
    expect((await indexOf([empty], out, { allowEmpty: true })).channels).toEqual([
      { projects: 0, files: 0 },
    ]);
  });

  it('stays when channels were made without --channel, and the other way round', async () => {
    const channels = [parseChannel('stable'), parseChannel('nightly=pre')];
    const refused = { code: 'index/other-channels' };
    await indexOf([dist], out, { channels });
    const before = await tree(out);
    await expect(indexOf([dist], out)).rejects.toMatchObject(refused);
    expect(await tree(out)).toEqual(before);
    const plain = join(root, 'plain');
    await indexOf([dist], plain);
    await expect(indexOf([dist], plain, { channels })).rejects.toMatchObject(refused);
  });
});

describe('the page of a project', () => {
  const page = (): string => readFileSync(join(out, 'simple/eggs/index.html'), 'utf8');

  it('shows no command that would install from another index', async () => {
    await indexOf([dist], out);
    expect(page()).toContain('pip install --index-url &lt;THIS_INDEX&gt; eggs');
    await indexOf([dist], out, { baseUrl: 'https://wheels.example.org/whl/' });
    expect(page()).toContain(
      'pip install --index-url https://wheels.example.org/whl/simple/ eggs<',
    );
    expect(page()).not.toContain('THIS_INDEX');
  });

  it('says that the newest version is yanked, and shows the one that installers take', async () => {
    await writeWheelFile(dist, { name: 'eggs', version: '2.0' });
    await indexOf([dist], out, { yanks: [parseYank('eggs==2.0=broken')] });
    expect(page()).toContain('The newest version, 2.0, is yanked. Installers take 1.0.');
    expect(page()).toContain('Wheels of 1.0');
    await indexOf([dist], out, { yanks: [parseYank('eggs==2.0=x'), parseYank('eggs==1.0=x')] });
    expect(page()).toContain('is yanked. No version is left');
    expect(page()).toContain('Wheels of 2.0, yanked');
  });
});

describe('yanks', () => {
  it('reach both pages, whatever is in the reason', async () => {
    const reason = '<script>alert(1)</script> "quoted" & done';
    await indexOf([dist], out, { yanks: [parseYank(`spam==1.0=${reason}`)] });
    const page = readFileSync(join(out, 'simple/spam/index.html'), 'utf8');
    expect(page).not.toContain('<script');
    expect(page).toContain('data-yanked="&lt;script&gt;');
    const json = JSON.parse(readFileSync(join(out, 'simple/spam/index.json'), 'utf8')) as {
      files: { filename: string; yanked?: string }[];
    };
    expect(json.files.map(({ yanked }) => yanked)).toEqual([reason, undefined]);
    expect(await findings()).toEqual([]);
  });

  it('without a reason have an empty value, never a bare attribute', async () => {
    await indexOf([dist], out, { yanks: [parseYank('eggs-1.0-*.whl=')] });
    expect(readFileSync(join(out, 'simple/eggs/index.html'), 'utf8')).toContain('data-yanked=""');
  });

  it('that name nothing are refused', async () => {
    await expect(
      indexOf([dist], out, { yanks: [parseYank('span==1.0=typo')] }),
    ).rejects.toMatchObject({ code: 'index/yank-unused' });
    expect(() => parseYank('no reason')).toThrow(expect.objectContaining({ code: 'index/yank' }));
  });
});

describe('channels', () => {
  it('have the versions that their rules let in, over the same files', async () => {
    await indexOf([dist], out, {
      channels: [parseChannel('stable'), parseChannel('nightly=pre,keep=1')],
    });
    const files = (path: string): string[] =>
      (JSON.parse(readFileSync(join(out, path), 'utf8')) as { files: { url: string }[] }).files.map(
        ({ url }) => url,
      );
    expect(files('stable/simple/spam/index.json')).toEqual([
      '../../../files/spam/spam-1.0-py3-none-any.whl',
    ]);
    expect(files('nightly/simple/spam/index.json')).toEqual([
      '../../../files/spam/spam-2.0rc1-py3-none-any.whl',
    ]);
    for (const channel of ['stable', 'nightly'])
      expect(
        (await verifyIndex(join(out, channel), { jobs: 1, events: ignoreEvents })).findings,
      ).toEqual([]);
  });

  it('drop old versions by time, but never the newest', async () => {
    for (const [version, day] of [
      ['2.0.dev1', 1],
      ['2.0.dev2', 10],
    ] as const) {
      const path = await writeWheelFile(dist, { name: 'eggs', version });
      await utimes(path, new Date(2026, 9, day), new Date(2026, 9, day));
    }
    await rm(join(dist, 'eggs-1.0-py3-none-any.whl'));
    await indexOf([dist], out, { channels: [parseChannel('nightly=days=5')], fileTimes: {} });
    const text = readFileSync(join(out, 'nightly/simple/eggs/index.json'), 'utf8');
    expect(text).toContain('2.0.dev2-');
    expect(text).not.toContain('2.0.dev1-');
  });

  it('with other rules or odd names are refused', () => {
    for (const text of ['nightly=often', '../x', 'simple', 'a=keep=0'])
      expect(() => parseChannel(text)).toThrow(expect.objectContaining({ code: 'index/channel' }));
  });
});

describe('a run that is not alone or not finished', () => {
  it('is refused while another one writes, and not by one that is gone', async () => {
    const unlock = await folderTarget(out).lock();
    await expect(indexOf([dist], out)).rejects.toMatchObject({ code: 'index/locked' });
    await unlock();
    await indexOf([dist], out);
    const { hostname } = await import('node:os');
    // The largest process number there is belongs to nobody here.
    await writeFile(
      join(out, '.wheelworks-index.lock'),
      JSON.stringify({ pid: 4_194_303, host: hostname() }),
    );
    await appendFile(join(out, 'links.html'), ' ');
    expect((await indexOf([dist], out)).plan.changed.map(({ path }) => path)).toEqual([
      'links.html',
    ]);
  });

  it('leaves an index that works at every point, and the next run finishes', async () => {
    await indexOf([dist], out);
    await writeWheelFile(dist, { name: 'spam', version: '3.0' });
    await rm(join(dist, 'eggs-1.0-py3-none-any.whl'));
    for (let point = 0; point < 12; point += 1) {
      const copy = join(root, `copy-${point}`);
      const { cp } = await import('node:fs/promises');
      await cp(out, copy, { recursive: true });
      const target = folderTarget(copy);
      let left = point;
      const dying = <Result>(work: () => Promise<Result>): Promise<Result> => {
        left -= 1;
        if (left < 0) throw new Error('the machine died');
        return work();
      };
      await indexOf([dist], copy, {
        jobs: 1,
        target: {
          ...target,
          put: (object) => dying(() => target.put(object)),
          remove: (paths) => dying(() => target.remove(paths)),
          writeManifest: (manifest) => dying(() => target.writeManifest(manifest)),
        },
      }).catch((error: unknown) => {
        if (!String(error).includes('the machine died')) throw error;
      });
      const { findings: odd } = await verifyIndex(copy, { jobs: 1, events: ignoreEvents });
      // The two forms of a page and the flat page change one after the other.
      expect(odd.filter(({ code }) => !/disagree/.test(code))).toEqual([]);
      await indexOf([dist], copy);
      const { findings: rest } = await verifyIndex(copy, { jobs: 1, events: ignoreEvents });
      expect(rest).toEqual([]);
      expect(existsSync(join(copy, 'files/eggs'))).toBe(false);
    }
  });

  it('is never seen half by somebody who reads all the time', async () => {
    await indexOf([dist], out);
    const stop = new AbortController();
    const seen = new Set<number>();
    const reader = (async () => {
      while (!stop.signal.aborted) {
        const text = readFileSync(join(out, 'simple/spam/index.html'), 'utf8');
        const json = JSON.parse(readFileSync(join(out, 'simple/spam/index.json'), 'utf8')) as {
          files: { url: string }[];
        };
        expect(text.endsWith('</html>\n')).toBe(true);
        for (const { url } of json.files)
          expect(existsSync(join(out, 'simple/spam', url))).toBe(true);
        seen.add(json.files.length);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (let version = 3; version < 15; version += 1) {
      await writeWheelFile(dist, { name: 'spam', version: `${version}.0` });
      await indexOf([dist], out);
    }
    stop.abort();
    await reader;
    expect(seen.size).toBeGreaterThan(3);
  });
});
