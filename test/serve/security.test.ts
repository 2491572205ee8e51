/** Hostile requests: names, paths, hosts, origins, sizes. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratch } from '../support/scratch.ts';
import { ask, basic, BOUNDARY, TOKEN, testServer, upload, wheelUpload } from './client.ts';

const HOSTILE_NAMES = [
  '../pkg-1.0-py3-none-any.whl',
  '..\\pkg-1.0-py3-none-any.whl',
  '/etc/pkg-1.0-py3-none-any.whl',
  'C:\\pkg-1.0-py3-none-any.whl',
  'pkg-1.0-py3-none-any.whl:stream',
  'pkg-1.0-py3-none-any.whl\u0000.txt',
  'pkg%2f..%2f-1.0-py3-none-any.whl',
  'ｐkg-1.0-py3-none-any.whl',
  '.whl',
  '..',
];

test.each(['pypi', 'none'] as const)('no name leaves its folder, with rules %s', async (rules) => {
  const folder = await scratch();
  const root = join(folder, 'index');
  const { origin } = await testServer({ root, rules });
  for (const filename of HOSTILE_NAMES) {
    const reply = await upload(origin, { ...wheelUpload(), filename });
    expect([filename, reply.status]).toEqual([filename, 400]);
  }
  expect(await readdir(folder)).toEqual(['index']);
  expect(await readdir(join(root, 'incoming'))).toEqual([]);
  expect(await readdir(join(root, 'contents'))).toEqual([]);
});

test('no path of an address leads to a file', async () => {
  const { origin } = await testServer({ rules: 'none' });
  await upload(origin, wheelUpload());
  for (const path of [
    '/files/../../etc/passwd',
    '/files/%2e%2e/%2e%2e/etc/passwd',
    '/files/..%2f..%2fetc/passwd',
    '/files/%252e%252e/passwd',
    '/files/x/..%5c..%5cjournal.jsonl',
    '/files/x/journal.jsonl',
    '/files/x/pkg-1.0-py3-none-any.whl',
    '/simple/..%00/',
    '/simple/%ff/',
    '/journal.jsonl',
  ]) {
    const { status } = await ask(origin, path);
    expect([path, status === 400 || status === 404]).toEqual([path, true]);
  }
});

test('only names of this machine are answered to', async () => {
  const { origin } = await testServer({ rules: 'none', allowedHosts: ['index.test'] });
  const statusFor = async (host: string): Promise<number> =>
    (await ask(origin, '/simple/', { headers: { host } })).status;
  expect(await statusFor('evil.example')).toBe(421);
  expect(await statusFor('127.0.0.1.evil.example:80')).toBe(421);
  expect(await statusFor('localhost:1234')).toBe(200);
  expect(await statusFor('index.test')).toBe(200);
});

test('pages of other sites change nothing', async () => {
  const { origin } = await testServer({ rules: 'none' });
  const foreign = await upload(origin, wheelUpload(), {
    headers: { origin: 'https://evil.example' },
  });
  expect(foreign.status).toBe(403);
  const crossSite = await upload(origin, wheelUpload(), {
    headers: { 'sec-fetch-site': 'cross-site' },
  });
  expect(crossSite.status).toBe(403);
  expect((await upload(origin, wheelUpload(), { headers: { origin } })).status).toBe(200);
});

test('what a client sends ends no header, and is text on every page', async () => {
  const { origin } = await testServer();
  const spec = wheelUpload({}, [['summary', '<script>alert(1)</script>']]);
  const filename = '<img src=x onerror=alert(1)>é€-1.0-py3-none-any.whl';
  const reply = await upload(origin, { ...spec, filename });
  expect(reply.status).toBe(400);
  expect(reply.reason).not.toMatch(/[\r\n]/);
  for (const path of ['/', '/uploads/', '/uploads/1/']) {
    const page = await ask(origin, path);
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect(page.body.toString()).not.toMatch(/<script|<img/);
    expect(page.body.toString()).not.toContain(TOKEN);
  }
});

test('too many fields, too large ones and no form at all are refused, and the server goes on', async () => {
  const { origin } = await testServer({ rules: 'none' });
  const many = Array.from({ length: 20_001 }, (_, at) => [`f${at}`, ''] as const);
  expect((await upload(origin, wheelUpload({}, many))).status).toBe(413);
  const long = [['description', 'x'.repeat((8 << 20) + 1)]] as const;
  expect((await upload(origin, wheelUpload({}, long))).status).toBe(413);
  for (const type of ['text/plain', 'multipart/form-data', `multipart/form-data; boundary=other`]) {
    const headers = { authorization: basic(), 'content-type': type };
    const reply = await ask(origin, '/legacy/', { method: 'POST', headers, body: BOUNDARY });
    expect([type, reply.status]).toEqual([type, 400]);
  }
  expect((await upload(origin, wheelUpload())).status).toBe(200);
});

test('a file over the limit is refused and not kept', async () => {
  const server = await testServer({ fileLimit: 200 });
  const reply = await upload(server.origin, wheelUpload());
  expect([reply.status, reply.reason]).toEqual([400, expect.stringMatching(/^File too large/)]);
  expect(server.uploads()).toHaveLength(1);
});

test('the administration needs its own token', async () => {
  const { origin, adminToken } = await testServer({ rules: 'none' });
  const call = async (authorization: string): Promise<number> =>
    (await ask(origin, '/_/admin/reset', { method: 'POST', headers: { authorization } })).status;
  expect(await call(`bearer ${TOKEN}`)).toBe(403);
  expect(await call('')).toBe(403);
  expect(await call(`bearer ${adminToken.reveal()}`)).toBe(200);
});

test.each([
  ['pypi', [400]],
  ['none', [200, 400]],
] as const)('no project name becomes a path, with rules %s', async (rules, statuses) => {
  const folder = await scratch();
  const root = join(folder, 'index');
  const { origin } = await testServer({ root, rules });
  for (const name of ['../../escaped', '..', '/etc/escaped', 'a/b', 'C:\\escaped', 'pkg\u0000']) {
    const { fields, ...spec } = wheelUpload();
    const changed = fields.map(([key, value]) => [key, key === 'name' ? name : value] as const);
    const reply = await upload(origin, { ...spec, fields: changed });
    expect(statuses).toContain(reply.status);
  }
  expect(await readdir(folder)).toEqual(['index']);
  for (const each of ['', 'contents'])
    for (const path of await readdir(join(root, each), { recursive: true }))
      expect(path).not.toContain('escaped');
});
