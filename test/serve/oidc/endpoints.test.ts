import { describe, expect, it } from 'vitest';
import { plausibleClaims } from '../../../src/serve/oidc/index.ts';
import { ask, codeOf, GITHUB, tokenIn, trusted, URL_OF_INDEX } from './support.ts';

const PYTP = 'application/vnd.pypi.pytp.v1+json';

describe('the endpoints of PyPI', () => {
  it('tell the audience', async () => {
    const { body } = await ask(await trusted({ audience: 'testpypi' }), '/_/oidc/audience');
    expect(JSON.parse(body)).toEqual({ audience: 'testpypi' });
  });

  it.each([
    ['nothing', undefined],
    ['no JSON', 'token='],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '{"token":1}'],
    ['a huge body', JSON.stringify({ token: 'a'.repeat(70_000) })],
    ['no JWT', '{"token":"a.b.c"}'],
    ['a long JWT', JSON.stringify({ token: `${'a'.repeat(40_000)}.e30.x` })],
  ])('refuse %s', async (_, body) => {
    const answer = await ask(await trusted(), '/_/oidc/mint-token', {
      method: 'POST',
      ...(body === undefined ? {} : { body }),
    });
    expect(codeOf(answer)).toBe('422 invalid-payload');
    expect(JSON.parse(answer.body)).toMatchObject({ message: 'Token request failed' });
  });

  it('take one method each', async () => {
    const index = await trusted();
    const { status, headers } = await ask(index, '/_/oidc/mint-token');
    expect([status, headers['allow']]).toEqual([405, 'POST']);
    expect((await ask(index, '/_/oidc/audience', { method: 'POST' })).status).toBe(405);
  });

  it('are all there is', async () => {
    const index = await trusted();
    const request = { method: 'GET', origin: URL_OF_INDEX, query: new URLSearchParams() };
    expect(await index.handle({ ...request, path: '/simple/' })).toBeUndefined();
    expect(await index.handle({ ...request, path: '/_/oidc/audience/' })).toBeUndefined();
  });
});

describe('the local issuer', () => {
  it('tells its keys, and only what all may know of them', async () => {
    const index = await trusted();
    const configuration = JSON.parse(
      (await ask(index, '/.well-known/openid-configuration')).body,
    ) as Record<string, unknown>;
    expect(configuration).toMatchObject({
      issuer: URL_OF_INDEX,
      jwks_uri: `${URL_OF_INDEX}/.well-known/jwks`,
    });
    const { keys } = JSON.parse((await ask(index, '/.well-known/jwks')).body) as {
      keys: Record<string, unknown>[];
    };
    expect(keys.map(({ alg }) => alg)).toEqual(['RS256', 'ES256']);
    for (const key of keys) {
      expect(key['kid']).toBeTypeOf('string');
      for (const part of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'])
        expect(key).not.toHaveProperty(part);
    }
  });

  it('signs with either algorithm', async () => {
    const index = await trusted();
    const identity = await index.issueIdentityToken(plausibleClaims(GITHUB), {
      algorithm: 'ES256',
    });
    const answer = await ask(index, '/_/oidc/mint-token', {
      method: 'POST',
      body: JSON.stringify({ token: identity.reveal() }),
    });
    expect(answer.status).toBe(200);
  });

  it('goes on with its keys only', async () => {
    await expect(trusted({ localKeys: [] })).rejects.toMatchObject({ code: 'oidc/bad-key' });
  });
});

describe('the endpoints of PEP 807', () => {
  it('are found by the path of uploads', async () => {
    const index = await trusted();
    const { status, headers, body } = await ask(index, '/.well-known/pytp?discover=%2Flegacy%2F', {
      accept: PYTP,
    });
    expect([status, headers['content-type']]).toEqual([200, PYTP]);
    expect(JSON.parse(body)).toEqual({
      'audience-endpoint': `${URL_OF_INDEX}/_/pytp/audience`,
      'token-mint-endpoint': `${URL_OF_INDEX}/_/pytp/mint-token`,
      features: ['multi-use-token'],
      'default-features': ['multi-use-token'],
    });
  });

  it.each([
    ['another path', '/.well-known/pytp?discover=%2Fother%2F', undefined, 404],
    ['no path', '/.well-known/pytp', undefined, 400],
    ['another type', '/.well-known/pytp?discover=%2Flegacy%2F', 'text/html', 406],
  ])('answer %s with a problem', async (_, path, accept, wanted) => {
    const answer = await ask(await trusted(), path, accept === undefined ? {} : { accept });
    expect([answer.status, answer.headers['content-type']]).toEqual([
      wanted,
      'application/problem+json',
    ]);
    expect(JSON.parse(answer.body)).toMatchObject({ status: wanted });
  });

  it('give tokens', async () => {
    const index = await trusted();
    expect(JSON.parse((await ask(index, '/_/pytp/audience')).body)).toEqual({ audience: 'pypi' });
    const identity = await index.issueIdentityToken(plausibleClaims(GITHUB));
    const post = (body: object): ReturnType<typeof ask> =>
      ask(index, '/_/pytp/mint-token', { method: 'POST', body: JSON.stringify(body) });
    const token = identity.reveal();
    const refused = await post({ token, features: ['single-use-token'] });
    expect([refused.status, refused.headers['content-type']]).toEqual([
      400,
      'application/problem+json',
    ]);
    const answer = await post({ token, features: ['multi-use-token'] });
    expect(answer.status).toBe(200);
    expect(index.identifyToken(tokenIn(answer))).toBeDefined();
    const again = await post({ token });
    expect(again.status).toBe(422);
    expect(JSON.parse(again.body)).toMatchObject({
      title: 'Token request failed',
      detail: expect.stringMatching(/^invalid-reuse-token/) as string,
    });
  });
});
