/**
 * `serve`: pages to installers out of one process on one core, and an upload of 1 GB beside what no upload can do without.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const name = 'serve';
export const description =
  "The built `wheelworks serve` as a process of its own. Pages: 10,000 answers to 16 connections that are kept, so 1 s is 10,000 requests a second; the server has core 0 and wrk core 1 where taskset and wrk are installed. Uploads: from the first byte sent to the answer, which comes when the file and its fact are on the disk; the server makes BLAKE2b beside SHA-256. Memory is the server's.";

const measure = join(import.meta.dirname, 'measure.mjs');

export async function run(ctx) {
  const small = join(ctx.temp, 'small');
  mkdirSync(small);
  make('make_small.py', small);
  const pages = (label, kind, more = {}) => ({
    label,
    command: [process.execPath, measure, 'pages', kind, small],
    ...more,
  });
  await ctx.compare({
    title: '10,000 answers of a page with 100 files',
    note: "node:http sends the bytes of the JSON page without a look at the request: it is the most that Node's server does.",
    contenders: [
      pages('JSON', 'json'),
      pages('HTML', 'html'),
      pages('node:http alone', 'bare', { isMeasure: true }),
    ],
  });

  make('make_wheel.py', ctx.temp);
  const wheel = join(ctx.temp, 'big-1.0-py3-none-any.whl');
  await ctx.compare({
    title: `upload of ${Math.round(statSync(wheel).size / 1e6)} MB`,
    note: 'The first row reads the file, hashes it with SHA-256, copies it and flushes the copy, in one process of Node.',
    contenders: [
      { label: 'sha256, copy, fsync', command: [process.execPath, measure, 'floor', wheel] },
      ...['none', 'pypi'].map((rules) => ({
        label: `--rules ${rules}`,
        command: [process.execPath, measure, 'upload', rules, wheel],
      })),
    ],
  });
}

function make(script, folder) {
  const { status, stderr } = spawnSync('python3', [join(import.meta.dirname, script), folder]);
  if (status !== 0) throw new Error(String(stderr));
}
