/** The newest pip: what it asks beyond what older ones do. */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Exchange } from '../../src/serve/index.ts';
import { scratch } from '../support/scratch.ts';
import { simpleJson, testServer, upload, wheelUpload } from './client.ts';
import { comparable, isolated, recorded, run } from './real-clients.ts';

const VERSION = '26.2.1';
/** Indexes in folders that the machine's pip is set up with. */
const indexes = localIndexes();

function localIndexes(): readonly string[] {
  const { stdout } = spawnSync('python3', ['-m', 'pip', 'config', 'list'], { encoding: 'utf8' });
  return [...(stdout ?? '').matchAll(/file:\/\/[^\s'"]+/g)].map(([url]) => url);
}

/** A Python with that pip; undefined when no index has it. */
async function newPip(home: string): Promise<string | undefined> {
  const options = isolated(home);
  const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
  }).stdout.trim();
  for (const index of indexes) {
    const args = ['-q', '--no-deps', '-d', home, '--index-url', index, `pip==${VERSION}`];
    const got = await run(python, ['-m', 'pip', 'download', ...args], options).catch(() => {});
    if (got === undefined) continue;
    await run(python, ['-m', 'venv', '--without-pip', 'venv'], options);
    const wheel = join(home, `pip-${VERSION}-py3-none-any.whl`);
    const inside = join(home, 'venv/bin/python');
    const install = ['install', '-q', '--no-index', '--no-deps', wheel];
    await run(inside, [join(wheel, 'pip'), ...install], options);
    return inside;
  }
  return undefined;
}

/** An index whose pages offer no metadata beside files: pip must read it out of the wheels behind them. */
async function withoutMetadata(origin: string, project: string): Promise<string> {
  const page = await simpleJson(origin, project);
  const files = page.files.map(({ 'core-metadata': _dropped, ...file }) => ({
    ...file,
    'dist-info-metadata': false,
    url: new URL(file.url, `${origin}/simple/${project}/`).href,
  }));
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' });
    response.end(JSON.stringify({ ...page, files }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`;
}

describe.skipIf(indexes.length === 0)(
  `pip ${VERSION} (skipped: pip is set up with no local index)`,
  () => {
    it('installs, keeps to a date, and reads metadata by ranges', async (context) => {
      const home = await scratch();
      const python = await newPip(home);
      if (python === undefined) return context.skip(`pip ${VERSION} is in no local index`);
      const exchanges: Exchange[] = [];
      const day = 86_400_000;
      const server = await testServer({
        rules: 'none',
        startTime: new Date(Date.now() - 20 * day),
        transcript: (exchange) => exchanges.push(exchange),
      });
      const { origin, simpleUrl } = server;
      const noise = Buffer.from(Array.from({ length: 80_000 }, (_, at) => (at * at * 7919) % 251));
      const old = { version: '1.0', files: { 'pkg/__init__.py': 'x = 1\n', 'pkg/noise': noise } };
      expect((await upload(origin, wheelUpload(old))).status).toBe(200);
      server.setClock(undefined);
      const next = { version: '2.0', files: { 'pkg/__init__.py': 'x = 2\n' } };
      expect((await upload(origin, wheelUpload(next))).status).toBe(200);

      const install = async (target: string, index: string, ...more: readonly string[]) => {
        const args = ['install', '--no-cache-dir', '--target', target, '--index-url', index];
        await run(python, ['-m', 'pip', ...args, ...more], isolated(home));
        return readFile(join(home, target, 'pkg/__init__.py'), 'utf8');
      };
      expect(await install('newest', simpleUrl, 'pkg')).toBe('x = 2\n');
      const page = exchanges.find(({ path }) => path === '/simple/pkg/');
      expect(comparable(page)).toEqual(await recorded(`pip-${VERSION}.json`));
      const date = new Date(Date.now() - 10 * day).toISOString();
      expect(await install('then', simpleUrl, '--uploaded-prior-to', date, 'pkg')).toBe('x = 1\n');

      const bare = await withoutMetadata(origin, 'pkg');
      exchanges.length = 0;
      expect(await install('lazy', bare, '--use-feature=fast-deps', 'pkg==1.0')).toBe('x = 1\n');
      const seen = exchanges.map(({ method, path, status, headers }) => ({
        method,
        isMetadata: path.endsWith('.metadata'),
        status,
        range: headers.find(([name]) => name.toLowerCase() === 'range')?.[1],
      }));
      expect(seen.filter(({ isMetadata }) => isMetadata)).toEqual([]);
      expect(seen[0]).toMatchObject({ method: 'HEAD', status: 200 });
      const ranges = seen.filter(({ range }) => range !== undefined);
      expect(ranges.length).toBeGreaterThan(0);
      expect(ranges.every(({ status }) => status === 206)).toBe(true);
    }, 120_000);
  },
);
