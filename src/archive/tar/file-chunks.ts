import { createReadStream } from 'node:fs';
import { fileError } from '../../support/errors.ts';

/**
 * The bytes of a file, chunk by chunk; it is opened when the first is asked for.
 * @throws WheelworksError `file/*`.
 */
export async function* fileChunks(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 }))
      yield chunk as Buffer;
  } catch (error) {
    throw fileError(error, path);
  }
}
