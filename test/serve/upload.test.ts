/** Uploads, and what the simple API says of them afterwards. */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratch } from '../support/scratch.ts';
import { ask, basic, formBody, simpleJson, testServer, upload, wheelUpload } from './client.ts';

const RULES = { rules: 'none' } as const;

test('an upload is on the page, in whole, with its metadata beside it', async () => {
  const { origin } = await testServer(RULES);
  const spec = wheelUpload({
    metadata: 'Metadata-Version: 2.1\nName: pkg\nVersion: 1.0\nRequires-Python: >=3.9\n',
  });
  const reply = await upload(origin, spec);
  expect({ status: reply.status, body: reply.body.toString() }).toEqual({ status: 200, body: '' });

  const { versions, files } = await simpleJson(origin, 'pkg');
  const [file] = files;
  const sha256 = createHash('sha256').update(spec.content).digest('hex');
  expect(versions).toEqual(['1.0']);
  expect(file).toMatchObject({
    filename: spec.filename,
    size: spec.content.length,
    hashes: { sha256 },
    'requires-python': '>=3.9',
  });
  const url = new URL(file?.url ?? '', `${origin}/simple/pkg/`);
  const got = await ask(origin, url.pathname);
  expect(got.body.equals(spec.content)).toBe(true);
  const metadata = await ask(origin, `${url.pathname}.metadata`);
  expect(metadata.body.toString()).toContain('Requires-Python: >=3.9');
  expect(createHash('sha256').update(metadata.body).digest('hex')).toBe(
    file?.['core-metadata']?.['sha256'],
  );
});

test('the same bytes again are a success, others are not', async () => {
  const { origin } = await testServer(RULES);
  expect((await upload(origin, wheelUpload())).status).toBe(200);
  expect((await upload(origin, wheelUpload())).status).toBe(200);
  const other = await upload(origin, wheelUpload({ files: { 'pkg/__init__.py': 'x = 2\n' } }));
  expect(other.status).toBe(400);
  expect(other.reason).toMatch(/^File already exists/);
  expect((await simpleJson(origin, 'pkg')).files).toHaveLength(1);
});

test('nobody and strangers are told 403, never 401', async () => {
  const { origin } = await testServer(RULES);
  for (const authorization of [
    undefined,
    'Basic bm9ib2R5',
    basic('pypi-another'),
    `Basic ${Buffer.from('me:secret').toString('base64')}`,
    'Bearer x',
  ]) {
    const body = formBody(wheelUpload());
    const reply = await ask(origin, '/legacy/', {
      method: 'POST',
      body,
      headers: {
        'content-type': 'multipart/form-data; boundary=a-boundary-of-this-test',
        ...(authorization === undefined ? {} : { authorization }),
      },
    });
    expect(reply.status).toBe(403);
    expect(reply.reason).toMatch(/^Invalid or non-existent authentication information/);
  }
  expect((await ask(origin, '/simple/pkg/')).status).toBe(404);
});

test('tokens come as basic authentication, token and bearer, with white space around', async () => {
  const { origin, tokens } = await testServer(RULES);
  const token = tokens[0]?.secret.reveal() ?? '';
  for (const authorization of [`token ${token}`, `Bearer  ${token} `, basic(` ${token}\n`)]) {
    const reply = await upload(origin, wheelUpload(), { headers: { authorization } });
    expect(reply.status).toBe(200);
  }
});

test('refusals come as the client wants them', async () => {
  const { origin } = await testServer(RULES);
  await upload(origin, wheelUpload());
  const other = wheelUpload({ files: { 'pkg/a.py': '' } });
  const uv = 'application/json;q=0.9, text/plain;q=0.8, text/html;q=0.7';
  const json = await upload(origin, other, { headers: { accept: uv } });
  expect(JSON.parse(json.body.toString())).toMatchObject({
    code: `400 ${json.reason}`,
    title: 'Bad Request',
    message: expect.stringContaining(json.reason),
  });
  const plain = await upload(origin, other, { headers: { accept: 'text/plain' } });
  expect(plain.body.toString()).toContain(`400 ${plain.reason}`);
  const html = await upload(origin, other, { headers: { accept: '*/*' } });
  expect(html.headers['content-type']).toContain('text/html');
  expect(html.body.toString()).toContain('<h1>400 File already exists');
});

test('an address without its slash is told the right one', async () => {
  const { origin } = await testServer(RULES);
  const reply = await upload(origin, wheelUpload(), { path: '/legacy' });
  expect([reply.status, reply.headers.location]).toEqual([308, '/legacy/']);
  expect((await simpleJson(origin, 'pkg').catch(() => undefined))?.files).toBeUndefined();
});

test('what was taken is there after a restart, and nothing else', async () => {
  const root = await scratch();
  const first = await testServer({ ...RULES, root });
  await upload(first.origin, wheelUpload());
  await first.yank('pkg-1.0-py3-none-any.whl', 'broken');
  await first.close();
  const second = await testServer({ ...RULES, root });
  const { files } = await simpleJson(second.origin, 'pkg');
  expect(files.map(({ filename, yanked }) => [filename, yanked])).toEqual([
    ['pkg-1.0-py3-none-any.whl', 'broken'],
  ]);
  expect(await readdir(join(root, 'incoming'))).toEqual([]);
});
