import { resolve } from 'node:path';
import type { Audit } from '../../audit/index.ts';
import type { Baseline } from '../../platform/index.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../command.ts';
import {
  eachInput,
  isFailure,
  jobsForEach,
  renderFailedInput,
  successesOf,
} from '../each-input.ts';
import { matchesName } from '../glob.ts';
import { expandInputs } from '../inputs.ts';
import type { AnnotatedFile } from '../render/annotations.ts';
import { renderAudit } from '../render/audit.ts';
import { plural } from '../render/quantity.ts';
import { withoutIgnored, writeReports } from '../report-files.ts';

export const command: RunnableCommand = defineCommand({
  name: 'audit',
  summary: 'show which baselines native files meet, and what stops them at a stricter one',
  description: `Reads every native file of a wheel once and tells which manylinux or musllinux baselines it meets, whether the tags of its name hold, and which symbol, library, instruction set or ABI stops it at a stricter one. Works on wheels for any Linux architecture, on any machine.

The verdict depends on the file alone. What a repair would reach depends on the libraries that can be found.`,
  arguments: [
    {
      name: 'file',
      description: 'wheels, shared libraries, programs, folders or patterns',
      variadic: true,
      completes: 'file',
    },
  ],
  options: {
    explain: {
      flags: '--explain <tag>',
      description: 'tell everything between the files and this tag',
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
    ignore: {
      flags: '--ignore <code>',
      description: 'leave findings with this code out',
      repeatable: true,
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
  ],
  async run(args, options, context) {
    const { auditPath, auditReport } = await import('../../audit/index.ts');
    const { runTask } = await import('../../support/progress/events.ts');
    const files = await expandInputs(args.file, { cwd: context.cwd, suffixes: ['.whl', '.so'] });
    const task = {
      id: 'audit',
      label: `audit ${plural(files.length, 'file')}`,
      total: files.length,
      unit: 'files',
    } as const;
    const isExcluded = (library: string): boolean =>
      options.exclude.some((pattern) => matchesName(pattern, library));
    const settings = {
      isExcluded,
      jobs: jobsForEach(files, context.jobs),
      ...(options.baseline === undefined
        ? {}
        : { baselines: await readBaselines(resolve(context.cwd, options.baseline)) }),
    };
    let done = 0;
    const results = await runTask(context.events, task, () =>
      eachInput(
        files.map((path) => ({ path })),
        context,
        async ({ path }) => {
          const audit = await auditPath(path, settings);
          done += 1;
          context.events({ type: 'task-progress', id: task.id, done, detail: path });
          return withoutIgnored(audit, options.ignore);
        },
      ),
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
    await writeReports(successesOf(results).map(annotated), options, context);
    const isClean = results.every((result) => !isFailure(result) && holds(result, options.strict));
    return isClean ? EXIT.done : EXIT.problems;
  },
});

function annotated({ subject, findings }: Audit): AnnotatedFile {
  return { path: subject.path, findings };
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
