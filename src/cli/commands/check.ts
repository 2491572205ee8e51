import { resolve } from 'node:path';
import type { CheckSetOptions, CheckedFile } from '../../check/index.ts';
import {
  checkOptionsFrom,
  indexedState,
  readCheckSettings,
  sharesSize,
  sizeValue,
  timeValue,
} from '../check-inputs.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../command.ts';
import {
  eachInput,
  isFailure,
  jobsForEach,
  renderFailedInput,
  successesOf,
} from '../each-input.ts';
import { expandInputs } from '../inputs.ts';
import { renderCheck, renderCheckSummary } from '../render/check.ts';
import { plural } from '../render/quantity.ts';
import { checkOutputs, writeReports } from '../report-files.ts';

const SUFFIXES = ['.whl', '.tar.gz', '.zip'];

export const command: RunnableCommand = defineCommand({
  name: 'check',
  summary: 'say what an index would refuse, and what users of the files would stumble over',
  description: `Judges wheels and sdists at once and offline: everything that PyPI would refuse, what it would only mail about, and what it lets through though users break. Files of one release are held against each other, too.

Findings say who makes the rule and since when. Native files are audited; descriptions are rendered as PyPI does, reStructuredText by docutils where a Python on PATH has it. [tool.wheelworks.check] in pyproject.toml of the current folder takes the options below as settings.`,
  arguments: [
    {
      name: 'file',
      description: 'wheels, sdists, folders or patterns',
      variadic: true,
      completes: 'file',
    },
  ],
  options: {
    strict: { flags: '--strict', description: 'exit with 1 for warnings, too' },
    ignore: {
      flags: '--ignore <code>',
      description: 'leave findings with this code out; patterns such as contents/* are taken',
      repeatable: true,
    },
    expect: {
      flags: '--expect <glob>',
      description: 'every distribution must have a path like this',
      repeatable: true,
    },
    forbid: {
      flags: '--forbid <glob>',
      description: 'no distribution may have a path like this',
      repeatable: true,
    },
    topLevel: {
      flags: '--top-level <name>',
      description: 'the names that wheels put into site-packages, each of them and no other',
      repeatable: true,
    },
    srcDir: {
      flags: '--src-dir <dir>',
      description: 'the folder with the packages that wheels must have, module by module',
      completes: 'directory',
    },
    expectFile: {
      flags: '--expect-file <glob>',
      description: 'a file of this name must be among those that are given',
      repeatable: true,
    },
    plan: {
      flags: '--plan <file>',
      description: 'what plan --json printed: every job must have its file',
      completes: 'file',
    },
    index: {
      flags: '--index <url>',
      description: 'compare with this index (an address ending in /simple/, or a folder)',
    },
    asOf: {
      flags: '--as-of <time>',
      description:
        'judge as if it were then, such as 2026-11-20T12:00:00Z: releases close after 14 days',
      parse: timeValue,
      defaultText: 'now',
    },
    maxSize: {
      flags: '--max-size <size>',
      description: 'what the index takes for a file, such as 200MiB',
      parse: sizeValue,
      defaultText: '100MiB',
    },
    contents: {
      flags: '--no-contents',
      description: 'do not read every member to compare it with RECORD',
    },
    natives: {
      flags: '--no-natives',
      description: 'do not audit native files',
    },
    sarif: {
      flags: '--sarif <file>',
      description: 'write the findings as a SARIF log, too',
      completes: 'file',
    },
    github: { flags: '--github', description: 'print the findings as GitHub annotations, too' },
  },
  examples: [
    { run: 'wheelworks check dist/*', explains: 'before an upload' },
    {
      run: 'wheelworks check --no-contents --no-natives dist/*',
      explains: 'in a moment: what the index itself looks at, and little more',
    },
    {
      run: "wheelworks check --strict --ignore 'contents/*' dist/*",
      explains: 'nothing but what concerns the index, and no warnings',
    },
    {
      run: 'wheelworks check --plan plan.json --index https://pypi.org/simple/ dist/*',
      explains: 'fail when a planned wheel is missing, or a name is taken on the index',
    },
  ],
  async run(args, options, context) {
    const { checkFile, judgeSet, withRenderers } = await import('../../check/index.ts');
    const { runTask } = await import('../../support/progress/events.ts');
    const files = await expandInputs(args.file, { cwd: context.cwd, suffixes: SUFFIXES });
    await checkOutputs([{ option: '--sarif', path: options.sarif }], files, context);
    const settings = await readCheckSettings(context);
    const checkOptions: CheckSetOptions = {
      ...(await checkOptionsFrom(options, settings, context)),
      digest: options.contents || options.index !== undefined || (await sharesSize(files, context)),
      jobs: jobsForEach(files, context.jobs),
    };
    const task = {
      id: 'check',
      label: `check ${plural(files.length, 'file')}`,
      total: files.length,
      unit: 'files',
    } as const;
    let done = 0;
    const all = await runTask(context.events, task, () =>
      withRenderers({ ...checkOptions, jobs: context.jobs }, ({ renderers }) =>
        eachInput(
          files.map((path) => ({ path })),
          context,
          async ({ path }): Promise<CheckedFile> => {
            const result = await checkFile(resolve(context.cwd, path), {
              ...checkOptions,
              ...(renderers === undefined ? {} : { renderers }),
            });
            done += 1;
            context.events({ type: 'task-progress', id: task.id, done, detail: path });
            return asNamed(result, path);
          },
        ),
      ),
    );
    const checked = successesOf(all);
    const indexed = await indexedState(checked, options, context);
    const judged = judgeSet(checked, { ...checkOptions, ...indexed });
    const results = all.map((result) =>
      isFailure(result) ? result : (judged.find(({ path }) => path === result.path) ?? result),
    );
    if (context.json)
      context.writeJson({
        schema: 'wheelworks.check/1',
        files: results.map((result) =>
          isFailure(result)
            ? result
            : { path: result.path, verdict: result.verdict, findings: result.findings },
        ),
      });
    for (const [index, result] of results.entries()) {
      if (index > 0) context.stdout('\n');
      context.stdout(
        isFailure(result) ? renderFailedInput(result, context) : renderCheck(result, context),
      );
    }
    if (results.length > 1) context.stdout(renderCheckSummary(judged, context));
    await writeReports(judged, options, context);
    const isStrict = options.strict || settings.strict;
    const isClean = results.every(
      (result) =>
        !isFailure(result) &&
        result.findings.every(
          ({ severity }) => severity === 'info' || (severity === 'warning' && !isStrict),
        ),
    );
    return isClean ? EXIT.done : EXIT.problems;
  },
});

/** Findings name the file as the user did. */
function asNamed(result: CheckedFile, path: string): CheckedFile {
  const findings = result.findings.map((finding) =>
    finding.path === result.path
      ? { ...finding, path, message: finding.message.replaceAll(result.path, path) }
      : finding,
  );
  const release = result.release === undefined ? undefined : { ...result.release, path };
  return { ...result, path, findings, release };
}
