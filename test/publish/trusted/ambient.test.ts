import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ambientIdentity,
  ciService,
  githubMaskLine,
  type AmbientIdentity,
  type AmbientOptions,
} from '../../../src/publish/trusted/index.ts';
import { Secret } from '../../../src/support/secret.ts';
import { serveReplies, type Received } from '../../support/http-server.ts';
import { scratch } from '../../support/scratch.ts';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';
const isWindows = process.platform === 'win32';

function ask(
  env: Record<string, string>,
  options: Partial<AmbientOptions> = {},
): Promise<AmbientIdentity | undefined> {
  return ambientIdentity(env, {
    audience: 'pypi',
    cwd: process.cwd(),
    productNameFile: '/nonexistent',
    ...options,
  });
}

function coded(code: string): object {
  return expect.objectContaining({ code }) as object;
}

function hinted(code: string, hint: RegExp): object {
  return expect.objectContaining({ code, hint: expect.stringMatching(hint) as string }) as object;
}

describe('outside of CI', () => {
  it('there is no identity', async () => {
    expect(await ask({})).toBeUndefined();
    expect(ciService({ GITHUB_ACTIONS: 'false' })).toBeUndefined();
  });
});

describe('GitHub Actions', () => {
  async function github(
    reply: (request: Received) => { status?: number; body: unknown },
  ): Promise<Record<string, string>> {
    const origin = await serveReplies(reply);
    return {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${origin}/token?api-version=2`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-secret',
    };
  }

  it('is asked for a token for the audience', async () => {
    const seen: Received[] = [];
    const env = await github((request) => {
      seen.push(request);
      return { body: { value: JWT } };
    });
    const identity = await ask(env);
    expect([identity?.service, identity?.token.reveal()]).toEqual(['GitHub Actions', JWT]);
    expect(seen[0]?.url.search).toBe('?api-version=2&audience=pypi');
    expect(seen[0]?.headers.authorization).toBe('bearer request-secret');
  });

  it.each([
    ['a job without the permission', 'push', /id-token: write/],
    ['a pull request', 'pull_request', /forks/],
  ])('says what %s lacks', async (_, event, hint) => {
    const env = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: event };
    await expect(ask(env)).rejects.toEqual(hinted('trusted/no-permission', hint));
  });

  it.each([
    ['an error', { status: 500, body: { value: JWT } }],
    ['no token', { body: {} }],
    ['no JSON', { body: 'hello' }],
    ['what is no JWT', { body: { value: 'a b' } }],
  ])('may answer with %s', async (_, reply) => {
    const env = await github(() => reply);
    await expect(ask(env)).rejects.toEqual(coded('trusted/no-identity'));
  });

  it('gets its own token in no error', async () => {
    const env = await github((request) => ({
      status: 400,
      body: { message: request.headers.authorization },
    }));
    const error: unknown = await ask(env).catch((thrown: unknown) => thrown);
    expect(JSON.stringify(error)).not.toContain('request-secret');
  });

  it('is not asked over an open connection', async () => {
    const env = {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'http://192.0.2.1/token',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-secret',
    };
    await expect(ask(env)).rejects.toEqual(coded('http/insecure'));
  });

  it('masks a secret in its log, and nobody else does', () => {
    const secret = new Secret('pypi-abc');
    expect(githubMaskLine({ GITHUB_ACTIONS: 'true' }, secret)).toBe('::add-mask::pypi-abc');
    expect(githubMaskLine({ GITLAB_CI: 'true' }, secret)).toBeUndefined();
  });
});

describe('GitLab CI/CD', () => {
  it.each([
    ['pypi', 'PYPI_ID_TOKEN'],
    ['sigstore', 'SIGSTORE_ID_TOKEN'],
    ['https://a.example', 'HTTPS___A_EXAMPLE_ID_TOKEN'],
    ['1st', '_ST_ID_TOKEN'],
  ])('has the token for %s in %s', async (audience, name) => {
    const identity = await ask({ GITLAB_CI: 'true', [name]: JWT }, { audience });
    expect([identity?.service, identity?.token.reveal()]).toEqual(['GitLab CI/CD', JWT]);
  });

  it('says how to get one', async () => {
    await expect(ask({ GITLAB_CI: 'true' })).rejects.toEqual(
      hinted('trusted/no-id-token', /id_tokens: \{PYPI_ID_TOKEN: \{aud: pypi\}\}/),
    );
  });

  it('may have put something else there', async () => {
    await expect(ask({ GITLAB_CI: 'true', PYPI_ID_TOKEN: '$OTHER' })).rejects.toEqual(
      coded('trusted/no-identity'),
    );
  });
});

describe('Google Cloud', () => {
  it('gives the token of the machine', async () => {
    const seen: Received[] = [];
    const origin = await serveReplies((request) => {
      seen.push(request);
      return { body: JWT };
    });
    const productNameFile = join(await scratch(), 'product_name');
    await writeFile(productNameFile, 'Google Compute Engine\n');
    const env = { GCE_METADATA_HOST: new URL(origin).host };
    const identity = await ask(env, { productNameFile });
    expect([identity?.service, identity?.token.reveal()]).toEqual(['Google Cloud', JWT]);
    expect(seen[0]?.headers['metadata-flavor']).toBe('Google');
    expect(seen[0]?.url.searchParams.get('audience')).toBe('pypi');
  });

  it('gives the token of an account that it may act for', async () => {
    const seen: Received[] = [];
    const origin = await serveReplies((request) => {
      seen.push(request);
      const isMetadata = request.url.pathname.startsWith('/computeMetadata');
      return { body: isMetadata ? { access_token: 'access' } : { token: JWT } };
    });
    const env = {
      GOOGLE_SERVICE_ACCOUNT_NAME: 'robot@project.example',
      GCE_METADATA_HOST: new URL(origin).host,
    };
    const identity = await ask(env, { googleCredentialsUrl: origin });
    expect(identity?.token.reveal()).toBe(JWT);
    const asked = seen.at(-1);
    expect(asked?.headers.authorization).toBe('Bearer access');
    expect(JSON.parse(asked?.body ?? '')).toEqual({ audience: 'pypi', includeEmail: true });
  });

  it('may refuse', async () => {
    const origin = await serveReplies(() => ({ status: 403, body: 'no' }));
    const env = { GOOGLE_SERVICE_ACCOUNT_NAME: 'a', GCE_METADATA_HOST: new URL(origin).host };
    await expect(ask(env)).rejects.toEqual(coded('trusted/no-identity'));
  });
});

describe.skipIf(isWindows)('services with a command', () => {
  /** A folder with a command that answers with its arguments, after `script`. */
  async function folderWith(command: string, script: string): Promise<string> {
    const folder = await scratch();
    const path = join(folder, command);
    await writeFile(path, `#!/bin/sh\necho "$@" > '${folder}/arguments'\n${script}\n`);
    await chmod(path, 0o755);
    return folder;
  }

  it.each([
    ['Buildkite', 'BUILDKITE', 'buildkite-agent', 'oidc request-token --audience pypi'],
    ['CircleCI', 'CIRCLECI', 'circleci', 'run oidc get --claims {"aud":"pypi"}'],
  ])('%s is asked', async (service, variable, command, words) => {
    const PATH = await folderWith(command, `echo ${JWT}`);
    const identity = await ask({ [variable]: 'true', PATH });
    expect([identity?.service, identity?.token.reveal()]).toEqual([service, JWT]);
    const { readFile } = await import('node:fs/promises');
    expect((await readFile(join(PATH, 'arguments'), 'utf8')).trim()).toBe(words);
  });

  it.each([
    ['BUILDKITE', 'buildkite-agent'],
    ['CIRCLECI', 'circleci'],
  ])('%s may lack its command', async (variable) => {
    await expect(ask({ [variable]: 'true', PATH: await scratch() })).rejects.toEqual(
      coded('process/not-found'),
    );
  });

  it('what they print when they fail is not repeated', async () => {
    const PATH = await folderWith('circleci', `echo not-a-jwt-but-secret; exit 3`);
    const error: unknown = await ask({ CIRCLECI: 'true', PATH }).catch((thrown: unknown) => thrown);
    expect(error).toEqual(coded('trusted/no-identity'));
    expect(JSON.stringify(error)).not.toContain('secret');
  });
});
