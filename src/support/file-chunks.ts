import { fileError } from './errors.ts';
import { openRegularFile } from './regular-file.ts';

/**
 * The bytes of a regular file, chunk by chunk; it is opened when the first is asked for.
 * @param chunkLength most bytes of a chunk
 * @throws WheelworksError `file/is-a-directory`, `file/not-regular`, `file/*`.
 */
export async function* fileChunks(
  path: string,
  chunkLength: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { handle } = await openRegularFile(path);
  try {
    for await (const chunk of handle.createReadStream({ highWaterMark: chunkLength }))
      yield chunk as Buffer;
  } catch (error) {
    throw fileError(error, path);
  }
}
