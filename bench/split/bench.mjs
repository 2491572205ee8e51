/** Splitting a wheel with a library of 540 MB, and what its first and later imports cost, beside the plain method. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const name = 'split';
export const description =
  'A wheel with one extension module of 540 MB under a limit of 100 MB: split, installed by pip, imported.';

const entry = join(import.meta.dirname, '..', '..', 'dist', 'wheelworks.js');
const here = (file) => join(import.meta.dirname, file);

export async function run(ctx) {
  const wheel = makeWheel(ctx);
  const set = join(ctx.temp, 'set');
  const site = join(ctx.temp, 'site');
  const whole = join(ctx.temp, 'whole');
  const split = `exec '${process.execPath}' '${entry}' split '${wheel}' --max-size 100MB -o '${set}'`;
  await ctx.compare({
    title: 'split: planned, audited, written, read back, joined again',
    note: 'Nothing is compressed anew: what a plain split would spend is the deflate of the library.',
    contenders: [
      { label: 'wheelworks split', command: ['sh', '-c', `rm -rf '${set}'; ${split}`] },
      {
        label: 'deflate of the library at level 6, in Python',
        command: ['python3', here('deflate.py'), join(ctx.temp, 'big')],
        isMeasure: true,
        runs: 1,
      },
      {
        label: 'cp and sync of the wheel',
        command: ['sh', '-c', `cp '${wheel}' '${wheel}.copy' && sync '${wheel}.copy'`],
        isMeasure: true,
      },
    ],
  });
  console.log(`${sizes(set)}\n`);
  install(set, site);
  execFileSync('python3', ['-m', 'zipfile', '-e', wheel, whole]);
  execFileSync('python3', [here('plain.py'), 'prepare', whole, join(ctx.temp, 'plain')]);
  const cache = join(ctx.temp, 'cache');
  const plainCache = join(ctx.temp, 'plain-cache');
  await ctx.compare({
    title: 'first import, cold cache',
    note: 'The plain method is what is done by hand: gunzip each part and append it, then hash the whole in memory; it flushes nothing. Memory is that of the import: calls into the library map what they touch of it, the same for all.',
    contenders: [
      { label: 'joined by bigspam_cache', command: importing(site, { cache, cold: true }) },
      {
        label: 'gunzip, append, hash in memory',
        command: [
          'sh',
          '-c',
          `rm -rf '${plainCache}'; exec python3 '${here('plain.py')}' import '${join(ctx.temp, 'plain')}' '${plainCache}'`,
        ],
      },
    ],
  });
  await ctx.compare({
    title: 'later imports',
    contenders: [
      { label: 'joined before', command: importing(site, { cache, cold: false }), runs: 15 },
      { label: 'never split', command: importing(whole, { cache, cold: false }), runs: 15 },
    ],
  });
  await comparePayloads(ctx, wheel);
}

function makeWheel(ctx) {
  const folder = join(ctx.temp, 'big');
  const script = join(ctx.root, 'test', 'support', 'big_library.py');
  return execFileSync('python3', [script, folder], { encoding: 'utf8' }).trim();
}

function install(set, site) {
  mkdirSync(site);
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-index', '--find-links', set];
  execFileSync('python3', [...pip, '--target', site, 'bigspam']);
}

function importing(site, { cache, cold }) {
  const clear = cold ? `rm -rf '${cache}'; ` : '';
  return [
    'sh',
    '-c',
    `${clear}WHEELWORKS_CACHE='${cache}' PYTHONPATH='${site}' exec python3 '${here('importing.py')}'`,
  ];
}

function sizes(set) {
  return readdirSync(set)
    .map((file) => `${file}: ${(statSync(join(set, file)).size / 1e6).toFixed(1)} MB`)
    .join('\n');
}

async function comparePayloads(ctx, wheel) {
  const folder = join(ctx.temp, 'payloads');
  const script = here('payloads.py');
  const made = execFileSync('python3', [script, 'prepare', wheel, folder], { encoding: 'utf8' });
  const target = join(ctx.temp, 'joined');
  await ctx.compare({
    title: 'payloads: what a part may hold, joined by one thread each',
    note: 'Each reads, decompresses, writes, hashes and flushes in one thread. Segments, of which only the first can make use, share the work among the cores besides.',
    contenders: JSON.parse(made).map(({ kind, label, wheelSize, installed }) => ({
      label: `${label}: ${megabytes(wheelSize)} to download, ${megabytes(installed)} installed`,
      command: ['python3', script, 'join', kind, folder, target],
    })),
  });
}

function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`;
}
