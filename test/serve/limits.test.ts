/** What a server bears: silent and many clients, bombs, READMEs with scripts; and whose names are whose. */
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { scratch } from '../support/scratch.ts';
import {
  ask,
  basic,
  BOUNDARY,
  formBody,
  simpleJson,
  testServer,
  upload,
  wheelUpload,
} from './client.ts';

/** An upload that has begun and does not go on. */
async function halfUpload(origin: string): Promise<Socket> {
  const body = formBody(wheelUpload());
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  // What the server does to it is what the tests are about.
  socket.on('error', () => {});
  socket.write(
    `POST /legacy/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${basic()}\r\n` +
      `Content-Type: multipart/form-data; boundary=${BOUNDARY}\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  socket.write(body.subarray(0, body.length - 100));
  return socket;
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error('waited ten seconds for nothing');
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

test('who falls silent is cut off, and leaves nothing', async () => {
  const root = join(await scratch(), 'index');
  const { origin } = await testServer({ root, rules: 'none', idleTimeout: 300 });
  // On a loaded machine one may be cut off, and its file gone, between two looks: then another is begun.
  for (let isSeen = false; ;) {
    const socket = await halfUpload(origin);
    let isOpen = true;
    const closed = new Promise<void>((resolve) => {
      socket.once('close', () => {
        isOpen = false;
        resolve();
      });
    });
    await until(async () => {
      isSeen = (await readdir(join(root, 'incoming'))).length === 1;
      return isSeen || !isOpen;
    });
    await closed;
    await until(async () => (await readdir(join(root, 'incoming'))).length === 0);
    if (isSeen) break;
  }
  expect((await upload(origin, wheelUpload())).status).toBe(200);
});

test('more uploads at once than are borne are told to come again', async () => {
  const root = join(await scratch(), 'index');
  const { origin } = await testServer({ root, rules: 'none', concurrentUploads: 1 });
  const socket = await halfUpload(origin);
  await until(async () => (await readdir(join(root, 'incoming'))).length === 1);
  const reply = await upload(origin, wheelUpload());
  expect([reply.status, reply.headers['retry-after']]).toEqual([503, '1']);
  socket.destroy();
  await until(async () => (await upload(origin, wheelUpload())).status === 200);
});

test('a bomb is refused, and is not unpacked to be so', async () => {
  const { origin } = await testServer();
  const spec = wheelUpload({ files: { 'pkg/zeros.bin': Buffer.alloc(80 << 20) } });
  expect(spec.content.length).toBeLessThan(1 << 20);
  const reply = await upload(origin, spec);
  expect([reply.status, reply.reason]).toEqual([400, expect.stringContaining('compression ratio')]);
});

test('scripts and addresses of a README stay off its page', async () => {
  const { origin } = await testServer();
  const readme =
    '<script>alert(1)</script>\n\n<a href="javascript:alert(2)">a</a> [b](javascript:alert(3)) <img src=x onerror=alert(4)>';
  const reply = await upload(
    origin,
    wheelUpload({}, [
      ['description', readme],
      ['description_content_type', 'text/markdown'],
      ['project_urls', 'Docs, https://example.org/"onmouseover="alert(5)'],
    ]),
  );
  expect(reply.status).toBe(200);
  for (const path of ['/project/pkg/', '/simple/pkg/', '/']) {
    const html = (await ask(origin, path, { headers: { accept: 'text/html' } })).body.toString();
    expect(html).not.toMatch(/<script|(?:href|src)="?javascript:|onerror=|"onmouseover=/);
  }
});

test('another index answers for the names that are listed, and for them alone', async () => {
  const far = await testServer({ rules: 'none' });
  await upload(far.origin, wheelUpload({ name: 'listed' }));
  await upload(far.origin, wheelUpload({ name: 'unlisted' }));
  const near = await testServer({
    rules: 'none',
    upstream: { url: far.simpleUrl, names: ['Listed'] },
  });
  const { files } = await simpleJson(near.origin, 'listed');
  expect(files.map(({ url }) => new URL(url).origin)).toEqual([far.origin]);
  expect((await ask(near.origin, '/simple/unlisted/')).status).toBe(404);
  // A name is there or here: nobody's file is taken for somebody else's.
  expect((await upload(near.origin, wheelUpload({ name: 'listed' }))).status).toBe(403);
  expect((await upload(near.origin, wheelUpload({ name: 'unlisted' }))).status).toBe(200);
  expect((await simpleJson(near.origin, 'unlisted')).files.map(({ url }) => url)).toEqual([
    expect.not.stringContaining(far.origin),
  ]);
});
