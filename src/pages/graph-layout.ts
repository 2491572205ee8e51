/**
 * Places a directed graph in columns, arrows from left to right, as Sugiyama, Tagawa and Toda do ("Methods for visual
 * understanding of hierarchical system structures", 1981): break cycles, give each node a layer, put way points where an
 * arrow passes a layer, order the layers so that few arrows cross.
 */
import type { Graph, GraphEdge, GraphNode } from './graph-model.ts';

/** A node with its box. */
export interface PlacedNode {
  readonly node: GraphNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An arrow with the points it goes through, the first and the last at the boxes. */
export interface PlacedEdge {
  readonly edge: GraphEdge;
  readonly points: readonly Point[];
}

/** In pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A drawing in pixels. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

const ROW = 24;
const ROW_GAP = 8;
const POINT_HEIGHT = 4;
const COLUMN_GAP = 72;
const MARGIN = 4;
/** Of the 12 pixel monospaced type. */
const CHARACTER = 7.3;
const LONGEST_LABEL = 44;
const SWEEPS = 8;

/** A long label with its middle left out. */
export function shownLabel(label: string): string {
  const characters = Array.from(label);
  if (characters.length <= LONGEST_LABEL) return label;
  const half = (LONGEST_LABEL - 1) / 2;
  return `${characters.slice(0, Math.ceil(half)).join('')}\u2026${characters.slice(-Math.floor(half)).join('')}`;
}

/** Places every node and arrow; the same graph gives the same drawing. Arrows between unknown nodes are left out. */
export function layoutGraph({ nodes, edges }: Graph): GraphLayout {
  const known = new Map(nodes.map((node, index) => [node.id, index]));
  const links = edges.flatMap((edge): readonly Link[] => {
    const [from, to] = [known.get(edge.from), known.get(edge.to)];
    return from === undefined || to === undefined || from === to ? [] : [{ from, to, edge }];
  });
  const forward = breakCycles(nodes.length, links);
  const layers = layersOf(nodes.length, forward);
  const { rows, chains } = withWayPoints(nodes.length, layers, forward);
  order(rows, chains);
  return place(nodes, { rows, chains });
}

interface Link {
  readonly from: number;
  readonly to: number;
  readonly edge: GraphEdge;
}

interface Forward extends Link {
  /** The arrow points against the layers. */
  readonly reversed: boolean;
}

/** Turns round the arrows that close a cycle, as a depth-first walk meets them. */
function breakCycles(count: number, links: readonly Link[]): readonly Forward[] {
  const outgoing: Link[][] = Array.from({ length: count }, () => []);
  for (const link of links) outgoing[link.from]?.push(link);
  const state = new Uint8Array(count);
  const back = new Set<Link>();
  for (let root = 0; root < count; root += 1) {
    if (state[root] !== 0) continue;
    const stack = [{ node: root, next: 0 }];
    state[root] = 1;
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const link = outgoing[top.node]?.[top.next];
      if (link === undefined) {
        state[top.node] = 2;
        stack.pop();
        continue;
      }
      top.next += 1;
      if (state[link.to] === 1) back.add(link);
      else if (state[link.to] === 0) {
        state[link.to] = 1;
        stack.push({ node: link.to, next: 0 });
      }
    }
  }
  return links.map((link) =>
    back.has(link)
      ? { from: link.to, to: link.from, edge: link.edge, reversed: true }
      : { ...link, reversed: false },
  );
}

/** The longest way from a node that nothing points to. */
function layersOf(count: number, links: readonly Forward[]): Uint32Array {
  const layers = new Uint32Array(count);
  const waiting = new Uint32Array(count);
  const outgoing: number[][] = Array.from({ length: count }, () => []);
  for (const { from, to } of links) {
    outgoing[from]?.push(to);
    waiting[to] = (waiting[to] ?? 0) + 1;
  }
  const ready = [...waiting.keys()].filter((node) => waiting[node] === 0);
  for (const node of ready) {
    for (const to of outgoing[node] ?? []) {
      layers[to] = Math.max(layers[to] ?? 0, (layers[node] ?? 0) + 1);
      waiting[to] = (waiting[to] ?? 1) - 1;
      if (waiting[to] === 0) ready.push(to);
    }
  }
  return layers;
}

interface Chain {
  readonly link: Forward;
  /** Node or way point in each layer from the first to the last. */
  readonly stops: readonly number[];
}

/** Way points have numbers from the node count on. */
function withWayPoints(
  count: number,
  layers: Uint32Array,
  links: readonly Forward[],
): { readonly rows: number[][]; readonly chains: readonly Chain[] } {
  const rows: number[][] = [];
  const add = (layer: number, stop: number): void => {
    while (rows.length <= layer) rows.push([]);
    rows[layer]?.push(stop);
  };
  for (let node = 0; node < count; node += 1) add(layers[node] ?? 0, node);
  let next = count;
  const chains = links.map((link) => {
    const stops = [link.from];
    for (let layer = (layers[link.from] ?? 0) + 1; layer < (layers[link.to] ?? 0); layer += 1) {
      add(layer, next);
      stops.push(next);
      next += 1;
    }
    return { link, stops: [...stops, link.to] };
  });
  return { rows, chains };
}

/** Sweeps to and fro, putting each stop at the mean place of its neighbours in the layer before. */
function order(rows: number[][], chains: readonly Chain[]): void {
  const before = new Map<number, number[]>();
  const after = new Map<number, number[]>();
  for (const { stops } of chains) {
    for (const [index, stop] of stops.entries()) {
      const following = stops[index + 1];
      if (following === undefined) continue;
      after.set(stop, [...(after.get(stop) ?? []), following]);
      before.set(following, [...(before.get(following) ?? []), stop]);
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

function mean(numbers: readonly number[]): number | undefined {
  if (numbers.length === 0) return undefined;
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

function place(
  nodes: readonly GraphNode[],
  { rows, chains }: { readonly rows: readonly number[][]; readonly chains: readonly Chain[] },
): GraphLayout {
  const heightOf = (stop: number): number => (stop < nodes.length ? ROW : POINT_HEIGHT);
  const widthOf = (stop: number): number =>
    stop < nodes.length
      ? Math.ceil(Array.from(shownLabel(nodes[stop]?.label ?? '')).length * CHARACTER) + 16
      : 0;
  const columns = rows.map((row) => ({
    width: row.reduce((widest, stop) => Math.max(widest, widthOf(stop)), 0),
    height: row.reduce((sum, stop) => sum + heightOf(stop) + ROW_GAP, -ROW_GAP),
  }));
  const tallest = columns.reduce((height, column) => Math.max(height, column.height), 0);
  const boxes = new Map<number, { x: number; y: number; width: number; height: number }>();
  let x = MARGIN;
  for (const [index, row] of rows.entries()) {
    const column = columns[index] ?? { width: 0, height: 0 };
    let y = MARGIN + (tallest - column.height) / 2;
    for (const stop of row) {
      // A way point goes through the whole column, so that the arrow crosses no box of it.
      const width = stop < nodes.length ? widthOf(stop) : column.width;
      boxes.set(stop, { x, y, width, height: heightOf(stop) });
      y += heightOf(stop) + ROW_GAP;
    }
    x += column.width + COLUMN_GAP;
  }
  return {
    width: Math.max(0, x - COLUMN_GAP) + MARGIN,
    height: tallest + 2 * MARGIN,
    nodes: nodes.flatMap((node, index) => {
      const box = boxes.get(index);
      return box === undefined ? [] : [{ node, ...box }];
    }),
    edges: chains.map(({ link, stops }) => {
      const points = stops.flatMap((stop, index): readonly Point[] => {
        const box = boxes.get(stop);
        if (box === undefined) return [];
        const y = box.y + box.height / 2;
        const [left, right] = [
          { x: box.x, y },
          { x: box.x + box.width, y },
        ];
        if (index === 0) return [right];
        return index === stops.length - 1 ? [left] : [left, right];
      });
      return { edge: link.edge, points: link.reversed ? points.toReversed() : points };
    }),
  };
}
