/**
 * Values of the table `Packages` of `rpmdb.sqlite` (rpm 4.16 and later: Fedora, RHEL 9).
 *
 * Specification: "Database File Format" of SQLite: pages, table b-trees, overflow pages, records. What a write-ahead log
 * beside it has committed counts (`sqlite-wal.ts`).
 */
import { ByteReader } from '../../support/byte-reader.ts';
import { committedPages } from './sqlite-wal.ts';

const MAGIC = 'SQLite format 3\0';
const FILE_HEADER = 100;
const INTERIOR = 5;
const LEAF = 13;
/** Of the deepest b-tree: with 2^31 pages and two children a page. */
const DEEPEST = 32;
const TABLE = 'Packages';

/** Whether a file is one of these. */
export function isSqlite(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;
}

/**
 * Every header, in the order of their numbers.
 * @param log the write-ahead log; empty without one
 * @throws WheelworksError `distro/damaged-database`.
 */
export function* sqliteValues(
  bytes: Uint8Array,
  log: Uint8Array,
  path: string,
): Generator<Uint8Array, void> {
  const database = openDatabase(bytes, log, path);
  for (const record of recordsOf(database, 1)) {
    const [type, name, , root] = columnsOf(record, database);
    if (textOf(type) !== 'table' || textOf(name) !== TABLE || typeof root !== 'number') continue;
    for (const row of recordsOf(database, root)) {
      const [, blob] = columnsOf(row, database);
      if (blob instanceof Uint8Array) yield blob;
    }
  }
}

interface Database {
  readonly path: string;
  /** Bytes of a page that may be used. */
  readonly usable: number;
  readonly pageCount: number;
  /** @throws WheelworksError when there is no such page. */
  page(number: number): ByteReader;
}

function openDatabase(bytes: Uint8Array, log: Uint8Array, path: string): Database {
  const header = new ByteReader(bytes, {
    code: 'distro/damaged-database',
    littleEndian: false,
    path,
  });
  const stated = header.seek(MAGIC.length, 'page size').u16('page size');
  const pageSize = stated === 1 ? 1 << 16 : stated;
  const reserved = header.seek(20, 'reserved bytes').u8('reserved bytes');
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0 || pageSize - reserved < 480)
    throw header.error(`pages of ${pageSize} bytes with ${reserved} reserved do not exist`);
  const committed = committedPages(log, pageSize);
  const pageCount = Math.max(Math.floor(bytes.length / pageSize), ...committed.keys());
  return {
    path,
    usable: pageSize - reserved,
    pageCount,
    page(number) {
      const start = (number - 1) * pageSize;
      const content = committed.get(number) ?? bytes.subarray(start, start + pageSize);
      if (number < 1 || number > pageCount || content.length !== pageSize)
        throw header.error(`there is no page ${number}`);
      return new ByteReader(content, {
        code: 'distro/damaged-database',
        littleEndian: false,
        baseOffset: start,
        path,
      });
    },
  };
}

/** The records of a table, by the number of its topmost page. */
function* recordsOf(database: Database, root: number): Generator<Uint8Array, void> {
  // A page that is reached twice is one of a circle, or of two trees.
  const seen = new Set<number>();
  const waiting = [{ number: root, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { number, depth } = next;
    const reader = database.page(number);
    if (seen.has(number) || depth > DEEPEST)
      throw reader.error(`page ${number} is in a table twice`);
    seen.add(number);
    const start = number === 1 ? FILE_HEADER : 0;
    const type = reader.seek(start, 'page').u8('type of a page');
    if (type !== LEAF && type !== INTERIOR)
      throw reader.error(`page ${number} of type ${type} is in no table`);
    const cells = reader.skip(2, 'free block').u16('number of cells');
    const pointers = start + (type === LEAF ? 8 : 12);
    const places = Array.from({ length: cells }, (_, index) =>
      reader.seek(pointers + index * 2, 'cell').u16('place of a cell'),
    );
    if (type === LEAF) {
      for (const place of places) yield payloadOf(reader, place, database);
      continue;
    }
    const children = places.map((place) => reader.seek(place, 'cell').u32('page below'));
    children.push(reader.seek(start + 8, 'last page below').u32('last page below'));
    // The first on top.
    for (const child of children.reverse()) waiting.push({ number: child, depth: depth + 1 });
  }
}

/** The payload of a cell of a leaf, with what lies on overflow pages. */
function payloadOf(reader: ByteReader, place: number, database: Database): Uint8Array {
  reader.seek(place, 'cell');
  const length = varint(reader);
  varint(reader);
  const { usable, pageCount } = database;
  if (length > pageCount * usable) throw reader.error(`a record of ${length} bytes does not fit`);
  const most = usable - 35;
  if (length <= most) return reader.bytes(length, 'record');
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const even = least + ((length - least) % (usable - 4));
  const here = even <= most ? even : least;
  const payload = new Uint8Array(length);
  payload.set(reader.bytes(here, 'record'));
  let done = here;
  let next = reader.u32('overflow page');
  // Every page adds bytes, so that pages in a circle come to an end.
  while (done < length) {
    const overflow = database.page(next);
    next = overflow.u32('next overflow page');
    const part = overflow.bytes(Math.min(usable - 4, length - done), 'record');
    payload.set(part, done);
    done += part.length;
  }
  return payload;
}

type Column = number | Uint8Array | undefined;

/** The columns of a record; numbers with a fraction are not read, nothing here has them. */
function columnsOf(record: Uint8Array, { path }: Database): readonly Column[] {
  const reader = new ByteReader(record, {
    code: 'distro/damaged-database',
    littleEndian: false,
    path,
  });
  const headerSize = varint(reader);
  const types: number[] = [];
  while (reader.position < headerSize) types.push(varint(reader));
  return types.map((type) => columnOf(reader, type));
}

const INTEGER_SIZES: readonly number[] = [0, 1, 2, 3, 4, 6, 8];

function columnOf(reader: ByteReader, type: number): Column {
  if (type >= 12) return reader.bytes((type - 12 - (type % 2)) / 2, 'column');
  if (type === 8 || type === 9) return type - 8;
  const size = type === 7 ? 8 : INTEGER_SIZES[type];
  if (size === undefined) throw reader.error(`a column of type ${type} does not exist`);
  if (size === 0) return undefined;
  const bytes = Buffer.from(reader.bytes(size, 'column'));
  return type === 7 || size > 6 ? undefined : bytes.readIntBE(0, size);
}

function textOf(column: Column): string | undefined {
  return column instanceof Uint8Array ? Buffer.from(column).toString('utf8') : undefined;
}

/** Up to nine bytes, seven bits each but for the last. @throws WheelworksError when it is not exact as a number. */
function varint(reader: ByteReader): number {
  let value = 0;
  for (let index = 0; index < 9; index += 1) {
    const byte = reader.u8('number of variable length');
    value = index === 8 ? value * 256 + byte : value * 128 + (byte & 0x7f);
    if (!Number.isSafeInteger(value)) throw reader.error('a number is too large');
    if (index === 8 || byte < 0x80) return value;
  }
  return value;
}
