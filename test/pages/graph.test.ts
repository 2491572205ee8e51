import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  condense,
  graphFigure,
  layoutGraph,
  markup,
  reduceGraph,
  type Graph,
} from '../../src/pages/index.ts';

/** Graphs of any shape: cycles, loops, arrows told twice, parts that do not hang together. */
const graphs = fc
  .record({
    count: fc.integer({ min: 1, max: 30 }),
    arrows: fc.array(fc.tuple(fc.nat(29), fc.nat(29)), { maxLength: 80 }),
  })
  .map(({ count, arrows }): Graph => ({
    nodes: Array.from({ length: count }, (_, index) => ({
      id: `n${index}`,
      label: 'x'.repeat(1 + (index % 60)),
      kind: index % 3 === 0 ? 'module' : 'carried',
    })),
    edges: arrows.map(([from, to]) => ({
      from: `n${from % count}`,
      to: `n${to % count}`,
      kind: 'carried',
    })),
  }));

function reached({ edges }: Graph, start: string): ReadonlySet<string> {
  const found = new Set([start]);
  for (const node of found) for (const { from, to } of edges) if (from === node) found.add(to);
  return found;
}

describe('a layout', () => {
  it('places every node inside the drawing, and no two on one another', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { nodes, width, height } = layoutGraph(graph);
        expect(nodes.map(({ node }) => node.id)).toEqual(graph.nodes.map(({ id }) => id));
        for (const [index, one] of nodes.entries()) {
          expect(one.x >= 0 && one.x + one.width <= width).toBe(true);
          expect(one.y >= 0 && one.y + one.height <= height).toBe(true);
          for (const other of nodes.slice(index + 1)) {
            const apart =
              one.x + one.width <= other.x ||
              other.x + other.width <= one.x ||
              one.y + one.height <= other.y ||
              other.y + other.height <= one.y;
            expect(apart).toBe(true);
          }
        }
      }),
    );
  });

  it('draws every arrow from box to box', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { nodes, edges } = layoutGraph(graph);
        const boxes = new Map(nodes.map((placed) => [placed.node.id, placed]));
        expect(edges).toHaveLength(graph.edges.filter(({ from, to }) => from !== to).length);
        for (const { edge, points } of edges) {
          for (const [id, point] of [
            [edge.from, points[0]],
            [edge.to, points.at(-1)],
          ] as const) {
            const box = boxes.get(id);
            expect([box?.x, (box?.x ?? 0) + (box?.width ?? 0)]).toContain(point?.x);
            expect((box?.y ?? 0) + (box?.height ?? 0) / 2).toBe(point?.y);
          }
        }
      }),
    );
  });

  it('is the same for the same graph', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        expect(layoutGraph(structuredClone(graph))).toEqual(layoutGraph(graph));
      }),
    );
  });
});

describe('leaving out what other arrows imply', () => {
  it('changes nothing in what leads where', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const reduced = reduceGraph(graph);
        for (const { id } of graph.nodes) expect(reached(reduced, id)).toEqual(reached(graph, id));
      }),
    );
  });

  it('leaves one way of two', () => {
    const nodes = ['a', 'b', 'c'].map((id) => ({ id, label: id, kind: 'carried' }));
    const edges = ['ab', 'bc', 'ac'].map((pair) => ({
      from: pair.charAt(0),
      to: pair.charAt(1),
      kind: 'carried',
    }));
    const reduced = reduceGraph({ nodes, edges }).edges;
    expect(reduced.map(({ from, to }) => from + to)).toEqual(['ab', 'bc']);
  });
});

describe('a large graph', () => {
  const modules = Array.from({ length: 300 }, (_, index) => `m${index}.so`);
  const graph: Graph = {
    nodes: [
      ...modules.map((id) => ({ id, label: id, kind: 'module' })),
      { id: 'libx', label: 'libx', kind: 'carried' },
      { id: 'liby', label: 'liby', kind: 'carried' },
    ],
    edges: modules.map((from, index) => ({
      from,
      to: index % 2 === 0 ? 'libx' : 'liby',
      kind: 'carried',
    })),
  };

  it('counts the files that are alike', () => {
    const labels = condense(graph, 60).nodes.map(({ label }) => label);
    expect(labels).toEqual(['150 module files', '150 module files', 'libx', 'liby']);
  });

  it('comes down to the number asked for, or to one node a kind', () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 4, max: 20 }), (any, most) => {
        expect(condense(any, most).nodes.length).toBeLessThanOrEqual(Math.max(most, 4));
      }),
    );
  });

  it('is drawn with a legend, and told as text', () => {
    const figure = graphFigure(graph, { title: 'Needs', kinds: { module: 'a module' } }).markup;
    expect(figure).toContain('a module');
    expect(figure).toContain('<title>Needs</title>');
    expect(figure).toMatch(/<li>\s*<code>150 module files<\/code/);
    expect(graphFigure({ nodes: [], edges: [] }, { title: '', kinds: {} })).toEqual(markup``);
  });
});
