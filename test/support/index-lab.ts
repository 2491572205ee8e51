/** Makes indexes in tests, and servers that answer as forges and object stores do. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  collectFiles,
  folderTarget,
  makeIndex,
  type MadeIndex,
  type MakeIndexOptions,
} from '../../src/index/index.ts';
import { ignoreEvents } from '../../src/support/progress/events.ts';

/** Makes an index of inputs in a folder. */
export async function indexOf(
  inputs: readonly string[],
  folder: string,
  options: Partial<MakeIndexOptions> = {},
): Promise<MadeIndex> {
  const { files } = await collectFiles(inputs, { jobs: 2 });
  return makeIndex({
    files,
    target: folderTarget(folder),
    folder,
    now: () => Date.parse('2026-11-20T00:00:00Z'),
    jobs: 2,
    events: ignoreEvents,
    ...options,
  });
}

/** A server on this machine for the time of a test; its address without a slash at the end. */
export async function serverFor(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A folder as a plain web server has it, and what it was asked for. @param typeOf the type of a path. */
export async function serveFolder(
  folder: string,
  typeOf = (path: string): string =>
    path.endsWith('.html') ? 'text/html' : 'application/octet-stream',
): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const url = await serverFor((request, response) => {
    const path = decodeURIComponent((request.url ?? '').replace(/\?.*$/, ''));
    asked.push(path);
    const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
    if (!existsSync(file) || !statSync(file).isFile()) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': typeOf(file) }).end(readFileSync(file));
  });
  return { url, asked };
}
