/** Reads a wheel for advice: its directory, RECORD, METADATA, and each native file once. */
import { deflatedSize, streamPositions, type ZipEntry } from '../../archive/zip/index.ts';
import { metadataView, type MetadataView, type WheelFilename } from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { mapParallel } from '../../support/parallel.ts';
import { RangeCollector } from '../../wheel/ranges.ts';
import { mapNatives, readMetadata, readRecord, type Wheel } from '../../wheel/index.ts';
import { LevelSample } from './level-sample.ts';
import { describeNative, type ElfFacts, type NativeFacts } from './native-facts.ts';
import { PositionRecorder, type PositionMap } from './position-map.ts';
import { packRelocations, type PackedRelocations } from './relr.ts';
import { strippedPieces } from './stripped-pieces.ts';

/** How a wheel is measured. */
export interface MeasureOptions {
  readonly jobs: number;
  /** Compress anew what is told from positions and samples otherwise. */
  readonly thorough: boolean;
  readonly signal?: AbortSignal;
}

/** A wheel, reduced to what advice needs. */
export interface WheelFacts {
  readonly path: string;
  readonly filename: WheelFilename;
  readonly distInfo: string;
  /** Bytes of the wheel. */
  readonly size: number;
  readonly members: readonly MemberFacts[];
  readonly metadata: MetadataView | undefined;
}

/** One member. */
export interface MemberFacts {
  readonly path: string;
  readonly size: number;
  readonly compressedSize: number;
  readonly isStored: boolean;
  /** Tells content from other content: the SHA-256 of RECORD, else size and CRC-32. */
  readonly identity: string;
  /** The share of its compressed bytes that level 9 would save; undefined where it was not tried. */
  readonly levelGain: number | undefined;
  /** Compressed bytes at level 9, when the whole member was compressed. */
  readonly bestSize: number | undefined;
  readonly native: MeasuredNative | undefined;
}

/** A native member, with what its parts take in the wheel. */
export interface MeasuredNative extends NativeFacts {
  /** Undefined for small files: their parts are taken to compress alike. */
  readonly positions: PositionMap | undefined;
  readonly packed: PackedRelocations | undefined;
  /** Compressed bytes of the stripped file, when it was compressed anew. */
  readonly strippedSize: number | undefined;
}

/** Reads an open wheel. @throws WheelworksError `zip/*` for a damaged archive. */
export async function readWheelFacts(wheel: Wheel, options: MeasureOptions): Promise<WheelFacts> {
  const { archive, path, filename, distInfo } = wheel;
  const [described, digests, metadata] = await Promise.all([
    mapNatives(wheel, describeNative, { jobs: options.jobs }),
    recordDigests(wheel),
    orUndefined(async () => metadataView(await readMetadata(wheel))),
  ]);
  const natives = new Map(described.map((native) => [native.path, native]));
  const files = archive.entries.filter(({ isDirectory, isSymlink }) => !isDirectory && !isSymlink);
  const order = [...files].sort((left, right) => right.compressedSize - left.compressedSize);
  const members = await mapParallel(order, options.jobs, async (entry, index) => {
    options.signal?.throwIfAborted();
    const native = natives.get(entry.path);
    const measured = await measure(wheel, { entry, native, index }, options);
    return { ...memberOf(entry, digests.get(entry.path)), ...measured };
  });
  return { path, filename, distInfo, size: archive.size, members, metadata };
}

function memberOf(
  { path, size, compressedSize, method, crc32 }: ZipEntry,
  digest: string | undefined,
): Pick<MemberFacts, 'path' | 'size' | 'compressedSize' | 'isStored' | 'identity'> {
  return {
    path,
    size,
    compressedSize,
    isStored: method === 0,
    identity: digest ?? `${size} ${crc32}`,
  };
}

/** Smaller native files without anything to strip are not gone through: their parts are told from the whole. */
const SMALL_NATIVE = 256 << 10;
/** Members that a better level is tried on: these make the size of nearly every wheel. */
const MOST_SAMPLED = 16;
const SMALL_SAMPLED = 32 << 10;
/** A sample that promises less than this is not followed: a compressor's luck varies by as much. */
export const LEAST_GAIN = 0.02;
/** Larger tables of relocations are not held to be packed. */
const LARGEST_TABLE = 64 << 20;

interface Measurable {
  readonly entry: ZipEntry;
  readonly native: NativeFacts | undefined;
  /** Its place among the members by size. */
  readonly index: number;
}

type Measured = Pick<MemberFacts, 'levelGain' | 'bestSize' | 'native'>;

async function measure(
  wheel: Wheel,
  { entry, native, index }: Measurable,
  options: MeasureOptions,
): Promise<Measured> {
  const isSampled = index < MOST_SAMPLED && entry.compressedSize >= SMALL_SAMPLED;
  const elf = native?.elf;
  const isMapped = elf !== undefined && (entry.size >= SMALL_NATIVE || elf.strip !== undefined);
  const unmapped = { positions: undefined, packed: undefined, strippedSize: undefined };
  const small = native === undefined ? undefined : { ...native, ...unmapped };
  if (!isSampled && !isMapped) return { levelGain: undefined, bestSize: undefined, native: small };
  const sample = new LevelSample(elf === undefined ? 0 : sampleStart(elf, entry.size));
  const positions = new PositionRecorder();
  const table = new RangeCollector(tableRange(elf));
  let position = 0;
  for await (const piece of streamPositions(wheel.archive, entry)) {
    if (!isMapped && sample.isFull) break;
    if (isSampled) sample.take(piece);
    positions.add(piece);
    table.take(position, piece.bytes);
    position += piece.bytes.length;
  }
  const levelGain = isSampled ? await sample.gain() : undefined;
  const isPromising = options.thorough && (levelGain ?? 0) >= LEAST_GAIN;
  return {
    levelGain,
    bestSize: isPromising ? await sizeAtBest(wheel, entry, options) : undefined,
    native:
      native === undefined || elf === undefined || !isMapped
        ? small
        : {
            ...native,
            positions,
            packed: packed(table, elf),
            strippedSize: options.thorough
              ? await sizeStripped(wheel, { entry, elf }, options)
              : undefined,
          },
  };
}

/** In the middle of what stripping leaves. */
function sampleStart({ strip }: ElfFacts, size: number): number {
  return Math.floor((strip?.loadedEnd ?? size) / 2);
}

function tableRange(
  elf: ElfFacts | undefined,
): readonly { readonly start: number; readonly end: number }[] {
  const table = elf?.relocations;
  if (table === undefined || table.size > LARGEST_TABLE) return [];
  return [{ start: table.offset, end: table.offset + table.size }];
}

function packed(
  collector: RangeCollector,
  { relocations, architecture }: ElfFacts,
): PackedRelocations | undefined {
  const [table] = collector.kept();
  if (table === undefined || relocations === undefined) return undefined;
  return packRelocations(table.data, relocations, architecture);
}

async function sizeAtBest(
  { archive }: Wheel,
  entry: ZipEntry,
  { jobs }: MeasureOptions,
): Promise<number> {
  return deflatedSize(archive.stream(entry), { level: 9, concurrency: jobs });
}

/** As this tool writes it, at zlib's usual level. */
async function sizeStripped(
  { archive }: Wheel,
  { entry, elf: { strip } }: { readonly entry: ZipEntry; readonly elf: ElfFacts },
  { jobs }: MeasureOptions,
): Promise<number | undefined> {
  if (strip === undefined) return undefined;
  const pieces = strippedPieces(archive.stream(entry), strip);
  return deflatedSize(pieces, { level: 6, concurrency: jobs });
}

/** Path to the SHA-256 that RECORD gives. */
async function recordDigests(wheel: Wheel): Promise<ReadonlyMap<string, string>> {
  const record = await orUndefined(async () => readRecord(wheel));
  return new Map(
    (record?.entries ?? []).flatMap(({ path, hash }) =>
      hash?.algorithm === 'sha256' ? [[path, hash.digest] as const] : [],
    ),
  );
}

/** What is wrong with RECORD and METADATA is for `check` to tell. */
async function orUndefined<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof WheelworksError) return undefined;
    throw error;
  }
}
