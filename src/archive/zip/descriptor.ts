/** Data descriptors, APPNOTE 4.3.9: CRC and sizes behind the data of a member whose writer could not seek. */
import { ByteReader, hex } from '../../support/byte-reader.ts';
import type { ZipEntry } from './entry.ts';
import type { FindingList } from './finding-list.ts';
import { SIGNATURE } from './format.ts';
import { printableName } from './names.ts';
import { memberPath } from './problem.ts';
import type { WindowReader } from './window.ts';

/** With signature and 64-bit sizes; the shortest of the four forms has 12 bytes. */
const LONGEST = 24;

/**
 * Looks for the descriptor at `offset`, in any of its four forms: with or without signature, 32 or 64-bit sizes.
 * Reports `zip/header-mismatch` when none of them says what the central directory says.
 * @returns where the descriptor ends, or `offset` when there is none.
 */
export async function checkDescriptor(
  walk: {
    readonly archive: { readonly path: string };
    readonly reader: WindowReader;
    readonly findings: FindingList;
  },
  entry: ZipEntry,
  offset: number,
): Promise<number> {
  const bytes = await walk.reader.read(offset, LONGEST, entry.recordLimit);
  const length = descriptorLength(bytes, entry);
  if (length !== undefined) return offset + length;
  walk.findings.report({
    code: 'zip/header-mismatch',
    message: 'The data descriptor is missing or contradicts the central header.',
    path: memberPath(walk.archive.path, printableName(entry.path)),
    evidence: `expected at ${hex(offset)}`,
  });
  return offset;
}

/** The length of the form that holds the entry's values. The signed forms first: a CRC may equal the signature. */
function descriptorLength(bytes: Uint8Array, entry: ZipEntry): number | undefined {
  for (const signed of [true, false]) {
    for (const sizeBytes of [4, 8]) {
      const length = (signed ? 8 : 4) + 2 * sizeBytes;
      if (bytes.length < length) continue;
      const reader = new ByteReader(bytes, { code: 'zip/truncated' });
      if (signed && reader.u32('signature') !== SIGNATURE.descriptor) continue;
      const size = (): bigint =>
        sizeBytes === 4 ? BigInt(reader.u32('size')) : reader.bigU64('size');
      const matches =
        reader.u32('CRC-32') === entry.crc32 &&
        size() === BigInt(entry.compressedSize) &&
        size() === BigInt(entry.size);
      if (matches) return length;
    }
  }
  return undefined;
}
