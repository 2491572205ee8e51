/** The simple API as clients ask for it, faults, the administration. */
import { expect, test } from 'vitest';
import { ask, simpleJson, testServer, upload, wheelUpload } from './client.ts';

const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const HTML_TYPE = 'application/vnd.pypi.simple.v1+html';

test('the form of a page is what the client wants most', async () => {
  const { origin } = await testServer({ rules: 'none' });
  await upload(origin, wheelUpload());
  const typeFor = async (accept?: string): Promise<readonly unknown[]> => {
    const headers = accept === undefined ? {} : { accept };
    const reply = await ask(origin, '/simple/pkg/', { headers });
    return [reply.status, reply.headers['content-type'], reply.headers.vary];
  };
  const legacy = [200, 'text/html; charset=utf-8', 'Accept'];
  expect(await typeFor()).toEqual(legacy);
  expect(await typeFor('*/*')).toEqual(legacy);
  const pip = `${JSON_TYPE}, ${HTML_TYPE}; q=0.1, text/html; q=0.01`;
  expect(await typeFor(pip)).toEqual([200, JSON_TYPE, 'Accept']);
  expect(await typeFor('application/vnd.pypi.simple.latest+json')).toEqual([
    200,
    JSON_TYPE,
    'Accept',
  ]);
  expect(await typeFor(HTML_TYPE)).toEqual([200, HTML_TYPE, 'Accept']);
  expect((await typeFor('image/png'))[0]).toBe(406);
});

test('other spellings and missing slashes are led to the page', async () => {
  const { origin } = await testServer({ rules: 'none' });
  for (const path of ['/simple/My.Pkg/', '/simple/my_pkg', '/simple/MY--PKG']) {
    const { status, headers } = await ask(origin, path);
    expect([status, headers.location]).toEqual([301, '/simple/my-pkg/']);
  }
  expect((await ask(origin, '/simple')).headers.location).toBe('/simple/');
});

test('pages are known again until they change, files for ever', async () => {
  const { origin } = await testServer({ rules: 'none' });
  await upload(origin, wheelUpload());
  const etag = (await ask(origin, '/simple/pkg/')).headers.etag ?? '';
  const again = async (): Promise<number> =>
    (await ask(origin, '/simple/pkg/', { headers: { 'if-none-match': etag } })).status;
  expect(await again()).toBe(304);
  await upload(origin, wheelUpload({ version: '1.1' }));
  expect(await again()).toBe(200);
});

test('files come in parts', async () => {
  const { origin } = await testServer({ rules: 'none' });
  const spec = wheelUpload();
  await upload(origin, spec);
  const [file] = (await simpleJson(origin, 'pkg')).files;
  const { pathname } = new URL(file?.url ?? '', `${origin}/simple/pkg/`);
  const size = spec.content.length;
  const part = async (range: string): Promise<readonly unknown[]> => {
    const reply = await ask(origin, pathname, { headers: { range } });
    return [reply.status, reply.headers['content-range'], reply.body.length];
  };
  expect(await part('bytes=0-9')).toEqual([206, `bytes 0-9/${size}`, 10]);
  expect(await part('bytes=-4')).toEqual([206, `bytes ${size - 4}-${size - 1}/${size}`, 4]);
  expect((await part(`bytes=${size}-`)).slice(0, 2)).toEqual([416, `bytes */${size}`]);
  expect((await part('bytes=5-1'))[0]).toBe(200);
  const head = await ask(origin, pathname, { method: 'HEAD' });
  expect([head.headers['content-length'], head.headers['accept-ranges']]).toEqual([
    String(size),
    'bytes',
  ]);
  expect(head.headers['cache-control']).toContain('immutable');
});

test('a lost answer: the file is there, and the same upload again is a success', async () => {
  const { origin } = await testServer({
    faults: [{ kind: 'lost', path: '/legacy/', times: 1 }],
    rules: 'none',
  });
  await expect(upload(origin, wheelUpload())).rejects.toThrow(/hang up|ECONNRESET/);
  expect((await simpleJson(origin, 'pkg')).files).toHaveLength(1);
  expect((await upload(origin, wheelUpload())).status).toBe(200);
});

test('faults are played as often as they were asked for', async () => {
  const server = await testServer({ rules: 'none' });
  server.setFaults([{ kind: 'status', status: 503, path: '/simple/', times: 2 }]);
  const statuses = [];
  for (let time = 0; time < 3; time += 1)
    statuses.push((await ask(server.origin, '/simple/')).status);
  expect(statuses).toEqual([503, 503, 200]);
  server.setFaults([{ kind: 'cut', after: 10, path: '/simple/' }]);
  await expect(ask(server.origin, '/simple/')).rejects.toThrow(/aborted|hang up|ECONNRESET/);
});

test('deleted names are burnt; a snapshot brings back what was', async () => {
  const server = await testServer();
  const { filename } = wheelUpload();
  expect((await upload(server.origin, wheelUpload())).reason).toBe('OK');
  await server.snapshot('before');
  await server.deleteFile(filename);
  const burnt = await upload(server.origin, wheelUpload());
  expect([burnt.status, burnt.reason]).toEqual([
    400,
    expect.stringMatching(
      /^This filename was previously used by a file that has since been deleted/,
    ),
  ]);
  await server.restore('before');
  expect((await simpleJson(server.origin, 'pkg')).files).toHaveLength(1);
  await server.reset();
  expect((await ask(server.origin, '/simple/pkg/')).status).toBe(404);
});

test('100 clients at once lose nothing', async () => {
  const { origin } = await testServer({ rules: 'none' });
  const replies = await Promise.all(
    Array.from({ length: 100 }, (_, at) => upload(origin, wheelUpload({ version: `1.${at}` }))),
  );
  expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
  expect((await simpleJson(origin, 'pkg')).files).toHaveLength(100);
});
