/**
 * Runs benchmarks: `npm run bench [-- name...] [--runs 3] [--list]`.
 *
 * A suite is `bench/<name>/bench.mjs`, which exports `name`, `description` and `run(ctx)`; harness/context.mjs says
 * what `ctx` offers. Each suite rewrites its own section of bench/RESULTS.md and no other.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withContext } from './harness/context.mjs';
import { describeMachine } from './harness/machine.mjs';
import { rewriteSection } from './harness/results.mjs';

const here = import.meta.dirname;
const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '3' },
    list: { type: 'boolean', default: false },
    date: { type: 'string', default: new Date().toISOString().slice(0, 10) },
  },
});

const suites = await loadSuites();
if (options.list) {
  for (const suite of suites) console.log(`${suite.name.padEnd(12)} ${suite.description}`);
} else {
  const runs = Number(options.runs);
  if (!Number.isInteger(runs) || runs < 1) fail(`--runs takes a whole number, not ${options.runs}`);
  for (const suite of selectSuites()) await runSuite(suite, runs);
}

async function loadSuites() {
  const folders = readdirSync(here, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === 'bench.mjs')
    .map((entry) => join(entry.parentPath, entry.name));
  const loaded = await Promise.all(folders.map((path) => import(path)));
  return loaded.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

function selectSuites() {
  const unknown = wanted.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0) fail(`no benchmark is called ${unknown.join(', ')}; see --list`);
  return wanted.length === 0 ? suites : suites.filter((suite) => wanted.includes(suite.name));
}

async function runSuite(suite, runs) {
  console.log(`${suite.name}: ${suite.description}\n`);
  const { cpu, versions, load } = describeMachine();
  const markdown = await withContext({ suite: suite.name, runs }, async (ctx) => {
    await suite.run(ctx);
    return ctx.markdown();
  });
  rewriteSection(join(here, 'RESULTS.md'), suite.name, [
    suite.description,
    '',
    `${options.date}, ${cpu}, ${versions}, ${load}; best of ${runs}.`,
    '',
    markdown,
  ]);
}

function fail(message) {
  console.error(`bench: ${message}`);
  process.exit(2);
}
