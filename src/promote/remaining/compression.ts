/** Which files hold something compressed, told by how they begin. */

/** Beginnings in Latin-1. Of the specifications: RFC 1952; APPNOTE 4.3.7; xz 2.1.1.1; bzip2 (level, pi); RFC 8878 3.1.1; LZ4 frames; 7z. */
export const COMPRESSION_MAGICS: readonly (readonly [name: string, magic: string])[] = [
  ['gzip', '\x1f\x8b\x08'],
  ['zip', 'PK\x03\x04'],
  ['xz', '\xfd7zXZ\0'],
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((level) => ['bzip2', `BZh${level}1AY&SY`] as const),
  ['zstd', '\x28\xb5\x2f\xfd'],
  ['lz4', '\x04\x22\x4d\x18'],
  ['7z', '7z\xbc\xaf\x27\x1c'],
];

const LONGEST = 10;

/** The name of the format; undefined for what is not compressed, as far as is known here. */
export function compressionOf(head: Uint8Array): string | undefined {
  const start = Buffer.from(head.subarray(0, LONGEST)).toString('latin1');
  return COMPRESSION_MAGICS.find(([, magic]) => start.startsWith(magic))?.[0];
}
