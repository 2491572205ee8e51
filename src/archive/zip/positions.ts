/**
 * Content together with where it lies in the compressed member: what a part of a file costs in the archive.
 *
 * Deflate (RFC 1951) looks back at most 32 KiB, so the position at which the compressor stood when it had written a
 * byte says what everything before it took, with what that compressor could do.
 */
import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib';
import type { ZipArchive } from './archive.ts';
import type { ZipEntry } from './entry.ts';
import { METHOD } from './format.ts';
import { checkConsumed, checkContent, corrupt, inflateFault } from './inflate.ts';
import { readCompressed } from './member.ts';
import { printableName } from './names.ts';
import { memberPath } from './problem.ts';

/** The next bytes of a member. */
export interface PositionedPiece {
  readonly bytes: Uint8Array;
  /** Compressed bytes of the member that were used for everything up to the end of this piece. */
  readonly compressedEnd: number;
}

/** Compressed bytes of one read. */
const READ = 1 << 20;
/** Compressed bytes of one step: positions are that fine, and one step makes at most 33 MB of content. */
const LONGEST_STEP = 32 << 10;
const SHORTEST_STEP = 512;
/** Steps of a member that is not large. */
const STEPS = 1024;

/**
 * The content piece by piece, with positions; checked at the end as `ZipArchive.stream` does.
 * @throws WheelworksError as `ZipArchive.read`, but for `zip/too-large`.
 */
export async function* streamPositions(
  { source }: Pick<ZipArchive, 'source'>,
  entry: ZipEntry,
): AsyncGenerator<PositionedPiece, void, undefined> {
  const path = memberPath(source.path, printableName(entry.path));
  const inflater = entry.method === METHOD.store ? undefined : new StepInflater(path);
  const length = Math.min(
    LONGEST_STEP,
    Math.max(SHORTEST_STEP, Math.ceil(entry.compressedSize / STEPS)),
  );
  let compressedEnd = 0;
  let size = 0;
  let crc = 0;
  try {
    for await (const read of readCompressed(source, entry, READ)) {
      for (let offset = 0; offset < read.length; offset += length) {
        const step = read.subarray(offset, offset + length);
        const bytes = inflater === undefined ? step : await inflater.push(step);
        compressedEnd += step.length;
        size += bytes.length;
        if (size > entry.size)
          throw corrupt(path, `more content than the ${entry.size} bytes claimed`);
        crc = crc32(bytes, crc);
        yield { bytes, compressedEnd };
      }
    }
    if (inflater !== undefined) checkConsumed(await inflater.end(), entry, path);
  } finally {
    inflater?.close();
  }
  checkContent(entry, size, crc, path);
}

/** Inflates in zlib's pool, one step after the other: all that a step makes is there when it has been taken. */
class StepInflater {
  readonly #inflate: InflateRaw = createInflateRaw({ chunkSize: 256 << 10 });
  #made: Buffer[] = [];
  #hasEnded = false;
  /** Settle what is waited for. */
  #resolve: () => void = () => {};
  #reject: (error: Error) => void = () => {};

  constructor(path: string) {
    this.#inflate.on('data', (piece: Buffer) => this.#made.push(piece));
    this.#inflate.on('error', (error: Error) => {
      this.#reject(corrupt(path, inflateFault(error), error));
    });
    // Of data behind the end of the deflate stream nothing is taken, and no write is called back.
    this.#inflate.on('end', () => {
      this.#hasEnded = true;
      this.#resolve();
    });
  }

  async push(step: Uint8Array): Promise<Uint8Array> {
    if (!this.#hasEnded) await this.#settled((done) => this.#inflate.write(step, done));
    const [first, ...rest] = this.#made;
    this.#made = [];
    if (first === undefined) return new Uint8Array(0);
    return rest.length === 0 ? first : Buffer.concat([first, ...rest]);
  }

  /** Compressed bytes that were used. */
  async end(): Promise<number> {
    if (!this.#hasEnded) await this.#settled((done) => this.#inflate.end(done));
    return this.#inflate.bytesWritten;
  }

  close(): void {
    this.#inflate.destroy();
  }

  #settled(start: (done: () => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      start(() => {
        resolve();
      });
    });
  }
}
