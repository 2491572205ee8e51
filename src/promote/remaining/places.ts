/** Where a promoted distribution still holds the old version. */
import { gunzip } from '../../archive/tar/index.ts';
import { detectBinary } from '../../binary/detect.ts';
import { openZip } from '../../archive/zip/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { openBytes } from '../../support/random-access.ts';
import type { Spellings } from '../text/spellings.ts';
import { compressionOf } from './compression.ts';
import { VersionSearch, type Found } from './search.ts';

/** What kind of file a place is in; `name` is its own name. */
export type PlaceKind = 'text' | 'elf' | 'macho' | 'pe' | 'data' | 'name';

/** One file that still holds it. */
export interface Place {
  /** In the distribution; members of archives inside stand behind a `!`. */
  readonly path: string;
  readonly kind: PlaceKind;
  readonly count: number;
  readonly found: readonly PlaceFound[];
}

/** Compressed contents that were not looked into: what they say is not known. */
export interface Unsearched {
  readonly path: string;
  /** `xz`, `gzip`; or why not. */
  readonly what: string;
}

/** What a search of one file came to. */
export interface SearchedContent {
  readonly places: readonly Place[];
  readonly unsearched: readonly Unsearched[];
}

/** One spot in it. */
export interface PlaceFound extends Found {
  /** From 1; of texts. */
  readonly line?: number;
  /** Of native files. */
  readonly section?: string;
}

/** Archives inside that are looked into have at most so many bytes. */
const LARGEST_NESTED = 32 << 20;
/** Bytes in all that come out of one of them. */
const MOST_UNPACKED = 256 << 20;
const DEEPEST = 2;
const TOO_LARGE = 'unpacks to too much';

/**
 * Searches one file, and what is compressed in it with gzip or as a zip file.
 * @param content its bytes, in pieces
 */
export async function searchContent(
  path: string,
  content: AsyncIterable<Uint8Array>,
  { versions, size, depth = 0 }: SearchOptions,
): Promise<SearchedContent> {
  if (versions.length === 0) return NOTHING;
  const pieces = content[Symbol.asyncIterator]();
  const head = await pieces.next();
  if (head.done === true) return NOTHING;
  const first = head.value;
  const all = startingWith(first, pieces);
  const compression = compressionOf(first);
  if (compression === 'gzip' && depth < DEEPEST) return searchGzip(path, all, { versions, depth });
  if (compression === 'zip' && depth < DEEPEST && size !== undefined && size <= LARGEST_NESTED)
    return searchZip(path, all, { versions, depth });
  const search = new VersionSearch(versions);
  for await (const chunk of all) search.push(chunk);
  const unsearched = compression === undefined ? [] : [{ path, what: compression }];
  const { count, found } = search.finish();
  if (count === 0) return { places: [], unsearched };
  const format = detectBinary(first, size);
  const isText = format === undefined && !first.includes(0);
  const isWhole = first.length === size;
  const place: Place = {
    path,
    kind: format ?? (isText ? 'text' : 'data'),
    count,
    found: found.map((each) =>
      isText && isWhole ? { ...each, line: lineOf(first, each.offset) } : each,
    ),
  };
  return { places: [place], unsearched };
}

const NOTHING: SearchedContent = { places: [], unsearched: [] };

interface SearchOptions {
  readonly versions: readonly Spellings[];
  /** Bytes of all pieces; undefined where that is not known before. */
  readonly size?: number;
  readonly depth?: number;
}

interface Nested {
  readonly versions: readonly Spellings[];
  readonly depth: number;
}

async function* startingWith(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next())
      yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** The old version in the path itself. */
export function searchName(path: string, versions: readonly Spellings[]): readonly Place[] {
  const matches = versions.flatMap(({ pattern }) => [...path.matchAll(pattern)]);
  if (matches.length === 0) return [];
  const found = matches.map((match) => ({ offset: match.index, text: match[0], context: path }));
  return [{ path, kind: 'name', count: found.length, found }];
}

function lineOf(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at !== -1 && at < offset; at = bytes.indexOf(10, at + 1))
    line += 1;
  return line;
}

/** `lib.so.gz` holds `lib.so.gz!lib.so`. One that is damaged or unpacks to too much is told. */
async function searchGzip(
  path: string,
  content: AsyncIterable<Uint8Array>,
  { versions, depth }: Nested,
): Promise<SearchedContent> {
  const base = path.slice(path.lastIndexOf('/') + 1);
  const inner = `${path}!${base.replace(/\.t?gz$/i, (ending) => (ending.toLowerCase() === '.tgz' ? '.tar' : ''))}`;
  try {
    const unpacked = gunzip(content, path, { maxOutput: MOST_UNPACKED });
    return await searchContent(inner, unpacked, { versions, depth: depth + 1 });
  } catch (error) {
    if (!(error instanceof WheelworksError) || !error.code.startsWith('tar/')) throw error;
    const why = error.code === 'tar/bomb' ? TOO_LARGE : 'damaged';
    return { places: [], unsearched: [{ path, what: `gzip, ${why}` }] };
  }
}

/** An archive that cannot be read is searched as the bytes it is. */
async function searchZip(
  path: string,
  content: AsyncIterable<Uint8Array>,
  { versions, depth }: Nested,
): Promise<SearchedContent> {
  const chunks: Uint8Array[] = [];
  const search = new VersionSearch(versions);
  for await (const chunk of content) {
    chunks.push(chunk);
    search.push(chunk);
  }
  const { count, found } = search.finish();
  const places: Place[] = count === 0 ? [] : [{ path, kind: 'data', count, found }];
  const unsearched: Unsearched[] = [];
  try {
    const archive = await openZip(openBytes(Buffer.concat(chunks), path), { lenient: true });
    let left = MOST_UNPACKED;
    for (const entry of archive.entries) {
      if (entry.isDirectory) continue;
      const inner = `${path}!${entry.path}`;
      left -= entry.size;
      if (left < 0) {
        unsearched.push({ path: inner, what: `zip, ${TOO_LARGE}` });
        continue;
      }
      const options = { versions, size: entry.size, depth: depth + 1 };
      const searched = await searchContent(inner, archive.stream(entry), options);
      places.push(...searched.places);
      unsearched.push(...searched.unsearched);
    }
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    unsearched.push({ path, what: 'zip, damaged' });
  }
  return { places, unsearched };
}
