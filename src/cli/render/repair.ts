/** Repairs for people: what became of a wheel, what was taken in, what to know. */
import { basename } from 'node:path';
import type { PlannedGraft, RepairPlan, RepairResult } from '../../repair/index.ts';
import type { CommandContext } from '../context.ts';
import { isFailure, successesOf, type InputFailure } from '../each-input.ts';
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
    return `${colour.strong(from)}\n  ${colour.good('needs nothing')}, ${sameFile(result, cwd)}\n${findings(result.findings, context)}`;
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
    return `${colour.strong(from)}\n  ${colour.good('needs nothing')}\n${findings(plan.findings, context)}`;
  return [
    `${colour.strong(from)}\n`,
    `  would become ${colour.good(tagsOf(plan))}: ${workOf(plan)}\n`,
    `  ${sanitizeForTerminal(plan.filename)}\n`,
    graftTable(plan.grafted, context),
    patchLines(plan, context),
    excludedLine(plan),
    findings(plan.findings, context),
  ].join('');
}

/** One line for several wheels; nothing for one. */
export function renderTotals(
  results: readonly (RepairResult | InputFailure)[],
  { colour }: Pick<CommandContext, 'colour'>,
): string {
  if (results.length < 2) return '';
  const done = successesOf(results);
  const failed = results.filter(isFailure).length;
  const repaired = done.filter(({ changed }) => changed).length;
  const libraries = new Set(done.flatMap(({ plan }) => plan.grafted.map(({ to }) => basename(to))));
  const parts = [
    plural(repaired, 'wheel repaired', 'wheels repaired'),
    ...(done.length > repaired ? [`${done.length - repaired} needed nothing`] : []),
    ...(libraries.size > 0 ? [plural(libraries.size, 'library', 'libraries')] : []),
    ...(failed > 0 ? [colour.bad(`${failed} failed`)] : []),
  ];
  return `\n${parts.join(', ')}\n`;
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

function graftTable(
  grafted: readonly PlannedGraft[],
  { colour, columns, isTerminal }: Looks,
): string {
  const rows = grafted.map(({ name, to, owner, size, from }) => [
    name,
    basename(to),
    owner === undefined ? { text: from, style: colour.faint } : `${owner.name} ${owner.version}`,
    { text: formatSize(size), style: (text: string) => text },
  ]);
  return renderTable(
    [
      { title: 'library' },
      { title: 'in the wheel', shrink: 'middle' },
      { title: 'from', shrink: 'middle' },
      { title: 'size', align: 'right' },
    ],
    rows,
    { palette: colour, width: columns, truncate: isTerminal, indent: 2 },
  );
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
