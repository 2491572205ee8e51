import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectFiles, remoteReader, verifyIndex } from '../../../src/index/index.ts';
import { ignoreEvents } from '../../../src/support/progress/events.ts';
import { Secret } from '../../../src/support/secret.ts';
import { indexOf, serverFor } from '../../support/index-lab.ts';
import { scratch } from '../../support/scratch.ts';
import { buildWheel, writeWheelFile } from '../../support/wheel-builder.ts';

const SHA = 'ab'.repeat(32);

describe('the releases of GitHub', () => {
  /** 1,300 releases on 13 pages, one of them a draft. */
  async function github(
    answerPage?: (page: number) => { status: number; body: string } | undefined,
  ): Promise<{ api: string; seen: string[] }> {
    const seen: string[] = [];
    const api = await serverFor((request, response) => {
      const url = new URL(request.url ?? '', 'http://x');
      const page = Number(url.searchParams.get('page') ?? 1);
      seen.push(`${url.pathname} ${request.headers.authorization ?? ''}`);
      const special = answerPage?.(page);
      if (special !== undefined) {
        response.writeHead(special.status).end(special.body);
        return;
      }
      const releases = Array.from({ length: 100 }, (_, index) => {
        const version = `1.${(page - 1) * 100 + index}`;
        return {
          draft: version === '1.7',
          assets: [
            {
              name: `spam-${version}-py3-none-any.whl`,
              browser_download_url: `https://example.org/d/spam-${version}-py3-none-any.whl`,
              size: 5,
              digest: index === 0 ? null : `sha256:${SHA}`,
              created_at: '2026-10-01T00:00:00Z',
              state: 'uploaded',
            },
            { name: 'notes.txt', browser_download_url: 'https://example.org/d/notes.txt' },
          ],
        };
      });
      const next =
        page < 13
          ? { link: `<${api}/repos/a/b/releases?per_page=100&page=${page + 1}>; rel="next"` }
          : {};
      response.writeHead(200, { 'content-type': 'application/json', ...next });
      response.end(JSON.stringify(releases));
    });
    return { api, seen };
  }

  it('are read to the last page, without drafts, with the digests that are known', async () => {
    const { api, seen } = await github();
    const { files, passedOver } = await collectFiles(['github:a/b'], {
      jobs: 1,
      github: {
        apiUrl: api,
        token: { header: 'authorization', value: new Secret('Bearer secret-token') },
      },
    });
    expect(files).toHaveLength(1299);
    expect(passedOver).toHaveLength(1299);
    expect(files[1]).toEqual({
      filename: 'spam-1.1-py3-none-any.whl',
      place: { kind: 'remote', url: 'https://example.org/d/spam-1.1-py3-none-any.whl' },
      told: { hashes: { sha256: SHA }, size: 5, uploadTime: '2026-10-01T00:00:00Z' },
    });
    expect(seen).toHaveLength(13);
    expect(seen[0]).toBe('/repos/a/b/releases Bearer secret-token');
  });

  it('that cannot all be read are an error, so that an index loses nothing', async () => {
    for (const special of [
      { status: 502, body: '' },
      { status: 200, body: '{"message": "no list"}' },
      { status: 200, body: '[{"assets": 3}]' },
    ]) {
      const { api } = await github((page) => (page === 9 ? special : undefined));
      await expect(
        collectFiles(['github:a/b'], { jobs: 1, github: { apiUrl: api } }),
      ).rejects.toMatchObject({ code: expect.stringMatching(/^index\/api-/) as string });
    }
  });

  it('are not followed to another host, with the token, nor round', async () => {
    for (const next of ['http://127.0.0.2:9/x', '?per_page=100']) {
      const api = await serverFor((_, response) => {
        response.writeHead(200, { link: `<${next}>; rel="next"` }).end('[]');
      });
      await expect(
        collectFiles(['github:a/b'], { jobs: 1, github: { apiUrl: api } }),
      ).rejects.toMatchObject({ code: 'index/api-answer' });
    }
    await expect(collectFiles(['github:../x'], { jobs: 1 })).rejects.toMatchObject({
      code: 'index/source',
    });
  });
});

describe('the releases of GitLab', () => {
  it('are read by keyset pages, with names from addresses where links have others', async () => {
    const api = await serverFor((request, response) => {
      const isLast = request.url?.includes('cursor=2') === true;
      response.writeHead(
        200,
        isLast ? {} : { link: `<${request.url ?? ''}&cursor=2>; rel="next"` },
      );
      response.end(
        JSON.stringify([
          {
            released_at: '2026-01-02T03:04:05Z',
            assets: {
              links: [
                {
                  name: 'Linux wheel',
                  url: `https://example.org/a/spam-${isLast ? 2 : 1}.0-py3-none-any.whl?x=1`,
                },
                { name: 'evil', url: 'javascript:spam-1.0.tar.gz' },
              ],
            },
          },
          {
            upcoming_release: true,
            assets: { links: [{ name: 'spam-9.tar.gz', url: 'https://x/' }] },
          },
        ]),
      );
      expect(request.headers['job-token']).toBe('jt');
      expect(request.url).toContain('/projects/group%2Fsub%2Fproject/releases');
    });
    const { files, passedOver } = await collectFiles(['gitlab:group/sub/project'], {
      jobs: 1,
      gitlab: { apiUrl: api, token: { header: 'job-token', value: new Secret('jt') } },
    });
    expect(files.map(({ filename }) => filename)).toEqual([
      'spam-1.0-py3-none-any.whl',
      'spam-2.0-py3-none-any.whl',
    ]);
    expect(passedOver).toEqual(['evil', 'evil']);
  });
});

describe('lists', () => {
  async function list(text: string, name = 'list.jsonl'): Promise<string> {
    const path = join(await scratch(), name);
    await writeFile(path, text);
    return path;
  }

  it('are an array, an object or lines', async () => {
    const entry = {
      url: 'https://example.org/spam-1.0%2Bx.1-py3-none-any.whl',
      sha256: SHA.toUpperCase(),
      size: 3,
      'upload-time': '2026-01-01T00:00:00+01:00',
      yanked: 'why',
    };
    const texts = [
      JSON.stringify([entry]),
      JSON.stringify({ files: [entry] }),
      `${JSON.stringify(entry)}\n\n`,
    ];
    for (const text of texts) {
      const { files } = await collectFiles([await list(text)], { jobs: 1 });
      expect(files).toEqual([
        {
          filename: 'spam-1.0+x.1-py3-none-any.whl',
          place: { kind: 'remote', url: entry.url },
          told: {
            hashes: { sha256: SHA },
            size: 3,
            uploadTime: entry['upload-time'],
            yanked: 'why',
          },
        },
      ]);
    }
  });

  it('give an index with times in UTC', async () => {
    const out = join(await scratch(), 'out');
    const path = await list(
      JSON.stringify([
        {
          url: 'https://example.org/spam-1.0.tar.gz',
          sha256: SHA,
          size: 3,
          'upload-time': '2026-01-01T00:00:00+01:00',
        },
      ]),
    );
    await indexOf([path], out);
    const { readFile } = await import('node:fs/promises');
    expect(await readFile(join(out, 'simple/spam/index.json'), 'utf8')).toContain(
      '"upload-time": "2025-12-31T23:00:00.000000Z"',
    );
  });

  it.each([
    ['leads out of its folder', { path: '../../etc/passwd' }, 'index/list'],
    ['is absolute', { path: '/etc/passwd' }, 'index/list'],
    ['has neither', {}, 'index/list'],
    ['is no address of the net', { url: 'file:///etc/passwd' }, 'http/bad-url'],
    ['has a wrong digest', { url: 'https://x/a-1.whl', sha256: 'zz' }, 'index/list'],
    ['has odd specifiers', { url: 'https://x/a-1.whl', 'requires-python': 'three' }, 'index/list'],
  ])('are refused where an entry %s', async (_, entry, code) => {
    await expect(
      collectFiles([await list(JSON.stringify([entry]))], { jobs: 1 }),
    ).rejects.toMatchObject({ code });
  });

  it.each([
    '../evil-1.0.tar.gz',
    'a/../../evil-1.0.tar.gz',
    'evil<script>-1.0.tar.gz',
    '.hidden-1.0.tar.gz',
  ])('never write a file called %s', async (filename) => {
    const out = join(await scratch(), 'out');
    const path = await list(JSON.stringify([{ url: 'https://example.org/x', filename }]));
    await expect(indexOf([path], out)).rejects.toMatchObject({ code: 'index/unsafe-name' });
  });

  it('are compared with the files that they name', async () => {
    const folder = await scratch();
    await writeWheelFile(folder, { name: 'spam' });
    const path = join(folder, 'list.json');
    await writeFile(path, JSON.stringify([{ path: 'spam-1.0-py3-none-any.whl', sha256: SHA }]));
    await expect(indexOf([path], join(folder, 'out'))).rejects.toMatchObject({
      code: 'index/wrong-digest',
    });
  });
});

describe('old indexes', () => {
  it('without digests are read, and hashed where that is asked for', async () => {
    const wheel = buildWheel({
      name: 'spam',
      metadata:
        'Metadata-Version: 2.1\nName: Spam\nVersion: 1.0\nRequires-Python: >=3.9\nSummary: Hi\n\n',
    });
    let reads = 0;
    const address = await serverFor((request, response) => {
      if (request.url === '/flat.html')
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end(`<a href=d/${wheel.filename}>x</a>`);
      else if (request.url === `/d/${wheel.filename}`) {
        if (request.method === 'GET') reads += 1;
        response.writeHead(200, { etag: '"1"' }).end(request.method === 'GET' ? wheel.bytes : '');
      } else response.writeHead(404).end();
    });
    const root = await scratch();
    const out = join(root, 'out');
    const plain = await indexOf([`${address}/flat.html`], out);
    expect(plain.withoutDigest).toEqual([wheel.filename]);
    const { openCache } = await import('../../../src/support/cache.ts');
    const cache = openCache(join(root, 'cache'), ignoreEvents);
    for (let run = 0; run < 2; run += 1) {
      const made = await indexOf([`${address}/flat.html`], out, {
        readRemote: remoteReader(cache, {}),
      });
      expect(made.withoutDigest).toEqual([]);
    }
    expect(reads).toBe(1);
    const { findings } = await verifyIndex(out, { jobs: 1, events: ignoreEvents });
    expect(findings).toEqual([]);
  });

  it('of many projects are read whole, from their list', async () => {
    const address = await serverFor((request, response) => {
      const name = /^\/simple\/(?:(\w+)\/)?$/.exec(request.url ?? '')?.[1];
      const body =
        name === undefined
          ? '<a href="spam/">Spam</a><a href="/simple/eggs/">eggs</a>'
          : `<a href="../../${name}-1.0.tar.gz#sha256=${SHA}" data-yanked>x</a>`;
      response.writeHead(200, { 'content-type': 'text/html' }).end(body);
    });
    const { files } = await collectFiles([`${address}/simple/`], { jobs: 2 });
    expect(files.map(({ place, told }) => [place, told])).toEqual(
      ['spam', 'eggs'].map((name) => [
        { kind: 'remote', url: `${address}/${name}-1.0.tar.gz` },
        { hashes: { sha256: SHA }, yanked: true },
      ]),
    );
  });

  it('on the net lead to no file of this machine', async () => {
    const address = await serverFor((_, response) => {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<a href="file:///etc/spam-1.0.tar.gz">x</a>');
    });
    await expect(collectFiles([`${address}/`], { jobs: 1 })).rejects.toMatchObject({
      code: 'index/unsafe-url',
    });
  });

  it('may be ones of ours, in a folder', async () => {
    const root = await scratch();
    await mkdir(join(root, 'dist'));
    await writeWheelFile(join(root, 'dist'), { name: 'spam' });
    await indexOf([join(root, 'dist')], join(root, 'one'));
    const two = await indexOf([join(root, 'one/links.html')], join(root, 'two'));
    expect(two.channels[0]?.files).toBe(1);
  });
});
