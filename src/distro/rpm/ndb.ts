/**
 * Values of `Packages.db`, the "new database" of rpm (openSUSE).
 *
 * Format: rpm's `lib/backend/ndb/rpmpkg.c`: little-endian; slots of 16 bytes that say which blocks of 16 bytes a header has.
 */
import { ByteReader } from '../../support/byte-reader.ts';

const MAGIC = 'RpmP';
const SLOT_MAGIC = 'Slot';
const BLOB_MAGIC = 'BlbS';
const PAGE = 4096;
/** Of a slot, of a block, and of what stands before the bytes of a header. */
const UNIT = 16;
/** The header of the file takes the room of the first slots. */
const FIRST_SLOT = 2;

/** Whether a file is one of these. */
export function isNdb(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 4)).toString('latin1') === MAGIC;
}

/** Every value, in the order of the slots. @throws WheelworksError `distro/damaged-database`. */
export function* ndbValues(bytes: Uint8Array, path: string): Generator<Uint8Array, void> {
  const reader = new ByteReader(bytes, { code: 'distro/damaged-database', path });
  const version = reader.seek(4, 'version').u32('version');
  if (version !== 0) throw reader.error(`version ${version} is not known`);
  const slotPages = reader.seek(12, 'pages of slots').u32('pages of slots');
  if (slotPages * PAGE > bytes.length) throw reader.error(`${slotPages} pages of slots do not fit`);
  const slots = (slotPages * PAGE) / UNIT;
  for (let slot = FIRST_SLOT; slot < slots; slot += 1) {
    reader.seek(slot * UNIT, 'slot');
    const magic = magicAt(slot * UNIT);
    const index = reader.skip(4, 'magic number').u32('number of the package');
    const start = reader.u32('first block') * UNIT;
    const size = reader.u32('number of blocks') * UNIT;
    if (magic !== SLOT_MAGIC) throw reader.error(`slot ${slot} has no magic number`);
    // Free, or of a package that was removed.
    if (start === 0) continue;
    if (start + size > bytes.length || magicAt(start) !== BLOB_MAGIC)
      throw reader.error(`the blocks of package ${index} are not where its slot says`);
    const length = reader.seek(start + 12, 'length').u32('length of a header');
    if (length > size - UNIT)
      throw reader.error(`the header of package ${index} is longer than its blocks`);
    yield bytes.subarray(start + UNIT, start + UNIT + length);
  }

  function magicAt(offset: number): string {
    return Buffer.from(bytes.subarray(offset, offset + 4)).toString('latin1');
  }
}
