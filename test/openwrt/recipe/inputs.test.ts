import { mkdir, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CommandContext } from '../../../src/cli/context.ts';
import { withSdist, type SdistChoices } from '../../../src/cli/recipe-inputs.ts';
import { serveReplies } from '../../support/http-server.ts';
import { scratch } from '../../support/scratch.ts';
import { writeSdist } from '../../support/sdist-file.ts';

/** The version that is found. */
async function found(
  input: string,
  cwd: string,
  { offline = false, ...choices }: Partial<SdistChoices> & { readonly offline?: boolean },
): Promise<string> {
  const context = { cwd, offline, signal: new AbortController().signal } as CommandContext;
  const all = { index: undefined, findLinks: undefined, extra: [], python: undefined, ...choices };
  return withSdist(input, { target: 'master', ...all }, context, async ({ filename }) =>
    Promise.resolve(filename.versionText),
  );
}

async function spamIn(cwd: string, version: string): Promise<string> {
  await mkdir(join(cwd, 'files'), { recursive: true });
  return writeSdist(join(cwd, 'files'), { name: 'spam', version, files: { 'spam.py': '' } });
}

describe('the sdist that is meant', () => {
  test('is the newest of a name in any spelling, one version, or a file', async () => {
    const cwd = await scratch();
    await spamIn(cwd, '1.0');
    await spamIn(cwd, '1.1');
    const choices = { findLinks: 'files' };
    expect(await found('SPAM', cwd, choices)).toBe('1.1');
    expect(await found('spam==1.0', cwd, choices)).toBe('1.0');
    expect(await found('files/spam-1.0.tar.gz', cwd, {})).toBe('1.0');
  });

  test('must have the hash that an index on the net names, and is on none when offline', async () => {
    const cwd = await scratch();
    const bytes = await readFile(await spamIn(cwd, '1.1'));
    const server = await serveReplies(({ url }) =>
      url.pathname === '/simple/spam/'
        ? {
            headers: { 'content-type': 'text/html' },
            body: '<a href="/f/spam-1.1.tar.gz#sha256=00">spam-1.1.tar.gz</a>',
          }
        : { status: url.pathname === '/f/spam-1.1.tar.gz' ? 200 : 404, body: bytes.toString() },
    );
    const index = `${server}/simple/`;
    await expect(found('spam', cwd, { index })).rejects.toMatchObject({
      code: 'recipe/wrong-hash',
      evidence: expect.stringContaining('SHA-256') as unknown,
    });
    await expect(found('spam', cwd, { index, offline: true })).rejects.toMatchObject({
      code: 'cli/offline',
    });
  });

  test('is not on an index that is not there, and no range of versions', async () => {
    const cwd = await scratch();
    await expect(found('spam', cwd, { index: 'gone' })).rejects.toMatchObject({
      code: 'file/not-found',
    });
    await expect(found('spam>=1', cwd, {})).rejects.toMatchObject({
      code: 'openwrt/bad-name',
      hint: expect.stringContaining('NAME==VERSION') as unknown,
    });
  });

  test('is of one release by its file name and by its metadata, however they are spelled', async () => {
    const cwd = await scratch();
    const made = await writeSdist(cwd, {
      name: 'Spam.Client',
      fileName: 'spam_client',
      version: '1.0.0-rc.1',
      files: { 'spam_client.py': '' },
    });
    const at = async (name: string): Promise<string> => {
      await rename(join(cwd, last), join(cwd, name));
      last = name;
      return found(name, cwd, {});
    };
    let last = basename(made);
    expect(await at('SPAM-client-1.0rc1.tar.gz')).toBe('1.0rc1');
    await expect(at('spam_client-1.0.tar.gz')).rejects.toMatchObject({
      code: 'recipe/contradictory-sdist',
      evidence: 'the file is called spam_client 1.0, PKG-INFO says Spam.Client 1.0.0-rc.1',
    });
    await expect(at('eggs-1.0rc1.tar.gz')).rejects.toMatchObject({
      code: 'recipe/contradictory-sdist',
      evidence: 'the file is called eggs 1.0rc1, PKG-INFO says Spam.Client 1.0.0-rc.1',
      hint: expect.stringContaining('spam_client-1.0.0-rc.1.tar.gz') as unknown,
    });
  });
});
