import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverageMatrix, type Coverage, type CoverageCell } from '../../src/pages/index.ts';
import { elementsOf, parseXml, textOf, type XmlElement } from '../support/xml.ts';

const cells = fc.oneof(
  fc.record({ kind: fc.constant('wheel' as const), file: fc.string({ unit: 'binary' }) }),
  fc.constant({ kind: 'sdist' as const }),
  fc.constant({ kind: 'nothing' as const }),
);

/** Any matrix; a name may come twice. */
const grids = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
  .chain(([height, width]) =>
    fc.array(fc.array(cells, { minLength: width, maxLength: width }), {
      minLength: height,
      maxLength: height,
    }),
  );

function coverageOf(grid: readonly (readonly CoverageCell[])[]): Coverage {
  return {
    caption: 'Coverage of demo 1.0',
    pythons: grid.map((_, row) => `r${row}`),
    platforms: (grid[0] ?? []).map((_, column) => `c${column}`),
    cellOf: (python, platform) =>
      grid[Number(python.slice(1))]?.[Number(platform.slice(1))] ?? { kind: 'nothing' },
  };
}

function draw(coverage: Coverage): XmlElement {
  return parseXml(coverageMatrix(coverage).markup.trim());
}

function named(element: XmlElement, name: string): readonly XmlElement[] {
  return elementsOf(element).filter((each) => each.name === name);
}

function one(cell: CoverageCell): XmlElement {
  const [found] = named(draw(coverageOf([[cell]])), 'td');
  if (found === undefined) throw new Error('no cell');
  return found;
}

const WORDS = { wheel: 'wheel', sdist: 'from sdist', nothing: 'nothing' } as const;

describe('the coverage matrix', () => {
  it('says in words what each Python gets on each platform, at its row and column', () => {
    fc.assert(
      fc.property(grids, (grid) => {
        const drawn = draw(coverageOf(grid));
        const body = named(drawn, 'tbody').flatMap((each) => named(each, 'tr'));
        expect(body.map((row) => named(row, 'td').map(textOf))).toEqual(
          grid.map((row) => row.map(({ kind }) => WORDS[kind])),
        );
        expect(body.map((row) => named(row, 'th').map(textOf))).toEqual(
          grid.map((_, row) => [`r${row}`]),
        );
      }),
    );
  });

  it('counts every cell once in its legend, and names no kind that is not there', () => {
    fc.assert(
      fc.property(grids, (grid) => {
        const all = grid.flat();
        const legend = named(draw(coverageOf(grid)), 'figcaption')
          .map(textOf)
          .join('');
        const counts = [
          ...legend.matchAll(/(a wheel|compiles from sdist|nothing): (\d+) of (\d+)/g),
        ];
        expect(counts.map((count) => count[1])).toHaveLength(
          new Set(all.map(({ kind }) => kind)).size,
        );
        expect(counts.reduce((sum, count) => sum + Number(count[2]), 0)).toBe(all.length);
        for (const count of counts) expect(Number(count[3])).toBe(all.length);
      }),
    );
  });

  it('tells the kinds by shape, for those who see no colour', () => {
    const shapes = (['wheel', 'sdist', 'nothing'] as const).map((kind) => {
      const cell = kind === 'wheel' ? { kind, file: 'a.whl' } : { kind };
      return JSON.stringify(named(one(cell), 'svg').map(({ children }) => children));
    });
    expect(new Set(shapes).size).toBe(3);
  });

  it('heads its columns with the platforms', () => {
    const { platforms, ...rest } = coverageOf([[{ kind: 'sdist' }, { kind: 'nothing' }]]);
    const head = named(draw({ ...rest, platforms }), 'thead').flatMap((each) => named(each, 'th'));
    expect(head.map(textOf)).toEqual(['Python', ...platforms]);
    expect(head.map(({ attributes }) => attributes['scope'])).toEqual(['col', 'col', 'col']);
  });

  it('is nothing without Pythons or without platforms', () => {
    const cellOf = (): CoverageCell => ({ kind: 'nothing' });
    expect(coverageMatrix({ caption: '', pythons: [], platforms: ['a'], cellOf }).markup).toBe('');
    expect(coverageMatrix({ caption: '', pythons: ['a'], platforms: [], cellOf }).markup).toBe('');
  });
});

describe('a wheel in it', () => {
  it('links to its file and is called by its name', () => {
    const cell = one({ kind: 'wheel', file: 'a-1.whl', href: '../files/a-1.whl', note: 'abi3' });
    const [link] = named(cell, 'a');
    expect(link?.attributes).toEqual({
      href: '../files/a-1.whl',
      title: 'a-1.whl',
      'aria-label': 'wheel, abi3: a-1.whl',
    });
    expect(textOf(cell)).toBe('wheel, abi3');
  });

  it.each(['https://host.example/a.whl', 'http://127.0.0.1:8080/a.whl', '/a.whl', 'a%20b.whl#x'])(
    'may be at %j',
    (href) => {
      const [link] = named(one({ kind: 'wheel', file: 'a.whl', href }), 'a');
      expect(link?.attributes['href']).toBe(href);
    },
  );

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' \u0001javascript:alert(1)',
    'java\tscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://host.example/x',
    'https://[',
  ])('is no link at %j', (href) => {
    const cell = one({ kind: 'wheel', file: 'a.whl', href });
    expect(named(cell, 'a')).toEqual([]);
    expect(textOf(cell)).toBe('wheel');
  });

  it('shows what a hostile file name hides', () => {
    const [, label] = named(one({ kind: 'wheel', file: '"><script>\u202elhw.whl' }), 'span');
    expect(label?.attributes['title']).toBe('"><script>\\u202elhw.whl');
  });
});
