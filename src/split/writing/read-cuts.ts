/** Reads what is cut: restart points, then digest and windows in one inflation, and the chunks as members. */
import { restartPoints } from '../../archive/deflate/index.ts';
import { sha256 as digestOf } from '../../support/hash.ts';
import type { PlannedCut } from '../plan.ts';
import type { SplitInput } from '../reading/input.ts';
import { inflateOnce, piecesOf } from '../reading/streams.ts';
import { SEGMENT_LENGTH } from '../segments.ts';
import type { CutFacts } from './files-module.ts';
import type { Meter } from './meter.ts';
import { makeChunk, type Chunk, type StreamPlace } from './slices.ts';

/** A cut file that was read. */
export interface ReadCut {
  readonly facts: CutFacts;
  /** Member path to chunk, those of the main wheel and of parts alike. */
  readonly chunks: ReadonlyMap<string, Chunk>;
  /** Where its windows go, if it has more than one segment. */
  readonly windows: { readonly member: string; readonly bytes: Uint8Array } | undefined;
}

/** @throws WheelworksError `split/broken-wheel`, `deflate/*`, `zip/*`, `file/*`. */
export async function readCut(
  input: SplitInput,
  cut: PlannedCut,
  { stream, meter }: { readonly stream: StreamPlace; readonly meter: Meter },
): Promise<ReadCut> {
  const member = input.members.find(({ path }) => path === cut.path);
  if (member === undefined)
    throw new TypeError(`${cut.path} is not in the wheel it was planned for`);
  const name = `${input.wheel.path}!${cut.path}`;
  const progress = (bytes: number): void => meter.add(bytes, `read ${cut.path}`);
  const { points } = await restartPoints(
    () => counted(piecesOf(stream), progress),
    SEGMENT_LENGTH,
    name,
  );
  const restarts = points.slice(1).map(({ outputOffset }) => outputOffset);
  const { sha256, windows } = await inflateOnce(input, member, {
    offsets: restarts,
    onPiece: progress,
  });
  const chunks: [string, Chunk][] = [];
  for (const { member: path, index, offset, length } of cut.chunks) {
    const header = { index, count: cut.chunks.length, sha256 };
    chunks.push([path, await makeChunk(stream, { offset, length }, header)]);
    progress(length);
  }
  const place = windowsMember(input, cut);
  return {
    facts: {
      sha256,
      crc32: member.entry.crc32,
      segments: points.map(({ compressedOffset, outputOffset }) => [
        compressedOffset,
        outputOffset,
      ]),
      windows:
        restarts.length === 0 ? undefined : { ...inPackage(place), sha256: digestOf(windows) },
      chunks: chunks.map(([path, chunk]) => ({
        ...inPackage(path),
        size: chunk.content.size,
        sha256: chunk.sha256,
      })),
    },
    chunks: new Map(chunks),
    windows: restarts.length === 0 ? undefined : { member: place, bytes: windows },
  };
}

async function* counted(
  pieces: AsyncIterable<Uint8Array>,
  onPiece: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of pieces) {
    onPiece(piece.length);
    yield piece;
  }
}

function windowsMember({ names }: SplitInput, { windows, number, chunks }: PlannedCut): string {
  const [first] = chunks;
  const folder =
    windows === null || first === undefined ? names.cache : inPackage(first.member).package;
  return `${folder}/windows-${number}.bin`;
}

function inPackage(path: string): { readonly package: string; readonly name: string } {
  const slash = path.indexOf('/');
  return { package: path.slice(0, slash), name: path.slice(slash + 1) };
}
