/** Slices of a deflate stream as content of members: a header, then bytes of a file that are not copied on the way. */
import { createHash } from 'node:crypto';
import type { RandomAccess } from '../../support/random-access.ts';
import { encodeChunkHeader, type ChunkHeader } from '../../wheel/split/index.ts';

/** Where the deflate stream of a cut file lies. */
export interface StreamPlace {
  readonly source: RandomAccess;
  readonly offset: number;
  readonly length: number;
}

/** A chunk: what it will be as a member, and its digest. */
export interface Chunk {
  readonly content: RandomAccess;
  /** Hexadecimal, of header and slice. */
  readonly sha256: string;
}

/** Makes a chunk of a slice and reads it once. @throws WheelworksError `file/*`. */
export async function makeChunk(
  { source, offset }: StreamPlace,
  slice: { readonly offset: number; readonly length: number },
  header: ChunkHeader,
): Promise<Chunk> {
  const content = behindHeader(encodeChunkHeader(header), {
    source,
    offset: offset + slice.offset,
    length: slice.length,
  });
  const hash = createHash('sha256');
  for (let done = 0; done < content.size; done += PIECE)
    hash.update(await content.read(done, Math.min(PIECE, content.size - done)));
  return { content, sha256: hash.digest('hex') };
}

const PIECE = 1 << 20;

/** The header and a range of a source as one thing; closing it leaves the source open. */
function behindHeader(header: Uint8Array, { source, offset, length }: StreamPlace): RandomAccess {
  return {
    size: header.length + length,
    path: source.path,
    async read(start, wanted) {
      const end = start + wanted;
      const head = header.subarray(Math.min(start, header.length), Math.min(end, header.length));
      if (head.length === wanted) return head;
      const from = Math.max(0, start - header.length);
      const body = await source.read(offset + from, wanted - head.length);
      return head.length === 0 ? body : Buffer.concat([head, body]);
    },
    async close() {},
  };
}
