import type { BaselineComparison, MovedSymbol } from '../../../baseline/index.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { plural } from '../../render/quantity.ts';
import { renderTable } from '../../render/table.ts';
import { comparable } from './sources.ts';

export const compare: RunnableCommand = defineCommand({
  name: 'compare',
  summary: 'tell in what two baselines differ',
  description: `Tells which libraries, versions and symbols only one side has, and which data has another size. Two systems with the same glibc number can differ in symbols that no check of versions sees.

Files that derive wrote are compared by their symbols, built-in baselines by their versions.`,
  arguments: [
    {
      name: 'one',
      description: 'a baseline file, or a tag such as manylinux_2_28_x86_64',
      completes: 'file',
    },
    { name: 'other', description: 'what to compare it with', completes: 'file' },
  ],
  options: {},
  examples: [
    {
      run: 'wheelworks baseline compare debian_12_x86_64.json debian_13_x86_64.json',
      explains: 'what the newer release adds',
    },
    {
      run: 'wheelworks baseline compare manylinux_2_28_x86_64 manylinux_2_34_x86_64',
      explains: 'two published ones',
    },
  ],
  async run(args, _options, context) {
    const { compareBaselines } = await import('../../../baseline/index.ts');
    const [one, other] = await Promise.all([
      comparable(args.one, context.cwd),
      comparable(args.other, context.cwd),
    ]);
    const found = compareBaselines(one, other);
    if (context.json) context.writeJson({ schema: 'wheelworks.baseline.compare/1', ...found });
    context.stdout(render(found, context));
    return found.summary.equal ? EXIT.done : EXIT.problems;
  },
});

function render(found: BaselineComparison, context: CommandContext): string {
  const { summary } = found;
  const [one, other] = [found.one, found.other].map(
    ({ name, architecture }) => `${name}_${architecture}`,
  );
  const { colour } = context;
  if (summary.equal)
    return `${colour.good('equal')}: ${one} and ${other} promise the same ${found.depth}\n`;
  const head = [
    `${colour.strong(one ?? '')} and ${colour.strong(other ?? '')}, compared by ${found.depth}\n`,
    renderTable(
      [
        { title: '' },
        { title: `only ${one}`, align: 'right' },
        { title: `only ${other}`, align: 'right' },
      ],
      [
        ['libraries', found.libraries.onlyOne.length, found.libraries.onlyOther.length],
        ['versions', summary.versions.onlyOne, summary.versions.onlyOther],
        ...(found.depth === 'symbols'
          ? [['symbols', summary.symbols.onlyOne, summary.symbols.onlyOther]]
          : []),
      ],
      { palette: colour, width: context.columns, truncate: false, indent: 2 },
    ),
    found.depth === 'versions' ? '' : hiddenText(found, context),
  ].join('');
  return [
    head,
    block('libraries', sides(found.libraries), context),
    block('versions', versionLines(found), context),
    block('symbols under versions that both have', symbolLines(found), context),
    block('symbols elsewhere', found.moved.map(movedLine), context),
    block(
      'data of another size',
      found.resized.map(
        ({ symbol, library, one: before, other: after }) =>
          `${symbol}  ${library}  ${before} and ${after} bytes`,
      ),
      context,
    ),
  ].join('');
}

function hiddenText(found: BaselineComparison, { colour }: CommandContext): string {
  const { hidden, sameLibcVersion: isSameVersion } = found.summary;
  if (found.one.architecture !== found.other.architecture)
    return `\n  ${colour.caution('The two are of different architectures: much of this is how ports differ.')}\n`;
  if (hidden === 0) return '\n  Whatever differs shows in the versions.\n';
  const where = isSameVersion
    ? 'though both have the same libc version'
    : 'under versions that both have';
  return `\n  ${colour.caution(`${plural(hidden, 'symbol')} differ ${where}: a check of versions does not see them.`)}\n`;
}

/** Lines of a block without --verbose. */
const MOST_LINES = 20;

function block(title: string, lines: readonly string[], context: CommandContext): string {
  if (lines.length === 0) return '';
  const shown = context.verbose ? lines : lines.slice(0, MOST_LINES);
  const rest = lines.length - shown.length;
  return [
    `\n${context.colour.strong(title)}\n`,
    ...shown.map((line) => `  ${line}\n`),
    rest > 0 ? `  and ${rest} more: --verbose\n` : '',
  ].join('');
}

function sides({
  onlyOne,
  onlyOther,
}: {
  readonly onlyOne: readonly string[];
  readonly onlyOther: readonly string[];
}): readonly string[] {
  return [...onlyOne.map((name) => `- ${name}`), ...onlyOther.map((name) => `+ ${name}`)];
}

function versionLines({ versions }: BaselineComparison): readonly string[] {
  return versions.map(({ side, library, version, symbols }) =>
    [
      side === 'one' ? '-' : '+',
      version,
      ...(library === undefined ? [] : [`of ${library}`]),
      ...(symbols === undefined ? [] : [`(${plural(symbols, 'symbol')})`]),
    ].join(' '),
  );
}

function symbolLines({ symbols }: BaselineComparison): readonly string[] {
  return symbols.flatMap(({ library, version, onlyOne, onlyOther }) => {
    const place = `${version === '' ? 'no version' : version} of ${library}`;
    return [
      ...onlyOne.map((name) => `- ${name}  ${place}`),
      ...onlyOther.map((name) => `+ ${name}  ${place}`),
    ];
  });
}

function movedLine({ symbol, one, other }: MovedSymbol): string {
  const places = (side: MovedSymbol['one']): string =>
    side.map(({ library, version }) => `${library} ${version}`.trim()).join(', ');
  return `${symbol}  ${places(one)}  ->  ${places(other)}`;
}
