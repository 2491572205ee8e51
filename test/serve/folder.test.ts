/** The folder of an index after accidents: torn lines, contents that are gone or others, snapshots, two servers. */
import { createHash } from 'node:crypto';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { storeLayout } from '../../src/serve/store/layout.ts';
import { scratch } from '../support/scratch.ts';
import { ask, simpleJson, testServer, upload, wheelUpload } from './client.ts';

const RULES = { rules: 'none' } as const;

/** A folder with these versions of a project, and no server. */
async function filled(...versions: readonly string[]): Promise<string> {
  const root = join(await scratch(), 'index');
  const server = await testServer({ ...RULES, root });
  for (const version of versions)
    expect((await upload(server.origin, wheelUpload({ version }))).status).toBe(200);
  await server.close();
  return root;
}

/** Versions whose files and metadata are what the page says. */
async function whole(origin: string): Promise<readonly string[]> {
  const { files } = await simpleJson(origin, 'pkg');
  for (const file of files) {
    const { pathname } = new URL(file.url, `${origin}/simple/pkg/`);
    const digestOf = async (path: string): Promise<string> =>
      createHash('sha256')
        .update((await ask(origin, path)).body)
        .digest('hex');
    expect(await digestOf(pathname)).toBe(file.hashes['sha256']);
    expect(await digestOf(`${pathname}.metadata`)).toBe(file['core-metadata']?.['sha256']);
  }
  return files.map(({ filename }) => filename.split('-')[1] ?? '');
}

test('what a crash left of a last line is cut off, and the journal goes on behind it', async () => {
  const root = await filled('1.0');
  await appendFile(join(root, 'journal.jsonl'), '{"fact":"yanked","filename":"pkg-1.0-py');
  const second = await testServer({ ...RULES, root });
  expect(await whole(second.origin)).toEqual(['1.0']);
  await upload(second.origin, wheelUpload({ version: '2.0' }));
  await second.close();
  const third = await testServer({ ...RULES, root });
  expect(await whole(third.origin)).toEqual(['1.0', '2.0']);
});

test('a line in its midst that is no fact is damage, and the folder is free afterwards', async () => {
  const root = await filled('1.0');
  const journal = join(root, 'journal.jsonl');
  const text = await readFile(journal, 'utf8');
  await writeFile(journal, `{"fact":\n${text}`);
  await expect(testServer({ ...RULES, root })).rejects.toMatchObject({
    code: 'serve/damaged-journal',
  });
  await writeFile(journal, text);
  expect(await whole((await testServer({ ...RULES, root })).origin)).toEqual(['1.0']);
});

test('contents that are gone or others are told of and not served', async () => {
  const root = await filled('1.0', '2.0', '3.0', '4.0');
  const layout = storeLayout(root);
  const digest = (version: string): string =>
    createHash('sha256').update(wheelUpload({ version }).content).digest('hex');
  await writeFile(layout.content(digest('1.0')), 'others');
  await rm(layout.content(digest('2.0')));
  await rm(layout.metadata(digest('3.0')));
  const notes: string[] = [];
  const { origin } = await testServer({
    ...RULES,
    root,
    events: (event) => {
      if (event.type === 'note') notes.push(event.message);
    },
  });
  expect(await whole(origin)).toEqual(['4.0']);
  expect(notes).toEqual(
    ['1.0', '2.0', '3.0'].map(
      (version) => `pkg-${version}-py3-none-any.whl is damaged on disk and not served.`,
    ),
  );
  const path = `/files/${digest('2.0')}/pkg-2.0-py3-none-any.whl`;
  expect((await ask(origin, path)).status).toBe(404);
});

test('a snapshot gives back every file after a reset, a deletion and a restart', async () => {
  const root = await filled('1.0', '2.0');
  const first = await testServer({ ...RULES, root });
  await first.snapshot('before');
  await first.deleteFile('pkg-1.0-py3-none-any.whl');
  expect(await whole(first.origin)).toEqual(['2.0']);
  await first.reset();
  expect((await ask(first.origin, '/simple/pkg/')).status).toBe(404);
  await first.close();
  const second = await testServer({ ...RULES, root });
  expect((await ask(second.origin, '/simple/pkg/')).status).toBe(404);
  await second.restore('before');
  expect(await whole(second.origin)).toEqual(['1.0', '2.0']);
  await second.close();
  const third = await testServer({ ...RULES, root });
  expect(await whole(third.origin)).toEqual(['1.0', '2.0']);
});

test('a snapshot whose contents were taken away serves what is left', async () => {
  const root = await filled('1.0', '2.0');
  const server = await testServer({ ...RULES, root });
  await server.snapshot('all');
  await server.reset();
  const gone = createHash('sha256').update(wheelUpload().content).digest('hex');
  await rm(storeLayout(root).content(gone));
  await server.restore('all');
  expect(await whole(server.origin)).toEqual(['2.0']);
});

test('a second server is refused the folder, and gets it from one that is gone', async () => {
  const root = await filled('1.0');
  const first = await testServer({ ...RULES, root });
  await expect(testServer({ ...RULES, root })).rejects.toMatchObject({ code: 'serve/in-use' });
  expect(await whole(first.origin)).toEqual(['1.0']);
  await first.close();
  // A number that no process has, and one that this process had in another life.
  for (const pid of [2 ** 30, process.pid]) {
    await writeFile(storeLayout(root).lock, `${pid}\n`);
    const next = await testServer({ ...RULES, root });
    expect(await whole(next.origin)).toEqual(['1.0']);
    await next.close();
  }
});

test('a server that cannot listen leaves the folder to others', async () => {
  const root = await filled('1.0');
  const other = await testServer(RULES);
  const port = Number(new URL(other.origin).port);
  await expect(testServer({ ...RULES, root, port })).rejects.toMatchObject({
    code: 'serve/port-taken',
  });
  expect(await whole((await testServer({ ...RULES, root })).origin)).toEqual(['1.0']);
});
