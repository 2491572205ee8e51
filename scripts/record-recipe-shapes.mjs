/**
 * Records the shapes of the recipes of a checkout of OpenWrt's packages feed: which statements each has, and how many
 * packages, variables and steps the import finds. No text of a recipe is kept.
 *
 *   node scripts/record-recipe-shapes.mjs SOURCE DIRECTORY [SOURCE DIRECTORY ...]
 *
 * SOURCE says which commit it is; below DIRECTORY are `lang/python/NAME/Makefile`.
 */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(root, 'test/vectors/openwrt-recipe-shapes.json');
const [...words] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'shapes-'));
try {
  const outfile = join(folder, 'shapes.mjs');
  await build({
    absWorkingDir: root,
    stdin: {
      contents: `export * from './test/support/recipe-shape.ts';
export * from './src/openwrt/import/index.ts';`,
      resolveDir: root,
    },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
  });
  const { shapeOf, importRecipe } = await import(pathToFileURL(outfile).href);
  const feeds = [];
  for (let at = 0; at + 1 < words.length; at += 2) {
    const shapes = new Map();
    const python = join(words[at + 1], 'lang/python');
    for (const name of (await readdir(python)).sort()) {
      const path = join(python, name, 'Makefile');
      const text = await readFile(path, 'utf8').catch(() => undefined);
      const shape = text === undefined ? undefined : shapeOf(text);
      if (shape === undefined) continue;
      const { definition } = importRecipe(text, { path });
      const known = shapes.get(shape);
      if (known === undefined)
        shapes.set(shape, {
          shape,
          recipes: 1,
          packages: definition.package.length,
          variables: definition.variable.length,
          steps: definition.step.length,
        });
      else known.recipes += 1;
    }
    const rows = [...shapes.values()].sort(
      (one, other) => other.recipes - one.recipes || (one.shape < other.shape ? -1 : 1),
    );
    feeds.push({ source: words[at], shapes: rows });
  }
  const text = await format(JSON.stringify({ feeds }), {
    ...(await resolveConfig(target)),
    parser: 'json',
  });
  await writeFile(target, text);
} finally {
  await rm(folder, { recursive: true, force: true });
}
