import { basename, resolve } from 'node:path';
import type { PublishReport } from '../../publish/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { defineCommand, EXIT, type ExitCode, type RunnableCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { expandInputs } from '../inputs.ts';
import { PUBLISH_OPTIONS } from '../publish/options.ts';
import { refuseSecretArguments, type PublishOptions } from '../publish/request.ts';
import {
  prepareStage,
  rehearseStage,
  requestsOf,
  runStage,
  stagesOf,
  type PreparedStage,
} from '../publish/stage.ts';
import { planDocument, renderPublishPlan, renderPublishReport } from '../render/publish.ts';
import { renderRehearsal } from '../render/rehearsal.ts';

const SUFFIXES = ['.whl', '.tar.gz', '.zip'];

export const command: RunnableCommand = defineCommand({
  name: 'publish',
  summary: 'upload distributions: checked first, in a safe order, resumable',
  description: `Uploads wheels and sdists to PyPI, TestPyPI or any index with the same upload API.

Before the first byte everything is checked: the files as wheelworks check does, that none is missing, and what the index has already. The same name with the same bytes is done; with other bytes nothing is sent. Narrow wheels go first and the sdist last, dependencies before what needs them: a release that stops half-way installs nothing wrong. A receipt tells what went where; the same command again goes on from it.

Credentials come from --token-file, the variables of twine and uv, .pypirc or a keyring, never from the command line.`,
  arguments: [
    {
      name: 'file',
      description: 'wheels, sdists, folders or patterns',
      variadic: true,
      completes: 'file',
    },
  ],
  options: PUBLISH_OPTIONS,
  examples: [
    {
      run: 'wheelworks publish --dry-run dist/*',
      explains: 'what would be sent, and what stops it',
    },
    { run: 'wheelworks publish --to testpypi dist/*', explains: 'to the index for tries' },
    {
      run: "wheelworks publish --expect-file '*-cp313-*-manylinux*_aarch64.whl' dist/*",
      explains: 'a release that lacks a wheel is not sent',
    },
    {
      run: 'wheelworks publish --rehearse-only dist/*',
      explains: 'to an index on this machine, and installed from there; nothing leaves it',
    },
    {
      run: 'wheelworks publish --promote-to pypi dist/*',
      explains: 'the very bytes that were published on the index for tries',
    },
    {
      run: 'pass show pypi | wheelworks publish --token-file - dist/*',
      explains: 'a token from a password manager',
    },
  ],
  async run(args, options, context) {
    refuseSecretArguments(options);
    if (context.offline && !options.rehearseOnly)
      throw new WheelworksError('cli/offline', 'Nothing can be published with --offline.', {
        hint: 'wheelworks check works without a network, and --rehearse-only as well.',
      });
    const stages = stagesOf(options, context);
    const { isAttestationName } = await import('../../publish/index.ts');
    // They go with their files.
    const named = args.file.filter((path) => !isAttestationName(basename(path)));
    const inputs = await expandInputs(named, { cwd: context.cwd, suffixes: SUFFIXES });
    const paths = inputs.map((path) => resolve(context.cwd, path));
    context.signal.addEventListener(
      'abort',
      () =>
        context.stderr('What was sent is in the receipt; the same command goes on from there.\n'),
      { once: true },
    );
    const before: PublishReport[] = [];
    for (const [index, stage] of stages.entries()) {
      const isLast = index === stages.length - 1;
      // A dry run has nothing in the receipt that could be promoted.
      const isPromotion = stage.isPromotion && !(options.dryRun && stages.length > 1);
      const prepared = await prepareStage(paths, { ...stage, isPromotion }, { options, context });
      if (index > 0) context.stdout('\n');
      if (options.dryRun || prepared.plan.problems.length > 0) {
        const code = await showPlan(prepared, { options, before, isLast }, context);
        if (code !== EXIT.done || isLast) return code;
        continue;
      }
      if (index === 0 && (options.rehearse || options.rehearseOnly)) {
        const rehearsal = await rehearseStage(prepared.plan, options, context);
        context.stdout(renderRehearsal(rehearsal, context));
        if (!rehearsal.ok || options.rehearseOnly) {
          if (context.json)
            context.writeJson({ schema: 'wheelworks.publish/1', ok: rehearsal.ok, rehearsal });
          return rehearsal.ok ? EXIT.done : EXIT.problems;
        }
        context.stdout('\n');
        before.push(rehearsal.report);
      }
      const report = await runStage(prepared, options, context);
      context.stdout(renderPublishReport(report, prepared.plan, context));
      if (report.ok && !isLast) {
        before.push(report);
        continue;
      }
      if (context.json) context.writeJson({ schema: 'wheelworks.publish/1', ...report, before });
      if (!report.ok) return EXIT.problems;
      return [...before.slice(options.rehearse ? 1 : 0), report].every(
        ({ nothingToDo }) => nothingToDo,
      )
        ? EXIT.nothingToDo
        : EXIT.done;
    }
    return EXIT.done;
  },
});

async function showPlan(
  { plan, warnings }: PreparedStage,
  {
    options,
    before,
    isLast,
  }: {
    readonly options: PublishOptions;
    readonly before: readonly PublishReport[];
    readonly isLast: boolean;
  },
  context: CommandContext,
): Promise<ExitCode> {
  const hasProblems = plan.problems.length > 0;
  const requests = options.dryRun ? await requestsOf(plan) : [];
  if (context.json && (isLast || hasProblems))
    context.writeJson({
      schema: 'wheelworks.publish/1',
      dryRun: options.dryRun,
      ...planDocument(plan),
      ...(options.dryRun ? { requests } : {}),
      notes: [...warnings, ...plan.notes],
      before,
    });
  context.stdout(
    renderPublishPlan(
      plan,
      { isDryRun: options.dryRun, requests: context.verbose ? requests : [] },
      context,
    ),
  );
  return hasProblems ? EXIT.problems : EXIT.done;
}
