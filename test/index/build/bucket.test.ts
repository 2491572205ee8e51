import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bucketTarget, parseBucket } from '../../../src/index/index.ts';
import { indexOf, serverFor } from '../../support/index-lab.ts';
import { scratch } from '../../support/scratch.ts';
import { writeWheelFile } from '../../support/wheel-builder.ts';

interface Stored {
  readonly bytes: Buffer;
  readonly type: string | undefined;
  readonly cache: string | undefined;
}

/** As much of S3 as the client asks for; pages of two keys. */
async function store(): Promise<{ address: string; objects: Map<string, Stored>; log: string[] }> {
  const objects = new Map<string, Stored>();
  const log: string[] = [];
  const address = await serverFor((request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    const key = decodeURIComponent(url.pathname.slice('/wheels/'.length));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '' } = request;
      if (method !== 'GET') log.push(`${method} ${key}`);
      if (method === 'PUT') {
        const bytes = Buffer.concat(chunks);
        const { 'content-type': type, 'cache-control': cache } = request.headers;
        objects.set(key, { bytes, type, cache });
        response
          .writeHead(200, { etag: `"${createHash('md5').update(bytes).digest('hex')}"` })
          .end();
      } else if (method === 'DELETE') {
        objects.delete(key);
        response.writeHead(204).end();
      } else if (url.searchParams.has('list-type')) {
        response.writeHead(200, { 'content-type': 'application/xml' });
        response.end(listing(objects, url.searchParams));
      } else {
        const found = objects.get(key);
        if (found === undefined)
          response
            .writeHead(404, { 'content-type': 'application/xml' })
            .end('<Error><Code>NoSuchKey</Code><Message>no</Message></Error>');
        else response.writeHead(200).end(found.bytes);
      }
    });
  });
  return { address, objects, log };
}

function listing(objects: ReadonlyMap<string, Stored>, query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? '';
  const start = Number(query.get('continuation-token') ?? 0);
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  const page = keys.slice(start, start + 2);
  const more = start + 2 < keys.length;
  const rows = page.map(
    (key) =>
      `<Contents><Key>${key}</Key><Size>${objects.get(key)?.bytes.length ?? 0}</Size></Contents>`,
  );
  const next = more ? `<NextContinuationToken>${start + 2}</NextContinuationToken>` : '';
  return `<ListBucketResult><IsTruncated>${String(more)}</IsTruncated>${rows.join('')}${next}</ListBucketResult>`;
}

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'id');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('an index in a bucket', () => {
  it('is written files first and lists last, with types; what is there is not sent again', async () => {
    const { address, objects, log } = await store();
    const dist = join(await scratch(), 'dist');
    await mkdir(dist);
    await writeWheelFile(dist, { name: 'spam', version: '1.0' });
    const target = await bucketTarget('s3://wheels/whl/', {
      endpointUrl: address,
      region: 'us-east-1',
      jobs: 2,
    });
    const make = async (): Promise<void> => {
      const { folder: _, ...rest } = { folder: '', target, jobs: 1 };
      await indexOf([dist], '/nowhere', rest);
    };
    await make();
    const keys = log.map((line) => line.replace('PUT whl/', ''));
    expect(keys).toEqual([
      '.wheelworks-index.json',
      'files/spam/spam-1.0-py3-none-any.whl',
      'files/spam/spam-1.0-py3-none-any.whl.metadata',
      'links.html',
      'simple/spam/index.html',
      'simple/spam/index.json',
      'simple/index.html',
      'simple/index.json',
      '.wheelworks-index.json',
    ]);
    expect(objects.get('whl/simple/spam/index.html')).toMatchObject({
      type: 'text/html; charset=utf-8',
      cache: expect.stringContaining('max-age=300') as string,
    });
    expect(objects.get('whl/simple/spam/index.json')?.type).toBe(
      'application/vnd.pypi.simple.v1+json',
    );
    expect(objects.get('whl/files/spam/spam-1.0-py3-none-any.whl')?.cache).toContain('immutable');
    log.length = 0;
    await make();
    expect(log).toEqual([]);
    await writeWheelFile(dist, { name: 'eggs', version: '1.0' });
    await make();
    expect(log.filter((line) => line.includes('spam'))).toEqual([]);
    expect(log.some((line) => line.startsWith('PUT whl/files/eggs/'))).toBe(true);
  });

  it('says what the store refused', async () => {
    const address = await serverFor((_, response) => {
      response
        .writeHead(403, { 'content-type': 'application/xml' })
        .end('<Error><Code>AccessDenied</Code><Message>no</Message></Error>');
    });
    const target = await bucketTarget('s3://wheels', {
      endpointUrl: address,
      region: 'us-east-1',
      jobs: 1,
    });
    await expect(target.readManifest()).rejects.toMatchObject({
      code: 'index/bucket',
      evidence: expect.stringContaining('AccessDenied') as string,
    });
  });

  it('needs the name of a bucket', () => {
    expect(parseBucket('s3://wheels/a//b/')).toEqual({ bucket: 'wheels', prefix: 'a/b/' });
    for (const address of ['s3://', 's3://UPPER', 's3://wheels/../x'])
      expect(() => parseBucket(address)).toThrow(
        expect.objectContaining({ code: 'index/bad-bucket' }),
      );
  });
});
