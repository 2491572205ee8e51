import { join } from 'node:path';
import type { ReleaseReport } from '../../release/index.ts';
import { BUILD_OPTIONS } from '../build-options.ts';
import { buildCommand, tellOfInterrupt } from '../build-request.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import type { Stage } from '../publish/stage.ts';
import { planDocument, renderPlan } from '../render/build-plan.ts';
import { renderReport } from '../render/release.ts';
import { pageLine, withPage, writtenPage } from '../written-page.ts';

export const command: RunnableCommand = defineCommand({
  name: 'release',
  summary: 'build, tag, check, index, install and test the wheels of a project',
  description: `Takes a project to wheels that pip installs from a local index and that pass the project's tests: for every Python of this machine that the project supports, for the jobs of the plan that --only or --build select, or in containers.

For each interpreter: a clean copy of the sources, a build through the project's own backend, the platform tag that the native files earn, a check. A wheel that serves several interpreters (py3-none, abi3) is built once. Wheels over the max-size of [tool.wheelworks.split], where the project has that table, become sets, all together. Then a static index is written, and each interpreter installs from it into a fresh environment and runs the test command ([tool.wheelworks] or [tool.cibuildwheel] test-command).

A failed job stops no other. Running it again does only what changed.`,
  arguments: [
    {
      name: 'project',
      description: 'folder with pyproject.toml',
      optional: true,
      variadic: true,
      completes: 'directory',
    },
  ],
  options: {
    ...BUILD_OPTIONS,
    sdist: { flags: '--no-sdist', description: 'make no source distribution' },
    publish: {
      flags: '--publish <name>',
      description:
        'upload the wheels to this index when all tests have passed; as wheelworks publish',
    },
  },
  examples: [
    { run: 'wheelworks release examples/spam', explains: 'every Python of this machine' },
    {
      run: "wheelworks release --python '>=3.11' --no-isolation",
      explains: 'this folder, newer Pythons, no downloads',
    },
    {
      run: 'wheelworks release --publish testpypi',
      explains: 'to an index, when every wheel was installed and tested',
    },
    {
      run: 'wheelworks release --environment container --build "cp31*"',
      explains: 'in manylinux images',
    },
    { run: 'wheelworks release --dry-run', explains: 'which Pythons, and why others are left out' },
    {
      run: 'pip install --index-url file://$PWD/wheelhouse/simple NAME',
      explains: 'install from the index that was written',
    },
  ],
  async run(args, options, context) {
    const { planRelease, runRelease, writeReleasePage } = await import('../../release/index.ts');
    const { request, runOptions } = await buildCommand(args.project, options, context);
    const plan = await planRelease({ ...request, sdist: options.sdist });
    if (options.dryRun) {
      if (context.json)
        context.writeJson({ schema: 'wheelworks.release/1', dryRun: true, ...planDocument(plan) });
      context.stdout(renderPlan(plan, context));
      return EXIT.done;
    }
    // Settings and receipt of a publication are those of the project's folder.
    const [first] = plan.packages;
    const ofProject =
      first === undefined || plan.packages.length > 1
        ? context
        : { ...context, cwd: first.project.directory };
    if (options.publish !== undefined) {
      const { requireReachable } = await import('../publish/stage.ts');
      await requireReachable(stageFor(options.publish), ofProject);
    }
    tellOfInterrupt(context);
    const report = await runRelease(plan, runOptions);
    context.stdout(renderReport(report, plan, context));
    const page = await writtenPage(async () => writeReleasePage(report));
    context.stdout(pageLine(page, context));
    const published =
      options.publish === undefined || !report.ok
        ? undefined
        : await publishRelease(report, options.publish, ofProject);
    if (options.publish !== undefined && !report.ok)
      context.stdout('\nNothing was published: that waits until every job succeeds.\n');
    if (context.json)
      context.writeJson({
        schema: 'wheelworks.release/1',
        ...withPage(report, page),
        ...(published === undefined ? {} : { published: published.document }),
      });
    if (report.jobs.length === 0) return EXIT.nothingToDo;
    return report.ok && published?.ok !== false ? EXIT.done : EXIT.problems;
  },
});

function stageFor(name: string): Stage {
  return { name, isPromotion: false, usesAddresses: false };
}

/** Uploads the wheels of a release. Settings and receipt are those of the project's folder. */
async function publishRelease(
  { output, wheels, parts, sdists }: ReleaseReport,
  name: string,
  context: CommandContext,
): Promise<{ readonly ok: boolean; readonly document: object }> {
  const { prepareStage, runStage, PLAIN_OPTIONS } = await import('../publish/stage.ts');
  const { planDocument, renderPublishPlan, renderPublishReport } =
    await import('../render/publish.ts');
  const paths = [...parts, ...wheels, ...sdists].flatMap(({ filename }) =>
    filename === undefined ? [] : [join(output, filename)],
  );
  const prepared = await prepareStage(paths, stageFor(name), { options: PLAIN_OPTIONS, context });
  const { plan } = prepared;
  context.stdout('\n');
  if (plan.problems.length > 0) {
    context.stdout(renderPublishPlan(plan, { isDryRun: false, requests: [] }, context));
    return { ok: false, document: planDocument(plan) };
  }
  const report = await runStage(prepared, PLAIN_OPTIONS, context);
  context.stdout(renderPublishReport(report, plan, context));
  return { ok: report.ok, document: report };
}
