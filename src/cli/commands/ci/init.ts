import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { CiService, PipelineOptions } from '../../../plan/ci/index.ts';
import { WheelworksError, fileError, systemErrorCode } from '../../../support/errors.ts';
import { makeFolders } from '../../../support/folders.ts';
import { defineCommand, EXIT, type ExitCode, type RunnableCommand } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { makePlan } from '../../plan-inputs.ts';
import { RUNNER_OPTION, runnerLabels } from '../../runner-option.ts';
import { writeTextFile } from '../../report-files.ts';
import { releaseTagsOf } from '../../release-tags.ts';
import { shownPath } from '../../shown-path.ts';
import { TOOL_VERSION } from '../../version.ts';
import { USUAL_BRANCH, branchOf } from './branch.ts';

const FILES: Readonly<Record<CiService, string>> = {
  github: '.github/workflows/wheels.yml',
  gitlab: '.gitlab-ci.yml',
};

/** What a project gets that names no architectures: those with hosted machines that run their programs by themselves. */
const ARCHS: Readonly<Record<CiService, Readonly<Record<string, string>>>> = {
  github: {
    CIBW_ARCHS_LINUX: 'x86_64 aarch64',
    CIBW_ARCHS_MACOS: 'x86_64 arm64',
    CIBW_ARCHS_WINDOWS: 'AMD64 ARM64',
  },
  gitlab: {
    CIBW_ARCHS_LINUX: 'x86_64 aarch64',
    CIBW_ARCHS_MACOS: 'x86_64 arm64',
    CIBW_ARCHS_WINDOWS: 'AMD64',
  },
};

export const init: RunnableCommand = defineCommand({
  name: 'init',
  summary: 'write a complete pipeline, with everything pinned',
  description: `The pipeline plans, builds each identifier in a job of its own on a machine that can run it, makes the sdists, checks that nothing is missing, rehearses the upload, and publishes tags by trusted publishing. Actions are pinned to commits, images to digests and wheelworks to this very version.

A file that was not written by this command stays as it is unless --force is given. --check changes nothing: it exits with 1, and shows what would change, when the file is missing or out of date.`,
  arguments: [
    { name: 'service', description: 'the CI service', choices: ['github', 'gitlab'] },
    {
      name: 'project',
      description: 'folder with pyproject.toml',
      optional: true,
      completes: 'directory',
    },
  ],
  options: {
    file: {
      flags: '--file <file>',
      description: 'where the pipeline is written',
      defaultText: '.github/workflows/wheels.yml or .gitlab-ci.yml of the repository',
      completes: 'file',
    },
    branch: {
      flags: '--branch <name>',
      description: 'the branch whose pushes are built; tags and pull requests always are',
      defaultText: "that of the file, else origin's default, else the current one, else main",
    },
    publishTo: {
      flags: '--publish-to <name>',
      description: 'the index that tags are published to; none leaves the upload out',
      choices: ['pypi', 'testpypi', 'none'],
      default: 'pypi',
    },
    runner: RUNNER_OPTION,
    check: {
      flags: '--check',
      description: 'only say whether the file is up to date',
      conflicts: ['force', 'dryRun'],
    },
    force: { flags: '-f, --force', description: 'replace a file that others wrote' },
    dryRun: { flags: '-n, --dry-run', description: 'only print what would be written' },
  },
  examples: [
    { run: 'wheelworks ci init github', explains: 'writes .github/workflows/wheels.yml' },
    {
      run: 'wheelworks ci init github --check',
      explains: 'in CI: is it what this version writes?',
    },
    {
      run: 'wheelworks ci init gitlab --runner windows-arm64=my-arm --publish-to none',
      explains: 'with a machine that GitLab does not offer, and without an upload',
    },
  ],
  async run(args, options, context) {
    const ci = await import('../../../plan/ci/index.ts');
    const project = resolve(context.cwd, args.project ?? '.');
    await requirePlan(project, context);
    const root = await repositoryOf(project);
    const directory = relative(root, project).split(sep).join('/') || '.';
    const target =
      options.file === undefined
        ? join(root, FILES[args.service])
        : resolve(context.cwd, options.file);
    ci.checkTargets(runnerLabels(options.runner));
    const there = await textOf(target);
    const made = ci.commandOf(there ?? '');
    const branch = await branchOf({ given: options.branch, command: made, root }, context);
    const { readSplitSettings } = await import('../../../split/index.ts');
    const split = (await readSplitSettings(project)) !== undefined;
    const archs = (await namesArchitectures(project)) ? undefined : ARCHS[args.service];
    const pipeline: PipelineOptions = {
      version: TOOL_VERSION,
      directory,
      branch,
      tags: await releaseTagsOf(project),
      runners: options.runner.map(({ text }) => text),
      ...(archs === undefined ? {} : { archs }),
      ...(split ? { split } : {}),
      ...(options.publishTo === 'none' ? {} : { publishTo: options.publishTo }),
      command: '',
    };
    const words = wordsOf({ ...pipeline, file: options.file }).map(ci.shellWord);
    const command = ['wheelworks ci init', args.service, ...words].join(' ');
    const write = args.service === 'github' ? ci.githubWorkflow : ci.gitlabParent;
    const wanted = write({ ...pipeline, command });
    const state = there === undefined ? 'missing' : there === wanted ? 'current' : 'different';
    const document = { service: args.service, file: target, state };
    if (options.check) return report(document, { there: there ?? '', wanted }, context);
    if (options.dryRun) {
      if (context.json) context.writeJson({ ...SCHEMA, ...document, written: false, text: wanted });
      context.stdout(wanted);
      return EXIT.done;
    }
    if (state === 'different' && !options.force && !ci.isGenerated(there ?? ''))
      throw new WheelworksError('ci/foreign-file', 'This pipeline was not written by wheelworks.', {
        path: shownPath(target, context.cwd),
        hint: 'Choose another file with --file, or replace it with --force.',
      });
    if (state !== 'current') {
      await makeFolders(dirname(target));
      await writeTextFile(target, wanted, context);
    }
    if (context.json) context.writeJson({ ...SCHEMA, ...document, written: state !== 'current' });
    const publishes = options.publishTo;
    context.stdout(said(args.service, { target, state, branch, publishes }, context));
    return EXIT.done;
  },
});

/** A pipeline for what cannot be planned would fail in its first job. Variables of this machine are not those of CI. */
async function requirePlan(project: string, context: CommandContext): Promise<void> {
  const options = { platform: 'all', archs: [], build: [], skip: [], enable: [] };
  const unset = { only: undefined, configFile: undefined, environment: undefined };
  await makePlan({ ...options, ...unset }, { directories: [project] }, { ...context, env: {} });
}

const SCHEMA = { schema: 'wheelworks.ci.init/1' };

async function report(
  document: { readonly file: string; readonly state: string },
  { there, wanted }: { readonly there: string; readonly wanted: string },
  context: CommandContext,
): Promise<ExitCode> {
  const { lineDiff } = await import('../../../support/line-diff.ts');
  const { file, state } = document;
  const diff = lineDiff(there, wanted);
  if (context.json) context.writeJson({ ...SCHEMA, ...document, written: false, diff });
  const name = shownPath(file, context.cwd);
  if (state === 'current') {
    context.stdout(`${name} is up to date.\n`);
    return EXIT.done;
  }
  if (state === 'missing') context.stdout(`${name} is missing: run the command without --check.\n`);
  else
    context.stdout(
      `${name} is not what this version writes; without --check it would change:\n\n--- ${name}\n+++ ${name}\n${diff}`,
    );
  return EXIT.problems;
}

const REQUESTS: Readonly<Record<CiService, string>> = { github: 'pull', gitlab: 'merge' };

function said(
  service: CiService,
  {
    target,
    state,
    branch,
    publishes,
  }: Readonly<Record<'target' | 'state' | 'branch' | 'publishes', string>>,
  context: CommandContext,
): string {
  const name = shownPath(target, context.cwd);
  if (state === 'current') return `${name} is up to date.\n`;
  const done = `${state === 'missing' ? 'Wrote' : 'Updated'} ${name}: pushes to ${branch}, tags and ${REQUESTS[service]} requests are built.\n`;
  if (publishes === 'none') return done;
  return `${done}
Before the first tag, add a trusted publisher on ${publishes}:
  ${service === 'github' ? 'workflow   ' : 'pipeline   '}  ${basename(target)}
  environment  ${publishes}
`;
}

/** The arguments that make the same pipeline again, from the project's folder. */
function wordsOf({
  branch,
  runners,
  publishTo,
  file,
}: PipelineOptions & { readonly file: string | undefined }): readonly string[] {
  return [
    ...(file === undefined ? [] : ['--file', file]),
    ...(branch === USUAL_BRANCH ? [] : ['--branch', branch]),
    ...(publishTo === 'pypi' ? [] : ['--publish-to', publishTo ?? 'none']),
    ...runners.flatMap((runner) => ['--runner', runner]),
  ];
}

/** Whether the configuration says which architectures are built. A word in a comment only leaves the variables out. */
async function namesArchitectures(project: string): Promise<boolean> {
  const text = await textOf(join(project, 'pyproject.toml'));
  return text !== undefined && /^\s*archs\s*=/m.test(text);
}

/** The nearest folder above with a `.git`, else the folder itself. */
async function repositoryOf(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      await stat(join(at, '.git'));
      return at;
    } catch {
      if (dirname(at) === at) return folder;
    }
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, path);
  }
}
