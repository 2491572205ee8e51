/** A client of an index, independent of src/: forms, requests and answers are made and read here. */
import { createHash } from 'node:crypto';
import { request as httpRequest, type Agent, type IncomingHttpHeaders } from 'node:http';
import { onTestFinished } from 'vitest';
import { startServer, type RunningServer, type ServerOptions } from '../../src/serve/index.ts';
import { Secret } from '../../src/support/secret.ts';
import { buildWheel, type WheelSpec } from '../support/wheel-builder.ts';

export const TOKEN = 'pypi-test-token-0123456789abcdefghijklmnop';

/** A server that is gone when the test is over. */
export async function testServer(options: ServerOptions = {}): Promise<RunningServer> {
  const server = await startServer({
    tokens: [{ name: 'token 1', secret: new Secret(TOKEN) }],
    ...options,
  });
  onTestFinished(() => server.close());
  return server;
}

export interface Reply {
  readonly status: number;
  readonly reason: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly agent?: Agent;
}

/** A request as bytes on the wire have it: no redirect is followed, no path is normalised. */
export async function ask(origin: string, path: string, options: Ask = {}): Promise<Reply> {
  const { hostname, port } = new URL(origin);
  const { method = 'GET', headers = {}, body, agent = false } = options;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, method, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          reason: response.statusMessage ?? '',
          headers: response.headers,
          body: Buffer.concat(chunks),
        });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

export type Field = readonly [name: string, value: string];

export interface UploadSpec {
  readonly filename: string;
  readonly content: Uint8Array;
  readonly fields: readonly Field[];
  readonly contentType?: string;
}

/** The fields of an upload as uv sends them. */
export function wheelUpload(spec: WheelSpec = {}, more: readonly Field[] = []): UploadSpec {
  const { name = 'pkg', version = '1.0' } = spec;
  const { filename, bytes } = buildWheel(spec);
  return {
    filename,
    content: bytes,
    fields: [
      [':action', 'file_upload'],
      ['protocol_version', '1'],
      ['filetype', 'bdist_wheel'],
      ['pyversion', 'py3'],
      ['sha256_digest', createHash('sha256').update(bytes).digest('hex')],
      ['metadata_version', '2.1'],
      ['name', name],
      ['version', version],
      ...more,
    ],
  };
}

export const BOUNDARY = 'a-boundary-of-this-test';

export function formBody({ filename, content, fields, contentType }: UploadSpec): Buffer {
  const type = contentType ?? 'application/octet-stream';
  return Buffer.concat([
    ...fields.map(([name, value]) =>
      Buffer.from(
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      ),
    ),
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="content"; filename="${filename}"\r\nContent-Type: ${type}\r\n\r\n`,
    ),
    content,
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
}

export function basic(token: string = TOKEN): string {
  return `Basic ${Buffer.from(`__token__:${token}`).toString('base64')}`;
}

/** Posts a form to `/legacy/`. */
export async function upload(
  origin: string,
  spec: UploadSpec,
  { path = '/legacy/', headers = {}, agent }: { path?: string } & Omit<Ask, 'body' | 'method'> = {},
): Promise<Reply> {
  const body = formBody(spec);
  return ask(origin, path, {
    method: 'POST',
    body,
    ...(agent === undefined ? {} : { agent }),
    headers: {
      authorization: basic(),
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'content-length': String(body.length),
      ...headers,
    },
  });
}

/** The project's page as JSON. */
export async function simpleJson(origin: string, project: string): Promise<SimplePage> {
  const { body } = await ask(origin, `/simple/${project}/`, {
    headers: { accept: 'application/vnd.pypi.simple.v1+json' },
  });
  return JSON.parse(body.toString()) as SimplePage;
}

export interface SimplePage {
  readonly versions: readonly string[];
  readonly files: readonly {
    readonly filename: string;
    readonly url: string;
    readonly size: number;
    readonly hashes: Readonly<Record<string, string>>;
    readonly yanked?: true | string;
    readonly 'upload-time': string;
    readonly 'core-metadata'?: Readonly<Record<string, string>>;
    readonly 'requires-python'?: string;
    readonly provenance?: string;
  }[];
}
