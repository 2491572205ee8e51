import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readReceipt } from '../../src/publish/index.ts';
import {
  CANARY,
  goodSdist,
  goodWheel,
  plan,
  publish,
  run,
  sha256,
} from '../support/publication.ts';
import { scratch } from '../support/scratch.ts';
import { startUploadServer } from '../support/upload-server.ts';

async function release(folder: string): Promise<string[]> {
  return [
    await goodSdist(folder),
    await goodWheel(folder),
    await goodWheel(folder, { tags: 'cp39-abi3-manylinux_2_17_x86_64' }),
    await goodWheel(folder, { tags: 'cp312-cp312-manylinux_2_17_x86_64' }),
    await goodWheel(folder, { tags: 'cp313-cp313-manylinux_2_17_x86_64' }),
  ];
}

describe('a publication', () => {
  it('sends every file with its bytes, the sdist last and the narrow wheels first', async () => {
    const folder = await scratch();
    const server = await startUploadServer();
    const paths = await release(folder);
    const report = await publish(server.upload, paths, folder);
    expect(report).toMatchObject({ ok: true, nothingToDo: false });
    expect(server.uploads.map(({ filename }) => filename).slice(2)).toEqual([
      'spam-1.0-cp39-abi3-manylinux_2_17_x86_64.whl',
      'spam-1.0-py3-none-any.whl',
      'spam-1.0.tar.gz',
    ]);
    for (const path of paths)
      expect(server.files.get(basename(path))?.equals(await readFile(path))).toBe(true);
  });

  it('tells how to install one version of a project, the newest', async () => {
    const folder = await scratch();
    const server = await startUploadServer();
    const wheels = [];
    for (const version of ['1.9', '1.10', '1.2']) wheels.push(await goodWheel(folder, { version }));
    const report = await publish(server.upload, wheels, folder);
    expect(report).toMatchObject({ ok: true, install: ['spam==1.10'] });
  });

  it('announces its length and sends nothing in chunks', async () => {
    const folder = await scratch();
    const server = await startUploadServer();
    await publish(server.upload, [await goodWheel(folder)], folder);
    const [upload] = server.uploads;
    expect(upload?.headers['content-length']).toBe(String(upload?.raw.length));
    expect(upload?.headers).not.toHaveProperty('transfer-encoding');
    expect(upload?.headers).not.toHaveProperty('expect');
    expect(upload?.headers.authorization).toBe(
      `Basic ${Buffer.from(`__token__:${CANARY}`).toString('base64')}`,
    );
  });

  it('finds what is there, and has nothing to do', async () => {
    const folder = await scratch();
    const server = await startUploadServer();
    const paths = await release(folder);
    await publish(server.upload, paths, folder);
    const again = await publish(server.upload, paths, folder);
    expect(again).toMatchObject({ ok: true, nothingToDo: true });
    expect(server.uploads).toHaveLength(5);
  });

  it('sends nothing at all when the index has other bytes under one of the names', async () => {
    const folder = await scratch();
    const server = await startUploadServer();
    const paths = await release(folder);
    server.files.set('spam-1.0-py3-none-any.whl', Buffer.from('other'));
    const planned = await plan(server.upload, paths, folder);
    expect(planned.problems).toMatchObject([{ code: 'publish/other-bytes' }]);
    await expect(run(planned)).rejects.toMatchObject({ code: 'publish/has-problems' });
    expect(server.uploads).toHaveLength(0);
  });

  it('sends the first file of a project alone', async () => {
    const folder = await scratch();
    const seen: number[] = [];
    const server = await startUploadServer({
      onActive: (active) => seen.push(active),
      answer: ({ filename, content }, response) => {
        server.files.set(filename, content);
        setTimeout(() => response.end(), 100);
        return true;
      },
    });
    const paths = [];
    for (const minor of [9, 10, 11, 12, 13])
      paths.push(
        await goodWheel(folder, { tags: `cp3${minor}-cp3${minor}-manylinux_2_17_x86_64` }),
      );
    await publish(server.upload, paths, folder, { run: { jobs: 4 } });
    expect(seen.slice(0, 2)).toEqual([1, 1]);
    expect(Math.max(...seen)).toBeGreaterThan(1);
    expect(Math.max(...seen)).toBeLessThanOrEqual(4);
  });

  it('stops at a refusal and leaves the rest for the next run, which goes on', async () => {
    const folder = await scratch();
    let isOpen = false;
    const server = await startUploadServer({
      answer: ({ filename }) =>
        filename.includes('abi3') && !isOpen
          ? { status: 403, reason: "The user 'x' isn't allowed to upload to project 'spam'." }
          : undefined,
    });
    const paths = await release(folder);
    const report = await publish(server.upload, paths, folder);
    expect(report.files.map(({ outcome }) => outcome)).toEqual([
      'sent',
      'sent',
      'failed',
      'not-sent',
      'not-sent',
    ]);
    expect(report.files[2]?.error).toMatchObject({ code: 'publish/not-allowed' });
    isOpen = true;
    const again = await publish(server.upload, paths, folder);
    expect(again.files.map(({ outcome }) => outcome)).toEqual([
      'present',
      'present',
      'sent',
      'sent',
      'sent',
    ]);
    const receipt = await readReceipt(join(folder, '.wheelworks', 'publish-spam-1.0.json'));
    expect(receipt?.destinations[0]?.files.map(({ state }) => state)).toEqual(
      Array.from({ length: 5 }, () => 'sent'),
    );
  });

  it('refuses a file that changed after it was planned', async () => {
    const folder = await scratch();
    const server = await startUploadServer();
    const path = await goodWheel(folder);
    const planned = await plan(server.upload, [path], folder);
    await writeFile(path, 'other bytes');
    const report = await run(planned);
    expect(report.files[0]?.error).toMatchObject({ code: 'publish/file-changed' });
    expect(server.uploads).toHaveLength(0);
  });

  it('never completes the upload of a file that changes while it is sent', async () => {
    const folder = await scratch();
    const server = await startUploadServer();
    const path = await goodWheel(folder);
    const planned = await plan(server.upload, [path], folder);
    const wrong = planned.ranks.map((rank) => ({
      ...rank,
      files: rank.files.map((each) => ({
        ...each,
        file: { ...each.file, sha256: sha256(Buffer.from('what was planned')) },
      })),
    }));
    const report = await run({ ...planned, ranks: wrong });
    expect(report.files[0]?.error).toMatchObject({ code: 'publish/file-changed' });
    expect(server.uploads).toHaveLength(0);
    expect(server.files.size).toBe(0);
  });
});
