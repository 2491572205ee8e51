/**
 * Audits wheels of mutated and forged native files until something other than findings and coded errors comes out.
 *
 *   node scripts/fuzz-audit.mjs [--cases N] [--seed N] [FILE...]
 *
 * Without files, an even sample of those in /usr/lib of up to 60 KB is mutated. A failure names the kind of case and
 * the seed; the same seed and files give the same cases.
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

const LARGEST = 60_000;
const MOST_FILES = 200;
/** Cases between two lines of progress. */
const STEP = 10_000;

const folder = await mkdtemp(join(tmpdir(), 'fuzz-audit-'));
try {
  const outfile = join(folder, 'fuzz.mjs');
  await build({
    absWorkingDir: dirname(dirname(fileURLToPath(import.meta.url))),
    entryPoints: ['test/support/audit-fuzz.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'error',
  });
  const { fuzzAudit } = await import(pathToFileURL(outfile).href);
  const seeds = await elfSeeds(positionals, { largest: LARGEST, most: MOST_FILES });
  const started = performance.now();
  const speed = (cases) => {
    const seconds = (performance.now() - started) / 1000;
    return `${cases} cases in ${seconds.toFixed(1)} s, ${Math.round(cases / seconds)} a second`;
  };
  const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;
  const result = await fuzzAudit(seeds, {
    cases: Number(values.cases),
    seed: Number(values.seed),
    onProgress({ cases, memory }) {
      if (cases % STEP === 0) console.log(`${speed(cases)}, at most ${megabytes(memory)} held`);
    },
  });
  console.log(`${speed(result.cases)}, of ${seeds.length} files; no failure`);
  console.log(`slowest: ${result.slowest.seconds.toFixed(2)} s CPU, ${result.slowest.name}`);
  console.log(`most memory: ${megabytes(result.memory)}`);
  for (const key of ['kinds', 'problems', 'refused', 'findings']) {
    console.log(`\n${key}`);
    for (const [name, count] of [...result[key]].sort((a, b) => b[1] - a[1]))
      console.log(`${String(count).padStart(8)}  ${name}`);
  }
} finally {
  await rm(folder, { recursive: true });
}
