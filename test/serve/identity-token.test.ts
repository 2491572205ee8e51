/** The administration gives identity tokens of the local issuer, which make API tokens. */
import { expect, test } from 'vitest';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startServer } from '../../src/serve/index.ts';
import { scratch } from '../support/scratch.ts';
import { ask, simpleJson, testServer, upload, wheelUpload } from './client.ts';

test('an identity token becomes an API token that makes its project', async () => {
  const { origin, adminToken } = await testServer({
    trust: {
      publishers: [],
      pendingPublishers: [
        {
          project: 'pkg',
          publisher: { kind: 'GitLab', repository: 'g/p', workflowFilepath: '.gitlab-ci.yml' },
        },
      ],
      issuers: [],
    },
  });
  const admin = async (body: object, authorization = `bearer ${adminToken.reveal()}`) => {
    const path = '/_/admin/identity-token';
    const headers = { authorization };
    return ask(origin, path, { method: 'POST', headers, body: JSON.stringify(body) });
  };
  expect((await admin({ project: 'pkg' }, 'bearer x')).status).toBe(403);
  expect((await admin({ project: 'other' })).status).toBe(400);
  const { token } = JSON.parse((await admin({ project: 'pkg' })).body.toString()) as {
    token: string;
  };
  const minted = await ask(origin, '/_/oidc/mint-token', {
    method: 'POST',
    body: JSON.stringify({ token }),
  });
  const { token: api } = JSON.parse(minted.body.toString()) as { token: string };
  const headers = { authorization: `Basic ${Buffer.from(`__token__:${api}`).toString('base64')}` };
  expect((await upload(origin, wheelUpload(), { headers })).status).toBe(200);
  expect((await simpleJson(origin, 'pkg')).files).toHaveLength(1);
});

test('the clock goes back with null', async () => {
  const { origin, adminToken } = await testServer({ startTime: new Date('2027-01-01T00:00:00Z') });
  const headers = { authorization: `bearer ${adminToken.reveal()}` };
  const reply = await ask(origin, '/_/admin/clock', { method: 'POST', headers, body: 'null' });
  expect(reply.body.toString()).not.toContain('2027-01-01');
});

test('a folder with other things is left alone', async () => {
  const root = join(await scratch(), 'dist');
  await mkdir(root);
  await writeFile(join(root, 'pkg-1.0-py3-none-any.whl'), '');
  await expect(startServer({ root })).rejects.toMatchObject({ code: 'serve/not-ours' });
});

test('where a file lies for now is told to nobody', async () => {
  const root = join(await scratch(), 'index');
  const { origin } = await testServer({ root });
  for (const path of ['/legacy/', '/validate'])
    expect(
      (
        await upload(origin, { ...wheelUpload(), content: Buffer.from('no zip') }, { path })
      ).body.toString(),
    ).not.toContain(root);
});
