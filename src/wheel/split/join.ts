/** Writes the original wheel again, byte for byte. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileSink, type ZipSink } from '../../archive/zip/index.ts';
import { writeFileAtomic } from '../../support/atomic-file.ts';
import { WheelworksError } from '../../support/errors.ts';
import { sha256 } from '../../support/hash.ts';
import { isSameFile } from '../../support/same-file.ts';
import type { ChunkedFile, FileIdentity } from './model.ts';
import type { Rebuild, RebuildStep } from './rebuild.ts';
import { LARGEST_REBUILD, parseRebuild } from './rebuild-file.ts';
import { wheelOf, type SplitSet } from './set.ts';
import { contentOf, deflateStreamOf } from './slices.ts';

export interface JoinOptions {
  /** Replace a file of the same name. Default true: it can only be the same wheel. */
  readonly replace?: boolean;
  /** Stops the writing; nothing is left of it. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (writtenBytes: number) => void;
}

/** Bytes of one read of a member. */
const PIECE = 4 << 20;
/** Small pieces that are written together. */
const WRITTEN_AT_ONCE = 1 << 20;

/**
 * Writes the wheel that a set was split from into a folder, under the name it had: a temporary file beside it, flushed,
 * and renamed once size and SHA-256 are those of the original. Constant memory.
 * @returns the path
 * @throws WheelworksError `split/bad-rebuild-data`, `split/bad-chunk`, `split/not-the-original`,
 *   `wheel/output-is-input` when it would replace a wheel of the set, `zip/*`, `file/*`, and what `signal` is aborted
 *   with.
 */
export async function joinSplitSet(
  set: SplitSet,
  directory: string,
  options: JoinOptions = {},
): Promise<string> {
  const { original } = set.description;
  const path = join(directory, original.filename);
  await refuseOwnWheels(set, path);
  const rebuild = await readRebuild(set);
  await writeFileAtomic(
    path,
    async (handle) => {
      const written = await writePieces(fileSink(handle), originalBytes(set, rebuild), options);
      requireOriginal(set, written);
    },
    { replace: options.replace ?? true },
  );
  return path;
}

/**
 * Whether {@link joinSplitSet} would give the original, without writing it.
 * @throws WheelworksError as {@link joinSplitSet}, but for what concerns its output.
 */
export async function verifySplitSet(
  set: SplitSet,
  options: Omit<JoinOptions, 'replace'> = {},
): Promise<void> {
  const nowhere: ZipSink = { async write() {} };
  const rebuild = await readRebuild(set);
  requireOriginal(set, await writePieces(nowhere, originalBytes(set, rebuild), options));
}

async function writePieces(
  sink: ZipSink,
  pieces: AsyncIterable<Uint8Array>,
  { signal, onProgress }: JoinOptions,
): Promise<Omit<FileIdentity, 'filename'>> {
  const hash = createHash('sha256');
  let size = 0;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  const flush = async (): Promise<void> => {
    await sink.write(
      waiting.length === 1 ? (waiting[0] ?? Buffer.alloc(0)) : Buffer.concat(waiting),
    );
    waiting = [];
    waitingBytes = 0;
    onProgress?.(size);
  };
  for await (const piece of pieces) {
    signal?.throwIfAborted();
    hash.update(piece);
    size += piece.length;
    waiting.push(piece);
    waitingBytes += piece.length;
    if (waitingBytes >= WRITTEN_AT_ONCE) await flush();
  }
  await flush();
  return { size, sha256: hash.digest('hex') };
}

/** The original's bytes from the first to the last, each step as long as it says. */
async function* originalBytes(
  set: SplitSet,
  { steps, inline }: Rebuild,
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunked = new Map(set.description.chunked.map((file) => [file.path, file]));
  let used = 0;
  for (const step of steps) {
    if (step.kind === 'inline') {
      yield inline.subarray(used, used + step.length);
      used += step.length;
    } else if (step.kind === 'member') {
      yield* memberBytes(set, step);
    } else {
      yield* exactly(step.length, chunkBytes(set, chunked.get(step.path), step.path), set);
    }
  }
}

async function* memberBytes(
  set: SplitSet,
  { carrier, path, length, offset: skipped }: Extract<RebuildStep, { kind: 'member' }>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { archive } = wheelOf(set, carrier);
  const entry = archive.get(path);
  const isThere =
    skipped === undefined
      ? entry?.compressedSize === length
      : skipped + length <= (entry?.compressedSize ?? 0);
  if (entry === undefined || !isThere)
    throw badRebuild(set, `${path} in ${archive.path} has not ${length} bytes`);
  const range = await archive.compressed(entry);
  const offset = range.offset + (skipped ?? 0);
  for (let done = 0; done < length; done += PIECE)
    yield archive.source.read(offset + done, Math.min(PIECE, length - done));
}

function chunkBytes(
  set: SplitSet,
  file: ChunkedFile | undefined,
  path: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (file === undefined) throw badRebuild(set, `${path} is not among the files that were cut`);
  return file.originalMethod === 'stored' ? contentOf(set, file) : deflateStreamOf(set, file);
}

async function* exactly(
  length: number,
  pieces: AsyncIterable<Uint8Array>,
  set: SplitSet,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = length;
  for await (const piece of pieces) {
    left -= piece.length;
    if (left < 0) break;
    yield piece;
  }
  if (left !== 0) throw badRebuild(set, `a file that was cut has not ${length} bytes`);
}

async function readRebuild(set: SplitSet): Promise<Rebuild> {
  const { main, description } = set;
  const { member } = description.rebuild;
  const entry = main.archive.get(member);
  if (entry === undefined) throw badRebuild(set, `no ${member}`);
  const bytes = await main.archive.read(entry, { maxSize: LARGEST_REBUILD });
  if (sha256(bytes) !== description.rebuild.sha256)
    throw badRebuild(set, `${member} has another SHA-256`);
  const rebuild = parseRebuild(bytes, `${main.path}!${member}`);
  if (rebuild.size !== description.original.size)
    throw badRebuild(set, `${rebuild.size} bytes of ${description.original.size}`);
  return rebuild;
}

function requireOriginal(set: SplitSet, written: Omit<FileIdentity, 'filename'>): void {
  const { size, sha256: wanted } = set.description.original;
  if (written.size === size && written.sha256 === wanted) return;
  throw new WheelworksError(
    'split/not-the-original',
    'What the set gives is not the wheel that was split.',
    {
      path: set.main.path,
      evidence: `${written.size} bytes, SHA-256 ${written.sha256}; ${size} bytes, ${wanted} are wanted`,
      hint: 'All parts have the right digests, so the main wheel was changed or is damaged; fetch it again.',
    },
  );
}

async function refuseOwnWheels(set: SplitSet, path: string): Promise<void> {
  for (const wheel of [set.main, ...set.parts.values()]) {
    if (!(await isSameFile(wheel.path, path))) continue;
    throw new WheelworksError('wheel/output-is-input', `${path} is a wheel of the set itself.`, {
      path,
      hint: 'Write the original to another folder.',
    });
  }
}

function badRebuild(set: SplitSet, evidence: string): WheelworksError {
  return new WheelworksError(
    'split/bad-rebuild-data',
    'What the original wheel is made from again does not fit the set.',
    { path: set.main.path, evidence, hint: 'Fetch the main wheel again and compare its SHA-256.' },
  );
}
