/**
 * What a write-ahead log of SQLite has committed.
 *
 * Specification: "WAL-mode File Format" of SQLite. Frames count up to the last commit that its chained checksums vouch for;
 * what comes after was being written, or is left from before.
 */

const MAGIC_LITTLE = 0x377f0682;
const MAGIC_BIG = 0x377f0683;
const LOG_HEADER = 32;
const FRAME_HEADER = 24;

/** Pages by their number; none for an empty, foreign or damaged log. */
export function committedPages(log: Uint8Array, pageSize: number): ReadonlyMap<number, Uint8Array> {
  const committed = new Map<number, Uint8Array>();
  if (log.length < LOG_HEADER) return committed;
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  const magic = view.getUint32(0);
  if ((magic !== MAGIC_LITTLE && magic !== MAGIC_BIG) || view.getUint32(8) !== pageSize)
    return committed;
  const isLittle = magic === MAGIC_LITTLE;
  let sums = addUp(view, { from: 0, length: 24, isLittle }, [0, 0]);
  if (sums[0] !== view.getUint32(24) || sums[1] !== view.getUint32(28)) return committed;
  let pending = new Map<number, Uint8Array>();
  for (
    let at = LOG_HEADER;
    at + FRAME_HEADER + pageSize <= log.length;
    at += FRAME_HEADER + pageSize
  ) {
    const isOfThisLog =
      view.getUint32(at + 8) === view.getUint32(16) &&
      view.getUint32(at + 12) === view.getUint32(20);
    sums = addUp(view, { from: at, length: 8, isLittle }, sums);
    sums = addUp(view, { from: at + FRAME_HEADER, length: pageSize, isLittle }, sums);
    const isWhole = sums[0] === view.getUint32(at + 16) && sums[1] === view.getUint32(at + 20);
    if (!isOfThisLog || !isWhole) break;
    const start = at + FRAME_HEADER;
    pending.set(view.getUint32(at), log.subarray(start, start + pageSize));
    if (view.getUint32(at + 4) === 0) continue;
    for (const [number, page] of pending) committed.set(number, page);
    pending = new Map();
  }
  return committed;
}

type Sums = readonly [number, number];

/** The checksum goes over pairs of 32-bit words, and on from the one before. */
function addUp(
  view: DataView,
  {
    from,
    length,
    isLittle,
  }: { readonly from: number; readonly length: number; readonly isLittle: boolean },
  [first, second]: Sums,
): Sums {
  let [one, two] = [first, second];
  for (let at = from; at < from + length; at += 8) {
    one = (one + view.getUint32(at, isLittle) + two) >>> 0;
    two = (two + view.getUint32(at + 4, isLittle) + one) >>> 0;
  }
  return [one, two];
}
