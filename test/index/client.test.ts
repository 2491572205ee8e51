import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { readSimpleProject } from '../../src/index/index.ts';
import { formatSimpleProject } from '../../src/packaging/index.ts';
import { withTemporaryDirectory } from '../../src/support/temporary.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly body?: string;
}

async function indexWith(answers: Readonly<Record<string, Answer>>): Promise<string> {
  const server = createServer((request, response) => {
    const { status = 200, type, body = '' } = answers[request.url ?? ''] ?? { status: 404 };
    response.writeHead(status, type === undefined ? {} : { 'content-type': type }).end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`;
}

const json = formatSimpleProject({
  name: 'spam',
  versions: ['1.0'],
  files: [{ filename: 'spam-1.0.tar.gz', url: '../../f/spam-1.0.tar.gz', hashes: {}, size: 3 }],
});

describe('a project of an index', () => {
  it('is read from JSON, with absolute addresses', async () => {
    const index = await indexWith({
      '/simple/spam/': { type: 'application/vnd.pypi.simple.v1+json; charset=utf-8', body: json },
    });
    const project = await readSimpleProject(index, 'Spam');
    expect(project?.files[0]?.url).toBe(new URL('/f/spam-1.0.tar.gz', index).href);
  });

  it('is read from HTML with a base', async () => {
    const index = await indexWith({
      '/simple/spam/': {
        type: 'text/html',
        body: '<base href="/cdn/"><a href="spam-1.0.tar.gz#sha256=ab">x</a>',
      },
    });
    const project = await readSimpleProject(index, 'spam');
    expect(project?.files[0]).toMatchObject({
      url: new URL('/cdn/spam-1.0.tar.gz', index).href,
      hashes: { sha256: 'ab' },
    });
  });

  it('that is not there is told from one that is refused', async () => {
    const index = await indexWith({ '/simple/ham/': { status: 403 } });
    expect(await readSimpleProject(index, 'spam')).toBeUndefined();
    await expect(readSimpleProject(index, 'ham')).rejects.toMatchObject({ code: 'index/refused' });
  });

  it('is no page of another type, as for pip', async () => {
    const index = await indexWith({ '/simple/spam/': { type: 'application/xml', body: json } });
    await expect(readSimpleProject(index, 'spam')).rejects.toMatchObject({
      code: 'index/not-a-page',
    });
  });

  it('is read from a folder', async () => {
    await withTemporaryDirectory('client-', async (folder) => {
      await mkdir(join(folder, 'spam'));
      await writeFile(join(folder, 'spam', 'index.json'), json);
      const project = await readSimpleProject(folder, 'spam');
      expect(project?.files[0]?.url).toBe(
        pathToFileURL(join(folder, '..', 'f', 'spam-1.0.tar.gz')).href,
      );
      expect(await readSimpleProject(folder, 'ham')).toBeUndefined();
    });
  });
});
