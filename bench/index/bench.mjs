/** Static indexes, beside a script that does the plain thing with Python's zipfile; and again when one file changed. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export const name = 'index';
export const description =
  'A static index of 1,000 wheels of 200 kB, and of 300 wheels with 300 members, beside the plain way with zipfile and hashlib; of 10,000 wheels when one of them changed. Both read and hash every byte and make a file beside every wheel, which is most of what either does; Node itself takes 0.1 s to start.';

const here = import.meta.dirname;
const entry = join(here, '..', '..', 'dist', 'wheelworks.js');

export async function run(ctx) {
  const make = (folder, count, size, members = 40) => {
    const path = join(ctx.temp, folder);
    execFileSync('python3', [
      join(here, 'make_wheels.py'),
      path,
      String(count),
      String(size),
      String(members),
    ]);
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
  const quoted = (words) => words.map((word) => `'${word}'`).join(' ');
  const fromNothing = (title, folder) => {
    const clean = `rm -rf ${folder}/simple ${folder}/links.html ${folder}/.wheelworks-index.json ${ctx.temp}/none; find ${folder} -name '*.metadata' -delete`;
    const shell = (command) => ['sh', '-c', `${clean}; exec ${quoted(command)}`];
    return ctx.compare({
      title,
      contenders: [
        { label: 'wheelworks', command: shell(ours(folder, 'none').command) },
        { label: 'zipfile', command: shell(['python3', join(here, 'peer.py'), folder, folder]) },
      ],
    });
  };
  await fromNothing(
    '1,000 wheels of 40 members, from nothing: every file hashed, METADATA laid beside it, every page written',
    make('thousand', 1000, 200_000),
  );
  await fromNothing('300 wheels of 300 members, from nothing', make('members', 300, 300_000, 300));
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
