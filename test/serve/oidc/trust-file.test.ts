import { describe, expect, it } from 'vitest';
import { readTrustFile } from '../../../src/serve/oidc/index.ts';

const PUBLISHER = { kind: 'GitHub', repository: 'octo/demo', workflow: 'publish.yml' };
const JWKS = { keys: [{ kty: 'RSA', n: 'AA', e: 'AQAB', kid: 'k' }] };

function read(value: unknown): ReturnType<typeof readTrustFile> {
  return readTrustFile(JSON.stringify(value), 'trust.json');
}

describe('a file of trusted publishers', () => {
  it('names publishers, pending ones and issuers', () => {
    const file = read({
      publishers: [{ publisher: PUBLISHER, projects: ['demo'] }],
      pending: [{ publisher: PUBLISHER, project: 'new' }],
      issuers: [{ issuer: 'https://gitlab.com', jwks: JWKS }],
    });
    expect(file).toEqual({
      publishers: [{ publisher: PUBLISHER, projects: ['demo'] }],
      pendingPublishers: [{ publisher: PUBLISHER, project: 'new' }],
      issuers: [{ issuer: 'https://gitlab.com', kinds: ['GitLab'], jwks: JWKS }],
    });
  });

  it('may be empty', () => {
    expect(read({})).toEqual({ publishers: [], pendingPublishers: [], issuers: [] });
  });

  it.each([
    ['a word too many', { publisher: [] }],
    ['a repository without owner', entry({ ...PUBLISHER, repository: 'demo' })],
    ['a workflow with its folder', entry({ ...PUBLISHER, workflow: '.github/workflows/a.yml' })],
    ['another kind', entry({ kind: 'Bitbucket' })],
    ['no projects', { publishers: [{ publisher: PUBLISHER, projects: [] }] }],
    ['an issuer of unknown kind', { issuers: [{ issuer: 'https://ci.example', jwks: JWKS }] }],
    ['an issuer without keys', { issuers: [{ issuer: 'https://gitlab.com' }] }],
  ])('is refused with %s', (_, value) => {
    expect(() => read(value)).toThrow(
      expect.objectContaining({ code: 'oidc/trust-file', path: 'trust.json' }) as Error,
    );
  });

  it('is JSON', () => {
    expect(() => readTrustFile('{')).toThrow(
      expect.objectContaining({ code: 'oidc/trust-file' }) as Error,
    );
  });
});

function entry(publisher: object): object {
  return { publishers: [{ publisher, projects: ['demo'] }] };
}
