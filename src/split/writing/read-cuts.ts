/** Reads what is cut, once: digest, restart points, and the chunks as members. */
import type { PlannedCut } from '../plan.ts';
import type { SplitInput } from '../reading/input.ts';
import { digestOf } from '../reading/streams.ts';
import type { CutFacts } from './files-module.ts';
import { makeChunk, type Chunk, type StreamPlace } from './slices.ts';

/** A cut file that was read. */
export interface ReadCut {
  readonly facts: CutFacts;
  /** Member path to chunk, those of the main wheel and of parts alike. */
  readonly chunks: ReadonlyMap<string, Chunk>;
  /** Where its windows go, if it has more than one segment. */
  readonly windows: { readonly member: string; readonly bytes: Uint8Array } | undefined;
}

/**
 * @throws WheelworksError `split/broken-wheel`, `zip/*`, `file/*`.
 */
export async function readCut(
  input: SplitInput,
  cut: PlannedCut,
  stream: StreamPlace,
): Promise<ReadCut> {
  const member = input.members.find(({ path }) => path === cut.path);
  if (member === undefined)
    throw new TypeError(`${cut.path} is not in the wheel it was planned for`);
  const sha256 = await digestOf(input, member);
  const chunks = await Promise.all(
    cut.chunks.map(async ({ member: path, index, offset, length }) => {
      const header = { index, count: cut.chunks.length, sha256 };
      return [path, await makeChunk(stream, { offset, length }, header)] as const;
    }),
  );
  return {
    facts: {
      sha256,
      crc32: member.entry.crc32,
      segments: [[0, 0]],
      windows: undefined,
      chunks: chunks.map(([path, chunk]) => ({
        package: path.slice(0, path.indexOf('/')),
        name: path.slice(path.indexOf('/') + 1),
        size: chunk.content.size,
        sha256: chunk.sha256,
      })),
    },
    chunks: new Map(chunks),
    windows: undefined,
  };
}
