import { readdir } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { CheckSetOptions, CheckSettings, CheckedFile } from '../../check/index.ts';
import { findExecutable } from '../../support/find-executable.ts';
import { fileError } from '../../support/errors.ts';
import { defineCommand, EXIT, InvalidValue, type RunnableCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { eachInput, isFailure, jobsForEach, renderFailedInput } from '../each-input.ts';
import { matchesName, matchesPath } from '../glob.ts';
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
    maxSize: {
      flags: '--max-size <size>',
      description: 'what the index takes for a file, such as 200MiB',
      parse: sizeOption,
      defaultText: '100MiB',
    },
    contents: {
      flags: '--no-contents',
      description: 'do not read every member to compare it with RECORD',
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
      run: "wheelworks check --strict --ignore 'contents/*' dist/*",
      explains: 'nothing but what concerns the index, and no warnings',
    },
    {
      run: "wheelworks check --expect-file '*-cp313-*-manylinux*_aarch64.whl' dist/*",
      explains: 'a release that lacks a wheel fails',
    },
  ],
  async run(args, options, context) {
    const { checkFile, judgeSet } = await import('../../check/index.ts');
    const { runTask } = await import('../../support/progress/events.ts');
    const files = await expandInputs(args.file, { cwd: context.cwd, suffixes: SUFFIXES });
    await checkOutputs([{ option: '--sarif', path: options.sarif }], files, context);
    const settings = await readSettings(context);
    const checkOptions: CheckSetOptions = {
      ...(await optionsFrom(options, settings, context)),
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
      eachInput(
        files.map((path) => ({ path })),
        context,
        async ({ path }): Promise<CheckedFile> => {
          const result = await checkFile(resolve(context.cwd, path), checkOptions);
          done += 1;
          context.events({ type: 'task-progress', id: task.id, done, detail: path });
          return asNamed(result, path);
        },
      ),
    );
    const judged = judgeSet(
      all.filter((result): result is CheckedFile => !isFailure(result)),
      checkOptions,
    );
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

/** @throws InvalidValue for what is no size. */
function sizeOption(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmg]?i?b?)$/i.exec(text.trim()) ?? [];
  const factors: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };
  const base = factors[unit.charAt(0).toLowerCase().replace('b', '')] ?? 1;
  const isBinary = /i/i.test(unit);
  const factor = isBinary ? 1024 ** Math.round(Math.log10(base) / 3) : base;
  const bytes = Math.round(Number(number) * factor);
  if (number !== '' && bytes > 0) return bytes;
  throw new InvalidValue('expected a size such as 200MB or 64MiB');
}

/** Findings name the file as the user did. */
function asNamed(result: CheckedFile, path: string): CheckedFile {
  const findings = result.findings.map((finding) =>
    finding.path === result.path ? { ...finding, path } : finding,
  );
  const release = result.release === undefined ? undefined : { ...result.release, path };
  return { ...result, path, findings, release };
}

async function readSettings({ cwd }: CommandContext): Promise<CheckSettings> {
  const { readPyproject } = await import('../../build/index.ts');
  const { checkSettingsOf } = await import('../../check/index.ts');
  const path = join(cwd, 'pyproject.toml');
  const pyproject = await readPyproject(path);
  const own: unknown = pyproject?.tool?.wheelworks;
  const table: unknown = isTable(own) ? own['check'] : undefined;
  return checkSettingsOf(table, path);
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** What the command line says wins over the project's settings; lists of both count. */
async function optionsFrom(
  options: {
    readonly ignore: readonly string[];
    readonly expect: readonly string[];
    readonly forbid: readonly string[];
    readonly topLevel: readonly string[];
    readonly expectFile: readonly string[];
    readonly srcDir: string | undefined;
    readonly maxSize: number | undefined;
    readonly contents: boolean;
  },
  settings: CheckSettings,
  context: CommandContext,
): Promise<CheckSetOptions> {
  const ignored = [...settings.ignore, ...options.ignore];
  const forbidden = [...settings.forbid, ...options.forbid];
  const maxSize = options.maxSize ?? settings.maxSize;
  const { maxFiles, maxUnpackedSize, maxPathLength } = settings;
  return {
    contents: options.contents,
    signal: context.signal,
    pythons: await pythonsOnPath(context),
    isIgnored: (code) => ignored.some((pattern) => matchesPath(pattern, code)),
    isUnexpected: (path) => forbidden.some((pattern) => matchesPath(pattern, path)),
    expected: [...settings.expect, ...options.expect].map((pattern) => ({
      pattern,
      matches: (path: string) => matchesPath(pattern, path),
    })),
    expects: options.expectFile.map((pattern) => ({
      pattern,
      matches: (filename: string) => matchesName(pattern, filename),
    })),
    topLevel: [...settings.topLevel, ...options.topLevel],
    ...(maxSize === undefined ? {} : { maxSize }),
    ...(maxFiles === undefined ? {} : { maxFiles }),
    ...(maxUnpackedSize === undefined ? {} : { maxUnpackedSize }),
    ...(maxPathLength === undefined ? {} : { maxPathLength }),
    ...(options.srcDir === undefined
      ? {}
      : { sourceModules: await modulesBelow(resolve(context.cwd, options.srcDir)) }),
  };
}

async function pythonsOnPath({ env, platform }: CommandContext): Promise<readonly string[]> {
  const found = await Promise.all(
    ['python3', 'python'].map((name) => findExecutable(name, env, platform)),
  );
  return found.filter((path) => path !== undefined);
}

async function modulesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true }).catch((error: unknown) => {
    throw fileError(error, folder);
  });
  return entries
    .filter((path) => path.endsWith('.py'))
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !/(?:^|\/)__pycache__\//.test(path))
    .sort();
}
