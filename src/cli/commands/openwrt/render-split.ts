/** What the packages of an interpreter came to, for people. */
import type { SplitReport } from '../../../openwrt/index.ts';
import type { CommandContext } from '../../context.ts';
import { formatSize, plural } from '../../render/quantity.ts';
import { renderTable } from '../../render/table.ts';

type Look = Pick<CommandContext, 'colour' | 'columns' | 'isTerminal' | 'verbose'> & {
  readonly measured: boolean;
};

/** The table of sizes, what was moved, what stays open, how fast it starts. */
export function renderSplit(report: SplitReport, look: Look): string {
  return [
    `${look.colour.strong(`Python ${report.python}`)} for ${report.architecture}, split by ${report.definition}\n\n`,
    renderPackages(report, look),
    '\n',
    ...totals(report),
    ...moves(report, look),
    ...startUp(report, look),
    ...findings(report, look),
  ].join('');
}

function renderPackages({ packages }: SplitReport, look: Look): string {
  const { colour: palette, columns: width, isTerminal: truncate } = look;
  return renderTable(
    [
      { title: 'package' },
      { title: 'installed', align: 'right' },
      { title: 'compressed', align: 'right' },
      { title: 'sources', align: 'right' },
      { title: 'depends', shrink: 'end' },
    ],
    packages.map(({ name, installed, compressed, sources, depends }) => [
      name,
      installed,
      compressed,
      sources === null ? '' : String(sources.installed),
      depends.join(' '),
    ]),
    { palette, width, truncate },
  );
}

function totals({ totals: { base, meta } }: SplitReport): string[] {
  const line = (what: string, { installed, compressed }: typeof base): string =>
    `${what}: ${formatSize(installed)} installed, ${formatSize(compressed)} compressed\n`;
  return [line('base with its library', base), line('everything the meta package brings', meta)];
}

function moves({ series, moves: moved, added, open }: SplitReport, { verbose }: Look): string[] {
  const changed = moved.length + added.length > 0 && !verbose;
  const modules = new Set(open.map(({ module }) => module)).size;
  const stays =
    open.length === 0
      ? '0 imports open'
      : `${plural(open.length, 'import')} of ${plural(modules, 'module')} open (told below)`;
  const by = series === 'python' ? ', by what 2.7.18 imports' : '';
  const head = `closed under import${by}: ${plural(moved.length, 'module')} moved, ${plural(added.length, 'dependency', 'dependencies')} added${changed ? ' (--verbose lists them)' : ''}, ${stays}\n`;
  if (!verbose) return [head];
  return [
    head,
    ...moved.map(
      ({ module, from, to, why }) => `  ${module}: ${from} -> ${to} (${why.join(' -> ')})\n`,
    ),
    ...added.map(
      (each) => `  ${each.package} depends on ${each.depends} (${each.why.join(' -> ')})\n`,
    ),
  ];
}

function startUp({ startUp: measure }: SplitReport, { measured }: Look): string[] {
  if (!measured) return [];
  if (measure === null)
    return ['start-up: not measured, this machine cannot run the interpreter\n'];
  return measure.cases.map(
    ({ program, bytecode, source }) =>
      `start-up of ${JSON.stringify(program)}: ${bytecode.toFixed(0)} ms from bytecode, ${source.toFixed(0)} ms from sources (median of ${measure.runs})\n`,
  );
}

/** What is other in the packages than in the tree. */
const ALWAYS_TOLD = new Set<string>([
  'openwrt/package-left-out',
  'openwrt/build-path',
  'openwrt/imports-not-read',
]);

function findings({ findings: found }: SplitReport, { colour, verbose }: Look): string[] {
  return found
    .filter(({ severity, code }) => verbose || severity !== 'info' || ALWAYS_TOLD.has(code))
    .map(({ severity, code, message, evidence, hint }) => {
      const paint =
        severity === 'info' ? colour.faint : severity === 'error' ? colour.bad : colour.caution;
      const told = `${paint(`${severity}[${code}]`)}: ${message}${evidence === undefined ? '' : ` (${evidence})`}\n`;
      return severity === 'error' && hint !== undefined ? `${told}  hint: ${hint}\n` : told;
    });
}
