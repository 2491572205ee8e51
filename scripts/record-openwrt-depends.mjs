/**
 * Makes test/vectors/openwrt-depends.json: what recipes of OpenWrt's feed depend on, and what analysis finds of wheels of the
 * same projects.
 *
 *   node scripts/record-openwrt-depends.mjs FEED PYTHON WHEELS... -- PROJECT...
 *
 * FEED is a clone of openwrt/packages, of which HEAD is read; WHEELS are folders of wheels, PYTHON reads them.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from './bundle-options.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const RELEASE = 'master';
const [feed, python, ...rest] = process.argv.slice(2);
const folders = rest.slice(0, rest.indexOf('--'));
const projects = rest.slice(rest.indexOf('--') + 1);

const git = (...args) => execFileSync('git', ['-C', feed, ...args], { encoding: 'utf8' });
const recipes = new Map();
const versions = new Map();
for (const name of git('ls-tree', '--name-only', 'HEAD:lang/python').split('\n')) {
  const text = recipeOf(name).replaceAll('\\\n', ' ');
  const version = /^PKG_VERSION:=(.*)$/m.exec(text)?.[1];
  for (const [, found = '', body = ''] of text.matchAll(
    /^define Package\/(\S+)\n([\s\S]*?)^endef/gm,
  )) {
    const depends = [...body.matchAll(/^\s*DEPENDS:=(.*)$/gm)].flatMap(([, list]) =>
      list.split(/\s+/),
    );
    const named = found.replaceAll('$(PKG_NAME)', name);
    recipes.set(
      named,
      depends.filter((each) => each.startsWith('+')).map((each) => each.replace(/^\+(?:.*:)?/, '')),
    );
    versions.set(named, version);
  }
}

function recipeOf(name) {
  try {
    return git('show', `HEAD:lang/python/${name}/Makefile`);
  } catch {
    return '';
  }
}

const folder = await mkdtemp(join(tmpdir(), 'openwrt-depends-'));
try {
  await build({
    ...bundleOptions,
    stdin: {
      contents: `export { foundIn, difference } from './test/openwrt/dependencies/compare.ts';\nexport { packageName } from './src/openwrt/names.ts';`,
      resolveDir: root,
      loader: 'ts',
    },
    outfile: undefined,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
  });
  const { foundIn, difference, packageName } = await import(
    pathToFileURL(join(folder, 'stdin.mjs'))
  );
  const wheels = (
    await Promise.all(
      folders.map(async (each) => (await readdir(each)).map((file) => join(each, file))),
    )
  ).flat();
  const rows = [];
  for (const project of projects) {
    const name = packageName(project);
    const depends = recipes.get(name);
    const wheel = wheels
      .filter(
        (path) =>
          path.endsWith('.whl') &&
          basename(path).split('-', 1)[0].toLowerCase().replaceAll(/[_.]+/g, '-') === project,
      )
      .sort()
      .at(-1);
    if (depends === undefined || wheel === undefined) {
      console.log(`${project}: ${depends === undefined ? 'no recipe' : 'no wheel'}`);
      continue;
    }
    try {
      const found = await foundIn({ wheel, python, release: RELEASE });
      const row = {
        project,
        package: name,
        recipe: versions.get(name),
        wheel: basename(wheel),
        depends,
        ...found,
      };
      rows.push({ ...row, ...difference(depends, found, { release: RELEASE, recipes }) });
      console.log(
        `${project}: missing ${rows.at(-1).missing} | luck ${rows.at(-1).byLuck} | superfluous ${rows.at(-1).superfluous}`,
      );
    } catch (error) {
      console.log(`${project}: ${error.code} ${error.message}`);
    }
  }
  const used = new Set();
  const visit = (name) => {
    if (used.has(name) || !recipes.has(name)) return;
    used.add(name);
    recipes.get(name).forEach(visit);
  };
  for (const { depends } of rows) depends.forEach(visit);
  const document = {
    source: `openwrt/packages at ${git('rev-parse', '--short=10', 'HEAD').trim()}; wheels from PyPI; by scripts/record-openwrt-depends.mjs`,
    release: RELEASE,
    rows,
    recipes: Object.fromEntries(
      [...used]
        .sort((one, other) => (one < other ? -1 : 1))
        .map((name) => [name, recipes.get(name)]),
    ),
  };
  await writeFile(
    join(root, 'test/vectors/openwrt-depends.json'),
    `${JSON.stringify(document, null, 2)}\n`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
