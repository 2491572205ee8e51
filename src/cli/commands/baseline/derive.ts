import { join, resolve } from 'node:path';
import type { BaselineFile, RootReport } from '../../../baseline/index.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { plural } from '../../render/quantity.ts';
import { renderTable } from '../../render/table.ts';
import { writeTextFile } from '../../report-files.ts';
import { makeFolders } from '../../../support/folders.ts';
import { WheelworksError } from '../../../support/errors.ts';

export const derive: RunnableCommand = defineCommand({
  name: 'derive',
  summary: 'make a baseline from root file systems',
  description: `Reads the system libraries of one or several root file systems, container roots or folders of unpacked packages, and writes what all of them have: every symbol under every version. Roots of several architectures give a baseline each.

What one root has and another has not is dropped and told. The files name where everything came from.`,
  arguments: [
    {
      name: 'root',
      description: 'root file systems',
      optional: true,
      variadic: true,
      completes: 'directory',
    },
  ],
  options: {
    sysroot: {
      flags: '--sysroot <dir>',
      description: 'a root file system; the same as naming it',
      repeatable: true,
      completes: 'directory',
    },
    output: {
      flags: '-o, --output <dir>',
      description: 'folder for the files, <name>_<arch>.json each',
      default: '.',
      defaultText: 'the current folder',
      completes: 'directory',
    },
    name: { flags: '--name <name>', description: 'name of the baselines, such as vendors_2_38' },
    library: {
      flags: '--library <soname>',
      description: 'look for these libraries in place of those that policies allow',
      repeatable: true,
    },
    dryRun: { flags: '--dry-run', description: 'tell what would be written' },
  },
  examples: [
    { run: 'wheelworks baseline derive --sysroot /', explains: 'this machine' },
    {
      run: 'wheelworks baseline derive --name vendors_2_38 anolis-23 openeuler-24.03 deepin-23',
      explains: 'what three distributions with one glibc number have in common',
    },
  ],
  async run(args, options, context) {
    const { deriveBaseline, formatBaseline } = await import('../../../baseline/index.ts');
    const roots = [...(args.root ?? []), ...options.sysroot].map((root) =>
      resolve(context.cwd, root),
    );
    if (roots.length === 0) throw noRoot();
    const { baselines, reports } = await deriveBaseline(roots, {
      events: context.events,
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(options.library.length === 0 ? {} : { libraries: options.library }),
    });
    const outputs = baselines.map((baseline) => ({
      baseline,
      path: join(options.output, `${baseline.name}_${baseline.architecture}.json`),
    }));
    if (!options.dryRun) {
      await makeFolders(resolve(context.cwd, options.output));
      for (const { baseline, path } of outputs)
        await writeTextFile(path, formatBaseline(baseline), context);
    }
    if (context.json) {
      context.writeJson({
        schema: 'wheelworks.baseline.derive/1',
        dryRun: options.dryRun,
        baselines: outputs.map(({ baseline, path }) => ({ output: path, ...facts(baseline) })),
        reports,
      });
    }
    if (options.dryRun)
      context.stdout('Nothing was written; a run without --dry-run would write\n');
    context.stdout(render(outputs, reports, context));
    return EXIT.done;
  },
});

function noRoot(): WheelworksError {
  return new WheelworksError('cli/missing-argument', 'No root file system was named.', {
    hint: 'Give folders, or --sysroot DIR.',
  });
}

function facts(baseline: BaselineFile): {
  readonly name: string;
  readonly architecture: string;
  readonly libc: string;
  readonly libcVersion: readonly [number, number];
  readonly libraries: number;
  readonly symbols: number;
} {
  const { name, architecture, libc, libcVersion, libraries } = baseline;
  const symbols = [...libraries.values()]
    .flatMap(({ versions }) => [...versions.values()])
    .reduce((sum, version) => sum + version.symbols.length, 0);
  return { name, architecture, libc, libcVersion, libraries: libraries.size, symbols };
}

function render(
  outputs: readonly { readonly baseline: BaselineFile; readonly path: string }[],
  reports: readonly RootReport[],
  context: CommandContext,
): string {
  const { colour } = context;
  const layout = { palette: colour, width: context.columns, truncate: context.isTerminal };
  const table = renderTable(
    [
      { title: 'baseline', shrink: 'middle' },
      { title: 'libc' },
      { title: 'libraries', align: 'right' },
      { title: 'symbols', align: 'right' },
    ],
    outputs.map(({ baseline, path }) => {
      const { libc, libcVersion, libraries, symbols } = facts(baseline);
      return [path, `${libc} ${libcVersion.join('.')}`, libraries, symbols];
    }),
    layout,
  );
  return [table, ...reports.map((report) => renderReport(report, context))].join('');
}

function renderReport(report: RootReport, { colour, verbose }: CommandContext): string {
  const { root, architecture, libc, missing, dropped, resized, unread } = report;
  const symbols = dropped.reduce((sum, each) => sum + each.symbols.length, 0);
  const says = [
    ...(missing.length === 0 ? [] : [`has no ${missing.join(', ')}`]),
    ...(symbols === 0 ? [] : [`${plural(symbols, 'symbol')} of it dropped: other roots lack them`]),
    ...(resized.length === 0
      ? []
      : [`${plural(resized.length, 'object')} of another size elsewhere`]),
    ...unread.map(({ path, message }) => `${path} cannot be read: ${message}`),
  ];
  const details = verbose
    ? dropped.flatMap(
        ({ library, version, symbols: names }) => `${library} ${version ?? ''}: ${names.join(' ')}`,
      )
    : [];
  if (says.length === 0) return '';
  return `\n${colour.strong(root)} ${architecture} ${libc}\n${[...says, ...details].map((line) => `  ${line}\n`).join('')}`;
}
