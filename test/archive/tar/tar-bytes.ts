/** tar archives made byte by byte, so that tests can make them wrong; shares nothing with the writer under test. */

/** The fields of a header as they are to stand there; numbers become octal text. */
export interface RawMember {
  readonly name?: string | Uint8Array;
  readonly mode?: number | string | Uint8Array;
  readonly size?: number | string | Uint8Array;
  readonly mtime?: number | string | Uint8Array;
  readonly type?: string;
  readonly linkName?: string | Uint8Array;
  readonly magic?: string;
  readonly prefix?: string;
  /** Instead of the right one. */
  readonly checksum?: string;
  readonly content?: string | Uint8Array;
}

/** A member: its header, and its content with padding. The size is that of the content unless it is given. */
export function member(fields: RawMember): Uint8Array {
  const content = Buffer.from(fields.content ?? '');
  const header = Buffer.alloc(512);
  const put = (offset: number, length: number, value: string | number | Uint8Array): void => {
    const bytes = typeof value === 'number' ? value.toString(8).padStart(length - 1, '0') : value;
    Buffer.from(bytes).subarray(0, length).copy(header, offset);
  };
  put(0, 100, fields.name ?? 'file');
  put(100, 8, fields.mode ?? 0o644);
  put(108, 8, 1000);
  put(116, 8, 1000);
  put(124, 12, fields.size ?? content.length);
  put(136, 12, fields.mtime ?? 1_700_000_000);
  put(156, 1, fields.type ?? '0');
  put(157, 100, fields.linkName ?? '');
  put(257, 8, fields.magic ?? 'ustar\x0000');
  put(345, 155, fields.prefix ?? '');
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(148, 8, fields.checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/** A folder, a link, and so on: what most tests need in one word. */
export function directory(name: string): Uint8Array {
  return member({ name, type: '5', mode: 0o755 });
}

export function symlink(name: string, target: string): Uint8Array {
  return member({ name, type: '2', linkName: target });
}

export function hardlink(name: string, target: string): Uint8Array {
  return member({ name, type: '1', linkName: target });
}

/** One record of an extended header. */
export function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest);
  while (Buffer.byteLength(`${length}${rest}`) !== length)
    length = Buffer.byteLength(`${length}${rest}`);
  return `${length}${rest}`;
}

/** An extended header of these records. */
export function pax(records: Readonly<Record<string, string>>, type: 'x' | 'g' = 'x'): Uint8Array {
  const content = Object.entries(records)
    .map(([key, value]) => record(key, value))
    .join('');
  return member({ name: 'PaxHeaders/x', type, content });
}

/** GNU's way of a long name (`L`) or link target (`K`). */
export function gnuLong(text: string, type: 'L' | 'K' = 'L'): Uint8Array {
  return member({ name: '././@LongLink', type, content: `${text}\0`, magic: 'ustar  \0' });
}

export const END: Uint8Array = new Uint8Array(1024);

/** The parts as one archive with an end mark. */
export function archive(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([...parts, END]);
}

/** Bytes as a stream of chunks of one size. */
export async function* stream(
  bytes: Uint8Array,
  chunkSize = 64 * 1024,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.length; start += chunkSize)
    yield bytes.subarray(start, start + chunkSize);
}

/** All bytes of a stream. */
export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}
