/** Repairs for people: what became of a wheel, what was taken in, what to know. */
import { basename } from 'node:path';
import type { PlannedGraft, RepairPlan, RepairResult } from '../../repair/index.ts';
import type { CommandContext } from '../context.ts';
import { successesOf, type InputFailure } from '../each-input.ts';
import { shownPath } from '../shown-path.ts';
import { renderFindings } from './findings.ts';
import { formatSize, plural } from './quantity.ts';
import { sanitizeForTerminal } from './sanitize.ts';
import { renderTable } from './table.ts';

type Looks = Pick<CommandContext, 'colour' | 'columns' | 'isTerminal' | 'cwd' | 'verbose'>;

/** What a repair did. */
export function renderRepaired(result: RepairResult, context: Looks): string {
  const { colour, cwd } = context;
  const { plan, output, size, changed } = result;
  const from = sanitizeForTerminal(basename(result.path));
  if (!changed)
    return `${colour.strong(from)}\n  ${nothing(plan, colour)}, ${sameFile(result, cwd)}\n${findings(result.findings, context)}`;
  return [
    `${colour.strong(from)}\n`,
    `  ${colour.good(tagsOf(plan))}  ${formatSize(size)}, ${workOf(plan)}\n`,
    `  ${sanitizeForTerminal(shownPath(output, cwd))}\n`,
    graftTable(plan.grafted, context),
    excludedLine(plan),
    findings(result.findings, context),
  ].join('');
}

/** What a repair would do. */
export function renderPlan(plan: RepairPlan, context: Looks): string {
  const { colour } = context;
  const from = sanitizeForTerminal(basename(plan.path));
  if (!plan.changed)
    return `${colour.strong(from)}\n  ${nothing(plan, colour)}\n${findings(plan.findings, context)}`;
  return [
    `${colour.strong(from)}\n`,
    `  would become ${colour.good(tagsOf(plan))}: ${workOf(plan)}\n`,
    `  ${sanitizeForTerminal(plan.filename)}\n`,
    sourceTable(plan.grafted, context),
    patchLines(plan, context),
    excludedLine(plan),
    findings(plan.findings, context),
  ].join('');
}

/** One line for several wheels that were repaired; nothing for one. */
export function renderTotals(
  results: readonly (RepairResult | InputFailure)[],
  looks: Pick<CommandContext, 'colour'>,
): string {
  const totals = { all: results.length, plans: successesOf(results).map(({ plan }) => plan) };
  return totalsLine(totals, 'repaired', looks);
}

/** One line for several wheels that would be repaired; nothing for one. */
export function renderPlanTotals(
  plans: readonly (RepairPlan | InputFailure)[],
  looks: Pick<CommandContext, 'colour'>,
): string {
  return totalsLine({ all: plans.length, plans: successesOf(plans) }, 'to repair', looks);
}

function totalsLine(
  { all, plans }: { readonly all: number; readonly plans: readonly RepairPlan[] },
  done: string,
  { colour }: Pick<CommandContext, 'colour'>,
): string {
  if (all < 2) return '';
  const repaired = plans.filter(({ changed }) => changed).length;
  const libraries = new Map(
    plans.flatMap(({ grafted }) => grafted.map(({ to, size }) => [basename(to), size])),
  );
  const size = [...libraries.values()].reduce((sum, each) => sum + each, 0);
  const parts = [
    plural(repaired, `wheel ${done}`, `wheels ${done}`),
    ...(plans.length > repaired ? [`${plans.length - repaired} without need`] : []),
    ...(libraries.size > 0
      ? [`${plural(libraries.size, 'library', 'libraries')} of ${formatSize(size)}`]
      : []),
    ...(all > plans.length ? [colour.bad(`${all - plans.length} failed`)] : []),
  ];
  return `\n${parts.join(', ')}\n`;
}

function nothing({ audit }: RepairPlan, { good }: CommandContext['colour']): string {
  return good(audit.natives.length === 0 ? 'has no native code' : 'needs nothing');
}

function sameFile({ path, output }: RepairResult, cwd: string): string {
  return path === output ? 'and stays as it is' : `copied to ${shownPath(output, cwd)}`;
}

function tagsOf({ tags }: RepairPlan): string {
  return sanitizeForTerminal(tags.platforms.join('.'));
}

function workOf({ grafted, patched, launchers }: RepairPlan): string {
  const size = grafted.reduce((sum, each) => sum + each.size, 0);
  const parts = [
    ...(grafted.length > 0
      ? [`${plural(grafted.length, 'library', 'libraries')} of ${formatSize(size)} taken in`]
      : []),
    ...(patched.length > 0 ? [`${plural(patched.length, 'native file')} edited`] : []),
    ...(launchers.length > 0 ? [`${plural(launchers.length, 'program')} moved`] : []),
  ];
  return parts.length === 0 ? 'tags only' : parts.join(', ');
}

/** What was taken in: short, for the work is done. */
function graftTable(grafted: readonly PlannedGraft[], looks: Looks): string {
  const rows = grafted.map(({ name, to, owner, size, from }) => [
    name,
    basename(to),
    owner === undefined ? { text: from, style: looks.colour.faint } : packageOf(owner),
    formatSize(size),
  ]);
  return tableOf(
    [{ title: 'library' }, { title: 'in the wheel', shrink: 'middle' }, SOURCE, SIZE],
    rows,
    looks,
  );
}

/** What would be taken in: where each file was found and whose it is, to be judged before it is done. */
function sourceTable(grafted: readonly PlannedGraft[], looks: Looks): string {
  const rows = grafted.map(({ to, owner, size, from }) => [
    basename(to),
    from,
    owner === undefined ? { text: 'of no package', style: looks.colour.faint } : packageOf(owner),
    formatSize(size),
  ]);
  return tableOf(
    [{ title: 'in the wheel' }, { title: 'found at', shrink: 'middle' }, SOURCE, SIZE],
    rows,
    looks,
  );
}

const SOURCE = { title: 'package', shrink: 'middle' } as const;
const SIZE = { title: 'size', align: 'right' } as const;

function packageOf({ name, version }: NonNullable<PlannedGraft['owner']>): string {
  return `${name} ${version}`;
}

function tableOf(
  columns: Parameters<typeof renderTable>[0],
  rows: Parameters<typeof renderTable>[1],
  { colour, columns: width, isTerminal }: Looks,
): string {
  return renderTable(columns, rows, { palette: colour, width, truncate: isTerminal, indent: 2 });
}

function patchLines({ patched }: RepairPlan, { verbose }: Looks): string {
  if (!verbose) return '';
  return patched
    .map(({ path, to, edits, strip }) =>
      [
        `  ${sanitizeForTerminal(path === to ? path : `${path} -> ${to}`)}\n`,
        ...(strip ? ['    strip\n'] : []),
        ...edits.map((edit) => `    ${sanitizeForTerminal(editText(edit))}\n`),
      ].join(''),
    )
    .join('');
}

function editText(edit: RepairPlan['patched'][number]['edits'][number]): string {
  switch (edit.kind) {
    case 'replace-needed':
    case 'rename-version-library':
      return `${edit.kind} ${edit.from} -> ${edit.to}`;
    case 'add-needed':
    case 'remove-needed':
      return `${edit.kind} ${edit.name}`;
    case 'set-needed':
      return `${edit.kind} ${edit.names.join(' ')}`;
    case 'soname':
      return `${edit.kind} ${edit.name ?? 'none'}`;
    case 'rpath':
    case 'runpath':
      return `${edit.kind} ${edit.entries.join(':') || 'none'}`;
    case 'clear-version':
      return `${edit.kind} ${edit.symbol}`;
    case 'clear-executable-stack':
      return edit.kind;
  }
}

function excludedLine({ excluded }: RepairPlan): string {
  return excluded.length === 0
    ? ''
    : `  left to others: ${sanitizeForTerminal(excluded.join(', '))}\n`;
}

const MOST_FINDINGS = 3;

function findings(found: RepairPlan['findings'], { colour, verbose }: Looks): string {
  return renderFindings(found, {
    palette: colour,
    indent: 2,
    most: verbose ? Infinity : MOST_FINDINGS,
  });
}
