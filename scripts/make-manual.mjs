/**
 * Writes man/wheelworks.1 and docs/commands.md from the commands' own declarations, so that neither can say something
 * else than `--help`.
 *
 *   node scripts/make-manual.mjs           writes both
 *   node scripts/make-manual.mjs --check   writes nothing; fails when one is out of date
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import * as prettier from 'prettier';
import { bundleOptions } from './bundle-options.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The module that makes the manuals is TypeScript, which Node 20 does not run; a bundle of it does. */
async function makeManuals() {
  const directory = await mkdtemp(join(tmpdir(), 'wheelworks-manual-'));
  try {
    await build({
      ...bundleOptions,
      entryPoints: { manual: 'src/cli/manual/index.ts' },
      outdir: directory,
      outExtension: { '.js': '.mjs' },
    });
    const module = await import(pathToFileURL(join(directory, 'manual.mjs')));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    return await module.makeManuals(version);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function formatted(markdown, path) {
  const config = await prettier.resolveConfig(path);
  return prettier.format(markdown, { ...config, filepath: path });
}

const manuals = await makeManuals();
const commandsPath = join(root, 'docs/commands.md');
const files = [
  [join(root, 'man/wheelworks.1'), manuals.man],
  [commandsPath, await formatted(manuals.markdown, commandsPath)],
];
for (const [path, text] of files) {
  const old = await readFile(path, 'utf8').catch(() => undefined);
  if (old === text) continue;
  if (process.argv.includes('--check')) {
    process.stderr.write(`${path} is out of date: run node scripts/make-manual.mjs\n`);
    process.exitCode = 1;
    continue;
  }
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
