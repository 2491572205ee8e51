/**
 * A small index that takes uploads and does whatever a test tells it to: the servers that publishing must get along with.
 * Independent of src/: form and pages are read and written here.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** One upload as the server got it. */
export interface ReceivedUpload {
  readonly headers: IncomingMessage['headers'];
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly filename: string;
  readonly content: Buffer;
  /** As it came. */
  readonly raw: Buffer;
}

export interface UploadServerOptions {
  /** Answers an upload in place of keeping it; undefined keeps it. May answer by itself and return true. */
  readonly answer?: (
    upload: ReceivedUpload,
    response: ServerResponse,
    count: number,
  ) => Answer | true | undefined;
  /** Same bytes again are a success, as at PyPI; else 400. Default true. */
  readonly idempotent?: boolean;
  /** Without pages of projects. */
  readonly pageless?: boolean;
  readonly withoutHashes?: boolean;
  /** Added to every file of the pages. */
  readonly uploadTime?: string;
  readonly status?: string;
  /** Answers what is no upload; true when it did. */
  readonly route?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Called when an upload begins and when it ends. */
  readonly onActive?: (active: number) => void;
}

export interface Answer {
  readonly status: number;
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Keeps the file all the same. */
  readonly keep?: boolean;
}

export interface UploadServer {
  readonly origin: string;
  readonly upload: string;
  readonly uploads: ReceivedUpload[];
  /** Kept files, by name. */
  readonly files: Map<string, Buffer>;
  /** Requests for pages, with their headers. */
  readonly reads: IncomingMessage['headers'][];
}

/** Starts a server that is gone when the test is over. */
export async function startUploadServer(options: UploadServerOptions = {}): Promise<UploadServer> {
  const uploads: ReceivedUpload[] = [];
  const files = new Map<string, Buffer>();
  const reads: IncomingMessage['headers'][] = [];
  let active = 0;
  const server = createServer((request, response) => {
    if (options.route?.(request, response) === true) return;
    if (request.method !== 'POST') {
      reads.push(request.headers);
      page(request, response, files, options);
      return;
    }
    active += 1;
    options.onActive?.(active);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => {});
    response.on('close', () => (active -= 1));
    request.on('end', () => {
      const upload = parseUpload(Buffer.concat(chunks), request);
      uploads.push(upload);
      const answer = options.answer?.(upload, response, uploads.length);
      if (answer === true) return;
      if (answer !== undefined) {
        if (answer.keep === true) files.set(upload.filename, upload.content);
        response.writeHead(answer.status, answer.reason ?? '', answer.headers ?? {});
        response.end(answer.body ?? '');
        return;
      }
      const known = files.get(upload.filename);
      if (known !== undefined && (options.idempotent === false || !known.equals(upload.content))) {
        response.writeHead(400, `File already exists ('${upload.filename}')`).end();
        return;
      }
      files.set(upload.filename, upload.content);
      response.writeHead(200).end();
    });
  });
  const origin = await listen(server);
  return { origin, upload: `${origin}/legacy/`, uploads, files, reads };
}

async function listen(server: Server): Promise<string> {
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function page(
  request: IncomingMessage,
  response: ServerResponse,
  files: ReadonlyMap<string, Buffer>,
  options: UploadServerOptions,
): void {
  const [, project] = /^\/simple\/(?:([^/]+)\/)?$/.exec(request.url ?? '') ?? [];
  const isRoot = request.url === '/simple/';
  if (options.pageless === true || (project === undefined && !isRoot)) {
    response.writeHead(404).end();
    return;
  }
  const own = [...files].filter(
    ([name]) =>
      isRoot || (name.split('-')[0] ?? '').toLowerCase().replaceAll(/[-_.]+/g, '-') === project,
  );
  if (!isRoot && own.length === 0) {
    response.writeHead(404).end();
    return;
  }
  const document = {
    meta: { 'api-version': '1.1' },
    name: project ?? '',
    versions: own.map(([name]) => name.split('-')[1]?.replace(/\.tar\.gz$/, '')),
    ...(options.status === undefined ? {} : { 'project-status': { status: options.status } }),
    files: own.map(([filename, content]) => ({
      filename,
      url: `/files/${filename}`,
      size: content.length,
      hashes:
        options.withoutHashes === true
          ? {}
          : { sha256: createHash('sha256').update(content).digest('hex') },
      ...(options.uploadTime === undefined ? {} : { 'upload-time': options.uploadTime }),
    })),
  };
  response
    .writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' })
    .end(request.method === 'HEAD' ? undefined : JSON.stringify(document));
}

/** Takes a multipart body apart, strictly. */
export function parseUpload(
  raw: Buffer,
  { headers }: Pick<IncomingMessage, 'headers'>,
): ReceivedUpload {
  const boundary = /boundary="?([^";]+)/.exec(headers['content-type'] ?? '')?.[1] ?? '';
  const fields: [string, string][] = [];
  let filename = '';
  let content = Buffer.alloc(0);
  const text = raw.toString('latin1');
  const parts = text.split(`--${boundary}`);
  if (parts[0] !== '' || parts.at(-1)?.trim() !== '--') throw new Error('not a multipart body');
  for (const part of parts.slice(1, -1)) {
    const end = part.indexOf('\r\n\r\n');
    const head = part.slice(2, end);
    const value = Buffer.from(part.slice(end + 4, -2), 'latin1');
    const name = /[; ]name="([^"]*)"/.exec(head)?.[1] ?? '';
    const file = /filename="([^"]*)"/.exec(head)?.[1];
    if (file === undefined) fields.push([name, value.toString('utf8')]);
    else {
      filename = file;
      content = value;
    }
  }
  return { headers, fields, filename, content, raw };
}
