import type { StripFacts } from './native-facts.ts';

/**
 * The stripped file of a file that streams by: everything up to the end of what is loaded, with zeros in place of what
 * goes, and what is kept behind it. Section headers, which are written anew, stand in their old form: a few hundred
 * bytes that compress alike.
 */
export async function* strippedPieces(
  pieces: AsyncIterable<Uint8Array>,
  strip: StripFacts,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { removed, loadedEnd } = strip;
  let position = 0;
  let left = strip.size;
  for await (const piece of pieces) {
    const end = position + piece.length;
    const kept = keptOf(piece, { position, loadedEnd, removed });
    const part = kept.subarray(0, left);
    left -= part.length;
    if (part.length > 0) yield part;
    position = end;
  }
  if (left > 0) yield new Uint8Array(left);
}

function keptOf(
  piece: Uint8Array,
  {
    position,
    loadedEnd,
    removed,
  }: { readonly position: number } & Pick<StripFacts, 'loadedEnd' | 'removed'>,
): Uint8Array {
  const end = position + piece.length;
  const cuts = removed
    .map(({ offset, size }) => ({
      start: Math.max(offset, position),
      end: Math.min(offset + size, end),
    }))
    .filter((cut) => cut.start < cut.end)
    .sort((left, right) => left.start - right.start);
  if (cuts.length === 0) return piece;
  const kept: Uint8Array[] = [];
  let at = position;
  for (const cut of cuts) {
    kept.push(piece.subarray(at - position, cut.start - position));
    // Nothing that is loaded moves.
    const hole = Math.min(cut.end, loadedEnd) - cut.start;
    if (hole > 0) kept.push(new Uint8Array(hole));
    at = cut.end;
  }
  kept.push(piece.subarray(at - position));
  return Buffer.concat(kept);
}
