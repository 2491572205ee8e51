/**
 * Sizes as areas: a squarified treemap (Bruls, Huizing, van Wijk, "Squarified Treemaps", 2000), folders first, the files of
 * each folder within it.
 */
import { formatBytes } from '../support/progress/format.ts';
import { markup, type Html } from './html.ts';
import { table } from './table.ts';

/** A file. */
export interface TreemapItem {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** `native`, `other`; merged small files are `rest`. */
  readonly kind: string;
}

/** A rectangle of the map, in pixels. */
export interface Tile {
  readonly item: TreemapItem;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const WIDTH = 960;
const HEIGHT = 420;
/** Files that would take less of the map than this are merged. */
const LEAST_SHARE = 1 / 600;
const CHARACTER = 6.7;
const MOST_LISTED = 10;

/** A map of sizes and a table of the largest; nothing for files without a byte. */
export function treemapFigure(items: readonly TreemapItem[], title: string): Html {
  const total = items.reduce((sum, { size }) => sum + size, 0);
  if (total === 0) return markup``;
  const tiles = layoutTreemap(mergeSmall(items, total));
  const largest = [...items].sort(bySize).slice(0, MOST_LISTED);
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${title}">
      <svg role="img" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">
        <title>${title}</title>
        ${tiles.map(drawTile)}
      </svg>
    </div>
    ${table({
      caption: `The largest of ${items.length} files, ${formatBytes(total)} in all`,
      columns: [
        { title: 'file' },
        { title: 'size', numeric: true },
        { title: 'share', numeric: true },
      ],
      rows: largest.map(({ path, size }) => [
        markup`<code>${path}</code>`,
        formatBytes(size),
        `${((100 * size) / total).toFixed(1)} %`,
      ]),
    })}`;
}

function bySize(left: TreemapItem, right: TreemapItem): number {
  return right.size - left.size || (left.path < right.path ? -1 : 1);
}

/** Small files of a folder as one. */
export function mergeSmall(items: readonly TreemapItem[], total: number): readonly TreemapItem[] {
  const kept = items.filter(({ size }) => size >= total * LEAST_SHARE);
  const small = items.filter(({ size }) => size > 0 && size < total * LEAST_SHARE);
  const sum = small.reduce((bytes, { size }) => bytes + size, 0);
  if (sum === 0) return kept;
  return [...kept, { path: `${small.length} smaller files`, size: sum, kind: 'rest' }];
}

/** Places every item so that its area is its share. */
export function layoutTreemap(items: readonly TreemapItem[]): readonly Tile[] {
  const folders = new Map<string, TreemapItem[]>();
  for (const item of items) {
    const slash = item.path.indexOf('/');
    const folder = slash === -1 ? item.path : item.path.slice(0, slash);
    folders.set(folder, [...(folders.get(folder) ?? []), item]);
  }
  const groups = [...folders].map(([path, members]) => ({
    path,
    members,
    size: members.reduce((sum, { size }) => sum + size, 0),
  }));
  const areas = squarify(groups, { x: 0, y: 0, width: WIDTH, height: HEIGHT });
  return areas.flatMap(({ value, ...box }) =>
    squarify(value.members, box).map(({ value: item, ...tile }) => ({ item, ...tile })),
  );
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Sized {
  readonly path: string;
  readonly size: number;
}

/** Fills a box row by row along its shorter side, a row growing as long as its tiles get squarer. */
function squarify<Value extends Sized>(
  values: readonly Value[],
  box: Box,
): readonly (Box & { readonly value: Value })[] {
  const sorted = values
    .filter(({ size }) => size > 0)
    .sort((left, right) => right.size - left.size || (left.path < right.path ? -1 : 1));
  const total = sorted.reduce((sum, { size }) => sum + size, 0);
  const scale = total === 0 ? 0 : (box.width * box.height) / total;
  const placed: (Box & { readonly value: Value })[] = [];
  let rest = box;
  let row: Value[] = [];
  for (const value of sorted) {
    const side = Math.min(rest.width, rest.height);
    if (row.length > 0 && worst([...row, value], side, scale) > worst(row, side, scale)) {
      rest = layRow(row, { rest, scale, placed });
      row = [];
    }
    row.push(value);
  }
  layRow(row, { rest, scale, placed });
  return placed;
}

/** The ratio of the longest tile of a row. */
function worst(row: readonly Sized[], side: number, scale: number): number {
  const area = row.reduce((sum, { size }) => sum + size * scale, 0);
  const thickness = area / side;
  return row.reduce((ratio, { size }) => {
    const length = (size * scale) / thickness;
    return Math.max(ratio, length / thickness, thickness / length);
  }, 0);
}

/** Places a row at the beginning of a box and gives what is left of the box. */
function layRow<Value extends Sized>(
  row: readonly Value[],
  state: {
    readonly rest: Box;
    readonly scale: number;
    readonly placed: (Box & { readonly value: Value })[];
  },
): Box {
  const { rest, scale, placed } = state;
  const area = row.reduce((sum, { size }) => sum + size * scale, 0);
  if (area === 0) return rest;
  const isUpright = rest.width >= rest.height;
  const thickness = area / (isUpright ? rest.height : rest.width);
  let at = isUpright ? rest.y : rest.x;
  for (const value of row) {
    const length = (value.size * scale) / thickness;
    placed.push(
      isUpright
        ? { value, x: rest.x, y: at, width: thickness, height: length }
        : { value, x: at, y: rest.y, width: length, height: thickness },
    );
    at += length;
  }
  return isUpright
    ? { ...rest, x: rest.x + thickness, width: Math.max(0, rest.width - thickness) }
    : { ...rest, y: rest.y + thickness, height: Math.max(0, rest.height - thickness) };
}

function drawTile({ item, x, y, width, height }: Tile): Html {
  const name = item.kind === 'rest' ? item.path : item.path.slice(item.path.lastIndexOf('/') + 1);
  const room = Math.floor((width - 10) / CHARACTER);
  const label = fit(name, room);
  return markup`<g class="tile t-${item.kind}"
    ><title>${item.path}: ${formatBytes(item.size)}</title
    ><rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" />${
      height >= 18 &&
      label !== '' &&
      markup`<text x="${round(x + 5)}" y="${round(y + 14)}">${label}</text>`
    }${
      height >= 34 &&
      room >= 7 &&
      markup`<text class="soft" x="${round(x + 5)}" y="${round(y + 28)}"
        >${formatBytes(item.size)}</text
      >`
    }</g
  > `;
}

/** As much of a name as there is room for; nothing when that says nothing. */
function fit(name: string, room: number): string {
  const characters = Array.from(name);
  if (characters.length <= room) return name;
  return room < 6 ? '' : `${characters.slice(0, room - 1).join('')}\u2026`;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
