/**
 * Sizes as areas: a squarified treemap (Bruls, Huizing, van Wijk, "Squarified Treemaps", 2000), folders first, the files of
 * each folder within it.
 */
import { groupBy } from '../support/group-by.ts';
import { formatBytes } from '../support/progress/format.ts';
import { markup, type Html } from './html.ts';
import { table } from './table.ts';

/** A file. */
export interface TreemapItem {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Small files that were merged are `rest`. */
  readonly kind: 'native' | 'other' | 'rest';
}

/** A rectangle of the map, in pixels. */
export interface Tile {
  readonly item: TreemapItem;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const WIDTH = 1120;
const HEIGHT = 440;
/** Files that would take less of the map than this are merged. */
const LEAST_SHARE = 1 / 600;
const CHARACTER = 6.7;
const MOST_LISTED = 10;

/** What the kinds of tiles are, in the order of the legend. */
export interface TreemapOptions {
  /** Names the drawing for those who do not see it. */
  readonly title: string;
  readonly kinds: Readonly<Record<TreemapItem['kind'], string>>;
}

/** A map of sizes, its legend, and a table of the largest; nothing for files without a byte. */
export function treemapFigure(items: readonly TreemapItem[], options: TreemapOptions): Html {
  const total = sizeOf(items);
  if (total === 0) return markup``;
  const { title } = options;
  const shown = mergeSmall(items, total);
  const largest = items.toSorted(bySize).slice(0, MOST_LISTED);
  return markup`<figure>
<div class="scroll" role="region" tabindex="0" aria-label="${title}">
<svg class="map" role="img" viewBox="0 0 ${WIDTH} ${HEIGHT}">
<title>${title}</title>
<desc>${items.length} files, ${formatBytes(total)}; each area is a file's share. The largest follow as a table.</desc>
${layoutTreemap(shown).map(drawTile)}
</svg>
</div>
<figcaption>${Object.entries(options.kinds)
    .filter(([kind]) => shown.some((item) => item.kind === kind))
    .map(([kind, name]) => legend(kind, { name, items, total }))}</figcaption>
</figure>
${table({
  caption: `The largest of ${items.length} files, ${formatBytes(total)} in all`,
  columns: [{ title: 'file' }, { title: 'size', numeric: true }, { title: 'share', numeric: true }],
  rows: largest.map(({ path, size }) => [
    markup`<code>${path}</code>`,
    formatBytes(size),
    share(size, total),
  ]),
})}`;
}

function legend(
  kind: string,
  of: { readonly name: string; readonly items: readonly TreemapItem[]; readonly total: number },
): Html {
  const bytes = sizeOf(of.items.filter((item) => item.kind === kind));
  const text = bytes === 0 ? of.name : `${of.name}, ${share(bytes, of.total)}`;
  return markup`<span class="key"><svg width="30" height="16" aria-hidden="true"><g class="tile t-${kind}"><rect width="30" height="16"/>${kind === 'native' && markup`<rect class="mark" width="2" height="16"/>`}</g></svg>${text}</span> `;
}

function share(part: number, total: number): string {
  return `${((100 * part) / total).toFixed(1)} %`;
}

function bySize(left: TreemapItem, right: TreemapItem): number {
  return right.size - left.size || (left.path < right.path ? -1 : 1);
}

/**
 * The files of which nothing could be seen, as one for each folder at the top; those of folders that are too small
 * themselves as one together.
 */
export function mergeSmall(items: readonly TreemapItem[], total: number): readonly TreemapItem[] {
  const least = total * LEAST_SHARE;
  const kept: TreemapItem[] = [];
  const left: TreemapItem[] = [];
  const small = items.filter(({ size }) => size > 0 && size < least);
  for (const [folder, files] of groupBy(small, topFolder)) {
    if (folder !== '' && sizeOf(files) >= least) kept.push(mergedOf(files, `${folder}/ `));
    else for (const file of files) left.push(file);
  }
  const rest = left.length < 2 ? left : [mergedOf(left, '')];
  return [...items.filter(({ size }) => size >= least && size > 0), ...kept, ...rest];
}

function mergedOf(files: readonly TreemapItem[], where: string): TreemapItem {
  const path = `${where}${files.length} smaller files`;
  return { path, size: sizeOf(files), kind: 'rest' };
}

function sizeOf(items: readonly { readonly size: number }[]): number {
  return items.reduce((sum, { size }) => sum + size, 0);
}

/** The first folder of a path; empty for a file in none. */
function topFolder({ path }: TreemapItem): string {
  return path.slice(0, Math.max(0, path.indexOf('/')));
}

/** Places every item so that its area is its share. */
export function layoutTreemap(items: readonly TreemapItem[]): readonly Tile[] {
  const folders = groupBy(items, (item) => topFolder(item) || item.path);
  const groups = [...folders].map(([path, members]) => ({
    path,
    members,
    size: sizeOf(members),
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
  const total = sizeOf(sorted);
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
  const room = Math.floor((width - 12) / CHARACTER);
  const label = height < 18 ? '' : fit(name, room);
  const size = formatBytes(item.size);
  const [left, top] = [round(x), round(y)];
  // Whole tiles meet; between them the paper shows.
  const [wide, high] = [round(Math.max(0.1, width - 1)), round(Math.max(0.1, height - 1))];
  return markup`<g class="tile t-${item.kind}"><title>${item.path}: ${exactly(item.size)}</title><rect x="${left}" y="${top}" width="${wide}" height="${high}"/>${
    item.kind === 'native' &&
    markup`<rect class="mark" x="${left}" y="${top}" width="${Math.min(2, wide)}" height="${high}"/>`
  }${label !== '' && markup`<text x="${round(x + 8)}" y="${round(y + 15)}">${label}</text>`}${
    label !== '' &&
    height >= 34 &&
    room >= size.length &&
    markup`<text class="soft" x="${round(x + 8)}" y="${round(y + 29)}">${size}</text>`
  }</g>`;
}

/** `36,123,456 bytes` */
function exactly(bytes: number): string {
  return `${String(bytes).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')} bytes`;
}

/** As much of a name as there is room for; nothing when that says nothing. */
function fit(name: string, room: number): string {
  const characters = Array.from(name);
  if (characters.length <= room) return name;
  return room < 8 ? '' : `${characters.slice(0, room - 1).join('')}\u2026`;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
