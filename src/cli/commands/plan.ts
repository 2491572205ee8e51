import { resolve } from 'node:path';
import { defineCommand, EXIT, type RunnableCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { PLAN_OPTIONS, makePlan } from '../plan-inputs.ts';
import { RUNNER_OPTION, runnerLabels, type RunnerChoice } from '../runner-option.ts';
import { releaseTagsOf } from '../release-tags.ts';
import { planDocument, renderPlanTable } from '../render/plan.ts';
import { conflictError } from '../usage-error.ts';
import { TOOL_VERSION } from '../version.ts';

const FORMATS = ['table', 'json', 'ids', 'github', 'gitlab'] as const;

export const command: RunnableCommand = defineCommand({
  name: 'plan',
  summary: 'show every wheel that a release must have, and how each is made',
  description: `Reads [tool.wheelworks] and [tool.cibuildwheel] of pyproject.toml and the CIBW_* variables as cibuildwheel does, and lists the build identifiers they select with the file name that each must end in. [tool.wheelworks] takes the same options and wins; unknown ones are errors, and those that have no effect here are told.

Several folders, or [tool.wheelworks] packages = [...] of one, are planned in the order in which they need each other.

What --json prints is what check --plan takes: a release set without one of the files is incomplete.`,
  arguments: [
    {
      name: 'directory',
      description: 'folders with pyproject.toml',
      optional: true,
      variadic: true,
      completes: 'directory',
    },
  ],
  options: {
    ...PLAN_OPTIONS,
    format: {
      flags: '--format <name>',
      description: 'what to print: github is a matrix for GitHub Actions, gitlab a child pipeline',
      choices: FORMATS,
      defaultText: 'table',
    },
    runner: RUNNER_OPTION,
    publishTo: {
      flags: '--publish-to <name>',
      description: 'with --format gitlab: tags are published to this index',
    },
    compat: {
      flags: '--compat <tool>',
      description: 'plan exactly what this tool would, and no more',
      choices: ['cibuildwheel'],
    },
    strict: {
      flags: '--strict',
      description:
        'exit with 1 when a table, a variable, an extra or a placeholder seems to be misspelt',
    },
    allowEmpty: { flags: '--allow-empty', description: 'an empty plan is no failure' },
  },
  examples: [
    { run: 'wheelworks plan', explains: 'this folder, on this kind of machine' },
    {
      run: 'wheelworks plan --platform all --archs all',
      explains: 'every platform and architecture that the project lets in',
    },
    {
      run: 'wheelworks plan --json > plan.json && wheelworks check --plan plan.json dist/*',
      explains: 'whether a release set is complete',
    },
    {
      run: 'wheelworks plan --only cp313-manylinux_x86_64 --verbose',
      explains: 'every option of one job, and where its value is from',
    },
    {
      run: 'wheelworks plan --compat cibuildwheel --format ids',
      explains: 'as cibuildwheel --print-build-identifiers',
    },
  ],
  async run(args, options, context) {
    if (context.json && options.format !== undefined && options.format !== 'json')
      throw conflictError('--json', `--format ${options.format}`);
    const plan = await makePlan(
      options,
      { directories: args.directory, onlyKnown: options.compat === 'cibuildwheel' },
      context,
    );
    const format = context.json ? 'json' : (options.format ?? 'table');
    if (format === 'json') printJson(planDocument(plan), context);
    else if (format === 'ids') context.stdout(plan.jobs.map(({ id }) => `${id}\n`).join(''));
    else if (format === 'table') context.stdout(renderPlanTable(plan, context));
    else
      context.stdout(
        await ciText(format, plan, {
          ...options,
          directory: args.directory[0] ?? '.',
          cwd: context.cwd,
        }),
      );
    if (options.strict && plan.notHonoured.some(({ code }) => code !== 'plan/not-honoured'))
      return EXIT.problems;
    const isAllowed = options.allowEmpty || isTrue(context.env['CIBW_ALLOW_EMPTY']);
    return plan.jobs.length > 0 || isAllowed ? EXIT.done : EXIT.nothingToDo;
  },
});

/** `--format json` is `--json` under another name. */
function printJson(document: object, context: CommandContext): void {
  if (context.json) context.writeJson(document);
  else context.stdout(`${JSON.stringify(document, undefined, 2)}\n`);
}

function isTrue(value: string | undefined): boolean {
  return /^(?:y|yes|t|true|on|1)$/i.test(value ?? '');
}

interface CiChoices {
  readonly directory: string;
  readonly cwd: string;
  readonly runner: readonly RunnerChoice[];
  readonly publishTo: string | undefined;
}

async function ciText(
  service: 'github' | 'gitlab',
  plan: Parameters<typeof planDocument>[0],
  { directory, cwd, runner, publishTo }: CiChoices,
): Promise<string> {
  const { githubMatrix, gitlabPipeline } = await import('../../plan/ci/index.ts');
  const { readSplitSettings } = await import('../../split/index.ts');
  const runners = runnerLabels(runner);
  if (service === 'github') return `${githubMatrix(plan, runners)}\n`;
  return gitlabPipeline(plan, {
    version: TOOL_VERSION,
    directory,
    runners,
    tags: await releaseTagsOf(resolve(cwd, directory)),
    split: (await readSplitSettings(resolve(cwd, directory))) !== undefined,
    ...(publishTo === undefined ? {} : { publishTo }),
  });
}
