import { inflateRawSync } from 'node:zlib';

/** The fixed part of the header of a member of gzip, and the checksum and size behind its data (RFC 1952, section 2.3). */
const HEADER = 10;
const TRAILER = 8;
const FLAG = { headerChecksum: 2, extra: 4, name: 8, comment: 16 } as const;

/** Only to say what is wrong with a file: of one that unpacks to more it is not said. */
const LARGEST_OUTPUT = 1 << 28;

/** How many bytes follow the last whole member of gzip; undefined where there is none, or its data are damaged. */
export function bytesBehindGzip(bytes: Uint8Array): number | undefined {
  let end: number | undefined;
  for (let start = 0; isMember(bytes, start);) {
    const next = endOfMember(bytes, start);
    if (next === undefined) return end === undefined ? undefined : bytes.length - end;
    end = next;
    start = next;
  }
  return end === undefined ? undefined : bytes.length - end;
}

function isMember(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x1f && bytes[at + 1] === 0x8b && at + HEADER < bytes.length;
}

function endOfMember(bytes: Uint8Array, start: number): number | undefined {
  const data = dataOfMember(bytes, start);
  if (data >= bytes.length) return undefined;
  try {
    const { engine } = inflateRawSync(bytes.subarray(data), {
      info: true,
      maxOutputLength: LARGEST_OUTPUT,
    }) as unknown as { readonly engine: { readonly bytesWritten: number } };
    const end = data + engine.bytesWritten + TRAILER;
    return end > bytes.length ? undefined : end;
  } catch {
    return undefined;
  }
}

/** Where the compressed data of a member begin. */
function dataOfMember(bytes: Uint8Array, start: number): number {
  const flags = bytes[start + 3] ?? 0;
  let at = start + HEADER;
  if ((flags & FLAG.extra) !== 0) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  for (const text of [FLAG.name, FLAG.comment])
    if ((flags & text) !== 0) {
      const end = bytes.indexOf(0, at);
      if (end === -1) return bytes.length;
      at = end + 1;
    }
  return at + ((flags & FLAG.headerChecksum) === 0 ? 0 : 2);
}
