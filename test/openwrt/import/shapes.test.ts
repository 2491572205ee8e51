import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { printDefinition, readDefinition } from '../../../src/openwrt/definition/index.ts';
import { importRecipe } from '../../../src/openwrt/import/index.ts';
import { printMakefile } from '../../../src/openwrt/recipe/index.ts';
import { makefileOfShape, shapeOf } from '../../support/recipe-shape.ts';

interface Vectors {
  readonly feeds: readonly {
    readonly source: string;
    readonly shapes: readonly {
      readonly shape: string;
      readonly recipes: number;
      readonly packages: number;
      readonly variables: number;
      readonly steps: number;
    }[];
  }[];
}

const { feeds } = JSON.parse(
  readFileSync(
    join(import.meta.dirname, '..', '..', 'vectors', 'openwrt-recipe-shapes.json'),
    'utf8',
  ),
) as Vectors;

test('the vectors are the shapes of more than 150 recipes of today, and those of 2019', () => {
  const counts = feeds.map(({ shapes }) => shapes.reduce((sum, { recipes }) => sum + recipes, 0));
  expect(counts).toEqual([204, 106]);
});

describe.each(feeds)('recipes of the shapes of $source', ({ shapes }) => {
  test('are understood, nothing left verbatim, and printed as what they are', () => {
    expect.assertions(shapes.length * 4);
    for (const { shape, packages, variables, steps } of shapes) {
      const text = makefileOfShape(shape);
      expect(shapeOf(text)).toBe(shape);
      const { definition } = importRecipe(text, { path: 'Makefile' });
      expect({
        packages: definition.package.length,
        variables: definition.variable.length,
        steps: definition.step.length,
        verbatim: definition.verbatim,
      }).toEqual({ packages, variables, steps, verbatim: [] });
      expect(readDefinition(printDefinition(definition), 'openwrt.toml')).toEqual(definition);
      const again = importRecipe(printMakefile(definition), { path: 'Makefile' }).definition;
      expect(again).toEqual(definition);
    }
  });
});
