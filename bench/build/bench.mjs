/** Two projects for every Python from 3.8 on of the machine, one job at a time and two, and again with nothing changed. */
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';

export const name = 'build';
export const description =
  'Two small C projects, built and tested for every Python from 3.8 on of the machine: one job at a time, two, and again unchanged; beside a loop of pip wheel.';

const root = join(import.meta.dirname, '..', '..');
const entry = join(root, 'dist', 'wheelworks.js');

export async function run(ctx) {
  const projects = ['spam', 'minty'].map((project) => join(ctx.temp, 'examples', project));
  cpSync(join(root, 'examples'), join(ctx.temp, 'examples'), {
    recursive: true,
    filter: (path) => !path.endsWith('wheelhouse'),
  });
  const out = join(ctx.temp, 'out');
  const build = (more) =>
    `'${process.execPath}' '${entry}' build ${projects.map((path) => `'${path}'`).join(' ')} -o '${out}' -q -p '>=3.8' ${more}`;
  const command = (text) => ['sh', '-c', `${text} >/dev/null`];
  await ctx.compare({
    title: 'build: spam and minty for every Python here from 3.8 on, with their tests',
    contenders: [
      { label: 'wheelworks build --jobs 2', command: command(build('--force --jobs 2')) },
      {
        label: 'wheelworks build --jobs 1',
        command: command(build('--force --jobs 1')),
        isMeasure: true,
      },
      {
        label: 'wheelworks build, nothing changed',
        command: command(build('')),
        isMeasure: true,
      },
      {
        label: 'a loop of pip wheel, without repair, check and test',
        command: command(pipLoop(projects, ctx.temp)),
      },
    ],
  });
}

/** What a script does: pip of each interpreter that wheelworks builds with. */
function pipLoop(projects, temp) {
  const plan = execFileSync(process.execPath, [
    entry,
    'build',
    projects[0],
    '-p',
    // Older pips do not know in-tree backends.
    '>=3.8',
    '--dry-run',
    '--json',
  ]);
  const pythons = JSON.parse(plan).jobs.map(({ executable }) => executable);
  return pythons
    .flatMap((python) =>
      projects.map(
        (path) =>
          `'${python}' -m pip wheel -q --no-deps --no-build-isolation --use-pep517 -w '${join(temp, 'pip')}' '${path}'`,
      ),
    )
    .join(' && ');
}
