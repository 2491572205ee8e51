/** Where in its layer each stop of a graph stands: the order first, then the height. */

/** The way of an arrow. */
export interface Chain {
  /** Node or way point in each layer from the first to the last. */
  readonly stops: readonly number[];
}

/** Pixels between stops. */
const ROW_GAP = 10;
const SWEEPS = 8;

/** Orders each row: sweeps to and fro, putting each stop at the mean place of its neighbours in the layer before. */
export function orderRows(rows: number[][], chains: readonly Chain[]): void {
  const before = new Map<number, number[]>();
  const after = new Map<number, number[]>();
  for (const { stops } of chains) {
    for (const [index, stop] of stops.entries()) {
      const following = stops[index + 1];
      if (following === undefined) continue;
      push(after, stop, following);
      push(before, following, stop);
    }
  }
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const isDown = sweep % 2 === 0;
    const numbers = isDown ? rows.keys() : [...rows.keys()].reverse();
    for (const number of numbers) {
      const fixed = rows[isDown ? number - 1 : number + 1];
      const row = rows[number];
      if (fixed === undefined || row === undefined) continue;
      const places = new Map(fixed.map((stop, place) => [stop, place / fixed.length]));
      const neighbours = isDown ? before : after;
      const weights = new Map(
        row.map((stop, place) => [
          stop,
          mean((neighbours.get(stop) ?? []).flatMap((each) => places.get(each) ?? [])) ??
            place / row.length,
        ]),
      );
      row.sort((left, right) => (weights.get(left) ?? 0) - (weights.get(right) ?? 0));
    }
  }
}

/** The height of a row with the gaps between its stops. */
export function heightOfAll(row: readonly number[], heightOf: (stop: number) => number): number {
  return row.reduce((sum, stop) => sum + heightOf(stop) + ROW_GAP, -ROW_GAP);
}

/**
 * The upper edge of every stop: as near to the mean height of its neighbours as the order and the gaps allow, so that
 * arrows run straight where they can. The tallest column stays packed, the others move within its height.
 */
export function straighten(
  rows: readonly (readonly number[])[],
  chains: readonly Chain[],
  { tallest, heightOf }: { readonly tallest: number; readonly heightOf: (stop: number) => number },
): ReadonlyMap<number, number> {
  const around = new Map<number, number[]>();
  for (const { stops } of chains) {
    for (const [index, stop] of stops.entries()) {
      const following = stops[index + 1];
      if (following === undefined) continue;
      push(around, stop, following);
      push(around, following, stop);
    }
  }
  const centres = new Map<number, number>();
  for (const row of rows) {
    let y = (tallest - heightOfAll(row, heightOf)) / 2;
    for (const stop of row) {
      centres.set(stop, y + heightOf(stop) / 2);
      y += heightOf(stop) + ROW_GAP;
    }
  }
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const row of sweep % 2 === 0 ? rows : rows.toReversed()) {
      const wanted = row.map(
        (stop) =>
          mean((around.get(stop) ?? []).map((each) => centres.get(each) ?? 0)) ??
          centres.get(stop) ??
          0,
      );
      for (const [index, centre] of spread(row, wanted, { tallest, heightOf }).entries())
        centres.set(row[index] ?? 0, centre);
    }
  }
  return new Map([...centres].map(([stop, centre]) => [stop, centre - heightOf(stop) / 2]));
}

/** Wanted centres moved apart until the gaps are kept, between pushing all down and pushing all up. */
function spread(
  row: readonly number[],
  wanted: readonly number[],
  { tallest, heightOf }: { readonly tallest: number; readonly heightOf: (stop: number) => number },
): readonly number[] {
  const half = (index: number): number => heightOf(row[index] ?? 0) / 2;
  // The least and the greatest centre that leave room for all before and all after.
  const least: number[] = [];
  for (const index of row.keys()) {
    const before = least[index - 1];
    least.push(
      before === undefined ? half(index) : before + half(index - 1) + ROW_GAP + half(index),
    );
  }
  const last = row.length - 1;
  const room = tallest - ((least[last] ?? 0) + (last < 0 ? 0 : half(last)));
  const down: number[] = [];
  for (const [index, centre] of wanted.entries()) {
    const [lowest = 0, before] = [least[index], down[index - 1]];
    const bounded = Math.min(Math.max(centre, lowest), lowest + room);
    down.push(
      before === undefined
        ? bounded
        : Math.max(bounded, before + half(index - 1) + ROW_GAP + half(index)),
    );
  }
  const up: number[] = [];
  for (const index of [...row.keys()].reverse()) {
    const [lowest = 0, after] = [least[index], up[0]];
    const bounded = Math.min(Math.max(wanted[index] ?? 0, lowest), lowest + room);
    up.unshift(
      after === undefined
        ? bounded
        : Math.min(bounded, after - half(index + 1) - ROW_GAP - half(index)),
    );
  }
  return down.map((centre, index) => (centre + (up[index] ?? centre)) / 2);
}

function push(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function mean(numbers: readonly number[]): number | undefined {
  if (numbers.length === 0) return undefined;
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}
