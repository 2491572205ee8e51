import { resolve } from 'node:path';
import type { Audit, Claim, Environment } from '../../audit/index.ts';
import type { Finding } from '../../support/finding.ts';
import type { Baseline } from '../../platform/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { parsePlatformTag } from '../../packaging/platform-tags.ts';
import { defineCommand, EXIT, InvalidValue, type RunnableCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import {
  eachInput,
  isFailure,
  jobsForEach,
  renderFailedInput,
  successesOf,
} from '../each-input.ts';
import { matchesName } from '../glob.ts';
import { expandInputs } from '../inputs.ts';
import { LIBRARY_OPTIONS, openSources } from '../library-options.ts';
import type { AnnotatedFile } from '../render/annotations.ts';
import { renderAudit } from '../render/audit.ts';
import { plural } from '../render/quantity.ts';
import { checkOutputs, withoutIgnored, writeReports, writeTextFile } from '../report-files.ts';

export const command: RunnableCommand = defineCommand({
  name: 'audit',
  summary: 'show which baselines native files meet, and what stops them at a stricter one',
  description: `Reads every native file of a wheel once and tells which manylinux or musllinux baselines it meets, whether the tags of its name hold, and which symbol, library, instruction set or ABI stops it at a stricter one. Works on wheels for any Linux architecture, on any machine.

The verdict depends on the file alone. What a repair would reach depends on the libraries that can be found.`,
  arguments: [
    {
      name: 'file',
      description: 'wheels, shared libraries, programs, folders or patterns',
      optional: true,
      variadic: true,
      completes: 'file',
    },
  ],
  options: {
    explain: {
      flags: '--explain <tag>',
      description: 'tell everything between the files and this tag',
      parse: linuxTag,
      repeatable: true,
    },
    exclude: {
      flags: '--exclude <glob>',
      description:
        'count libraries of this name as brought by something else, such as another wheel',
      repeatable: true,
    },
    baseline: {
      flags: '--baseline <file>',
      description:
        'judge by the baselines in this file (wheelworks baseline derive) instead of the published ones',
      completes: 'file',
    },
    env: {
      flags: '--env <prefix>',
      description:
        'audit every distribution installed in this virtual environment or prefix, each with what the others bring',
      completes: 'directory',
    },
    ...LIBRARY_OPTIONS,
    ignore: {
      flags: '--ignore <code>',
      description: 'leave findings with this code out',
      repeatable: true,
    },
    html: {
      flags: '--html <file>',
      description:
        'write one self-contained page with dependencies, sizes and everything found, too',
      completes: 'file',
    },
    sarif: {
      flags: '--sarif <file>',
      description: 'write the findings as a SARIF log, too',
      completes: 'file',
    },
    github: { flags: '--github', description: 'print the findings as GitHub annotations, too' },
    strict: { flags: '--strict', description: 'exit with 1 for warnings, too' },
  },
  examples: [
    { run: 'wheelworks audit dist/*.whl', explains: 'which tags these wheels earn' },
    {
      run: 'wheelworks audit --explain manylinux2014_x86_64 dist/*.whl',
      explains: 'what it would take to run on CentOS 7',
    },
    {
      run: "wheelworks audit --exclude 'libtorch*' ext.whl",
      explains: 'leave out what another wheel brings',
    },
    {
      run: 'wheelworks audit --env .venv',
      explains: 'what is installed here, and which libraries it misses',
    },
  ],
  async run(args, options, context) {
    const { auditInstalled, auditPage, auditPath, auditReport, withoutSymbols } =
      await import('../../audit/index.ts');
    const { runTask } = await import('../../support/progress/events.ts');
    const { cwd } = context;
    const files = await expandInputs(args.file, { cwd, suffixes: ['.whl'], orFolder: true });
    await checkOutputs(
      [
        { option: '--html', path: options.html },
        { option: '--sarif', path: options.sarif },
      ],
      files,
      context,
    );
    const environment = await openInstalled(files, options.env, context);
    const inputs = [
      ...files.map((path) => ({ path, distribution: undefined })),
      ...(environment?.distributions ?? []).map((distribution) => ({
        path: distribution.path,
        distribution,
      })),
    ];
    const task = {
      id: 'audit',
      label: `audit ${plural(inputs.length, 'file')}`,
      total: inputs.length,
      unit: 'files',
    } as const;
    const isExcluded = (library: string): boolean =>
      options.exclude.some((pattern) => matchesName(pattern, library));
    const baselines =
      options.baseline === undefined
        ? undefined
        : await readBaselines(resolve(cwd, options.baseline));
    const settings = {
      isExcluded,
      jobs: jobsForEach(inputs, context.jobs),
      ...(await openSources(options, { context, baselines })),
      ...(baselines === undefined ? {} : { baselines }),
    };
    let done = 0;
    const all = await runTask(context.events, task, () =>
      eachInput(inputs, context, async ({ path, distribution }) => {
        const audit =
          distribution === undefined || environment === undefined
            ? await auditPath(path, settings)
            : await auditInstalled(environment, distribution, settings);
        done += 1;
        context.events({ type: 'task-progress', id: task.id, done, detail: path });
        return withoutSymbols(withoutIgnored(audit, options.ignore));
      }),
    );
    // Most of what is installed has no native code: of it there is nothing to tell.
    const results = all.filter(
      (result) =>
        isFailure(result) ||
        result.subject.kind !== 'installed' ||
        result.subject.natives.length > 0,
    );
    if (context.json) {
      context.writeJson({
        schema: 'wheelworks.audit/1',
        files: results.map((result) =>
          isFailure(result) ? result : auditReport(result, options.explain),
        ),
      });
    }
    for (const [index, result] of results.entries()) {
      if (index > 0) context.stdout('\n');
      context.stdout(
        isFailure(result)
          ? renderFailedInput(result, context)
          : renderAudit(result, { explain: options.explain }, context),
      );
    }
    const audits = successesOf(results);
    await writeReports(audits.map(annotated), options, context);
    if (options.html !== undefined) {
      const { loadDistributions } = await import('../../platform/index.ts');
      const html = auditPage(audits, await loadDistributions());
      await writeTextFile(options.html, html, context);
    }
    const isClean = results.every((result) => !isFailure(result) && holds(result, options.strict));
    return isClean ? EXIT.done : EXIT.problems;
  },
});

/** @throws InvalidValue for what is no tag of a baseline. */
function linuxTag(text: string): string {
  const { kind } = parsePlatformTag(text);
  if (kind === 'manylinux' || kind === 'musllinux') return text;
  throw new InvalidValue('expected a tag such as manylinux_2_28_x86_64 or musllinux_1_2_aarch64');
}

/** The environment that was named; without one, files must be. */
async function openInstalled(
  files: readonly string[],
  prefix: string | undefined,
  { cwd }: CommandContext,
): Promise<Environment | undefined> {
  if (prefix === undefined && files.length > 0) return undefined;
  if (prefix === undefined) throw nothingToAudit();
  const { openEnvironment } = await import('../../audit/index.ts');
  return openEnvironment(resolve(cwd, prefix));
}

function nothingToAudit(): WheelworksError {
  return new WheelworksError('cli/missing-argument', '<file> is missing.', {
    hint: 'Name wheels, native files or folders, or an environment with --env.',
  });
}

function annotated({ subject, findings, claims }: Audit): AnnotatedFile {
  const { path } = subject;
  const broken = claims.filter(({ holds }) => holds === false);
  if (findings.some(({ severity }) => severity === 'error')) return { path, findings };
  // A run that fails must show a service why.
  return { path, findings: [...broken.map((claim) => brokenClaim(claim)), ...findings] };
}

function brokenClaim({ tag, blockers }: Claim): Finding {
  const evidence = blockers[0]?.detail;
  return {
    code: 'audit/claim-broken',
    severity: 'error',
    effect: 'users-break',
    message: `The tag ${tag} does not hold.`,
    ...(evidence === undefined ? {} : { evidence }),
    hint: `wheelworks audit --explain ${tag} tells everything in the way.`,
  };
}

async function readBaselines(path: string): Promise<readonly Baseline[]> {
  const { loadBaselines } = await import('../../baseline/index.ts');
  return loadBaselines(path);
}

/** What the tags promise is true, and nothing found breaks users. */
function holds({ claims, findings }: Audit, strict: boolean): boolean {
  if (claims.some((claim) => claim.holds === false)) return false;
  return !findings.some(
    ({ severity }) => severity === 'error' || (strict && severity === 'warning'),
  );
}
