/**
 * Places a directed graph in columns, arrows from left to right, as Sugiyama, Tagawa and Toda do ("Methods for visual
 * understanding of hierarchical system structures", 1981): break cycles, give each node a layer, put way points where an
 * arrow passes a layer, order the layers so that few arrows cross.
 */
import type { Graph, GraphEdge, GraphNode } from './graph-model.ts';
import { heightOfAll, orderRows, straighten, type Chain } from './graph-rows.ts';
import { visible } from './html.ts';

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
const POINT_HEIGHT = 4;
const COLUMN_GAP = 56;
const MARGIN = 4;
/** Of the 12 pixel monospaced type. */
const CHARACTER = 7.3;
const LONGEST_LABEL = 36;

/** A label as it is seen, which may be longer than it is; a long one with its middle left out. */
export function shownLabel(label: string): string {
  const shown = visible(label);
  const characters = Array.from(shown);
  if (characters.length <= LONGEST_LABEL) return shown;
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
  orderRows(rows, chains);
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

interface LinkChain extends Chain {
  readonly link: Forward;
}

/** Way points have numbers from the node count on. */
function withWayPoints(
  count: number,
  layers: Uint32Array,
  links: readonly Forward[],
): { readonly rows: number[][]; readonly chains: readonly LinkChain[] } {
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

function place(
  nodes: readonly GraphNode[],
  { rows, chains }: { readonly rows: readonly number[][]; readonly chains: readonly LinkChain[] },
): GraphLayout {
  const heightOf = (stop: number): number => (stop < nodes.length ? ROW : POINT_HEIGHT);
  const widthOf = (stop: number): number =>
    stop < nodes.length
      ? Math.ceil(Array.from(shownLabel(nodes[stop]?.label ?? '')).length * CHARACTER) + 16
      : 0;
  const columns = rows.map((row) => ({
    width: row.reduce((widest, stop) => Math.max(widest, widthOf(stop)), 0),
    height: heightOfAll(row, heightOf),
  }));
  const tallest = columns.reduce((height, column) => Math.max(height, column.height), 0);
  const tops = straighten(rows, chains, { tallest, heightOf });
  const boxes = new Map<number, { x: number; y: number; width: number; height: number }>();
  let x = MARGIN;
  for (const [index, row] of rows.entries()) {
    const column = columns[index] ?? { width: 0 };
    for (const stop of row) {
      // A way point goes through the whole column, so that the arrow crosses no box of it.
      const width = stop < nodes.length ? widthOf(stop) : column.width;
      boxes.set(stop, { x, y: MARGIN + (tops.get(stop) ?? 0), width, height: heightOf(stop) });
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
