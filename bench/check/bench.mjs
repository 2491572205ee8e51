/**
 * `check` on the wheels of this machine beside `twine check`, on the same files.
 *
 * Wheels: those below the folders of WHEELWORKS_BENCH_WHEELS (separated like PATH), else those that pip is configured to
 * find; of them those with metadata up to 2.2, which is the newest that Debian's twine 4.0.2 reads.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const name = 'check';
export const description =
  '`check --json` of real wheels in one process beside `twine check`. Both render descriptions with docutils. twine looks at the metadata file and at nothing else; `--no-contents --no-natives` also walks the archive, compares RECORD with it and judges names, layout and all files together; without these two every native file is audited and every byte hashed.';

const entry = join(import.meta.dirname, '..', '..', 'dist', 'wheelworks.js');
const READABLE = new Set(['1.0', '1.1', '1.2', '2.0', '2.1', '2.2']);

export async function run(ctx) {
  const library = await import(pathToFileURL(await ctx.bundle('bench/check/library.ts')).href);
  const wheels = await readable(library);
  if (wheels.length === 0) {
    console.log('There are no wheels here: set WHEELWORKS_BENCH_WHEELS.\n');
    return;
  }
  const hasTwine = spawnSync('twine', ['--version']).status === 0;
  if (!hasTwine) console.log('twine is not here: its rows are left out.\n');
  const markdown = wheels.filter(({ isMarkdown }) => isMarkdown);
  await compare(ctx, {
    title: `${markdown.length} wheels with Markdown`,
    wheels: markdown,
    hasTwine,
  });
  await compare(ctx, {
    title: `all ${wheels.length} wheels, ${wheels.length - markdown.length} of them with reStructuredText`,
    wheels,
    hasTwine,
  });
}

const LIGHT = ['--no-contents', '--no-natives'];

async function compare(ctx, { title, wheels, hasTwine }) {
  // Verdicts on READMEs are kept from run to run: the first contender begins with none.
  const cache = mkdtempSync(join(ctx.temp, 'cache-'));
  const paths = wheels.map(({ path }) => path);
  const ours = (label, options, more = {}) => ({
    label,
    command: [
      process.execPath,
      entry,
      'check',
      '--json',
      '--quiet',
      '--cache-dir',
      cache,
      ...options,
      ...paths,
    ],
    // Files that are rejected are an answer.
    accepts: [0, 1],
    read: (output) => ({ check: renderedByUs(output) }),
    ...more,
  });
  const twine = {
    label: 'twine check',
    command: ['twine', 'check', ...paths],
    accepts: [0, 1],
    read: (output) => ({ check: `${output.match(/PASSED/g)?.length ?? 0} descriptions` }),
    runs: 1,
  };
  await ctx.compare({
    title,
    note: 'The first row is the best of two runs, the others are one run each.',
    contenders: [
      ours('check --no-contents --no-natives', LIGHT, { runs: 1 }),
      ours('the same again, READMEs known', LIGHT),
      ...(hasTwine ? [twine] : []),
      ours('check --no-contents', ['--no-contents'], { runs: 1 }),
      ours('check', [], { runs: 1 }),
    ],
    runs: 2,
  });
}

/** As twine counts: descriptions that are there and render. */
function renderedByUs(output) {
  const { files } = JSON.parse(output);
  const faults = new Set([
    'description/does-not-render',
    'description/missing',
    'description/not-proven',
  ]);
  const fine = files.filter(({ findings }) => findings.every(({ code }) => !faults.has(code)));
  return `${fine.length} descriptions`;
}

async function readable({ localWheels, wheelsBelow, metadataOf }) {
  const folders = (process.env.WHEELWORKS_BENCH_WHEELS ?? '').split(delimiter).filter(Boolean);
  const all = folders.length === 0 ? localWheels() : folders.flatMap((each) => wheelsBelow(each));
  const paths = [...new Map(all.map((path) => [basename(path), path])).values()];
  const facts = [];
  for (const path of paths) {
    const { version, isMarkdown } = await metadataOf(path);
    if (READABLE.has(version)) facts.push({ path, isMarkdown });
  }
  return facts;
}
