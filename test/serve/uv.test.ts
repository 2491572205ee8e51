/**
 * uv's way to publish, replayed: its fields, their order, its headers, and what it makes of the answer.
 *
 * Source: uv 0.12, crates/uv-publish/src/lib.rs.
 */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Exchange } from '../../src/serve/index.ts';
import { blake2b256 } from '../../src/support/blake2.ts';
import { buildWheel, type WheelSpec } from '../support/wheel-builder.ts';
import { ask, basic, testServer, type Field, type Reply } from './client.ts';
import { comparable, recorded } from './real-clients.ts';

const ACCEPT = 'application/json;q=0.9, text/plain;q=0.8, text/html;q=0.7';
const ACCEPT_PAGE =
  'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01';
const BOUNDARY = '0123456789abcdef-0123456789abcdef-0123456789abcdef-0123456789abcdef';

interface Published {
  readonly outcome: 'uploaded' | 'skipped';
}

interface Index {
  readonly origin: string;
  readonly token?: string;
}

/** What `uv publish --check-url` does with a file. */
async function publish(
  { origin, token }: Index,
  spec: WheelSpec,
  more: readonly Field[] = [],
): Promise<Published> {
  const { filename, bytes } = buildWheel(spec);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (await isThere(origin, filename, sha256)) return { outcome: 'skipped' };
  const reply = await send(origin, { filename, bytes, sha256, spec, more }, token);
  if (reply.status >= 200 && reply.status < 300) return { outcome: 'uploaded' };
  // Somebody may have been faster.
  if (await isThere(origin, filename, sha256)) return { outcome: 'skipped' };
  throw new Error(`Server returned status code ${reply.status}. Server says: ${wordsOf(reply)}`);
}

async function isThere(origin: string, filename: string, sha256: string): Promise<boolean> {
  const reply = await ask(origin, '/simple/pkg/', { headers: { accept: ACCEPT_PAGE } });
  if (reply.status === 404) return false;
  const { files } = JSON.parse(reply.body.toString()) as {
    readonly files: readonly { filename: string; hashes: Readonly<Record<string, string>> }[];
  };
  const found = files.find((file) => file.filename === filename);
  if (found === undefined) return false;
  if (found.hashes['sha256'] === sha256) return true;
  throw new Error('Local file and index file do not match.');
}

interface Sent {
  readonly filename: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly spec: WheelSpec;
  readonly more: readonly Field[];
}

async function send(
  origin: string,
  { filename, bytes, sha256, spec, more }: Sent,
  token?: string,
): Promise<Reply> {
  const fields: readonly Field[] = [
    [':action', 'file_upload'],
    ['sha256_digest', sha256],
    ['blake2_256_digest', await blake2b256(bytes)],
    ['protocol_version', '1'],
    ['metadata_version', '2.1'],
    ['name', spec.name ?? 'pkg'],
    ['version', spec.version ?? '1.0'],
    ['filetype', 'bdist_wheel'],
    ['pyversion', 'py3'],
    ['requires_python', ''],
    ...more,
  ];
  const texts = fields.map(
    ([name, value]) =>
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  // Its file part has no Content-Type.
  const file = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="content"; filename="${filename}"\r\n\r\n`;
  const body = Buffer.concat([
    Buffer.from(texts.join('') + file),
    bytes,
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
  return ask(origin, '/legacy/', {
    method: 'POST',
    body,
    headers: {
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'content-length': String(body.length),
      accept: ACCEPT,
      authorization: basic(token),
      'user-agent': 'uv/0.12.0',
    },
  });
}

/** Of a JSON document its `code`, or else the body as it is. */
function wordsOf({ headers, body }: Reply): string {
  if (headers['content-type'] !== 'application/json') return body.toString();
  return (JSON.parse(body.toString()) as { readonly code: string }).code;
}

test('uv’s form is taken, its order is as recorded, and equal files are skipped by their hash', async () => {
  const exchanges: Exchange[] = [];
  const server = await testServer({ transcript: (exchange) => exchanges.push(exchange) });
  expect(await publish(server, {})).toEqual({ outcome: 'uploaded' });
  const sent = exchanges.find(({ path }) => path === '/legacy/');
  expect(comparable(sent)).toEqual(await recorded('uv-0.12-replayed.json'));
  expect(await publish(server, {})).toEqual({ outcome: 'skipped' });
  expect(exchanges.filter(({ path }) => path === '/legacy/')).toHaveLength(1);
  const other = publish(server, { files: { 'pkg/__init__.py': 'x = 2\n' } });
  await expect(other).rejects.toThrow('Local file and index file do not match.');
});

test('uv shows the words of a refusal', async () => {
  const server = await testServer();
  await expect(publish(server, {}, [['classifiers', 'Not :: There']])).rejects.toThrow(
    /Server says: 400 .*Not :: There/,
  );
  await expect(publish({ origin: server.origin, token: 'pypi-none' }, {})).rejects.toThrow(
    /status code 403. Server says: 403 Invalid or non-existent authentication information/,
  );
});

test('an upload whose answer is lost is found at the second look', async () => {
  const server = await testServer({ faults: [{ kind: 'lost', path: '/legacy/', times: 1 }] });
  await expect(publish(server, {})).rejects.toThrow('socket hang up');
  expect(await publish(server, {})).toEqual({ outcome: 'skipped' });
});
