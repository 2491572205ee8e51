import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findSdist, type FindSdistOptions } from '../../../src/openwrt/recipe/find-sdist.ts';
import { sha256 } from '../../../src/support/hash.ts';
import { serveReplies } from '../../support/http-server.ts';
import { scratch } from '../../support/scratch.ts';

interface File {
  readonly filename: string;
  /** Of the page; by default the true one of what is served. */
  readonly hash?: string;
  readonly yanked?: string;
  readonly python?: string;
  readonly url?: string;
}

const bodyOf = (filename: string): string => `bytes of ${filename}`;

/** An index of one project, `spam-eggs`, whose files hold their names. */
async function indexOf(files: readonly File[]): Promise<{ index: string; asked: string[] }> {
  const asked: string[] = [];
  const origin = await serveReplies(({ url }) => {
    asked.push(url.pathname);
    if (url.pathname === '/simple/spam-eggs/')
      return {
        headers: { 'content-type': 'application/vnd.pypi.simple.v1+json' },
        body: { meta: { 'api-version': '1.0' }, name: 'spam-eggs', files: files.map(pageFile) },
      };
    const [, name = ''] = /^\/files\/(.+)$/.exec(url.pathname) ?? [];
    return files.some(({ filename }) => filename === name)
      ? { body: bodyOf(name) }
      : { status: 404, body: 'not here' };
  });
  return { index: `${origin}/simple/`, asked };
}

function pageFile({ filename, hash, yanked, python, url }: File): unknown {
  return {
    filename,
    url: url ?? `../../files/${filename}`,
    hashes: { sha256: hash ?? sha256(bodyOf(filename)) },
    ...(yanked === undefined ? {} : { yanked }),
    ...(python === undefined ? {} : { 'requires-python': python }),
  };
}

async function found(
  files: readonly File[],
  options: Partial<FindSdistOptions> = {},
): Promise<string> {
  const directory = await scratch();
  const { index } = await indexOf(files);
  const path = await findSdist({ project: 'Spam.Eggs', index, directory, ...options });
  expect(await readFile(path, 'utf8')).toBe(bodyOf(path.slice(directory.length + 1)));
  return path.slice(directory.length + 1);
}

async function refusal(
  files: readonly File[],
  options: Partial<FindSdistOptions> = {},
): Promise<unknown> {
  return found(files, options).then(
    (name) => `found ${name}`,
    (error: unknown) => error,
  );
}

const sdist = (version: string, more: Partial<File> = {}): File => ({
  filename: `spam_eggs-${version}.tar.gz`,
  ...more,
});

describe('the newest sdist of an index', () => {
  test.each<[string, File[], string]>([
    [
      'is the newest by version, not by text',
      [sdist('1.10'), sdist('1.9')],
      'spam_eggs-1.10.tar.gz',
    ],
    [
      'is no pre-release',
      [sdist('1.0'), sdist('2.0rc1'), sdist('2.0.dev1')],
      'spam_eggs-1.0.tar.gz',
    ],
    [
      'is a pre-release where there is nothing else',
      [sdist('2.0a1'), sdist('2.0rc1')],
      'spam_eggs-2.0rc1.tar.gz',
    ],
    ['is not yanked', [sdist('1.0'), sdist('1.1', { yanked: 'broken' })], 'spam_eggs-1.0.tar.gz'],
    [
      'is no wheel, and no file of another project',
      [
        sdist('1.0'),
        { filename: 'spam_eggs-3.0-py3-none-any.whl' },
        { filename: 'spam-4.0.tar.gz' },
      ],
      'spam_eggs-1.0.tar.gz',
    ],
    [
      'is found under every spelling of the name',
      [{ filename: 'Spam.Eggs-1.0.tar.gz' }, { filename: 'spam-EGGS-1.1.zip' }],
      'spam-EGGS-1.1.zip',
    ],
    [
      'is the tarball of a release, whatever the order, and that of the name of today',
      [
        { filename: 'spam_eggs-1.0.zip' },
        sdist('1.0'),
        { filename: 'Spam-Eggs-1.0.tar.gz' },
        { filename: 'spam-eggs-1.0.zip' },
      ],
      'spam_eggs-1.0.tar.gz',
    ],
    [
      'is a zip file where there is only that',
      [{ filename: 'spam_eggs-1.0.zip' }],
      'spam_eggs-1.0.zip',
    ],
  ])('%s', async (_title, files, name) => {
    expect(await found(files)).toBe(name);
    expect(await found(files.toReversed())).toBe(name);
  });

  test("is for the target's Python, where that is known", async () => {
    const files = [
      sdist('1.0', { python: '>=3.7' }),
      sdist('1.5', { python: 'what?' }),
      sdist('2.0', { python: '>=3.12' }),
    ];
    expect(await found(files, { python: '3.13.9' })).toBe('spam_eggs-2.0.tar.gz');
    expect(await found(files, { python: '3.11.14' })).toBe('spam_eggs-1.5.tar.gz');
    expect(await found(files)).toBe('spam_eggs-2.0.tar.gz');
  });
});

describe('a version', () => {
  test('is taken in every spelling, yanked or a pre-release or for another Python', async () => {
    const files = [
      sdist('1.0'),
      sdist('1.1', { yanked: '', python: '>=4' }),
      sdist('2.0rc1'),
      sdist('3.0'),
    ];
    expect(await found(files, { version: '1.0.0' })).toBe('spam_eggs-1.0.tar.gz');
    expect(await found(files, { version: '1.1', python: '3.13.9' })).toBe('spam_eggs-1.1.tar.gz');
    expect(await found(files, { version: '2.0-RC.1' })).toBe('spam_eggs-2.0rc1.tar.gz');
  });

  test('that is not there is told with those that are; what is no version is refused', async () => {
    const files = ['1', '2', '3', '4', '5', '6'].map((version) => sdist(version));
    expect(await refusal(files, { version: '7' })).toMatchObject({
      code: 'recipe/no-sdist',
      message: 'There is no sdist of Spam.Eggs 7.',
      evidence: expect.stringMatching(/\/simple\/: has 6, 5, 4, 3, 2 and older ones$/) as unknown,
    });
    expect(await refusal(files, { version: 'new' })).toMatchObject({
      code: 'packaging/invalid-version',
    });
  });
});

describe('nothing is found', () => {
  test.each<[string, File[], string]>([
    [
      'where there are wheels alone',
      [{ filename: 'spam_eggs-3.0-py3-none-any.whl' }],
      'no sdist of it',
    ],
    ['where all are yanked', [sdist('1', { yanked: 'x' })], 'only sdists that were yanked, or'],
    ['where all are for another Python', [sdist('1', { python: '<3' })], 'are for other Pythons'],
  ])('%s', async (_title, files, said) => {
    expect(await refusal(files, { python: '3.13.9' })).toMatchObject({
      code: 'recipe/no-sdist',
      evidence: expect.stringContaining(said) as unknown,
    });
  });

  test('where the index does not have the project, or nothing was named', async () => {
    expect(await refusal([], { project: 'other' })).toMatchObject({
      code: 'recipe/no-sdist',
      evidence: expect.stringMatching(/: no such project$/) as unknown,
    });
    const directory = await scratch();
    await expect(findSdist({ project: 'spam', directory })).rejects.toMatchObject({
      code: 'recipe/no-sdist',
      evidence: 'looked at nothing',
    });
  });
});

describe('a file of an index', () => {
  test('must have the hash that the index names', async () => {
    expect(await refusal([sdist('1', { hash: 'a'.repeat(64) })])).toMatchObject({
      code: 'recipe/wrong-hash',
      evidence: `SHA-256 ${sha256(bodyOf('spam_eggs-1.tar.gz'))}, and the index says ${'a'.repeat(64)}`,
    });
    const upper = sha256(bodyOf('spam_eggs-1.tar.gz')).toUpperCase();
    expect(await found([sdist('1', { hash: upper })])).toBe('spam_eggs-1.tar.gz');
  });

  test('that is not there is told with its address', async () => {
    expect(await refusal([sdist('1', { url: '../../gone/spam_eggs-1.tar.gz' })])).toMatchObject({
      code: 'index/refused',
      message: expect.stringMatching(/\/gone\/spam_eggs-1\.tar\.gz was not given\.$/) as unknown,
      evidence: '404 Not Found',
    });
  });

  test('is none of this machine when the index is served', async () => {
    const secret = join(await scratch(), 'spam_eggs-1.tar.gz');
    await writeFile(secret, bodyOf('spam_eggs-1.tar.gz'));
    expect(await refusal([sdist('1', { url: pathToFileURL(secret).href })])).toMatchObject({
      code: 'index/refused',
    });
  });

  test('of a folder stays where it is, and is held to its hash', async () => {
    const root = await scratch();
    await mkdir(join(root, 'simple/spam-eggs'), { recursive: true });
    const at = join(root, 'spam_eggs-1.tar.gz');
    await writeFile(at, 'x');
    const page = (hash: string): Promise<void> =>
      writeFile(
        join(root, 'simple/spam-eggs/index.html'),
        `<a href="../../spam_eggs-1.tar.gz#sha256=${hash}">spam_eggs-1.tar.gz</a>`,
      );
    const options = { project: 'spam-eggs', index: join(root, 'simple'), directory: root };
    await page(sha256('x'));
    expect(await findSdist(options)).toBe(at);
    await page(sha256('y'));
    await expect(findSdist(options)).rejects.toMatchObject({ code: 'recipe/wrong-hash' });
  });

  test('from a machine that does not answer is told so', async () => {
    const { index } = await indexOf([]);
    const nobody = index.replace(/:\d+/, ':1');
    const options = { project: 'spam', index: nobody, directory: await scratch() };
    await expect(findSdist(options)).rejects.toMatchObject({ code: 'http/no-answer' });
  });
});

describe('a folder of files', () => {
  test('is looked at first, and the index only when it has nothing that fits', async () => {
    const findLinks = await scratch();
    const directory = await scratch();
    for (const name of [
      'Spam_Eggs-1.0.tar.gz',
      'spam_eggs-0.9.zip',
      'spam_eggs-1.1-py3-none-any.whl',
    ])
      await writeFile(join(findLinks, name), '');
    const { index, asked } = await indexOf([sdist('2.0')]);
    const options = { project: 'spam-eggs', findLinks, index, directory };
    expect(await findSdist(options)).toBe(join(findLinks, 'Spam_Eggs-1.0.tar.gz'));
    expect(await findSdist({ ...options, version: '0.9' })).toBe(
      join(findLinks, 'spam_eggs-0.9.zip'),
    );
    expect(asked).toEqual([]);
    expect(await readdir(directory)).toEqual([]);
    expect(await findSdist({ ...options, version: '2' })).toBe(
      join(directory, 'spam_eggs-2.0.tar.gz'),
    );
    await expect(findSdist({ ...options, version: '3' })).rejects.toMatchObject({
      evidence: expect.stringMatching(/: has 1\.0, 0\.9; .*: has 2\.0$/) as unknown,
    });
  });

  test('that is not there is told', async () => {
    const directory = await scratch();
    const findLinks = join(directory, 'gone');
    await expect(findSdist({ project: 'spam', findLinks, directory })).rejects.toMatchObject({
      code: 'file/not-found',
      path: findLinks,
    });
  });
});
