/**
 * Reads mutated ELF files until something other than a coded error happens.
 *
 *   node scripts/fuzz-elf.mjs [--cases N] [--seed N] [FILE...]
 *
 * Without files, an even sample of those in /usr/lib of up to 300 KB is mutated. A failure names the file and the seed;
 * the same seed and files give the same cases.
 */
import { mkdtemp, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
  },
});

const LARGEST = 300_000;
const MOST_FILES = 200;

const folder = await mkdtemp(join(tmpdir(), 'fuzz-elf-'));
try {
  const outfile = join(folder, 'fuzz.mjs');
  await build({
    absWorkingDir: dirname(dirname(fileURLToPath(import.meta.url))),
    entryPoints: ['test/support/elf-fuzz.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
  });
  const { fuzzElf } = await import(pathToFileURL(outfile).href);
  const paths = positionals.length > 0 ? positionals : await sample('/usr/lib');
  const seeds = [];
  for (const name of paths) {
    const bytes = new Uint8Array(await readFile(name));
    if (Buffer.from(bytes.subarray(0, 4)).toString('latin1') === '\x7fELF')
      seeds.push({ name, bytes });
  }
  if (seeds.length === 0) throw new Error('There is no ELF file to mutate.');
  const started = performance.now();
  const result = fuzzElf(seeds, { cases: Number(values.cases), seed: Number(values.seed) });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${result.cases} cases of ${seeds.length} files in ${seconds} s`);
  console.log(`${result.returned} read, ${result.faulty} of them with faults`);
  for (const [code, count] of [...result.refused].sort(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(`${count} refused: ${code}`);
  }
} finally {
  await rm(folder, { recursive: true });
}

/** ELF files spread evenly over a folder. */
async function sample(root) {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = [];
  for (const entry of entries) {
    if (!entry.isFile() || !/\.so(\.|$)|\.o$|^[a-z0-9_-]+$/i.test(entry.name)) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (await isSmallElf(path)) files.push(path);
  }
  files.sort((a, b) => (a < b ? -1 : 1));
  const step = Math.max(1, Math.floor(files.length / MOST_FILES));
  return files.filter((_, index) => index % step === 0).slice(0, MOST_FILES);
}

async function isSmallElf(path) {
  const { size } = await stat(path);
  if (size < 64 || size > LARGEST) return false;
  const handle = await open(path);
  try {
    const magic = Buffer.alloc(4);
    await handle.read(magic, 0, 4, 0);
    return magic.toString('latin1') === '\x7fELF';
  } finally {
    await handle.close();
  }
}
