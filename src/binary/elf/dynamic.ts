import { hex } from '../../support/byte-reader.ts';
import type { AddressMap } from './address-map.ts';
import { DT, PT, dynamicTagName } from './constants.ts';
import type { ElfImage } from './image.ts';
import type { ElfSegment } from './segments.ts';
import { StringTable } from './strings.ts';

/** One entry of the dynamic section. */
export interface ElfDynamicEntry {
  /** d_tag */
  readonly tag: number;
  /** `NEEDED`, `GNU_HASH`; undefined for tags the reader has no use for. */
  readonly tagName: string | undefined;
  /** d_val or d_ptr; for a string its index in the dynamic string table. */
  readonly value: number;
  /** The string of a tag that names one; undefined for other tags and where the string is damaged. */
  readonly text: string | undefined;
  /** File offset of this entry. */
  readonly offset: number;
}

/** The dynamic section, found as a loader finds it. */
export interface ElfDynamic {
  readonly address: number;
  readonly offset: number;
  /** Bytes of PT_DYNAMIC that are in the file. */
  readonly size: number;
  /** Bytes of one entry: 8 or 16. */
  readonly entrySize: number;
  /** All entries before the terminating DT_NULL. */
  readonly entries: readonly ElfDynamicEntry[];
  /** File offset of the terminating DT_NULL; undefined when there is none. */
  readonly terminatorOffset: number | undefined;
  /** Zeroed entries behind the terminator that an editor may use without moving anything. */
  readonly spareEntries: number;
  /** The dynamic string table; undefined when the file has none or its place is damaged. */
  readonly strings: StringTable | undefined;
}

const STRING_TAGS: ReadonlySet<number> = new Set([
  DT.NEEDED,
  DT.SONAME,
  DT.RPATH,
  DT.RUNPATH,
  DT.CONFIG,
  DT.DEPAUDIT,
  DT.AUDIT,
  DT.AUXILIARY,
  DT.FILTER,
]);

/**
 * The dynamic section through PT_DYNAMIC (gABI "Dynamic section"); undefined when the file has none, as static
 * programs, and when it cannot be found, which is a fault. It never depends on section headers.
 */
export function readDynamic(
  image: ElfImage,
  segments: readonly ElfSegment[],
  map: AddressMap,
): ElfDynamic | undefined {
  const candidates = segments.filter((each) => each.type === PT.DYNAMIC && each.fileSize > 0);
  const segment = candidates.at(-1);
  if (segment === undefined) return undefined;
  if (candidates.length > 1) {
    image.log.add('dynamic', 'elf/dynamic-ambiguous', {
      message: `There are ${candidates.length} PT_DYNAMIC segments; loaders take the last.`,
      evidence: `offset ${hex(segment.headerOffset)}`,
    });
  }
  const place = locate(image, segment, map);
  if (place === undefined) return undefined;
  const raw = image.log.attempt('dynamic', undefined, () => readEntries(image, place));
  if (raw === undefined) return undefined;
  const strings = openStrings(image, raw.entries, map);
  return {
    address: segment.address,
    offset: place.offset,
    size: Math.min(segment.fileSize, place.length),
    ...raw,
    entries: raw.entries.map((entry) => withText(image, entry, strings)),
    strings,
  };
}

interface Place {
  readonly offset: number;
  /** Bytes up to the end of the segment that PT_DYNAMIC lies in; a loader reads on until DT_NULL. */
  readonly length: number;
  /** Bytes that PT_DYNAMIC claims. */
  readonly claimed: number;
}

/**
 * Loaders take the address and never look at `p_offset`, tools the other way round: a file that means different
 * things to both is forged, and the loader's view is the one that runs.
 */
function locate(image: ElfImage, segment: ElfSegment, map: AddressMap): Place | undefined {
  const mapped = map.from(segment.address);
  const evidence = `offset ${hex(segment.headerOffset)}`;
  if (mapped === undefined) {
    image.log.add('dynamic', 'elf/dynamic-unmapped', {
      message: `PT_DYNAMIC is at address ${hex(segment.address)}, which no PT_LOAD fills from the file.`,
      evidence,
    });
    return undefined;
  }
  if (mapped.offset !== segment.offset) {
    image.log.add('dynamic', 'elf/dynamic-ambiguous', {
      message: `PT_DYNAMIC is at file offset ${hex(mapped.offset)} by its address but at ${hex(segment.offset)} by p_offset; the address counts.`,
      evidence,
    });
  }
  return { ...mapped, claimed: segment.fileSize };
}

type RawEntry = Omit<ElfDynamicEntry, 'text'>;

function readEntries(
  image: ElfImage,
  place: Place,
): {
  entrySize: number;
  entries: RawEntry[];
  terminatorOffset: number | undefined;
  spareEntries: number;
} {
  const entrySize = image.layout.is64 ? 16 : 8;
  const length = place.length - (place.length % entrySize);
  const claimed = Math.min(place.claimed, length);
  const entries: RawEntry[] = [];
  let terminatorOffset: number | undefined;
  let spareEntries = 0;
  // What PT_DYNAMIC claims is read at once; what lies behind it only when no DT_NULL ended it, entry by entry, so
  // that a sparse source is not asked for a whole segment.
  let cursor = image.cursor(place.offset, claimed, 'dynamic section');
  for (let inside = 0; inside < length; inside += entrySize) {
    if (cursor.remaining < entrySize) {
      if (terminatorOffset !== undefined) break;
      cursor = image.cursor(place.offset + inside, entrySize, 'dynamic section');
    }
    const offset = place.offset + inside;
    const tag = cursor.word('d_tag');
    const value = cursor.word('d_val');
    if (terminatorOffset !== undefined) {
      if (tag !== DT.NULL || value !== 0) break;
      spareEntries += 1;
    } else if (tag === DT.NULL) {
      terminatorOffset = offset;
    } else {
      entries.push({ tag, tagName: dynamicTagName(tag), value, offset });
    }
  }
  if (terminatorOffset === undefined || terminatorOffset >= place.offset + place.claimed) {
    image.log.add('dynamic', 'elf/dynamic-unterminated', {
      message: 'The dynamic section is not ended by DT_NULL inside PT_DYNAMIC.',
      evidence: `offset ${hex(place.offset)}`,
    });
  }
  return { entrySize, entries, terminatorOffset, spareEntries };
}

function openStrings(
  image: ElfImage,
  entries: readonly RawEntry[],
  map: AddressMap,
): StringTable | undefined {
  const address = valueOf(entries, DT.STRTAB);
  if (address === undefined) {
    const needs = entries.find((entry) => STRING_TAGS.has(entry.tag));
    if (needs !== undefined) {
      image.log.add('strings', 'elf/no-strings', {
        message: 'The dynamic section names libraries but has no string table.',
        evidence: `offset ${hex(needs.offset)}`,
      });
    }
    return undefined;
  }
  const range = map.from(address);
  if (range === undefined) {
    image.log.add('strings', 'elf/strings-unmapped', {
      message: `DT_STRTAB is at address ${hex(address)}, which no PT_LOAD fills from the file.`,
      evidence: `address ${hex(address)}`,
    });
    return undefined;
  }
  const declared = valueOf(entries, DT.STRSZ);
  if (declared === undefined || declared > range.length) {
    image.log.add('strings', 'elf/strings-past-end', {
      message: `DT_STRSZ is ${declared ?? 'missing'}, but ${range.length} bytes follow until the end of the segment.`,
      evidence: `offset ${hex(range.offset)}`,
    });
  }
  const size = Math.min(declared ?? range.length, range.length);
  return image.log.attempt(
    'strings',
    undefined,
    () => new StringTable(image, { address, offset: range.offset, size }, 'dynamic string table'),
  );
}

function withText(
  image: ElfImage,
  entry: RawEntry,
  strings: StringTable | undefined,
): ElfDynamicEntry {
  if (strings === undefined || !STRING_TAGS.has(entry.tag)) return { ...entry, text: undefined };
  const text = image.log.attempt('strings', undefined, () =>
    strings.at(entry.value, `DT_${entry.tagName} string`),
  );
  return { ...entry, text };
}

/** The value of a tag; of repeated tags the last, as in loaders. */
export function valueOf(
  entries: readonly { readonly tag: number; readonly value: number }[],
  tag: number,
): number | undefined {
  return entries.findLast((entry) => entry.tag === tag)?.value;
}
