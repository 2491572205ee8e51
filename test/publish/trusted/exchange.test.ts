import { describe, expect, it } from 'vitest';
import {
  askAudience,
  findEndpoints,
  mintToken,
  trustedCredentials,
  trustedSource,
  type AmbientIdentity,
} from '../../../src/publish/trusted/index.ts';
import {
  createTrustedPublishing,
  plausibleClaims,
  type Claims,
  type TrustedPublisher,
  type TrustedPublishing,
} from '../../../src/serve/oidc/index.ts';
import { Secret } from '../../../src/support/secret.ts';
import { serveReplies, type Reply } from '../../support/http-server.ts';

const PUBLISHER: TrustedPublisher = {
  kind: 'GitHub',
  repository: 'octo/demo',
  workflow: 'publish.yml',
};
const clock = Date.now;

interface Lab {
  readonly origin: string;
  readonly index: TrustedPublishing;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
}

/** Made once: RSA takes its time. */
let keys: ReturnType<TrustedPublishing['exportKeys']> | undefined;

/** An index with trusted publishing over http; without PEP 807 when told so. */
async function indexOverHttp(hasDiscovery = true): Promise<Lab> {
  const asked: string[] = [];
  let index: TrustedPublishing | undefined;
  const origin = await serveReplies(async ({ method, url, headers, body }): Promise<Reply> => {
    asked.push(url.pathname);
    const isHidden = !hasDiscovery && url.pathname.includes('pytp');
    const { accept } = headers;
    const answer = isHidden
      ? undefined
      : await index?.handle({
          method,
          origin: url.origin,
          path: url.pathname,
          query: url.searchParams,
          body,
          ...(accept === undefined ? {} : { accept }),
        });
    return answer ?? { status: 404, body: 'nothing here' };
  });
  keys ??= createTrustedPublishing({ clock, url: origin, publishers: [] }).then((first) =>
    first.exportKeys(),
  );
  index = await createTrustedPublishing({
    clock,
    url: origin,
    localKeys: await keys,
    publishers: [{ publisher: PUBLISHER, projects: ['demo'] }],
  });
  return { origin, index, asked };
}

async function identity(index: TrustedPublishing, claims: Claims = {}): Promise<AmbientIdentity> {
  const token = await index.issueIdentityToken({ ...plausibleClaims(PUBLISHER), ...claims });
  return { service: 'GitHub Actions', token };
}

/** A CI service that gets its tokens from the index's own issuer. */
async function github(index: TrustedPublishing): Promise<Record<string, string>> {
  const origin = await serveReplies(async () => ({
    body: { value: (await identity(index)).token.reveal() },
  }));
  return {
    GITHUB_ACTIONS: 'true',
    ACTIONS_ID_TOKEN_REQUEST_URL: `${origin}/?`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x',
  };
}

const OPTIONS = { clock, cwd: process.cwd(), productNameFile: '/nonexistent' };

describe('trusted publishing against an index', () => {
  it.each([
    ['as PEP 807 has it', true, '/_/pytp/mint-token'],
    ['as PyPI has it', false, '/_/oidc/mint-token'],
  ])('gives a token, %s', async (_, hasDiscovery, path) => {
    const { origin, index, asked } = await indexOverHttp(hasDiscovery);
    const source = await trustedSource(`${origin}/legacy/`, await github(index), OPTIONS);
    expect([source?.service, source?.audience]).toEqual(['GitHub Actions', 'pypi']);
    const token = await source?.token();
    expect(index.identifyToken(token?.reveal() ?? '')?.projects).toEqual(['demo']);
    expect(asked.at(-1)).toBe(path);
  });

  it('is credentials of an upload, which tell their tokens', async () => {
    const { origin, index } = await indexOverHttp();
    const told: string[] = [];
    const credentials = await trustedCredentials(`${origin}/legacy/`, await github(index), {
      ...OPTIONS,
      onToken: (token) => told.push(token.reveal()),
    });
    const header = (await credentials?.authorization())?.reveal() ?? '';
    const [, pair = ''] = header.split(' ');
    const [user, token = ''] = Buffer.from(pair, 'base64').toString().split(':');
    expect([user, credentials?.origin]).toEqual(['__token__', 'the identity of GitHub Actions']);
    expect(index.identifyToken(token)?.projects).toEqual(['demo']);
    expect(told).toEqual([token]);
    expect(credentials?.secrets().map((secret) => secret.reveal())).toEqual([token, pair]);
  });

  it('is not tried outside of CI', async () => {
    const { origin, asked } = await indexOverHttp();
    expect(await trustedSource(`${origin}/legacy/`, {}, OPTIONS)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('is not tried where the index takes no identities', async () => {
    const origin = await serveReplies(() => ({ status: 200, body: '<h1>Welcome</h1>' }));
    const env = { GITHUB_ACTIONS: 'true' };
    expect(await trustedSource(`${origin}/legacy/`, env, OPTIONS)).toBeUndefined();
  });

  it.each([
    ['another audience', { aud: 'other' }, 'invalid-token', /run the job anew/],
    ['another project', { repository: 'octo/x' }, 'invalid-publisher', /environment included/],
    ['an unknown issuer', { iss: 'https://x.example' }, 'invalid-payload', /does not know/],
  ])('tells why %s is refused', async (_, claims, reason, hint) => {
    for (const hasDiscovery of [true, false]) {
      const { origin, index } = await indexOverHttp(hasDiscovery);
      const endpoints = await findEndpoints(`${origin}/legacy/`);
      const error: unknown = await mintToken(endpoints, await identity(index, claims), {
        clock,
      }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'trusted/refused',
        evidence: expect.stringContaining(reason) as string,
        hint: expect.stringMatching(hint) as string,
      });
    }
  });

  it('shows the claims where no publisher fits, and no token', async () => {
    const { origin, index } = await indexOverHttp();
    const endpoints = await findEndpoints(`${origin}/legacy/`);
    const asWhom = await identity(index, { repository: 'octo/other' });
    const error: unknown = await mintToken(endpoints, asWhom, { clock }).catch(
      (thrown: unknown) => thrown,
    );
    expect(JSON.stringify(error)).toContain('repository=octo/other');
    expect(JSON.stringify(error)).not.toContain(asWhom.token.reveal().split('.')[2]);
  });

  it('tells that a token was used', async () => {
    const { origin, index } = await indexOverHttp();
    const endpoints = await findEndpoints(`${origin}/legacy/`);
    const once = await identity(index);
    await mintToken(endpoints, once, { clock });
    await expect(mintToken(endpoints, once, { clock })).rejects.toMatchObject({
      evidence: expect.stringContaining('invalid-reuse-token') as string,
    });
  });
});

describe('endpoints', () => {
  it.each([
    ['https://upload.pypi.org/legacy/', 'https://pypi.org'],
    ['https://test.pypi.org/legacy', 'https://test.pypi.org'],
  ])('of %s are known', async (upload, site) => {
    expect(await findEndpoints(upload)).toEqual({
      audienceUrl: `${site}/_/oidc/audience`,
      mintUrl: `${site}/_/oidc/mint-token`,
      isDiscovered: false,
    });
  });

  it('are looked for by the path of uploads', async () => {
    const asked: string[] = [];
    const origin = await serveReplies(({ url }) => {
      asked.push(url.pathname + url.search);
      return { status: 404, body: '' };
    });
    await findEndpoints(`${origin}/my repo/é/`);
    expect(asked).toEqual(['/.well-known/pytp?discover=%2Fmy%2520repo%2F%25C3%25A9%2F']);
  });

  it.each([
    ['another host', 'https://evil.example/mint'],
    ['another name of it', 'http://localhost:1/mint'],
    ['an open connection', 'http://192.0.2.1/mint'],
    ['no address', 'mint'],
    ['another scheme', 'javascript:alert(1)'],
    ['no text', 7],
  ])('on %s are refused', async (_, target) => {
    const origin = await serveReplies(({ url }) => ({
      body: {
        'audience-endpoint': `${url.origin}/audience`,
        'token-mint-endpoint': target,
      },
    }));
    await expect(findEndpoints(`${origin}/legacy/`)).rejects.toMatchObject({
      code: 'trusted/bad-endpoint',
    });
  });

  it('off this machine need https', async () => {
    await expect(findEndpoints('http://192.0.2.1/legacy/')).rejects.toMatchObject({
      code: 'trusted/insecure',
    });
  });
});

describe('answers', () => {
  const asWhom: AmbientIdentity = { service: 'CircleCI', token: new Secret('a.b.c') };

  async function endpointsOf(
    reply: Reply,
    isDiscovered = false,
  ): Promise<Parameters<typeof mintToken>[0]> {
    const origin = await serveReplies(() => reply);
    return { audienceUrl: `${origin}/audience`, mintUrl: `${origin}/mint`, isDiscovered };
  }

  it.each([
    ['no token', { body: { success: true } }],
    ['a token with a line break', { body: { token: 'pypi-a\r\nX: y' } }],
    ['an endless token', { body: { token: 'a'.repeat(20_000) } }],
    ['no JSON', { body: 'pypi-abc' }],
  ])('with %s make no sense', async (_, reply) => {
    await expect(mintToken(await endpointsOf(reply), asWhom, { clock })).rejects.toMatchObject({
      code: 'trusted/bad-answer',
    });
  });

  it.each([
    ['a server error', { status: 500, body: 'oops' }, 'status 500'],
    ['a redirect', { status: 307, headers: { location: '/else' }, body: '' }, 'status 307'],
    ['a list of nothing', { status: 422, body: { errors: [null, 1] } }, 'status 422'],
    ['a message alone', { status: 403, body: { message: 'no' } }, 'status 403; no'],
  ])('with %s are refusals', async (_, reply, evidence) => {
    await expect(mintToken(await endpointsOf(reply), asWhom, { clock })).rejects.toMatchObject({
      code: 'trusted/refused',
      evidence: expect.stringContaining(evidence) as string,
    });
  });

  it('without an end are good for a quarter of an hour', async () => {
    const endpoints = await endpointsOf({ body: { token: 'pypi-abc' } });
    const { expires } = await mintToken(endpoints, asWhom, { clock: () => 5_000_000 });
    expect(expires).toBe(5900);
  });

  it.each([
    ['an audience', { body: { audience: 'pypi' } }, 'pypi'],
    ['no such page', { status: 404, body: '' }, undefined],
    ['another page', { body: '<html>' }, undefined],
    ['an odd audience', { body: { audience: 'a b' } }, undefined],
  ])('with %s tell the audience', async (_, reply, audience) => {
    expect(await askAudience(await endpointsOf(reply))).toBe(audience);
  });

  it('tell that it is switched off', async () => {
    const endpoints = await endpointsOf({ status: 403, body: { message: 'not enabled' } });
    await expect(askAudience(endpoints)).rejects.toMatchObject({ code: 'trusted/not-enabled' });
  });

  it('of a discovered endpoint must be one', async () => {
    const endpoints = await endpointsOf({ status: 404, body: '' }, true);
    await expect(askAudience(endpoints)).rejects.toMatchObject({ code: 'trusted/bad-answer' });
  });
});
