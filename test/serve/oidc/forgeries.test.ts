import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { exportJWK, SignJWT, type JWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { plausibleClaims, type Claims, type TrustedIssuer } from '../../../src/serve/oidc/index.ts';
import { ask, codeOf, GITHUB, mint, NOW, trusted, URL_OF_INDEX } from './support.ts';

const ISSUER = 'https://token.actions.githubusercontent.com';
const CLAIMS: Claims = {
  ...plausibleClaims(GITHUB),
  iss: URL_OF_INDEX,
  aud: 'pypi',
  iat: NOW,
  exp: NOW + 300,
  jti: 'one',
};

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

async function keysOf(index: Awaited<ReturnType<typeof trusted>>): Promise<JWK[]> {
  return (JSON.parse((await ask(index, '/.well-known/jwks')).body) as { keys: JWK[] }).keys;
}

describe('a forged identity token', () => {
  it.each(['none', 'NONE', 'None'])('is refused with the algorithm %s', async (alg) => {
    const index = await trusted();
    const [key] = await keysOf(index);
    const token = `${part({ alg, kid: key?.kid })}.${part(CLAIMS)}.`;
    expect(codeOf(await mint(index, token))).toBe('422 invalid-token');
  });

  it('is refused with the public key as an HMAC secret', async () => {
    const index = await trusted();
    const [key] = await keysOf(index);
    const head = `${part({ alg: 'HS256', kid: key?.kid })}.${part(CLAIMS)}`;
    for (const secret of [JSON.stringify(key), Buffer.from(key?.n ?? '', 'base64url')]) {
      const mac = createHmac('sha256', secret).update(head).digest('base64url');
      expect(codeOf(await mint(index, `${head}.${mac}`))).toBe('422 invalid-token');
    }
  });

  it.each([
    ['a key of its own', (kid: string) => ({ kid })],
    ['a key in its header', (kid: string, jwk: JWK) => ({ kid, jwk })],
    ['an address of keys', (kid: string) => ({ kid, jku: 'http://127.0.0.1:1/jwks' })],
    ['the kid of nobody', () => ({ kid: 'nobody' })],
    ['a kid that is a path', () => ({ kid: '../../../../dev/null' })],
    ['the kid of an object', () => ({ kid: '__proto__' })],
    ['no kid', () => ({})],
    ['what must be understood', (kid: string) => ({ kid, crit: ['exp'], exp: 1 })],
  ])('is refused with %s', async (_, header) => {
    const index = await trusted();
    const [key] = await keysOf(index);
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const fields = header(String(key?.kid), await exportJWK(publicKey));
    const signer = new SignJWT(CLAIMS).setProtectedHeader({ alg: 'RS256', ...fields });
    const token = await signer
      .sign(privateKey, { crit: { exp: true } })
      .catch(() => `${part({ alg: 'RS256', ...fields })}.${part(CLAIMS)}.AA`);
    expect(codeOf(await mint(index, token))).toBe('422 invalid-token');
  });

  it('is refused with a key of the other algorithm', async () => {
    const index = await trusted();
    const [, elliptic] = await keysOf(index);
    const [rsa] = await index.exportKeys();
    const { importJWK } = await import('jose');
    const key = await importJWK(rsa ?? {}, 'RS256');
    const token = await new SignJWT(CLAIMS)
      .setProtectedHeader({ alg: 'RS256', kid: String(elliptic?.kid) })
      .sign(key);
    expect(codeOf(await mint(index, token))).toBe('422 invalid-token');
  });

  it('is refused with anything changed', async () => {
    const index = await trusted();
    const token = (await index.issueIdentityToken(plausibleClaims(GITHUB))).reveal();
    const [head = '', body = '', signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const changed = part({ ...claims, sha: 'evil' });
    expect(codeOf(await mint(index, `${head}.${changed}.${signature}`))).toBe('422 invalid-token');
    const noise = randomBytes(256).toString('base64url');
    expect(codeOf(await mint(index, `${head}.${body}.${noise}`))).toBe('422 invalid-token');
    expect((await mint(index, token)).status).toBe(200);
  });
});

describe('issuers besides the local one', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const gitlab = generateKeyPairSync('rsa', { modulusLength: 2048 });

  async function jwk(kid = 'k', key = publicKey): Promise<JWK> {
    return { ...(await exportJWK(key)), kid };
  }

  it('are known by the keys that were given', async () => {
    const issuer: TrustedIssuer = {
      issuer: ISSUER,
      kinds: ['GitHub'],
      jwks: { keys: [await jwk()] },
    };
    const index = await trusted({ issuers: [issuer] });
    const token = await new SignJWT({ ...CLAIMS, iss: ISSUER })
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .sign(privateKey);
    expect((await mint(index, token)).status).toBe(200);
  });

  it('do not speak for each other', async () => {
    const index = await trusted({
      issuers: [
        { issuer: ISSUER, kinds: ['GitHub'], jwks: { keys: [await jwk()] } },
        {
          issuer: 'https://gitlab.example.org',
          kinds: ['GitLab'],
          jwks: { keys: [await jwk('k', gitlab.publicKey)] },
        },
      ],
      publishers: [
        { publisher: GITHUB, projects: ['a'] },
        {
          publisher: { kind: 'GitLab', repository: 'g/p', workflowFilepath: '.gitlab-ci.yml' },
          projects: ['b'],
        },
      ],
    });
    const sign = (claims: Claims): Promise<string> =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(gitlab.privateKey);
    // GitHub's name over GitLab's signature; GitHub's claims from GitLab; a GitLab as if it were gitlab.com.
    const pretended = await sign({ ...CLAIMS, iss: ISSUER });
    expect(codeOf(await mint(index, pretended))).toBe('422 invalid-token');
    const foreign = await sign({ ...CLAIMS, iss: 'https://gitlab.example.org' });
    expect(codeOf(await mint(index, foreign))).toBe('422 invalid-publisher');
    const confused = await sign({
      ...CLAIMS,
      ...plausibleClaims({ kind: 'GitLab', repository: 'g/p', workflowFilepath: '.gitlab-ci.yml' }),
      iss: 'https://gitlab.example.org',
    });
    expect(codeOf(await mint(index, confused))).toBe('422 invalid-publisher');
  });

  it.each([
    ['no kid', async () => [await exportJWK(publicKey)]],
    ['one kid twice', async () => [await jwk(), await jwk()]],
    ['a private key', async () => [{ ...(await exportJWK(privateKey)), kid: 'k' }]],
    ['a shared secret', () => Promise.resolve([{ kty: 'oct', k: 'AAAA', kid: 'k' }])],
    ['another algorithm', async () => [{ ...(await jwk()), alg: 'RS512' }]],
    [
      'a short key',
      () =>
        jwk('k', generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey).then((key) => [
          key,
        ]),
    ],
    [
      'a broken key',
      () => Promise.resolve([{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'k' }]),
    ],
  ])('are refused with %s', async (_, keys) => {
    const jwks = { keys: await keys() };
    await expect(
      trusted({ issuers: [{ issuer: ISSUER, kinds: ['GitHub'], jwks }] }),
    ).rejects.toMatchObject({ code: 'oidc/bad-key' });
  });

  it('are given once', async () => {
    const issuer: TrustedIssuer = {
      issuer: URL_OF_INDEX,
      kinds: ['GitHub'],
      jwks: { keys: [] },
    };
    await expect(trusted({ issuers: [issuer] })).rejects.toMatchObject({
      code: 'oidc/same-issuer',
    });
  });
});
