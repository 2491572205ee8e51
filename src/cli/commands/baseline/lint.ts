import { resolve } from 'node:path';
import type { LintSubject } from '../../../baseline/index.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../../command.ts';
import { renderFindings } from '../../render/findings.ts';

export const lint: RunnableCommand = defineCommand({
  name: 'lint',
  summary: 'find faults in baseline and policy files',
  description: `Finds versions that no known distribution defines, versions that every one defines and the table forbids, tables that are not nested, symbols in no library, missing parents, denied symbols that the exports have. Without files it looks at the published tables as they are published, faults that wheelworks corrects included.`,
  arguments: [
    {
      name: 'file',
      description: 'baseline files, or policy files of auditwheel',
      optional: true,
      variadic: true,
      completes: 'file',
    },
  ],
  options: {},
  examples: [
    { run: 'wheelworks baseline lint', explains: 'the known faults of the published tables' },
    { run: 'wheelworks baseline lint manylinux-policy.json', explains: 'a policy file' },
  ],
  async run(args, _options, context) {
    const [{ lintBaselines, readBaselineDocument }, { loadDistributions, publishedBaselines }] =
      await Promise.all([
        import('../../../baseline/index.ts'),
        import('../../../platform/index.ts'),
      ]);
    const files = args.file ?? [];
    const subjects: readonly LintSubject[] =
      files.length === 0
        ? [{ kind: 'known', path: 'published tables', baselines: publishedBaselines }]
        : await Promise.all(
            files.map(async (file) => readBaselineDocument(resolve(context.cwd, file))),
          );
    const findings = lintBaselines(subjects, await loadDistributions());
    if (context.json) context.writeJson({ schema: 'wheelworks.baseline.lint/1', findings });
    context.stdout(
      findings.length === 0
        ? `${context.colour.good('no fault found')}\n`
        : renderFindings(findings, {
            palette: context.colour,
            indent: 0,
            most: context.verbose ? Infinity : 10,
          }),
    );
    return findings.some(({ severity }) => severity !== 'info') ? EXIT.problems : EXIT.done;
  },
});
