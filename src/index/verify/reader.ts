/** An index to be verified, over http or in a folder: the same questions of both. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { systemErrorCode } from '../../support/errors.ts';
import { httpRequest, type HttpRequest } from '../../support/http.ts';

/** An answer. */
export interface Resource {
  /** 404 for what is not in a folder. */
  readonly status: number;
  /** Undefined in a folder, where a server would choose it. */
  readonly type?: string;
  readonly bytes: Uint8Array;
  /** After redirects. */
  readonly url: string;
}

/** The body of a file, of which nothing is kept but this. */
export interface FileBody {
  readonly status: number;
  readonly size: number;
  readonly sha256: string;
}

/** Reads an index. */
export interface IndexReader {
  /** The address of the index, ending in `/`; `file:` for a folder. */
  readonly base: string;
  /** A page; with `json`, as a client that asks for JSON. */
  page(url: string, accept?: string): Promise<Resource>;
  /** Whether a file is there, and its size where that is told. */
  head(url: string): Promise<{ readonly status: number; readonly size?: number }>;
  /** A file read through. `keep` gets its pieces. */
  body(url: string, keep?: (chunk: Uint8Array) => Promise<void>): Promise<FileBody>;
}

/** Bodies are bounded all the same: a server may send for ever. */
const LARGEST_FILE = 8 * 2 ** 30;

/** A reader of the index at an http address or in a folder. */
export function openReader(
  place: string,
  request: Pick<HttpRequest, 'signal' | 'timeoutMs' | 'dispatcher'>,
): IndexReader {
  const isUrl = /^https?:/i.test(place);
  const base = isUrl ? withSlash(place) : withSlash(pathToFileURL(place).href);
  return {
    base,
    page: (url, accept) => (isHttp(url) ? httpPage(url, accept, request) : filePage(url)),
    head: (url) => (isHttp(url) ? httpHead(url, request) : Promise.resolve(fileHead(url))),
    body: (url, keep) => (isHttp(url) ? httpBody(url, request, keep) : fileBody(url, keep)),
  };
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

function isHttp(url: string): boolean {
  return /^https?:/i.test(url);
}

type Request = Pick<HttpRequest, 'signal' | 'timeoutMs' | 'dispatcher'>;

async function httpPage(
  url: string,
  accept: string | undefined,
  request: Request,
): Promise<Resource> {
  const answer = await httpRequest(url, {
    ...request,
    headers: { 'user-agent': 'wheelworks', ...(accept === undefined ? {} : { accept }) },
  });
  const type = answer.headers['content-type'];
  return {
    status: answer.status,
    bytes: answer.body,
    url: answer.url,
    ...(type === undefined ? {} : { type }),
  };
}

async function httpHead(url: string, request: Request): Promise<{ status: number; size?: number }> {
  const answer = await httpRequest(url, { ...request, method: 'HEAD' });
  const length = answer.headers['content-length'];
  return {
    status: answer.status,
    ...(length === undefined || !/^\d+$/.test(length) ? {} : { size: Number(length) }),
  };
}

async function httpBody(
  url: string,
  request: Request,
  keep: ((chunk: Uint8Array) => Promise<void>) | undefined,
): Promise<FileBody> {
  const hash = createHash('sha256');
  let size = 0;
  const answer = await httpRequest(url, {
    ...request,
    maxBytes: LARGEST_FILE,
    onChunk: async (chunk) => {
      hash.update(chunk);
      size += chunk.length;
      await keep?.(chunk);
    },
  });
  return { status: answer.status, size, sha256: hash.digest('hex') };
}

/** As a web server does: the page of a folder is its index.html. */
async function filePage(url: string): Promise<Resource> {
  const path = url.endsWith('/') ? join(pathOf(url), 'index.html') : pathOf(url);
  try {
    return { status: 200, bytes: await readFile(path), url };
  } catch (error) {
    return { status: statusOf(error), bytes: new Uint8Array(), url };
  }
}

function fileHead(url: string): { status: number; size?: number } {
  try {
    const stats = statSync(pathOf(url));
    return stats.isFile() ? { status: 200, size: stats.size } : { status: 404 };
  } catch (error) {
    return { status: statusOf(error) };
  }
}

async function fileBody(
  url: string,
  keep: ((chunk: Uint8Array) => Promise<void>) | undefined,
): Promise<FileBody> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of createReadStream(pathOf(url), { highWaterMark: 1 << 20 })) {
      const bytes = chunk as Uint8Array;
      hash.update(bytes);
      size += bytes.length;
      await keep?.(bytes);
    }
  } catch (error) {
    return { status: statusOf(error), size, sha256: '' };
  }
  return { status: 200, size, sha256: hash.digest('hex') };
}

function pathOf(url: string): string {
  return fileURLToPath(new URL(url).href.replace(/[?#].*$/, ''));
}

function statusOf(error: unknown): number {
  const code = systemErrorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' ? 404 : 403;
}
