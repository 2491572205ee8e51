import { readFile } from 'node:fs/promises';
import { WheelworksError, fileError } from '../../support/errors.ts';
import { sha256 } from '../../support/hash.ts';
import { readDistInfoFile, withWheel } from '../../wheel/index.ts';
import type { IndexObject } from './objects.ts';

/**
 * The bytes of a small object: a page, METADATA, attestations.
 * @throws WheelworksError `index/changed-meanwhile` when they are not those that were planned, `wheel/*`, `zip/*`, `file/*`.
 */
export async function bytesOf(object: IndexObject): Promise<Uint8Array> {
  const { source } = object;
  if (source.kind === 'page') return Buffer.from(source.render());
  // The digest was made of these.
  if (source.kind === 'metadata' && source.bytes !== undefined) return source.bytes;
  const path = source.kind === 'file' ? source.path : source.wheel;
  const bytes = source.kind === 'file' ? await readWhole(path) : await readMetadata(path);
  if (sha256(bytes) === object.sha256) return bytes;
  throw new WheelworksError('index/changed-meanwhile', `${path} changed while it was read.`, {
    path,
    hint: 'Run the command again when nothing writes to the files.',
  });
}

async function readWhole(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw fileError(error, path);
  });
}

async function readMetadata(wheel: string): Promise<Uint8Array> {
  return withWheel(
    wheel,
    async (opened) => (await readDistInfoFile(opened, 'METADATA')) ?? new Uint8Array(),
  );
}
