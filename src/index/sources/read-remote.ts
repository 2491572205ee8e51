/** Files that are elsewhere, read for what no page says of them. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cache } from '../../support/cache.ts';
import { WheelworksError } from '../../support/errors.ts';
import { httpRequest, type HttpRequest } from '../../support/http.ts';
import { withTemporaryDirectory } from '../../support/temporary.ts';
import { describeDistribution } from '../describe.ts';
import type { RemoteFacts } from '../build/entry.ts';
import { readFilename, type FoundFile } from './found-file.ts';

/** Largest file that is read. */
const LARGEST_FILE = 8 * 2 ** 30;

/**
 * A function that reads a file and says what it is. What was read once is kept by address, size and the server's ETag; a
 * server that gives no ETag is asked for the file each time.
 * @throws (the function) WheelworksError `index/refused`, `http/*`, and as `describeDistribution`.
 */
export function remoteReader(
  cache: Cache | undefined,
  request: Pick<HttpRequest, 'signal' | 'timeoutMs' | 'dispatcher'>,
): (file: FoundFile, url: string) => Promise<RemoteFacts> {
  return async (file, url) => {
    readFilename(file.filename);
    const head = await httpRequest(url, { ...request, method: 'HEAD' });
    const { etag, 'content-length': length } = head.headers;
    const key =
      head.status === 200 && etag !== undefined
        ? `index-remote/1 ${url} ${length ?? ''} ${etag}`
        : undefined;
    const kept = key === undefined ? undefined : await cache?.readJson(key, readKnown);
    if (kept !== undefined) return kept;
    const read = await download(file.filename, url, request);
    if (key !== undefined) await cache?.writeJson(key, read);
    return read;
  };
}

async function download(
  filename: string,
  url: string,
  request: Pick<HttpRequest, 'signal' | 'timeoutMs' | 'dispatcher'>,
): Promise<RemoteFacts> {
  return withTemporaryDirectory('wheelworks-index-', async (folder) => {
    const path = join(folder, filename);
    const handle = await open(path, 'wx');
    try {
      const answer = await httpRequest(url, {
        ...request,
        maxBytes: LARGEST_FILE,
        onChunk: async (chunk) => {
          await handle.writeFile(chunk);
        },
      });
      if (answer.status !== 200)
        throw new WheelworksError('index/refused', `${url} was not given.`, {
          evidence: `${answer.status} ${answer.reason}`.trim(),
          hint: 'Is the file still there?',
        });
    } finally {
      await handle.close();
    }
    const { file, facts } = await describeDistribution(path);
    return {
      sha256: file.sha256,
      size: file.size,
      ...(file.requiresPython === undefined ? {} : { requiresPython: file.requiresPython }),
      facts,
    };
  });
}

/** Optional keys of the schema may be undefined; ours may only be absent. */
/** The cache is ours and sealed. */
function readKnown(value: unknown): RemoteFacts {
  return value as RemoteFacts;
}
