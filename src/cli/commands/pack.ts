import { join, resolve } from 'node:path';
import type { PackPlan } from '../../pack/index.ts';
import { makeFolders } from '../../support/folders.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import {
  eachInput,
  isFailure,
  jobsForEach,
  renderFailedInput,
  successesOf,
  type InputFailure,
} from '../each-input.ts';
import { formatSize, plural } from '../render/quantity.ts';
import { sanitizeForTerminal } from '../render/sanitize.ts';
import { shownPath } from '../shown-path.ts';
import { sourceDate } from '../source-date.ts';
import { buildTagValue, localVersionValue } from '../tag-values.ts';

export const command: RunnableCommand = defineCommand({
  name: 'pack',
  summary: 'turn unpacked wheels back into wheels',
  description: `Packs folders that were wheels, as unpack makes them, after their files were changed. RECORD is made anew; the name comes from the .dist-info folder, tags and build tag from its WHEEL file. Everything in the folder is packed: --dry-run shows what RECORD does not know.

The same folder always gives the same bytes. Members have the time of SOURCE_DATE_EPOCH, or 1980-01-01.`,
  arguments: [
    { name: 'folder', description: 'unpacked wheels', variadic: true, completes: 'directory' },
  ],
  options: {
    output: {
      flags: '-o, --output <dir>',
      description: 'where to write',
      default: '.',
      defaultText: 'this folder',
      completes: 'directory',
    },
    build: {
      flags: '--build <tag>',
      description: 'build tag; "" removes it',
      parse: buildTagValue,
    },
    localVersion: {
      flags: '--local-version <label>',
      description: 'local version (1.0 becomes 1.0+label); "" removes it',
      parse: localVersionValue,
    },
    dryRun: { flags: '-n, --dry-run', description: 'only show what would be packed' },
  },
  examples: [
    { run: 'wheelworks pack numpy-2.0.2', explains: 'pack a folder again' },
    {
      run: 'wheelworks pack --local-version debug -o dist pkg-1.0',
      explains: 'mark a private build',
    },
  ],
  async run(args, options, context) {
    const { packTree, planPack } = await import('../../pack/index.ts');
    const { refuseSharedOutputs } = await import('../../wheel/index.ts');
    const { runTask } = await import('../../support/progress/events.ts');
    const changes = {
      ...(options.build === undefined ? {} : { build: options.build }),
      ...(options.localVersion === undefined ? {} : { localVersion: options.localVersion }),
    };
    const output = resolve(context.cwd, options.output);
    const folders = [...new Set(args.folder.map((folder) => resolve(context.cwd, folder)))];
    const plans = await eachInput(
      folders.map((path) => ({ path })),
      context,
      async ({ path }) => ({ path, plan: await planPack(path, changes) }),
    );
    refuseSharedOutputs(
      successesOf(plans).map(({ path, plan }) => ({ path, output: join(output, plan.filename) })),
    );
    if (options.dryRun) return showPlans(plans, context);
    const writing = {
      ...changes,
      ...sourceDate(context.env),
      jobs: jobsForEach(folders, context.jobs),
      signal: context.signal,
    };
    await makeFolders(output);
    const results = await eachInput(plans, context, async ({ path, plan }) =>
      runTask(
        context.events,
        { id: `pack ${path}`, label: `pack ${plan.filename}`, unit: 'bytes' },
        async () => {
          const onProgress = (done: number): void =>
            context.events({ type: 'task-progress', id: `pack ${path}`, done });
          return { directory: path, ...(await packTree(path, output, { ...writing, onProgress })) };
        },
      ),
    );
    if (context.json) context.writeJson({ schema: 'wheelworks.pack/1', files: results });
    for (const result of results) {
      if (isFailure(result)) {
        if (!context.json) context.stderr(renderFailedInput(result, context));
        continue;
      }
      const amount = `${plural(result.compressed, 'file')}, ${formatSize(result.size)}`;
      context.stdout(`${shownPath(result.path, context.cwd)}  ${amount}\n`);
    }
    return results.some(isFailure) ? EXIT.problems : EXIT.done;
  },
});

function showPlans(
  plans: readonly ({ readonly plan: PackPlan } | InputFailure)[],
  context: CommandContext,
): (typeof EXIT)['done' | 'problems'] {
  if (context.json) {
    const files = plans.map((each) => (isFailure(each) ? each : each.plan));
    context.writeJson({ schema: 'wheelworks.pack/1', dryRun: true, files });
  }
  for (const each of plans) {
    if (isFailure(each)) {
      if (!context.json) context.stderr(renderFailedInput(each, context));
      continue;
    }
    const { filename, files, added, removed } = each.plan;
    const lines = [
      `${filename}  ${plural(files, 'file')}`,
      ...added.map((path) => `  added    ${path}`),
      ...removed.map((path) => `  removed  ${path}`),
    ];
    context.stdout(lines.map((line) => `${sanitizeForTerminal(line)}\n`).join(''));
  }
  return plans.some(isFailure) ? EXIT.problems : EXIT.done;
}
