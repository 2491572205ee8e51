/** What holds for every drawing, whatever it draws: well-formed, the same each time, hostile names shown as text. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  condense,
  graphFigure,
  layoutTreemap,
  mergeSmall,
  treemapFigure,
  type Graph,
  type Html,
  type TreemapItem,
} from '../../src/pages/index.ts';
import { elementsOf, parseXml, textOf, type XmlElement } from '../support/xml.ts';

/** Names as a forged wheel may have them: markup, entities, control characters, bidirectional overrides, half characters. */
const names = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '</svg><script>alert(1)</script>',
    ']]><!--&lt;&#0;',
    '" onload="alert(1)',
    'gnp.\u202eos.x',
    '\u001b[2J\u0000',
    '\ud800',
    '__proto__',
    'constructor',
  ),
);

const KINDS = {
  module: { title: 'module', plural: 'modules' },
  system: { title: 'library', plural: 'libraries' },
};

const graphs = fc
  .record({
    labels: fc.uniqueArray(names, { minLength: 1, maxLength: 20 }),
    arrows: fc.array(fc.tuple(fc.nat(19), fc.nat(19), names), { maxLength: 40 }),
  })
  .map(({ labels, arrows }): Graph => {
    const at = (index: number): string => labels[index % labels.length] ?? '';
    return {
      nodes: labels.map((label, index) => ({
        id: label,
        label,
        kind: index % 2 === 0 ? 'module' : 'system',
        detail: label,
      })),
      edges: arrows.map(([from, to, kind]) => ({ from: at(from), to: at(to), kind })),
    };
  });

const files = fc.uniqueArray(names, { minLength: 1, maxLength: 20 }).chain((paths) =>
  fc
    .array(fc.integer({ min: 0, max: 1_000_000 }), {
      minLength: paths.length,
      maxLength: paths.length,
    })
    .map((sizes) =>
      paths.map((path, index): TreemapItem => ({
        path,
        size: sizes[index] ?? 0,
        kind: index % 2 === 0 ? 'native' : 'other',
      })),
    ),
);

function graph(of: Graph): Html {
  return graphFigure(of, { title: 'Needs', kinds: KINDS });
}

function treemap(of: readonly TreemapItem[]): Html {
  return treemapFigure(of, {
    title: 'Sizes',
    kinds: { native: 'native files', other: 'other files', rest: 'small files' },
  });
}

/** The drawings of a figure, small ones of the legend too. */
function drawings({ markup }: Html): readonly XmlElement[] {
  return (markup.match(/<svg[\s>][\s\S]*?<\/svg>/g) ?? []).map(parseXml);
}

/** Elements and attributes that a drawing of ours has; anything else came out of a name. */
const ELEMENTS = new Set(['svg', 'title', 'desc', 'g', 'rect', 'path', 'text']);
const ATTRIBUTES =
  /^(?:role|class|id|x|y|d|rx|width|height|viewBox|fill|stroke|stroke-width|aria-hidden|aria-label|aria-labelledby|aria-describedby)$/;

function expectOwnMarkup(html: Html): void {
  const found = drawings(html);
  expect(found.length).toBeGreaterThan(0);
  for (const { name, attributes } of found.flatMap(elementsOf)) {
    expect(ELEMENTS).toContain(name);
    for (const attribute of Object.keys(attributes)) expect(attribute).toMatch(ATTRIBUTES);
  }
  // Line ends are the templates' own; any other character of control or formatting came out of a name.
  expect(html.markup).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u);
}

describe('a drawing of hostile names', () => {
  it('is well-formed, and of our own elements only: the graph', () => {
    fc.assert(fc.property(graphs, (each) => expectOwnMarkup(graph(each))));
  });

  it('is well-formed, and of our own elements only: the treemap', () => {
    fc.assert(
      fc.property(
        files.filter((items) => items.some(({ size }) => size > 0)),
        (items) => expectOwnMarkup(treemap(items)),
      ),
    );
  });
});

describe('a drawing is the same each time', () => {
  it('the graph', () => {
    fc.assert(
      fc.property(graphs, (each) => {
        expect(graph(structuredClone(each)).markup).toBe(graph(each).markup);
      }),
    );
  });

  it('the treemap, in whatever order the files come', () => {
    const shuffled = files.chain((items) =>
      fc.tuple(
        fc.constant(items),
        fc.shuffledSubarray(items, { minLength: items.length, maxLength: items.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([items, others]) => {
        expect(treemap(others).markup).toBe(treemap(items).markup);
      }),
    );
  });
});

describe('a drawing has a name and a text', () => {
  it('the graph: every node and every arrow is told in words', () => {
    const { markup } = graph({
      nodes: ['a.so', 'b.so', 'c.so'].map((id) => ({ id, label: id, kind: 'module' })),
      edges: [
        { from: 'a.so', to: 'b.so', kind: 'module' },
        { from: 'b.so', to: 'c.so', kind: 'module' },
      ],
    });
    const told = (/<ul>[\s\S]*<\/ul>/.exec(markup)?.[0] ?? '').replaceAll(/<[^>]+>/g, ' ');
    expect(told.replaceAll(/\s+/g, ' ').trim()).toBe('a.so needs b.so b.so needs c.so c.so');
  });

  it.each([
    ['graph', graph({ nodes: [{ id: 'a', label: 'a', kind: 'module' }], edges: [] })],
    ['treemap', treemap([{ path: 'a', size: 1, kind: 'other' }])],
  ])('the %s is an image with a title and a description', (_, html) => {
    const [drawing] = drawings(html);
    expect(drawing?.attributes['role']).toBe('img');
    for (const name of ['title', 'desc']) {
      const child = drawing?.children.find(
        (each) => typeof each !== 'string' && each.name === name,
      );
      expect(typeof child === 'object' && textOf(child).length > 0).toBe(true);
    }
  });
});

describe('much to draw', () => {
  it('400 nodes become at most 60 boxes, and each arrow of these is drawn', () => {
    const nodes = Array.from({ length: 400 }, (_, index) => ({
      id: `n${index}`,
      label: `lib${index}.so`,
      kind: index < 200 ? 'module' : 'system',
    }));
    const edges = nodes.slice(0, 399).flatMap((node, index) =>
      [1, 7, 31].map((step) => ({
        from: node.id,
        to: `n${Math.min(399, index + step)}`,
        kind: 'system',
      })),
    );
    const [drawing] = drawings(graph({ nodes, edges }));
    const classes =
      drawing === undefined
        ? []
        : elementsOf(drawing).flatMap(({ attributes }) => attributes['class'] ?? []);
    const shown = condense({ nodes, edges }, { most: 60, plural: (kind) => kind });
    expect(shown.nodes.length).toBeGreaterThan(1);
    expect(shown.nodes.length).toBeLessThanOrEqual(60);
    expect(shown.edges.length).toBeGreaterThan(0);
    expect(classes.filter((name) => name.startsWith('node '))).toHaveLength(shown.nodes.length);
    expect(classes.filter((name) => name.startsWith('edge '))).toHaveLength(shown.edges.length);
  });

  it('10,000 files become few enough tiles to see, of the same size in all', () => {
    const items = Array.from({ length: 10_000 }, (_, index): TreemapItem => ({
      path: `p${index % 7}/${index}.so`,
      size: 1 + ((index * 7919) % 100_000) ** 2,
      kind: 'native',
    }));
    const total = items.reduce((sum, { size }) => sum + size, 0);
    const tiles = layoutTreemap(mergeSmall(items, total));
    expect(tiles.length).toBeLessThanOrEqual(601);
    expect(tiles.reduce((sum, { item }) => sum + item.size, 0)).toBe(total);
    expectOwnMarkup(treemap(items));
  });
});
