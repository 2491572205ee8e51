/** Where a promoted distribution still holds the old version. */
import { detectBinary } from '../../binary/detect.ts';
import { openZip } from '../../archive/zip/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { openBytes } from '../../support/random-access.ts';
import type { Spellings } from '../text/spellings.ts';
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

/**
 * Searches one file.
 * @param content its bytes, in pieces
 * @param size bytes of all of them
 */
export async function searchContent(
  path: string,
  content: AsyncIterable<Uint8Array>,
  { versions, size, depth = 0 }: SearchOptions,
): Promise<readonly Place[]> {
  let search: VersionSearch | undefined;
  let format: ReturnType<typeof detectBinary>;
  let first: Uint8Array | undefined;
  const nested: Uint8Array[] = [];
  for await (const chunk of content) {
    if (search === undefined) {
      first = chunk;
      format = detectBinary(chunk, size);
      search = new VersionSearch(versions, { isNative: format !== undefined });
    }
    search.push(chunk);
    if (isZip(first) && size <= LARGEST_NESTED && depth < DEEPEST) nested.push(chunk);
  }
  const result = search?.finish();
  const places =
    nested.length === 0 ? [] : await searchNested(path, Buffer.concat(nested), { versions, depth });
  if (result === undefined || result.count === 0) return places;
  const isText = format === undefined && first !== undefined && !first.includes(0);
  const isWhole = first?.length === size;
  return [
    {
      path,
      kind: format ?? (isText ? 'text' : 'data'),
      count: result.count,
      found: result.found.map((found) =>
        isText && isWhole && first !== undefined
          ? { ...found, line: lineOf(first, found.offset) }
          : found,
      ),
    },
    ...places,
  ];
}

interface SearchOptions {
  readonly versions: readonly Spellings[];
  readonly size: number;
  readonly depth?: number;
}

/** The old version in the path itself. */
export function searchName(path: string, versions: readonly Spellings[]): readonly Place[] {
  const matches = versions.flatMap(({ pattern }) => [...path.matchAll(pattern)]);
  if (matches.length === 0) return [];
  const found = matches.map((match) => ({ offset: match.index, text: match[0], context: path }));
  return [{ path, kind: 'name', count: found.length, found }];
}

function isZip(head: Uint8Array | undefined): boolean {
  return head?.[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;
}

function lineOf(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at !== -1 && at < offset; at = bytes.indexOf(10, at + 1))
    line += 1;
  return line;
}

/** An archive that cannot be read was searched as the bytes it is. */
async function searchNested(
  path: string,
  bytes: Uint8Array,
  { versions, depth }: { readonly versions: readonly Spellings[]; readonly depth: number },
): Promise<readonly Place[]> {
  const places: Place[] = [];
  try {
    const archive = await openZip(openBytes(bytes, path), { lenient: true });
    let left = MOST_UNPACKED;
    for (const entry of archive.entries) {
      left -= entry.size;
      if (entry.isDirectory || left < 0) continue;
      const options = { versions, size: entry.size, depth: depth + 1 };
      places.push(
        ...(await searchContent(`${path}!${entry.path}`, archive.stream(entry), options)),
      );
    }
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
  }
  return places;
}
