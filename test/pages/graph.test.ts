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

  it('leads no arrow through the box of another node', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { nodes, edges } = layoutGraph(graph);
        for (const { points } of edges) {
          // Between columns there are no boxes; within one an arrow runs level, from an odd point to the next.
          for (let index = 1; index + 1 < points.length; index += 2) {
            const [one, other] = [points[index], points[index + 1]];
            if (one === undefined || other === undefined) continue;
            expect(one.y).toBe(other.y);
            const [from, to] = [Math.min(one.x, other.x), Math.max(one.x, other.x)];
            const hit = nodes.filter(
              ({ x, y, width, height }) =>
                x < to && from < x + width && y <= one.y && one.y <= y + height,
            );
            expect(hit).toEqual([]);
          }
        }
      }),
    );
  });

  it('places a library in the middle of those that need it', () => {
    const nodes = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, label: id, kind: 'module' }));
    const edge = { from: 'a', to: 'b', kind: 'module' };
    const others = ['c', 'd', 'e'].map((from) => ({ from, to: 'b', kind: 'module' }));
    const placed = layoutGraph({ nodes, edges: [edge, ...others] }).nodes;
    const centre = (id: string): number => {
      const found = placed.find(({ node }) => node.id === id);
      return (found?.y ?? 0) + (found?.height ?? 0) / 2;
    };
    const middle = ['a', 'c', 'd', 'e'].reduce((sum, id) => sum + centre(id), 0) / 4;
    expect(centre('b')).toBeCloseTo(middle, 6);
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

  const plural = (kind: string): string => `${kind}s`;

  it('counts the files that are alike', () => {
    const { nodes } = condense(graph, { most: 60, plural });
    expect(nodes.map(({ label }) => label)).toEqual(['150 modules', '150 modules', 'libx', 'liby']);
    expect(nodes[0]?.members?.slice(0, 2)).toEqual(['m0.so', 'm2.so']);
  });

  it('keeps the names of what most others need', () => {
    // Each module needs a library of its own, and the one that all need: nothing is alike.
    const many: Graph = {
      nodes: [
        ...modules.map((id) => ({ id, label: id, kind: 'module' })),
        ...modules.map((id) => ({ id: `lib-${id}`, label: `lib-${id}`, kind: 'carried' })),
        { id: 'libcore', label: 'libcore', kind: 'carried' },
      ],
      edges: modules.flatMap((from, index) => [
        { from, to: `lib-${from}`, kind: 'carried' },
        { from: `lib-${from}`, to: 'libcore', kind: 'carried' },
        // Every other one needs a second library, so that the modules are not alike either.
        { from, to: `lib-m${(index * 7) % 300}.so`, kind: 'carried' },
      ]),
    };
    const { nodes } = condense(many, { most: 20, plural });
    expect(nodes.length).toBeLessThanOrEqual(20);
    expect(nodes.map(({ label }) => label)).toContain('libcore');
  });

  it('stands for every node once, and leads where the whole leads', () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 4, max: 40 }), (any, most) => {
        const small = condense(any, { most, plural });
        const members = small.nodes.flatMap(({ label, members: inner }) => inner ?? [label]);
        expect(members.toSorted()).toEqual(any.nodes.map(({ label }) => label).toSorted());
        const kinds = new Set(any.nodes.map(({ id, kind }) => `${id} ${kind}`));
        for (const { id, kind } of small.nodes) expect(kinds).toContain(`${id} ${kind}`);
        for (const { id } of small.nodes) {
          if (reached(any, id).size === 1) continue;
          const isMerged = small.nodes.find((node) => node.id === id)?.members !== undefined;
          expect(isMerged || reached(small, id).size > 1).toBe(true);
        }
      }),
    );
  });

  it('takes no more than a moment, however many nodes need one another', () => {
    const count = 5000;
    const chain: Graph = {
      nodes: Array.from({ length: count }, (_, index) => ({
        id: `c${index}`,
        label: `c${index}`,
        kind: 'carried',
      })),
      edges: Array.from({ length: count }, (_, index) => ({
        from: `c${index}`,
        to: `c${(index * 17 + 1) % count}`,
        kind: 'carried',
      })),
    };
    expect(condense(chain, { most: 60, plural }).nodes.length).toBeLessThanOrEqual(60);
  }, 5000);

  it('comes down to the number asked for, or to one node a kind', () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 4, max: 20 }), (any, most) => {
        expect(condense(any, { most, plural }).nodes.length).toBeLessThanOrEqual(Math.max(most, 4));
      }),
    );
  });

  it('is drawn with a legend, and told as text', () => {
    const kinds = {
      module: { title: 'a module', plural: 'modules' },
      missing: { title: 'found nowhere', plural: 'missing' },
    };
    const figure = graphFigure(graph, { title: 'Needs', kinds }).markup;
    expect(figure).toContain('a module');
    expect(figure).not.toContain('found nowhere');
    expect(figure).toContain('<title>Needs</title>');
    expect(figure).toContain('<desc>302 files and libraries, drawn as 4 boxes');
    expect(figure).toContain('<li><code>150 modules</code> needs libx');
    expect(figure).toContain('m0.so, m2.so');
    expect(figure).not.toContain(' id="');
    expect(graphFigure({ nodes: [], edges: [] }, { title: '', kinds: {} })).toEqual(markup``);
  });

  it('shows hostile names as text', () => {
    const id = '</text><script>\u202e';
    const nodes = [{ id, label: id, kind: 'module', detail: '"><b>' }];
    const { markup: figure } = graphFigure({ nodes, edges: [] }, { title: '<i>', kinds: {} });
    expect(figure).not.toMatch(/<script|<b>|<i>|\u202e/);
    expect(figure).toContain('&lt;/text&gt;&lt;script&gt;\\u202e');
  });
});
