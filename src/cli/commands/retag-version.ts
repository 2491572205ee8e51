import { dirname, join, resolve } from 'node:path';
import { openCache } from '../../support/cache.ts';
import { makeFolders } from '../../support/folders.ts';
import { runTask } from '../../support/progress/events.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../command.ts';
import {
  eachInput,
  isFailure,
  jobsForEach,
  renderFailedInput,
  successesOf,
} from '../each-input.ts';
import { expandInputs } from '../inputs.ts';
import { unusedNotes, watchPatterns } from '../pattern-use.ts';
import { promotionPlanDocument, renderPromotionPlan, retagWords } from '../render/promote.ts';
import { sanitizeForTerminal } from '../render/sanitize.ts';
import { shownPath } from '../shown-path.ts';
import { sourceDate } from '../source-date.ts';
import { badValueError } from '../usage-error.ts';

export const command: RunnableCommand = defineCommand({
  name: 'retag-version',
  summary: 'give a wheel or sdist another version',
  description: `Writes a copy of each file with another version: in metadata, names, RECORD, bills of materials and version files. Everything else is copied as it is.

Any version may become any other, so that a release can be sent again as a post-release. A whole set with pins among its members is for wheelworks promote, which also installs and tries it.

Other places that still say the old version keep a file from being written unless they are allowed by name. Where the old version is a plain release, its numbers are not looked for: they mean other things in too many places.`,
  arguments: [
    {
      name: 'file',
      description: 'wheels, sdists, folders or patterns',
      variadic: true,
      completes: 'file',
    },
  ],
  options: {
    to: { flags: '--to <version>', description: 'the new version' },
    output: {
      flags: '-o, --output <dir>',
      description: 'where to write',
      defaultText: 'beside each file',
      completes: 'directory',
    },
    rewrite: {
      flags: '--rewrite <pattern>',
      description: 'text files in which the version is replaced wherever it stands',
      repeatable: true,
    },
    allow: {
      flags: '--allow <pattern>',
      description: 'files that may keep the old version',
      repeatable: true,
    },
    dryRun: { flags: '-n, --dry-run', description: 'show what would change, as a diff' },
  },
  examples: [
    {
      run: 'wheelworks retag-version pkg-1.2.3-py3-none-any.whl --to 1.2.3.post1',
      explains: 'the release again, as a post-release',
    },
    { run: 'wheelworks retag-version dist/*.whl --to 1.2.3rc2 -n', explains: 'what would change' },
  ],
  async run(args, options, context) {
    const { planRetagVersion, writeRetagged } = await import('../../promote/index.ts');
    const { tryParseVersion } = await import('../../packaging/index.ts');
    const { refuseSharedOutputs } = await import('../../wheel/index.ts');
    const { WheelworksError } = await import('../../support/errors.ts');
    if (options.to === undefined)
      throw new WheelworksError('cli/missing-option', 'The new version is missing.', {
        hint: 'Give it with --to VERSION.',
      });
    const to = tryParseVersion(options.to);
    if (to === undefined)
      throw badValueError({
        label: '--to',
        text: options.to,
        reason: 'expected a version such as 1.2.3 or 1.2.3rc2 (PEP 440).',
        path: ['retag-version'],
      });
    const files = await expandInputs(args.file, {
      cwd: context.cwd,
      suffixes: ['.whl', '.tar.gz'],
    });
    const rewrite = watchPatterns(options.rewrite);
    const allow = watchPatterns(options.allow);
    const cache = openCache(join(context.cacheDirectory, 'promote'), context.events);
    const inputs = files.map((path) => ({ path: resolve(context.cwd, path) }));
    const plans = await eachInput(inputs, context, async ({ path }) => {
      const plan = await planRetagVersion({
        path,
        to,
        isDeclared: rewrite.matches,
        isAllowed: allow.matches,
        cache,
        jobs: jobsForEach(files, context.jobs),
        signal: context.signal,
      });
      const folder =
        options.output === undefined ? dirname(path) : resolve(context.cwd, options.output);
      return { path, plan, folder, output: join(folder, plan.files[0]?.output ?? '') };
    });
    const planned = successesOf(plans);
    refuseSharedOutputs(planned);
    const isBlocked = plans.some(isFailure) || planned.some(({ plan }) => plan.problems.length > 0);
    const isWritten = !options.dryRun && !isBlocked;
    if (isWritten)
      for (const { path, plan, folder, output } of planned) {
        await makeFolders(folder);
        const id = `retag-version ${path}`;
        const total = plan.files[0]?.member.size ?? 0;
        await runTask(context.events, { id, label: id, unit: 'bytes', total }, () =>
          writeRetagged(plan, folder, {
            ...sourceDate(context.env),
            jobs: context.jobs,
            signal: context.signal,
            onProgress: (done) => context.events({ type: 'task-progress', id, done }),
          }),
        );
        context.stdout(`${sanitizeForTerminal(shownPath(output, context.cwd))}\n`);
      }
    if (context.json)
      context.writeJson({
        schema: 'wheelworks.retag-version/1',
        files: plans.map((each) =>
          isFailure(each)
            ? each
            : {
                path: each.path,
                output: isWritten ? each.output : null,
                plan: promotionPlanDocument(each.plan),
              },
        ),
      });
    for (const note of [
      ...unusedNotes('--rewrite', rewrite, 'matches no file'),
      ...unusedNotes(
        '--allow',
        allow,
        'is not needed: nothing that it matches holds the old version',
      ),
    ])
      context.events({ type: 'note', level: 'warning', message: note });
    for (const each of plans) {
      if (isFailure(each)) {
        if (!context.json) context.stderr(renderFailedInput(each, context));
      } else if (!isWritten && (options.dryRun || each.plan.problems.length > 0))
        context.stdout(
          renderPromotionPlan(
            each.plan,
            { isDryRun: options.dryRun, words: retagWords(each.plan) },
            context,
          ),
        );
    }
    return isBlocked ? EXIT.problems : EXIT.done;
  },
});
