import { join } from 'node:path';
import type { ReleasePlan, ReleaseReport } from '../../release/index.ts';
import type { RepairSession } from '../../repair/index.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import type { Stage } from '../publish/stage.ts';
import { renderPlan, renderReport } from '../render/release.ts';
import { interpreterSearch, osRelease } from '../search-environment.ts';
import { shownPath } from '../shown-path.ts';
import { TOOL_VERSION } from '../version.ts';

export const command: RunnableCommand = defineCommand({
  name: 'release',
  summary: 'build, tag, check, index, install and test the wheels of a project',
  description: `Takes a project to wheels that pip installs from a local index and that pass the project's tests, for every Python of this machine that the project supports.

For each interpreter: a clean copy of the sources, a build through the project's own backend, the platform tag that the native files earn, a check. A wheel that serves several interpreters (py3-none, abi3) is built once. Then a static index is written, and each interpreter installs from it into a fresh environment and runs the test command ([tool.wheelworks] or [tool.cibuildwheel] test-command).

A failed job stops no other. Running it again does only what changed.`,
  arguments: [
    {
      name: 'project',
      description: 'folder with pyproject.toml',
      optional: true,
      completes: 'directory',
    },
  ],
  options: {
    output: {
      flags: '-o, --output <dir>',
      description: 'where wheels, index and logs go',
      defaultText: 'PROJECT/wheelhouse',
      completes: 'directory',
    },
    python: {
      flags: '-p, --python <selector>',
      description: 'only these interpreters: 3.12, 3.13t, >=3.11, a path; may be repeated',
      repeatable: true,
    },
    frontend: {
      flags: '--frontend <name>',
      description: 'what calls the build backend',
      choices: ['uv', 'build', 'pip', 'direct'],
      defaultText: 'the first that is there',
    },
    isolation: {
      flags: '--no-isolation',
      description: 'build with the packages that each interpreter has installed',
    },
    configSetting: {
      flags: '-C, --config-setting <setting>',
      description: 'KEY=VALUE for the build backend; may be repeated',
      repeatable: true,
      parse: keyValue,
    },
    testCommand: {
      flags: '--test-command <command>',
      description: 'shell command that tests an installed wheel; "" runs none',
      defaultText: "the project's",
    },
    sourceRoot: {
      flags: '--source-root <dir>',
      description: 'folder to copy for builds, when the project needs files above it',
      defaultText: 'PROJECT',
      completes: 'directory',
    },
    publish: {
      flags: '--publish <name>',
      description:
        'upload the wheels to this index when all tests have passed; as wheelworks publish',
    },
    force: { flags: '-f, --force', description: 'build and test everything anew' },
    dryRun: { flags: '-n, --dry-run', description: 'only show what would be done' },
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
    { run: 'wheelworks release --dry-run', explains: 'which Pythons, and why others are left out' },
    {
      run: 'pip install --index-url file://$PWD/wheelhouse/simple NAME',
      explains: 'install from the index that was written',
    },
  ],
  async run(args, options, context) {
    const { planRelease, runRelease, writeReleasePage } = await import('../../release/index.ts');
    const search = await interpreterSearch(context);
    const plan = await planRelease({
      directory: args.project ?? '.',
      python: options.python,
      isolated: options.isolation,
      offline: context.offline,
      configSettings: groupSettings(options.configSetting),
      search,
      ...(options.output === undefined ? {} : { output: options.output }),
      ...(options.frontend === undefined ? {} : { frontend: options.frontend }),
      ...(options.testCommand === undefined ? {} : { testCommand: options.testCommand }),
      ...(options.sourceRoot === undefined ? {} : { sourceRoot: options.sourceRoot }),
    });
    if (options.dryRun) {
      if (context.json)
        context.writeJson({ schema: 'wheelworks.release/1', dryRun: true, ...planDocument(plan) });
      context.stdout(renderPlan(plan, context));
      return EXIT.done;
    }
    const ofProject = { ...context, cwd: plan.project.directory };
    if (options.publish !== undefined) {
      const { requireReachable } = await import('../publish/stage.ts');
      await requireReachable(stageFor(options.publish), ofProject);
    }
    const release = await osRelease();
    context.signal.addEventListener(
      'abort',
      () => context.stderr('Finished wheels are kept; the same command goes on from there.\n'),
      { once: true },
    );
    const report = await runRelease(plan, {
      jobs: context.jobs,
      events: context.events,
      signal: context.signal,
      toolVersion: TOOL_VERSION,
      repair: await hostSession(),
      force: options.force,
      ...(release === undefined ? {} : { osRelease: release }),
    });
    context.stdout(renderReport(report, context));
    const page = await writeReleasePage(report);
    context.stdout(`report ${shownPath(page, context.cwd)}\n`);
    const published =
      options.publish === undefined || !report.ok
        ? undefined
        : await publishRelease(report, options.publish, ofProject);
    if (options.publish !== undefined && !report.ok)
      context.stdout('\nNothing was published: that waits until every job succeeds.\n');
    if (context.json)
      context.writeJson({
        schema: 'wheelworks.release/1',
        ...report,
        page,
        ...(published === undefined ? {} : { published: published.document }),
      });
    return report.ok && published?.ok !== false ? EXIT.done : EXIT.problems;
  },
});

function stageFor(name: string): Stage {
  return { name, isPromotion: false, usesAddresses: false };
}

/** Uploads the wheels of a release. Settings and receipt are those of the project's folder. */
async function publishRelease(
  { output, wheels }: ReleaseReport,
  name: string,
  context: CommandContext,
): Promise<{ readonly ok: boolean; readonly document: object }> {
  const { prepareStage, runStage, PLAIN_OPTIONS } = await import('../publish/stage.ts');
  const { planDocument, renderPublishPlan, renderPublishReport } =
    await import('../render/publish.ts');
  const paths = wheels.map(({ filename }) => join(output, filename));
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

/** Wheels built here lean on libraries of this machine. */
async function hostSession(): Promise<RepairSession> {
  const { createFactsCache, detectHost, openLibraries } = await import('../../audit/index.ts');
  const { openRepairSession } = await import('../../repair/index.ts');
  const facts = createFactsCache();
  const host = await detectHost(process.execPath);
  return openRepairSession({
    libraries: await openLibraries({ facts, host }),
    facts,
    toolVersion: TOOL_VERSION,
  });
}

function keyValue(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  // PEP 517 front ends take a key alone for an empty value.
  return equals === -1 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}

function groupSettings(
  pairs: readonly (readonly [string, string])[],
): Record<string, string | string[]> {
  const settings: Record<string, string | string[]> = {};
  for (const [key, value] of pairs) {
    const known = settings[key];
    settings[key] =
      known === undefined ? value : [...(typeof known === 'string' ? [known] : known), value];
  }
  return settings;
}

function planDocument(plan: ReleasePlan): object {
  return {
    project: plan.project.name ?? plan.project.directory,
    output: plan.output,
    jobs: plan.jobs.map(({ id, interpreter }) => ({
      id,
      python: interpreter.label,
      executable: interpreter.path,
    })),
    leftOut: plan.leftOut,
    testCommand: plan.jobs[0]?.options.testCommand || null,
    sourceFiles: plan.sources.entries.length,
  };
}
