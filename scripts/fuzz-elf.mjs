/**
 * Reads mutated ELF files until something other than a coded error happens.
 *
 *   node scripts/fuzz-elf.mjs [--cases N] [--seed N] [FILE...]
 *
 * Without files, an even sample of those in /usr/lib of up to 300 KB is mutated. A failure names the file and the seed;
 * the same seed and files give the same cases.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { elfSeeds } from './elf-seeds.mjs';

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
  const seeds = await elfSeeds(positionals, { largest: LARGEST, most: MOST_FILES });
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
