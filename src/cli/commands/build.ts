import { resolve } from 'node:path';
import type { CompilerCacheChoice, RunOptions } from '../../build/index.ts';
import { BUILD_OPTIONS, buildRequest, containerOpener, placeRepair } from '../build-request.ts';
import { WheelworksError } from '../../support/errors.ts';
import { defineCommand, EXIT, InvalidValue, type RunnableCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { planDocument, renderPlan } from '../render/build-plan.ts';
import { renderReport } from '../render/release.ts';
import { osRelease } from '../search-environment.ts';
import { TOOL_VERSION } from '../version.ts';

export const command: RunnableCommand = defineCommand({
  name: 'build',
  summary: 'build, repair, check and test the wheels of projects',
  description: `Builds the wheels of one or several projects: for every Python of this machine that they support, for the jobs of the plan that --only or --build select, or in containers.

Each build runs in a clean copy of the sources. The wheel is repaired (or by the project's repair-wheel-command), checked, installed from its file into a fresh environment and tested there. A wheel that serves several Pythons (py3-none, abi3) is built once and tested on each.

A failed job stops no other, and its folder is kept: wheelworks shell ID opens it. Running it again does only what changed. A job that is asked for and cannot be built here is an error.`,
  arguments: [
    {
      name: 'project',
      description: 'folders with pyproject.toml',
      optional: true,
      variadic: true,
      completes: 'directory',
    },
  ],
  options: {
    only: {
      flags: '--only <id>',
      description: 'one job of the plan, such as cp312-manylinux_x86_64',
      repeatable: true,
      conflicts: ['build', 'skip'],
    },
    build: { flags: '--build <globs>', description: 'jobs to build, as the option build' },
    skip: { flags: '--skip <globs>', description: 'jobs to leave out, as the option skip' },
    environment: {
      flags: '--environment <kind>',
      description: 'where builds run: this machine, containers, or the container that this is',
      choices: ['host', 'container', 'none'],
      defaultText: 'host; none inside a container',
    },
    ...BUILD_OPTIONS,
    sdist: { flags: '--sdist', description: 'make a source distribution of each package too' },
    network: {
      flags: '--network <kind>',
      description: 'what containers reach',
      choices: ['default', 'host', 'none'],
      defaultText: 'what the engine gives them',
    },
    imageMirror: {
      flags: '--image-mirror <mirror>',
      description: 'FROM=TO: where images are fetched from; also WHEELWORKS_IMAGE_MIRROR',
      repeatable: true,
    },
    compilerCache: {
      flags: '--compiler-cache <name>',
      description: 'call compilers through ccache or sccache, and tell what it saved',
      choices: ['auto', 'ccache', 'sccache', 'none'],
      default: 'none',
    },
    keepGoing: {
      flags: '--keep-going',
      description: 'go on when a job has failed, as builds do anyway',
      conflicts: ['failFast'],
    },
    failFast: { flags: '--fail-fast', description: 'start nothing any more when a job has failed' },
    timeout: {
      flags: '--timeout <minutes>',
      description: 'end a command of a build or test that takes longer',
      parse: minutes,
    },
    test: { flags: '--no-test', description: 'do not install and test the wheels' },
    repair: { flags: '--no-repair', description: 'keep the wheels as the backend made them' },
    testOnly: {
      flags: '--test-only <wheel>',
      description: 'build nothing: test this wheel on every Python here that it claims; repeatable',
      repeatable: true,
      completes: 'file',
    },
  },
  examples: [
    { run: 'wheelworks build examples/spam', explains: 'every Python of this machine' },
    {
      run: 'wheelworks build examples/spam examples/minty --output dist',
      explains: 'two packages, side by side',
    },
    {
      run: 'wheelworks build --only cp312-manylinux_x86_64',
      explains: 'one job of the plan, as in CI',
    },
    {
      run: 'wheelworks build --environment container --build "cp31*"',
      explains: 'in manylinux images',
    },
    {
      run: 'wheelworks build . --test-only dist/spam-1.0.0-cp312-cp312-linux_x86_64.whl',
      explains: 'test a wheel that was made elsewhere',
    },
  ],
  async run(args, options, context) {
    const { prepareBuild, runBuild, testOnly } = await import('../../build/index.ts');
    const { only, build, skip } = options;
    const [one, ...others] = only;
    const environment = options.environment ?? (await whereThisIs(context));
    if (environment === 'container' && options.python.length > 0)
      throw new WheelworksError(
        'cli/conflicting-options',
        '--python names interpreters of this machine, and containers have their own.',
        { hint: 'Select jobs instead: --build "cp312-*", or --only with one of wheelworks plan.' },
      );
    const openContainer = await containerOpener(options, context);
    const run = await prepareBuild({
      ...(await buildRequest(args.project, options, context)),
      environment,
      openContainer,
      selection: {
        ...(one !== undefined && others.length === 0 ? { only: one } : {}),
        ...(others.length > 0 ? { build: await globOf(only) } : {}),
        ...(build === undefined ? {} : { build }),
        ...(skip === undefined ? {} : { skip }),
      },
      unrepaired: !options.repair,
      untested: !options.test,
      sdist: options.sdist,
      ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout }),
    });
    if (options.dryRun) {
      if (context.json)
        context.writeJson({ schema: 'wheelworks.build/1', dryRun: true, ...planDocument(run) });
      context.stdout(renderPlan(run, context));
      return EXIT.done;
    }
    context.signal.addEventListener(
      'abort',
      () => context.stderr('Finished wheels are kept; the same command goes on from there.\n'),
      { once: true },
    );
    const runOptions = {
      ...(await runOptionsOf(options, context)),
      openContainer,
    };
    const report =
      options.testOnly.length > 0
        ? await testOnly(
            run,
            options.testOnly.map((path) => resolve(context.cwd, path)),
            runOptions,
          )
        : await runBuild(run, runOptions);
    if (context.json) context.writeJson({ schema: 'wheelworks.build/1', ...report });
    context.stdout(renderReport(report, context));
    if (report.jobs.length === 0) return EXIT.nothingToDo;
    return report.ok ? EXIT.done : EXIT.problems;
  },
});

/** Several identifiers as one pattern; each must be one. */
async function globOf(ids: readonly string[]): Promise<string> {
  const { buildIdentifiers } = await import('../../platform/index.ts');
  const { closestName } = await import('../../support/closest-name.ts');
  const { WheelworksError } = await import('../../support/errors.ts');
  const known = buildIdentifiers.map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown === undefined) return `{${ids.join(',')}}`;
  const close = closestName(unknown, known);
  throw new WheelworksError('plan/unknown-identifier', `There is no job ${unknown}.`, {
    hint: close === undefined ? 'wheelworks plan lists them.' : `Did you mean ${close}?`,
  });
}

function isCache(name: string): name is CompilerCacheChoice {
  return name !== 'none';
}

async function runOptionsOf(
  options: {
    readonly force: boolean;
    readonly failFast: boolean;
    readonly compilerCache: string;
  },
  context: CommandContext,
): Promise<RunOptions> {
  const release = await osRelease();
  return {
    jobs: context.jobs,
    events: context.events,
    signal: context.signal,
    toolVersion: TOOL_VERSION,
    repair: placeRepair(),
    force: options.force,
    failFast: options.failFast,
    ...(isCache(options.compilerCache) ? { compilerCache: options.compilerCache } : {}),
    ...(release === undefined ? {} : { osRelease: release }),
  };
}

/** Docker's and podman's marks, and the variable of the manylinux images. */
async function whereThisIs({ env }: CommandContext): Promise<'host' | 'none'> {
  const { stat } = await import('node:fs/promises');
  if (env['AUDITWHEEL_PLAT'] !== undefined) return 'none';
  for (const mark of ['/.dockerenv', '/run/.containerenv'])
    if ((await stat(mark).catch(() => undefined)) !== undefined) return 'none';
  return 'host';
}

const MINUTE = 60_000;

function minutes(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidValue('give a number of minutes');
  return value * MINUTE;
}
