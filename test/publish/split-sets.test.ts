import { copyFile, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plan, publish } from '../support/publication.ts';
import { scratch } from '../support/scratch.ts';
import { buildSplit } from '../support/split-builder.ts';
import { startUploadServer } from '../support/upload-server.ts';

describe('split wheels', () => {
  it('go after all of their parts, also those that two of them share', async () => {
    const folder = await scratch();
    const server = await startUploadServer();
    const set = await buildSplit(folder);
    // A wheel for another Python whose parts are the same files.
    const other = await buildSplit(join(folder, 'other'), {
      mainTags: 'cp313-cp313-linux_x86_64',
    });
    expect(await readFile(other.parts[0] ?? '')).toEqual(await readFile(set.parts[0] ?? ''));
    const report = await publish(server.upload, [set.main, other.main, ...set.parts], folder);
    expect(report).toMatchObject({ ok: true, install: ['big==1.0'] });
    const order = server.uploads.map(({ filename }) => filename);
    expect(order.slice(0, 2).sort()).toEqual(set.parts.map((path) => basename(path)));
    expect(order.slice(2).sort()).toEqual([set.main, other.main].map((path) => basename(path)));
  });

  it('are not sent without a part', async () => {
    const folder = await scratch();
    const server = await startUploadServer();
    const { main, parts } = await buildSplit(folder);
    const planned = await plan(server.upload, [main, parts[0] ?? ''], folder);
    expect(planned.problems).toMatchObject([
      {
        code: 'publish/part-missing',
        path: main,
        evidence: `${basename(parts[1] ?? '')}: neither given nor on the index`,
      },
    ]);
  });

  it('may come in parts before their main wheel, with a note', async () => {
    const folder = await scratch();
    const server = await startUploadServer();
    const { main, parts } = await buildSplit(folder);
    const alone = await plan(server.upload, parts, folder);
    expect(alone.problems).toEqual([]);
    expect(alone.notes.join('\n')).toMatch(
      /main wheel of big 1\.0 is not among the files: big_part1.*, big_part2/,
    );
    const whole = await plan(server.upload, [main, ...parts], folder);
    expect(whole.notes.join('\n')).not.toContain('not among the files');
  });

  it('are sent when the index has the part already, and only the very part', async () => {
    const folder = await scratch();
    const server = await startUploadServer();
    const { main, parts } = await buildSplit(folder);
    const [given = '', there = ''] = parts;
    server.files.set(basename(there), await readFile(there));
    await rm(there);
    expect((await plan(server.upload, [main, given], folder)).problems).toEqual([]);
    server.files.set(basename(there), Buffer.from('other'));
    expect((await plan(server.upload, [main, given], folder)).problems).toMatchObject([
      {
        code: 'publish/part-missing',
        evidence: `${basename(there)}: on the index with other bytes`,
      },
    ]);
  });

  it('are not sent with a part of another build', async () => {
    const folder = await scratch();
    const server = await startUploadServer();
    const { main, parts } = await buildSplit(folder);
    const other = await buildSplit(join(folder, 'other'), {
      files: (files, part) => (part === 1 ? { ...files, 'big_part1/more.py': '' } : files),
    });
    await copyFile(other.parts[0] ?? '', parts[0] ?? '');
    expect((await plan(server.upload, [main, ...parts], folder)).problems).toMatchObject([
      { code: 'publish/part-missing', evidence: expect.stringContaining('other bytes') },
    ]);
  });
});
