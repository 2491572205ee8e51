import { resolve } from 'node:path';
import { BUILD_OPTIONS } from '../build-options.ts';
import { buildCommand, tellOfInterrupt } from '../build-request.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../command.ts';
import { expandInputs } from '../inputs.ts';
import { planDocument, renderPlan } from '../render/build-plan.ts';
import { renderReport } from '../render/release.ts';
import { pageLine, withPage, writtenPage } from '../written-page.ts';

export const command: RunnableCommand = defineCommand({
  name: 'build',
  summary: 'build, repair, check and test the wheels of projects',
  description: `Builds the wheels of one or several projects: for every Python of this machine that they support, for the jobs of the plan that --only or --build select, or in containers.

Each build runs in a clean copy of the sources. The wheel is repaired (or by the project's repair-wheel-command), checked, installed from its file into a fresh environment and tested there. A wheel that serves several Pythons (py3-none, abi3) is built once and tested on each. Wheels over the max-size of [tool.wheelworks.split], where the project has that table, become sets.

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
    ...BUILD_OPTIONS,
    sdist: { flags: '--sdist', description: 'make a source distribution of each package too' },
    debugFiles: {
      flags: '--debug-files',
      description: 'split debug information off native files, into files beside the logs',
    },
    test: { flags: '--no-test', description: 'do not install and test the wheels' },
    repair: { flags: '--no-repair', description: 'keep the wheels as the backend made them' },
    split: {
      flags: '--no-split',
      description: 'leave wheels over the limit whole, to be split with those of other machines',
    },
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
    const { prepareBuild, runBuild, testOnly, writeReportPage } =
      await import('../../build/index.ts');
    const { request, runOptions } = await buildCommand(args.project, options, context);
    const given = await expandInputs(options.testOnly, { cwd: context.cwd, suffixes: ['.whl'] });
    const run = await prepareBuild({
      ...request,
      unrepaired: !options.repair,
      untested: !options.test,
      unsplit: !options.split,
      ...(options.debugFiles ? { debugFiles: true } : {}),
      sdist: options.sdist,
    });
    if (options.dryRun) {
      if (context.json)
        context.writeJson({ schema: 'wheelworks.build/1', dryRun: true, ...planDocument(run) });
      context.stdout(renderPlan(run, context));
      return EXIT.done;
    }
    tellOfInterrupt(context);
    const isTestOnly = options.testOnly.length > 0;
    const report = isTestOnly
      ? await testOnly(
          run,
          given.map((path) => resolve(context.cwd, path)),
          runOptions,
        )
      : await runBuild(run, runOptions);
    // Wheels that were given lie elsewhere, and the page of their build may lie here.
    const page =
      isTestOnly || report.jobs.length === 0
        ? undefined
        : await writtenPage(async () => writeReportPage(report, { kind: 'build' }));
    if (context.json)
      context.writeJson({
        schema: 'wheelworks.build/1',
        ...(page === undefined ? report : withPage(report, page)),
      });
    context.stdout(renderReport(report, run, context));
    if (page !== undefined) context.stdout(pageLine(page, context));
    if (report.jobs.length === 0) return EXIT.nothingToDo;
    return report.ok ? EXIT.done : EXIT.problems;
  },
});
