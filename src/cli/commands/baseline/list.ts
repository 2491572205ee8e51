import type { ListedBaseline } from '../../../baseline/index.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../../command.ts';
import { renderTable } from '../../render/table.ts';
import { baselinesIn } from './sources.ts';

export const list: RunnableCommand = defineCommand({
  name: 'list',
  summary: 'list baselines, the oldest first',
  description:
    'Lists the published baselines, or those in files, with the newest versions that they promise.',
  arguments: [
    {
      name: 'file',
      description: 'baseline or policy files in place of the published ones',
      optional: true,
      variadic: true,
      completes: 'file',
    },
  ],
  options: {
    arch: { flags: '--arch <arch>', description: 'only baselines of this architecture' },
  },
  examples: [
    { run: 'wheelworks baseline list --arch riscv64', explains: 'what there is for RISC-V' },
  ],
  async run(args, options, context) {
    const { listBaselines } = await import('../../../baseline/index.ts');
    const { arch } = options;
    const files = args.file ?? [];
    const all =
      files.length === 0 ? listBaselines() : listBaselines(await baselinesIn(files, context.cwd));
    const shown = all.filter(
      ({ architectures }) => arch === undefined || architectures.includes(arch),
    );
    if (context.json) context.writeJson({ schema: 'wheelworks.baseline.list/1', baselines: shown });
    context.stdout(
      renderTable(
        [
          { title: 'baseline' },
          { title: 'also' },
          { title: 'libc' },
          { title: 'GLIBCXX' },
          { title: 'GCC' },
          { title: 'libraries', align: 'right' },
          { title: 'architectures', shrink: 'end' },
        ],
        shown.map((each) => row(each, arch)),
        { palette: context.colour, width: context.columns, truncate: context.isTerminal },
      ),
    );
    if (shown.length > 0) return EXIT.done;
    context.stderr(`There is no baseline for ${arch ?? 'anything'}.\n`);
    return EXIT.nothingToDo;
  },
});

/** The newest versions differ little between architectures: those of the one asked for, or of the first. */
function row(baseline: ListedBaseline, arch: string | undefined): readonly (string | number)[] {
  const { name, aliases, libc, libcVersion, libraries, architectures, maxima } = baseline;
  const newest = maxima[arch ?? architectures[0] ?? ''] ?? {};
  return [
    name,
    aliases.join(' '),
    `${libc} ${libcVersion.join('.')}`,
    newest['GLIBCXX'] ?? '',
    newest['GCC'] ?? '',
    libraries.length,
    architectures.join(' '),
  ];
}
