/** Looks at deflate streams with zlib, to tell whether what is said of their blocks is true. Independent of src/. */
import {
  constants,
  createDeflateRaw,
  inflateRawSync,
  type InflateRaw,
  type ZlibOptions,
} from 'node:zlib';

const WINDOW = 32 << 10;

/** A deflate stream and what it inflates to. */
export interface Sample {
  readonly stream: Buffer;
  readonly content: Buffer;
}

/** Deflates content, flushed after each of the pieces whose lengths are given. */
export async function deflated(
  content: Uint8Array,
  options: ZlibOptions = {},
  flushes: readonly { readonly after: number; readonly kind: number }[] = [],
): Promise<Buffer> {
  const engine = createDeflateRaw(options);
  const pieces: Buffer[] = [];
  engine.on('data', (piece: Buffer) => pieces.push(piece));
  const ended = new Promise((resolve, reject) => engine.once('end', resolve).once('error', reject));
  let done = 0;
  for (const { after, kind } of flushes) {
    const end = Math.min(content.length, done + after);
    engine.write(content.subarray(done, end));
    done = end;
    await new Promise<void>((resolve) => engine.flush(kind, resolve));
  }
  engine.end(content.subarray(done));
  await ended;
  return Buffer.concat(pieces);
}

/** Size of what zlib makes of a stream that ends where its data do; undefined when it refuses it. */
export function zlibSize(stream: Uint8Array): number | undefined {
  try {
    const { buffer, engine } = inflateRawSync(stream, { info: true }) as unknown as {
      buffer: Buffer;
      engine: InflateRaw;
    };
    return engine.bytesWritten === stream.length ? buffer.length : undefined;
  } catch {
    return undefined;
  }
}

/** What zlib makes of the bits before a bit offset; the bits behind are zero, which begins no output. */
export function inflatedUntil(stream: Uint8Array, bitOffset: number): Buffer {
  const before = Buffer.from(stream.subarray(0, (bitOffset + 7) >>> 3));
  const rest = bitOffset & 7;
  if (rest !== 0) before[before.length - 1] = (before.at(-1) ?? 0) & ((1 << rest) - 1);
  return inflateRawSync(before, { finishFlush: constants.Z_SYNC_FLUSH });
}

/** What zlib makes of a stream from a byte of it on, with the output before that as the dictionary. */
export function inflatedFrom({ stream, content }: Sample, offset: number, output: number): Buffer {
  const dictionary = content.subarray(Math.max(0, output - WINDOW), output);
  return inflateRawSync(stream.subarray(offset), dictionary.length === 0 ? {} : { dictionary });
}

/** Whether zlib agrees that a block starts there: what comes before is right and, on a byte, so is the rest. */
export function isBlockStart(
  { stream, content }: Sample,
  { bitOffset, outputOffset }: { readonly bitOffset: number; readonly outputOffset: number },
): boolean {
  const before = inflatedUntil(stream, bitOffset);
  if (Buffer.compare(before, content.subarray(0, outputOffset)) !== 0) return false;
  if (bitOffset % 8 !== 0) return true;
  const rest = inflatedFrom({ stream, content }, bitOffset / 8, outputOffset);
  return Buffer.compare(rest, content.subarray(outputOffset)) === 0;
}

/** All that comes. */
export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}
