/** An upload of a gigabyte in little memory. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, onTestFinished, test } from 'vitest';
import { scratch } from '../support/scratch.ts';
import { bundleServer, startProcess } from './bundle.ts';
import { basic, BOUNDARY, formBody, wheelUpload } from './client.ts';

const GIGABYTE = 1e9;
const MOST_MEGABYTES = 150;

/** Bytes in front of a wheel are no part of its archive: that makes any wheel large without a file of that size. */
function* large(body: Buffer, at: number): Generator<Buffer> {
  yield body.subarray(0, at);
  const chunk = Buffer.alloc(1e6, 'not compressed at all ');
  for (let sent = 0; sent < GIGABYTE; sent += chunk.length) yield chunk;
  yield body.subarray(at);
}

test.skipIf(!existsSync('/proc/self/status'))(
  `a gigabyte is taken with less than ${MOST_MEGABYTES} MB (needs /proc)`,
  async () => {
    const folder = await scratch();
    const program = await bundleServer(folder);
    const root = join(folder, 'index');
    const server = await startProcess(program, { root, rules: 'none', fileLimit: 2e9 });
    onTestFinished(async () => {
      server.child.kill('SIGTERM');
      await server.gone;
    });
    const spec = wheelUpload();
    const fields = spec.fields.filter(([name]) => name !== 'sha256_digest');
    const body = formBody({ ...spec, fields });
    const at = body.indexOf(spec.content);
    const { hostname, port } = new URL(server.origin);
    const request = httpRequest({
      hostname,
      port,
      path: '/legacy/',
      method: 'POST',
      headers: {
        authorization: basic(),
        'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
        'content-length': String(body.length + GIGABYTE),
      },
    });
    const answered = new Promise<string>((resolve, reject) => {
      request.on('error', reject);
      request.on('response', (response) => {
        response.resume();
        response.on('end', () => resolve(`${response.statusCode} ${response.statusMessage}`));
      });
    });
    await pipeline(Readable.from(large(body, at)), request);
    expect(await answered).toBe('200 OK');
    const status = await readFile(`/proc/${server.child.pid}/status`, 'utf8');
    const peak = Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1]) / 1024;
    expect(peak).toBeGreaterThan(20);
    expect(peak).toBeLessThan(MOST_MEGABYTES);
  },
  120_000,
);
