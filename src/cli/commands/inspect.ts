import type { InspectedNative, Inspection } from '../../inspect/index.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { eachInput, isFailure, jobsForEach, renderFailedInput } from '../each-input.ts';
import { expandInputs } from '../inputs.ts';
import { renderFields } from '../render/fields.ts';
import { renderFindings } from '../render/findings.ts';
import { formatSize, plural } from '../render/quantity.ts';
import { sanitizeForTerminal } from '../render/sanitize.ts';
import { renderTable } from '../render/table.ts';

export const command: RunnableCommand = defineCommand({
  name: 'inspect',
  summary: 'show what a wheel, sdist, .ipk or .apk is and what is in it',
  description: `Shows names, tags, metadata, members, native files and what they link, and in what the file disagrees with itself. Works on wheels for any system and architecture.

Only the directory, a few small members and the native files are read; --verify reads everything and compares it with RECORD. Packages of OpenWrt are always read whole, with every digest in them.`,
  arguments: [
    {
      name: 'file',
      description: 'wheels, sdists, packages of OpenWrt, folders or patterns',
      variadic: true,
      completes: 'file',
    },
  ],
  options: {
    entries: { flags: '-e, --entries', description: 'list every member' },
    natives: { flags: '--no-natives', description: 'do not read the native files' },
    verify: { flags: '--verify', description: 'compare every file with the hash in RECORD' },
  },
  examples: [
    { run: 'wheelworks inspect numpy-2.0.2-*.whl', explains: 'what it is and what it links' },
    {
      run: 'wheelworks inspect --verify dist',
      explains: 'check every wheel of a folder against its RECORD',
    },
    {
      run: 'wheelworks inspect --json dist/*.whl | jq .files[].tags',
      explains: 'feed a script',
    },
  ],
  async run(args, options, context) {
    const { inspectDistribution } = await import('../../inspect/index.ts');
    const { runTask } = await import('../../support/progress/events.ts');
    const files = await expandInputs(args.file, {
      cwd: context.cwd,
      suffixes: ['.whl', '.tar.gz', '.ipk', '.apk'],
    });
    const task = {
      id: 'inspect',
      label: `inspect ${plural(files.length, 'file')}`,
      total: files.length,
      unit: 'files',
    } as const;
    const jobs = jobsForEach(files, context.jobs);
    let done = 0;
    const results = await runTask(context.events, task, () =>
      eachInput(
        files.map((path) => ({ path })),
        context,
        async ({ path }) => {
          const { natives, verify } = options;
          const found = await inspectDistribution(path, { natives, verify, jobs });
          done += 1;
          context.events({ type: 'task-progress', id: task.id, done, detail: path });
          return found;
        },
      ),
    );
    if (context.json) context.writeJson({ schema: 'wheelworks.inspect/1', files: results });
    for (const [index, result] of results.entries()) {
      if (index > 0) context.stdout('\n');
      context.stdout(
        isFailure(result)
          ? renderFailedInput(result, context)
          : renderInspection(result, options.entries, context),
      );
    }
    const clean = results.every(
      (result) =>
        !isFailure(result) && !result.findings.some((finding) => finding.severity === 'error'),
    );
    return clean ? EXIT.done : EXIT.problems;
  },
});

const MOST_LISTED = 8;

function renderInspection(file: Inspection, listEntries: boolean, context: CommandContext): string {
  const unpacked = file.entries.reduce((sum, entry) => sum + entry.size, 0);
  const layout = { palette: context.colour, indent: 2 };
  const head = `${context.colour.strong(sanitizeForTerminal(file.path))}\n`;
  const fields = renderFields(
    [
      [
        'name',
        `${file.name} ${file.version}${file.build === null ? '' : ` (build ${file.build})`}`,
      ],
      ['summary', file.summary ?? undefined],
      ['kind', file.kind],
      ['split', splitText(file)],
      [file.package === undefined ? 'tags' : 'architecture', shortList(file.tags)],
      ['python', file.requiresPython ?? undefined],
      ['requires', shortList(file.requiresDist)],
      ...packageFields(file),
      ['license', firstLine(file.license)],
      ['metadata', file.metadataVersion ?? undefined],
      [
        'size',
        `${formatSize(file.size)}, ${formatSize(unpacked)} unpacked in ${plural(file.entries.length, 'file')}`,
      ],
      ['sha256', file.sha256],
    ],
    layout,
  );
  return [
    head,
    fields,
    nativesTable(file, context),
    listEntries ? entriesTable(file, context) : '',
    findingsOf(file, context),
  ].join('');
}

type Field = Parameters<typeof renderFields>[0][number];

/** What a package of OpenWrt says besides. */
function packageFields({ package: own }: Inspection): Field[] {
  if (own === undefined) return [];
  return [
    ['provides', shortList(own.provides)],
    ['conflicts', shortList(own.conflicts)],
    ['keeps', shortList(own.conffiles)],
    ['scripts', shortList(Object.keys(own.scripts))],
    ['from', own.source === '' ? undefined : own.source],
    ['maintainer', own.maintainer === '' ? undefined : own.maintainer],
    ['signatures', own.manager === 'apk' ? String(own.signatures) : undefined],
  ];
}

/** What the wheel is in a split set. */
function splitText({ split }: Inspection): readonly string[] | undefined {
  if (split === undefined) return undefined;
  if (split.role === 'part')
    return [`part ${split.part} of ${split.of.distribution} ${split.of.version}`];
  const { original, parts, chunked } = split;
  return [
    `main wheel of ${original.filename}, ${formatSize(original.size)}`,
    ...parts.map((part) => `needs ${part}`),
    ...chunked.map((path) => `joins ${path}`),
  ];
}

/** Long lists are told by their beginning; JSON and --entries have all of it. */
function shortList(values: readonly string[]): readonly string[] | undefined {
  if (values.length === 0) return undefined;
  if (values.length <= MOST_LISTED) return values;
  return [...values.slice(0, MOST_LISTED - 1), `and ${values.length - MOST_LISTED + 1} more`];
}

/** Older wheels carry whole licence texts in the License field. */
function firstLine(text: string | null): string | undefined {
  return text === null
    ? undefined
    : (text.split('\n').find((line) => line.trim() !== '') ?? undefined);
}

function nativesTable(file: Inspection, context: CommandContext): string {
  if (file.natives === null || file.natives.length === 0) return '';
  const rows = file.natives.map((native) => [
    native.path,
    `${native.format} ${native.arch ?? ''}`.trim(),
    formatSize(native.size),
    linked(native),
  ]);
  return (
    '\n' +
    renderTable(
      [
        { title: 'native file', shrink: 'middle' },
        { title: 'format' },
        { title: 'size', align: 'right' },
        { title: 'links', shrink: 'end' },
      ],
      rows,
      { palette: context.colour, width: context.columns, truncate: context.isTerminal, indent: 2 },
    )
  );
}

function linked({ needed, problem }: InspectedNative): string {
  const damage = problem === undefined ? [] : [`damaged: ${problem.message}`];
  return [...needed, ...damage].join(' ');
}

function entriesTable(file: Inspection, context: CommandContext): string {
  const rows = file.entries.map((entry) => [
    entry.path,
    entry.mode,
    formatSize(entry.size),
    entry.compressedSize === null ? '' : formatSize(entry.compressedSize),
  ]);
  return (
    '\n' +
    renderTable(
      [
        { title: 'file', shrink: 'middle' },
        { title: 'mode' },
        { title: 'size', align: 'right' },
        { title: 'packed', align: 'right' },
      ],
      rows,
      { palette: context.colour, width: context.columns, truncate: context.isTerminal, indent: 2 },
    )
  );
}

function findingsOf(file: Inspection, context: CommandContext): string {
  if (file.findings.length === 0) return '';
  return `\n${renderFindings(file.findings, { palette: context.colour, indent: 2, most: context.verbose ? Infinity : 20 })}`;
}
