/** A file of an index, held to its hash. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IndexClientOptions } from '../../index/index.ts';
import type { SimpleFile } from '../../packaging/index.ts';
import { WheelworksError, fileError } from '../../support/errors.ts';
import { httpRequest } from '../../support/http.ts';
import { hashFile } from '../../support/hash.ts';

export interface DownloadOptions extends IndexClientOptions {
  readonly directory: string;
  /** What the index is; files of this machine are taken from folders alone. */
  readonly index?: string;
}

/** PyPI itself takes no larger file without asking. */
const LARGEST_SDIST = 1 << 30;

/**
 * Fetches a file into the folder; one of an index that is a folder stays where it is.
 * @throws WheelworksError `recipe/wrong-hash`, `index/refused`, `http/*`, `file/*`.
 */
export async function downloadSdist(file: SimpleFile, options: DownloadOptions): Promise<string> {
  const isLocal = file.url.startsWith('file:');
  // A page from the network has no say in which files of this machine are read.
  if (isLocal && /^https?:/.test(options.index ?? ''))
    throw new WheelworksError('index/refused', `${file.url} is no file of the index.`, {
      hint: 'An index that is served names files by http addresses.',
    });
  const path = isLocal ? fileURLToPath(file.url) : join(options.directory, file.filename);
  if (!isLocal) await fetchTo(path, file.url, options);
  const { sha256 } = await hashFile(path);
  const said = file.hashes['sha256'];
  if (said !== undefined && said.toLowerCase() !== sha256)
    throw new WheelworksError(
      'recipe/wrong-hash',
      `${file.filename} is not what the index names.`,
      {
        path: file.url,
        evidence: `SHA-256 ${sha256}, and the index says ${said}`,
        hint: 'Download it again; if that changes nothing, tell those who keep the index.',
      },
    );
  return path;
}

async function fetchTo(path: string, url: string, options: DownloadOptions): Promise<void> {
  const { userAgent, signal, authorization, timeoutMs, dispatcher } = options;
  const handle = await open(path, 'w').catch((error: unknown) => {
    throw fileError(error, path);
  });
  try {
    const answer = await httpRequest(url, {
      maxBytes: LARGEST_SDIST,
      onChunk: async (chunk) => {
        await handle.writeFile(chunk).catch((error: unknown) => {
          throw fileError(error, path);
        });
      },
      ...(userAgent === undefined ? {} : { headers: { 'user-agent': userAgent } }),
      ...(signal === undefined ? {} : { signal }),
      ...(authorization === undefined ? {} : { authorization }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(dispatcher === undefined ? {} : { dispatcher }),
    });
    if (answer.status !== 200)
      throw new WheelworksError('index/refused', `${url} was not given.`, {
        evidence: `${answer.status} ${answer.reason}`.trim(),
        hint: 'Look at the address of the index, and try again.',
      });
  } finally {
    await handle.close();
  }
}
