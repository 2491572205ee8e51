import { machine } from 'node:os';
import { join, resolve } from 'node:path';
import type { BuildPlace, ContainerPlace, JobShell } from '../../build/index.ts';
import type { PlannedJob } from '../../plan/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { PLACE_OPTIONS } from '../build-options.ts';
import { defineCommand, passExitCode, type RunnableCommand } from '../command.ts';
import { openContainers } from '../containers.ts';
import type { CommandContext } from '../context.ts';
import { interpreterSearch, osRelease } from '../search-environment.ts';
import { shownPath } from '../shown-path.ts';

export const command: RunnableCommand = defineCommand({
  name: 'shell',
  summary: 'open the environment of one build, where it failed',
  description: `Opens a shell in the environment of a job of the plan: on this machine or in its container, with the build's variables, and a new virtual environment of its Python with the build requirements.

Where the job's last build failed and its folder was kept, that is the folder, the failed command stands in WHEELWORKS_LAST_COMMAND, and rebuild runs it again. Where its test failed, it is the environment of the test with the wheel installed in it, and retest runs the command again. Otherwise it is a clean copy of the sources. On this machine the kept folder itself is opened; everything else is gone when the shell ends.

With --run a command runs instead, and its exit code is the run's.`,
  arguments: [
    { name: 'id', description: 'a job, such as cp312-manylinux_x86_64', completes: 'identifier' },
    {
      name: 'project',
      description: 'folder with pyproject.toml',
      optional: true,
      completes: 'directory',
    },
  ],
  options: {
    run: { flags: '--run <command>', description: 'run this shell text instead of a prompt' },
    environment: {
      flags: '--environment <kind>',
      description: 'this machine or the image of the job',
      choices: ['host', 'container', 'none'],
      defaultText: 'where the job failed; else host',
    },
    output: {
      flags: '-o, --output <dir>',
      description: 'where builds keep failed jobs',
      defaultText: 'PROJECT/wheelhouse',
      completes: 'directory',
    },
    image: { flags: '--image <name>', description: 'another image: a short name or a reference' },
    ...PLACE_OPTIONS,
  },
  examples: [
    { run: 'wheelworks shell cp312-manylinux_x86_64', explains: 'where that build failed' },
    {
      run: 'wheelworks shell cp312-manylinux_x86_64 --run rebuild',
      explains: 'run the failed command of the build again',
    },
    {
      run: 'wheelworks shell cp312-manylinux_x86_64 --run retest',
      explains: 'run the failed test again',
    },
    {
      run: 'wheelworks shell cp313-musllinux_x86_64 --environment container',
      explains: 'a prompt in the image',
    },
  ],
  async run(args, options, context) {
    const { openJobShell, readFailedJob } = await import('../../build/index.ts');
    const directory = resolve(context.cwd, args.project ?? '.');
    const output = resolve(context.cwd, options.output ?? join(directory, 'wheelhouse'));
    const job = await plannedJob(args.id, directory, context);
    const failed = await readFailedJob(output, job);
    const environment = options.environment ?? failed?.place ?? 'host';
    if (environment !== 'container') await refuseForeign(job, context);
    const place =
      environment === 'container'
        ? await (
            await openContainers(options, context)
          ).open(withImage(job, options.image ?? failed?.image))
        : await openHost(context);
    try {
      const shell = await openJobShell({
        job,
        root: directory,
        output,
        place,
        env: context.env,
        signal: context.signal,
      });
      context.stderr(welcome(args.id, { shell, place }, context, options.run !== undefined));
      const isTerminal = context.isTerminal && options.run === undefined;
      return passExitCode(await enter(place, shell, { script: options.run, isTerminal }));
    } finally {
      await place.close();
    }
  },
});

async function plannedJob(
  id: string,
  directory: string,
  context: CommandContext,
): Promise<PlannedJob> {
  const { planBuild } = await import('../../plan/index.ts');
  const plan = await planBuild({
    cwd: directory,
    directories: ['.'],
    platforms: ['linux', 'macos', 'windows'],
    host: { platform: context.platform, machine: machine() },
    env: context.env,
    today: new Date().toISOString().slice(0, 10),
    only: id,
  });
  const [job] = plan.jobs;
  if (job !== undefined) return job;
  throw new WheelworksError('plan/unknown-identifier', `The plan has no job ${id}.`, {
    hint: 'wheelworks plan lists the jobs of the project.',
  });
}

/** What runs here is this machine's system and architecture, whatever a job is called. */
async function refuseForeign(job: PlannedJob, { platform }: CommandContext): Promise<void> {
  const { runsHere } = await import('../../build/index.ts');
  if (runsHere(job, { platform, machine: machine() })) return;
  throw new WheelworksError(
    'build/foreign-job',
    `${job.id} is not for this machine (${machine()}).`,
    {
      hint:
        job.platform === 'linux'
          ? 'Open it in a container with --environment container, or on a machine of its kind.'
          : 'Open it on a machine of its kind.',
    },
  );
}

async function openHost(context: CommandContext): Promise<BuildPlace> {
  const { openHostPlace } = await import('../../build/index.ts');
  const { findInterpreters } = await import('../../python/index.ts');
  const { interpreters } = await findInterpreters(await interpreterSearch(context));
  const release = await osRelease();
  return openHostPlace({
    env: context.env,
    platform: context.platform,
    interpreters,
    ...(release === undefined ? {} : { osRelease: release }),
  });
}

function withImage(job: PlannedJob, image: string | undefined): PlannedJob {
  return image === undefined ? job : { ...job, options: { ...job.options, image } };
}

function welcome(
  id: string,
  { shell, place }: { readonly shell: JobShell; readonly place: BuildPlace },
  context: CommandContext,
  isScript: boolean,
): string {
  const notices = shell.notices.map((notice) => `note: ${notice}\n`).join('');
  if (isScript) return notices;
  const { failed, kept } = shell;
  const where = kept === undefined ? 'a copy' : shownPath(kept, context.cwd);
  const lines = [
    `${id} ${place.kind === 'host' ? 'on this machine' : 'in its container'}, ${where}`,
    ...(failed === undefined
      ? ['rebuild makes the wheel; exit leaves.']
      : [
          `failed ${failed.when}: ${failed.error.message}`,
          `  ${shell.env['WHEELWORKS_LAST_COMMAND'] ?? ''}`,
          `${shell.again} runs that again; exit leaves.`,
        ]),
  ];
  return `${notices}${lines.join('\n')}\n`;
}

async function enter(
  place: BuildPlace,
  shell: JobShell,
  { script, isTerminal }: { readonly script: string | undefined; readonly isTerminal: boolean },
): Promise<number> {
  const { runAttached } = await import('../../support/attached-process.ts');
  const { cwd, env, setup } = shell;
  // bash reads a file of ours, sh the file that ENV names.
  const words =
    script === undefined
      ? [
          'sh',
          '-c',
          'if command -v bash >/dev/null; then exec bash --rcfile "$0" -i; else ENV=$0 exec sh -i; fi',
          setup,
        ]
      : ['sh', '-c', `. "$0"\n${script}`, setup];
  if (place.kind === 'host') return runAttached('/bin/sh', words.slice(1), { cwd, env });
  const attached = (place as ContainerPlace).attachArguments({ cwd, env, isTerminal });
  return runAttached(attached.command, [...attached.args, ...words], {
    cwd: '/',
    env: attached.env,
  });
}
