/** The deflate streams of files that are cut: those of the wheel, or made once for files that it has stored. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateStream } from '../../archive/zip/index.ts';
import { WheelworksError, fileError } from '../../support/errors.ts';
import { openFile, type RandomAccess } from '../../support/random-access.ts';
import type { StreamPlace } from '../writing/slices.ts';
import type { InputMember, SplitInput } from './input.ts';
import { collectWindows } from './windows.ts';

/** Method 0 of APPNOTE 4.4.5. */
const STORED = 0;

/**
 * Where the stream of a member lies. A stored member is deflated into `scratch`; the caller closes that source.
 * @throws WheelworksError `zip/*`, `file/*`.
 */
export async function streamOf(
  { wheel }: SplitInput,
  { entry }: InputMember,
  place: { readonly scratch: string; readonly jobs: number },
): Promise<StreamPlace> {
  const { source } = wheel.archive;
  const range = await wheel.archive.compressed(entry);
  if (entry.method !== STORED) return { source, ...range };
  const path = join(place.scratch, `stream-${entry.index}`);
  const handle = await open(path, 'wx').catch((error: unknown) => {
    throw fileError(error, path);
  });
  try {
    const content = rangeOf(source, range.offset, range.length);
    for await (const piece of deflateStream(content, place.jobs)) await handle.writeFile(piece);
  } finally {
    await handle.close();
  }
  const made = await openFile(path);
  return { source: made, offset: 0, length: made.size };
}

function rangeOf(source: RandomAccess, offset: number, size: number): RandomAccess {
  return {
    size,
    path: source.path,
    read: (start, length) => source.read(offset + start, length),
    async close() {},
  };
}

/** The pieces of a stream, from its start. */
export async function* piecesOf({
  source,
  offset,
  length,
}: StreamPlace): AsyncGenerator<Uint8Array, void, undefined> {
  for (let done = 0; done < length; done += PIECE)
    yield source.read(offset + done, Math.min(PIECE, length - done));
}

const PIECE = 1 << 20;

/**
 * Inflates a member once, for its digest, which must be the one that RECORD gives, and for the windows before restart
 * points.
 * @throws WheelworksError `split/broken-wheel`, `zip/*`.
 */
export async function inflateOnce(
  { wheel }: SplitInput,
  member: InputMember,
  {
    offsets,
    onPiece,
  }: { readonly offsets: readonly number[]; readonly onPiece: (bytes: number) => void },
): Promise<{ readonly sha256: string; readonly windows: Uint8Array }> {
  const hash = createHash('sha256');
  const windows = collectWindows(offsets);
  for await (const piece of wheel.archive.stream(member.entry)) {
    hash.update(piece);
    windows.push(piece);
    onPiece(piece.length);
  }
  const sha256 = hash.digest('hex');
  if (member.sha256 !== undefined && member.sha256 !== sha256)
    throw otherThanRecorded(wheel.path, member);
  return { sha256, windows: windows.bytes() };
}

function otherThanRecorded(path: string, member: InputMember): WheelworksError {
  return new WheelworksError('split/broken-wheel', 'The wheel disagrees with itself.', {
    path,
    evidence: `${member.path} is not the file whose SHA-256 RECORD gives`,
    hint: 'Build it again; `wheelworks check` says more.',
  });
}
