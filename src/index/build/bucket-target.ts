/** An index in a bucket of an object store that speaks the protocol of Amazon S3. */
import { createReadStream } from 'node:fs';
import type * as Sdk from '@aws-sdk/client-s3';
import { WheelworksError } from '../../support/errors.ts';
import { hashFile, sha256 } from '../../support/hash.ts';
import { mapParallel } from '../../support/parallel.ts';
import { formatManifest, parseManifest } from './manifest.ts';
import { bytesOf } from './object-bytes.ts';
import type { IndexObject } from './objects.ts';
import { MANIFEST, type Target } from './target.ts';

/** Where a bucket is. Credentials come from where the client looks for them. */
export interface BucketOptions {
  /** Of a store other than Amazon's; its buckets are then part of the path. */
  readonly endpointUrl?: string;
  readonly region?: string;
  readonly jobs: number;
}

/** A bucket and what names in it begin with, which is empty or ends in `/`. */
export interface BucketAddress {
  readonly bucket: string;
  readonly prefix: string;
}

/**
 * Reads `s3://BUCKET/PREFIX`.
 * @throws WheelworksError `index/bad-bucket`.
 */
export function parseBucket(address: string): BucketAddress {
  const [, bucket, rest = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s.exec(address) ?? [];
  const parts = rest.split('/').filter((part) => part !== '');
  if (bucket === undefined || parts.some((part) => part === '.' || part === '..'))
    throw new WheelworksError('index/bad-bucket', `${address} names no bucket.`, {
      hint: 'Write s3://BUCKET or s3://BUCKET/PREFIX.',
    });
  return { bucket, prefix: parts.map((part) => `${part}/`).join('') };
}

/**
 * A target in a bucket. The client is loaded when this is called, and only then.
 * @throws WheelworksError `index/bad-bucket`, `index/no-client`; the target's methods `index/bucket`.
 */
export async function bucketTarget(address: string, options: BucketOptions): Promise<Target> {
  const { bucket, prefix } = parseBucket(address);
  const sdk = await loadClient();
  const { endpointUrl, region, jobs } = options;
  const client = new sdk.S3Client({
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl, forcePathStyle: true }),
    ...(region === undefined ? {} : { region }),
    // Stores other than Amazon's do not know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const keyOf = (path: string): string => prefix + path;
  const place = { Bucket: bucket };
  const put = async (path: string, body: PutBody): Promise<void> =>
    asked(address, path, async () => {
      await client.send(
        new sdk.PutObjectCommand({
          ...place,
          Key: keyOf(path),
          Body: body.body,
          ContentLength: body.size,
          ContentType: body.contentType,
          CacheControl: body.cacheControl,
        }),
      );
    });
  const get = (path: string): Promise<Uint8Array | undefined> =>
    asked(address, path, async () => {
      try {
        const answer = await client.send(new sdk.GetObjectCommand({ ...place, Key: keyOf(path) }));
        return await answer.Body?.transformToByteArray();
      } catch (error) {
        if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
        throw error;
      }
    });
  return {
    name: address,
    // Object stores have no lock that all of them keep; docs/index.md says so.
    lock: async () => async () => {},
    async readManifest() {
      const bytes = await get(MANIFEST);
      return bytes === undefined
        ? new Map()
        : parseManifest(Buffer.from(bytes).toString('utf8'), `${address}/${MANIFEST}`);
    },
    async sizes(paths) {
      const wanted = new Set(paths);
      const found = new Map<string, number>();
      let token: string | undefined;
      do {
        const page = await asked(address, '', () =>
          client.send(
            new sdk.ListObjectsV2Command({
              ...place,
              Prefix: prefix,
              ...(token === undefined ? {} : { ContinuationToken: token }),
            }),
          ),
        );
        for (const { Key: key = '', Size: size = 0 } of page.Contents ?? []) {
          const path = key.slice(prefix.length);
          if (wanted.has(path)) found.set(path, size);
        }
        token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
      return found;
    },
    async holds(object) {
      const bytes = object.stage === 'file' ? undefined : await get(object.path);
      return bytes !== undefined && sha256(bytes) === object.sha256;
    },
    put: async (object) => put(object.path, { ...object, ...(await bodyOf(object)) }),
    async remove(paths) {
      await mapParallel(paths, jobs, (path) =>
        asked(address, path, () =>
          client.send(new sdk.DeleteObjectCommand({ ...place, Key: keyOf(path) })),
        ),
      );
    },
    async writeManifest(manifest) {
      const body = Buffer.from(formatManifest(manifest));
      const headers = { contentType: 'application/json', cacheControl: 'no-store' };
      await put(MANIFEST, { body, size: body.length, ...headers });
    },
  };
}

interface PutBody extends Pick<IndexObject, 'contentType' | 'cacheControl'> {
  readonly body: Uint8Array | ReturnType<typeof createReadStream>;
  readonly size: number;
}

/** Files are streamed; what is small is held. */
async function bodyOf(object: IndexObject): Promise<Pick<PutBody, 'body' | 'size'>> {
  const { source } = object;
  if (object.stage !== 'file' || source.kind !== 'file') {
    const bytes = await bytesOf(object);
    return { body: bytes, size: bytes.length };
  }
  if ((await hashFile(source.path)).sha256 !== object.sha256)
    throw new WheelworksError('index/changed-meanwhile', `${source.path} changed meanwhile.`, {
      path: source.path,
      hint: 'Run the command again when nothing writes to the files.',
    });
  return { body: createReadStream(source.path), size: object.size };
}

async function loadClient(): Promise<typeof Sdk> {
  try {
    return await import('@aws-sdk/client-s3');
  } catch (error) {
    throw new WheelworksError(
      'index/no-client',
      'Object stores need the package @aws-sdk/client-s3.',
      {
        hint: 'npm install @aws-sdk/client-s3',
        cause: error,
      },
    );
  }
}

async function asked<Result>(
  address: string,
  path: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WheelworksError || !(error instanceof Error)) throw error;
    throw new WheelworksError('index/bucket', `${address} refuses a request.`, {
      path: path === '' ? address : `${address}/${path}`,
      evidence: `${error.name}: ${error.message}`,
      hint: 'Look at the address, the credentials in the environment and what they allow.',
      cause: error,
    });
  }
}
