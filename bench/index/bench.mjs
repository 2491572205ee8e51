/** Static indexes, beside a script that does the plain thing with Python's zipfile; and again when one file changed. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export const name = 'index';
export const description =
  'A static index of 1,000 wheels of 200 kB beside the plain way with zipfile and hashlib; of 10,000 wheels when one of them changed.';

const here = import.meta.dirname;
const entry = join(here, '..', '..', 'dist', 'wheelworks.js');

export async function run(ctx) {
  const make = (folder, count, size) => {
    const path = join(ctx.temp, folder);
    execFileSync('python3', [join(here, 'make_wheels.py'), path, String(count), String(size)]);
    return path;
  };
  const ours = (folder, cache, ...more) => ({
    label: 'wheelworks',
    command: [
      process.execPath,
      entry,
      'index',
      folder,
      '-o',
      folder,
      '--cache-dir',
      join(ctx.temp, cache),
      '--quiet',
      ...more,
    ],
  });
  const thousand = make('thousand', 1000, 200_000);
  const clean = `rm -rf ${thousand}/simple ${thousand}/links.html ${thousand}/.wheelworks-index.json ${ctx.temp}/none; find ${thousand} -name '*.metadata' -delete`;
  const quoted = (words) => words.map((word) => `'${word}'`).join(' ');
  await ctx.compare({
    title:
      '1,000 wheels, from nothing: every file hashed, METADATA laid beside it, every page written',
    contenders: [
      {
        label: 'wheelworks',
        command: ['sh', '-c', `${clean}; exec ${quoted(ours(thousand, 'none').command)}`],
      },
      {
        label: 'zipfile',
        command: [
          'sh',
          '-c',
          `${clean}; exec ${quoted(['python3', join(here, 'peer.py'), thousand, thousand])}`,
        ],
      },
    ],
  });
  const many = make('many', 10_000, 4000);
  const again = ours(many, 'kept');
  execFileSync(again.command[0], again.command.slice(1), { stdio: 'ignore' });
  const changed = join(many, 'proj7-1.5-cp312-cp312-manylinux_2_28_x86_64.whl');
  await ctx.compare({
    title: '10,000 wheels, one changed since the last run',
    contenders: [
      {
        label: 'wheelworks',
        command: [process.execPath, join(here, 'touch-and-run.mjs'), changed, ...again.command],
      },
    ],
  });
}
