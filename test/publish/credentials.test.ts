import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  askKeyring,
  findCredentials,
  publishSettingsOf,
  readVariables,
  resolveDestination,
  type CredentialSources,
  type Destination,
} from '../../src/publish/index.ts';
import { tokenLocation } from '../../src/publish/token-location.ts';
import { Secret } from '../../src/support/secret.ts';
import { scratch } from '../support/scratch.ts';

const variables = readVariables({});
const none: CredentialSources = { variables };

function destination(repository: string): Destination {
  return resolveDestination({
    repository,
    variables,
    settings: publishSettingsOf({}, 'pyproject.toml'),
  });
}

/** As PyPI makes them: a macaroon of version 2 with its location first. */
function tokenFor(location: string): Secret {
  const bytes = Buffer.concat([
    Buffer.from([2, 1, location.length]),
    Buffer.from(location),
    Buffer.alloc(40, 7),
  ]);
  return new Secret(`pypi-${bytes.toString('base64url')}`);
}

async function header(where: Destination, sources: CredentialSources): Promise<string | undefined> {
  const credentials = await findCredentials(where, sources);
  return (await credentials.authorization())?.reveal();
}

function basic(pair: string): string {
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

const elsewhere: Destination = {
  ...destination('pypi'),
  isPyPI: false,
  upload: 'https://x.example/',
};

describe('credentials', () => {
  it('are a token without the blanks around it', async () => {
    const env = readVariables({ UV_PUBLISH_TOKEN: '  token\n' });
    expect(await header(elsewhere, { variables: env })).toBe(basic('__token__:token'));
  });

  it('are an identity or nothing, where nothing else may be used', async () => {
    const here = { ...elsewhere, upload: 'http://127.0.0.1:1/legacy/' };
    expect(await header(here, none)).toBeUndefined();
    await expect(
      findCredentials(here, {
        ...none,
        mustBeTrusted: true,
        trusted: () => Promise.resolve(undefined),
      }),
    ).rejects.toMatchObject({ code: 'publish/no-credentials' });
  });

  it('come from the token file, then the environment, .pypirc, the keyring and the CI service', async () => {
    const token = { value: new Secret('of-file'), variable: 'f' };
    const env = readVariables({ TWINE_PASSWORD: 'of-env', TWINE_USERNAME: 'me' });
    const server = { name: 'x', username: 'you', password: new Secret('of-pypirc') };
    const keyring = async (): Promise<Secret> => new Secret('of-keyring');
    const trusted = async (): Promise<never> => {
      throw new Error('asked too early');
    };
    const all = { keyring, trusted };
    const here = { ...elsewhere, server };
    expect(await header(here, { ...all, variables: env, token })).toBe(basic('you:of-file'));
    expect(await header(here, { ...all, variables: env })).toBe(basic('me:of-env'));
    expect(await header(here, { ...all, variables })).toBe(basic('you:of-pypirc'));
    expect(await header(elsewhere, { ...all, variables })).toBe(basic('__token__:of-keyring'));
  });

  it('are asked of the keyring for the upload address and the user', async () => {
    const asked: unknown[] = [];
    const keyring = async (service: string, user: string): Promise<Secret> => {
      asked.push([service, user]);
      return new Secret('x');
    };
    await header(elsewhere, { variables, username: 'me', keyring });
    expect(asked).toEqual([['https://x.example/', 'me']]);
  });

  it('are not needed on this machine, and are elsewhere', async () => {
    const here = { ...elsewhere, upload: 'http://127.0.0.1:1/legacy/' };
    expect(await header(here, none)).toBeUndefined();
    await expect(findCredentials(elsewhere, none)).rejects.toMatchObject({
      code: 'publish/no-credentials',
    });
  });

  it('of a user are refused for PyPI, which takes tokens only', async () => {
    const env = readVariables({ TWINE_PASSWORD: 'pw', TWINE_USERNAME: 'me' });
    await expect(findCredentials(destination('pypi'), { variables: env })).rejects.toMatchObject({
      code: 'publish/password-refused',
    });
  });

  it('are no token of another index', async () => {
    const host = new URL(destination('testpypi').site ?? '').hostname;
    const token = { value: tokenFor(host), variable: 'f' };
    expect(tokenLocation(token.value)).toBe(host);
    await expect(findCredentials(destination('pypi'), { variables, token })).rejects.toMatchObject({
      code: 'publish/foreign-token',
    });
    await expect(
      findCredentials(elsewhere, { variables, token: { ...token, value: tokenFor('y.example') } }),
    ).rejects.toMatchObject({
      code: 'publish/foreign-token',
    });
    await expect(
      findCredentials(destination('testpypi'), { variables, token }),
    ).resolves.toMatchObject({ user: '__token__' });
  });

  it.each(['', 'pypi-', 'pypi-AAAA', 'password', `pypi-${'A'.repeat(500)}`])(
    'that are no macaroon name no index: %s',
    (text) => {
      expect(tokenLocation(new Secret(text))).toBeUndefined();
    },
  );
});

describe.skipIf(process.platform === 'win32')('the keyring command', () => {
  async function keyring(script: string): Promise<string> {
    const path = join(await scratch(), 'keyring');
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  }
  const options = { cwd: '/', env: { PATH: process.env['PATH'] } };
  const key = { service: 'https://x.example/', user: 'me' };

  it('gives a password', async () => {
    const path = await keyring('[ "$1 $2 $3" = "get https://x.example/ me" ] && echo "pass word"');
    expect((await askKeyring(path, key, options))?.reveal()).toBe('pass word');
  });

  it('that has none gives none, and cannot ask', async () => {
    const path = await keyring('read answer && echo "$answer"; exit 1');
    expect(await askKeyring(path, key, options)).toBeUndefined();
  });
});
