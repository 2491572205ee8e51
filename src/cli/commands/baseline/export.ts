import { defineCommand, EXIT, type RunnableCommand } from '../../command.ts';
import { renderFindings } from '../../render/findings.ts';
import { plural } from '../../render/quantity.ts';
import { writeTextFile } from '../../report-files.ts';
import { baselinesIn } from './sources.ts';

export const exportPolicies: RunnableCommand = defineCommand({
  name: 'export',
  summary: "write baselines as auditwheel's policy file",
  description:
    'Writes a policy file that auditwheel reads. It holds versions and libraries; symbols do not fit into it, and what auditwheel would refuse is left out and told.',
  arguments: [
    {
      name: 'file',
      description: 'baseline files; without any, the published baselines of --libc',
      optional: true,
      variadic: true,
      completes: 'file',
    },
  ],
  options: {
    output: {
      flags: '-o, --output <file>',
      description: 'where to write it',
      required: true,
      completes: 'file',
    },
    libc: {
      flags: '--libc <libc>',
      description: 'which published baselines',
      choices: ['glibc', 'musl'],
      default: 'glibc',
    },
  },
  examples: [
    {
      run: 'wheelworks baseline export -o policy.json debian_12_x86_64.json',
      explains: 'a derived baseline for auditwheel',
    },
  ],
  async run(args, options, context) {
    const [{ exportPolicy }, { baselines }] = await Promise.all([
      import('../../../baseline/index.ts'),
      import('../../../platform/index.ts'),
    ]);
    const files = args.file ?? [];
    const chosen =
      files.length === 0
        ? baselines.filter(({ libc }) => libc === options.libc)
        : await baselinesIn(files, context.cwd);
    const { records, withheld } = exportPolicy(chosen);
    await writeTextFile(options.output, `${JSON.stringify(records, undefined, 1)}\n`, context);
    if (context.json) {
      context.writeJson({
        schema: 'wheelworks.baseline.export/1',
        output: options.output,
        withheld,
      });
    }
    context.stdout(`${options.output}  ${plural(records.length, 'policy', 'policies')}\n`);
    context.stdout(
      renderFindings(
        withheld.map(({ policy, architecture, library, version, reason }) => ({
          code: 'baseline/withheld',
          severity: 'info',
          effect: 'advice',
          message: reason,
          path: [policy, architecture].filter((part) => part !== undefined).join('_'),
          evidence: [version, library].filter((part) => part !== undefined).join(' of '),
        })),
        { palette: context.colour, indent: 0, most: context.verbose ? Infinity : 5 },
      ),
    );
    return EXIT.done;
  },
});
