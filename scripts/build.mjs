/**
 * Bundles the command line and the library into dist/. Each command is a chunk of its own, loaded when it runs, so
 * that `wheelworks --version` reads one small file.
 *
 * A wheelworks that is running may still load chunks of the build before, and another may be starting just now. So
 * nothing that could be in use is taken away: chunks are named by their contents and added, then the entries are
 * renamed into place, and chunks that no entry leads to any more go only when they are an hour old.
 *
 *   --types   also write the type declarations, for publishing
 *   --clean   remove everything that is not of this build, for publishing
 */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from './bundle-options.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const UNUSED_CHUNKS_STAY_MS = 3_600_000;

async function bundle() {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const { outputFiles } = await build({
    ...bundleOptions,
    entryPoints: {
      wheelworks: 'src/cli/main.ts',
      index: 'src/index.ts',
      packaging: 'src/packaging/index.ts',
      zip: 'src/archive/zip/index.ts',
      tar: 'src/archive/tar/index.ts',
      elf: 'src/binary/elf/index.ts',
    },
    outdir: 'dist',
    write: false,
    define: { __WHEELWORKS_VERSION__: JSON.stringify(version) },
    chunkNames: 'chunks/[name]-[hash]',
  });
  return outputFiles;
}

async function replaceFile(path, contents) {
  const temporary = `${path}.${process.pid}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(temporary, contents);
  await rename(temporary, path);
}

/** Removes what no build that may still be running needs. */
async function removeUnused(paths, keepYoung) {
  const used = new Set(paths.map((path) => relative(dist, path)));
  const oldest = Date.now() - (keepYoung ? UNUSED_CHUNKS_STAY_MS : 0);
  for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(dist, path);
    if (!entry.isFile() || used.has(name) || /^(types|\.building)/.test(name)) continue;
    // Another build may have removed it first.
    const stats = await stat(path).catch(() => undefined);
    if (stats !== undefined && stats.mtimeMs <= oldest) await rm(path, { force: true });
  }
}

// Taken before the sources are read: one that is saved during the build is then newer than its result.
const started = new Date();
const files = await bundle().catch((error) => {
  // esbuild has told what is wrong and where.
  if (!Array.isArray(error.errors)) throw error;
  process.exit(1);
});
const isChunk = (file) => file.path.startsWith(join(dist, 'chunks'));
for (const chunk of files.filter(isChunk)) await replaceFile(chunk.path, chunk.contents);
for (const entry of files.filter((file) => !isChunk(file)))
  await replaceFile(entry.path, entry.contents);

const stamp = join(dist, '.built');
await replaceFile(stamp, '');
await utimes(stamp, started, started);
await removeUnused([...files.map((file) => file.path), stamp], !process.argv.includes('--clean'));

if (process.argv.includes('--types')) {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json'], {
    cwd: root,
    stdio: 'inherit',
  });
}
