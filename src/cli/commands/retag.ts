import { dirname, resolve } from 'node:path';
import type { RetagPlan } from '../../retag/index.ts';
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
import { expandInputs } from '../inputs.ts';
import { sanitizeForTerminal } from '../render/sanitize.ts';
import { shownPath } from '../shown-path.ts';
import { sourceDate } from '../source-date.ts';
import { buildTagValue, tagChangeValue } from '../tag-values.ts';

export const command: RunnableCommand = defineCommand({
  name: 'retag',
  summary: 'change the tags or the build number of wheels',
  description: `Writes a copy of each wheel with new tags. Only WHEEL and RECORD change; everything else is copied as it is, still compressed.

A value replaces the old tags. With a leading + it is added to them, with a leading - it is taken away (write --platform-tag=-TAG). Several tags are separated by dots.

The new wheel is written beside the old one, which stays. Members get the time of SOURCE_DATE_EPOCH, or 1980-01-01. A wheel that has these tags already is left alone; when all have, the exit code is 3.`,
  arguments: [
    {
      name: 'wheel',
      description: 'wheels, folders or patterns',
      variadic: true,
      completes: 'file',
    },
  ],
  options: {
    pythonTag: {
      flags: '--python-tag <tags>',
      description: 'Python tags such as cp312 or py2.py3',
      parse: tagChangeValue,
    },
    abiTag: {
      flags: '--abi-tag <tags>',
      description: 'ABI tags such as cp312, abi3 or none',
      parse: tagChangeValue,
    },
    platformTag: {
      flags: '--platform-tag <tags>',
      description: 'platform tags such as manylinux_2_17_x86_64',
      parse: tagChangeValue,
    },
    build: {
      flags: '--build <tag>',
      description: 'build tag; "" removes it',
      parse: buildTagValue,
    },
    output: {
      flags: '-o, --output <dir>',
      description: 'where to write',
      defaultText: 'beside each wheel',
      completes: 'directory',
    },
    remove: { flags: '--remove', description: 'remove the original when the new wheel is written' },
    dryRun: { flags: '-n, --dry-run', description: 'only show the new names' },
  },
  examples: [
    {
      run: 'wheelworks retag --platform-tag manylinux_2_28_x86_64 dist/*.whl',
      explains: 'say what the wheels need',
    },
    {
      run: 'wheelworks retag --python-tag +py2 --remove pkg-1.0-py3-none-any.whl',
      explains: 'add a tag and replace the file',
    },
    {
      run: 'wheelworks retag --build 1 pkg-1.0-py3-none-any.whl',
      explains: 'mark a rebuilt wheel',
    },
  ],
  async run(args, options, context) {
    const { planRetag, retagWheel } = await import('../../retag/index.ts');
    const { refuseSharedOutputs } = await import('../../wheel/index.ts');
    const { runTask } = await import('../../support/progress/events.ts');
    const changes = {
      ...(options.pythonTag === undefined ? {} : { python: options.pythonTag }),
      ...(options.abiTag === undefined ? {} : { abi: options.abiTag }),
      ...(options.platformTag === undefined ? {} : { platform: options.platformTag }),
      ...(options.build === undefined ? {} : { build: options.build }),
    };
    const wheels = await expandInputs(args.wheel, { cwd: context.cwd, suffixes: ['.whl'] });
    const place =
      options.output === undefined ? {} : { directory: resolve(context.cwd, options.output) };
    const plans = await eachInput(
      wheels.map((path) => ({ path })),
      context,
      async ({ path }) => planRetag(path, changes, place),
    );
    refuseSharedOutputs(successesOf(plans));
    if (options.dryRun) return report(plans, context, true);
    const writing = {
      ...place,
      ...sourceDate(context.env),
      remove: options.remove,
      jobs: jobsForEach(wheels, context.jobs),
      signal: context.signal,
    };
    const results = await eachInput(plans, context, async (plan) => {
      const { path, output, size } = plan;
      if (!plan.changed) return plan;
      await makeFolders(dirname(output));
      const id = `retag ${path}`;
      return runTask(context.events, { id, label: id, unit: 'bytes', total: size }, async () => {
        const onProgress = (done: number): void =>
          context.events({ type: 'task-progress', id, done });
        return retagWheel(path, changes, { ...writing, onProgress });
      });
    });
    return report(results, context, false);
  },
});

function report(
  results: readonly (RetagPlan | InputFailure)[],
  context: CommandContext,
  isDryRun: boolean,
): (typeof EXIT)['done' | 'problems' | 'nothingToDo'] {
  if (context.json) {
    const files = results.map((each) =>
      isDryRun && !isFailure(each) ? { ...each, output: null } : each,
    );
    context.writeJson({ schema: 'wheelworks.retag/1', files });
  }
  for (const result of results) {
    if (isFailure(result)) {
      if (!context.json) context.stderr(renderFailedInput(result, context));
      continue;
    }
    if (!result.changed)
      context.stderr(`${sanitizeForTerminal(result.path)} has these tags already.\n`);
    const shown = isDryRun ? result.to : shownPath(result.output, context.cwd);
    context.stdout(`${sanitizeForTerminal(shown)}\n`);
  }
  if (results.some(isFailure)) return EXIT.problems;
  return successesOf(results).some(({ changed }) => changed) ? EXIT.done : EXIT.nothingToDo;
}
