/** Slow answers, stale pages, and other times. */
import { expect, test } from 'vitest';
import { ask, simpleJson, testServer, upload, wheelUpload } from './client.ts';

const DAY = 86_400_000;

test('slow is slow, as often as it was asked for', async () => {
  const { origin, adminToken } = await testServer({
    faults: [{ kind: 'slow', delay: 400, path: '/simple/', times: 1 }],
  });
  const timed = async (): Promise<number> => {
    const start = performance.now();
    expect((await ask(origin, '/simple/')).status).toBe(200);
    return performance.now() - start;
  };
  expect(await timed()).toBeGreaterThan(390);
  const headers = { authorization: `bearer ${adminToken.reveal()}` };
  const left = await ask(origin, '/_/admin/faults', { headers });
  expect(JSON.parse(left.body.toString())).toEqual({ faults: [] });
  // None is slow any more; that one of them takes long all the same is a loaded machine's doing.
  let quickest = Infinity;
  for (let time = 0; time < 5 && quickest >= 390; time += 1)
    quickest = Math.min(quickest, await timed());
  expect(quickest).toBeLessThan(390);
});

test('a stale page is the one before the last upload, until the fault is over', async () => {
  const server = await testServer({ rules: 'none' });
  await upload(server.origin, wheelUpload({ version: '1.0' }));
  expect((await simpleJson(server.origin, 'pkg')).versions).toEqual(['1.0']);
  await upload(server.origin, wheelUpload({ version: '2.0' }));
  expect((await simpleJson(server.origin, 'pkg')).versions).toEqual(['1.0', '2.0']);
  server.setFaults([{ kind: 'stale', path: '/simple/', times: 1 }]);
  expect((await simpleJson(server.origin, 'pkg')).versions).toEqual(['1.0']);
  expect((await simpleJson(server.origin, 'pkg')).versions).toEqual(['1.0', '2.0']);
});

test('a release takes no files more when it is fourteen days old, whatever time it really is', async () => {
  const start = new Date('2026-06-01T12:00:00Z');
  const server = await testServer({ startTime: start });
  const { origin } = server;
  expect((await upload(origin, wheelUpload())).status).toBe(200);
  const [file] = (await simpleJson(origin, 'pkg')).files;
  expect(file?.['upload-time']).toMatch(/^2026-06-01T12:00:\d\d\.\d{6}Z$/);
  server.setClock(new Date(start.getTime() + 13 * DAY));
  const build = (number: string) => wheelUpload({ build: number });
  expect((await upload(origin, build('1'))).status).toBe(200);
  server.setClock(new Date(start.getTime() + 15 * DAY));
  const late = await upload(origin, build('2'));
  expect([late.status, late.reason]).toEqual([400, expect.stringContaining('14 days')]);
  // Another release is another matter.
  expect((await upload(origin, wheelUpload({ version: '1.1' }))).status).toBe(200);
});
