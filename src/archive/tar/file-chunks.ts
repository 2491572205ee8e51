import { fileChunks as chunksOf } from '../../support/file-chunks.ts';

/** Bytes that a reader of members gets at once. */
const CHUNK = 1 << 18;

/**
 * The bytes of a regular file, chunk by chunk; it is opened when the first is asked for.
 * @throws WheelworksError `file/*`.
 */
export function fileChunks(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  return chunksOf(path, CHUNK);
}
