import type { IndexObject, MadeIndex } from '../../index/index.ts';
import type { CommandContext } from '../context.ts';
import { plural } from './quantity.ts';
import { quoteShellWord } from '../../support/shell-words.ts';
import { sanitizeForTerminal } from './sanitize.ts';

/** What the lines are about besides the result. */
export interface IndexResultOptions {
  readonly output: string;
  readonly isDryRun: boolean;
  readonly passedOver: readonly string[];
  /** Where a bucket is served. */
  readonly baseUrl?: string | undefined;
}

/** As many of a list as are shown without --verbose. */
const MOST = 10;

/** The index in a few lines: verdict, channels, what was done. */
export function renderIndex(
  { plan, channels, withoutDigest }: MadeIndex,
  { output, isDryRun, passedOver, baseUrl }: IndexResultOptions,
  context: Pick<CommandContext, 'colour' | 'verbose'>,
): string {
  const { colour } = context;
  const changes = plan.added.length + plan.changed.length + plan.removed.length;
  const place = sanitizeForTerminal(output);
  const verdict = isDryRun
    ? `${changes === 0 ? 'nothing to do' : 'planned'}: ${place}`
    : `${changes === 0 ? 'up to date' : 'written'}: ${place}`;
  const lines = [
    colour.strong(verdict),
    ...channels.map(
      ({ name, projects, files }) =>
        `  ${name === undefined ? '' : `${name}: `}${plural(projects, 'project')}, ${plural(files, 'file')}`,
    ),
    `  ${plan.added.length} added, ${plan.changed.length} changed, ${plan.removed.length} removed, ${plan.kept.length} kept`,
    ...(isDryRun || context.verbose ? changedLines(plan, context.verbose) : []),
    ...noteLines('without a digest', withoutDigest, context),
    ...(context.verbose ? noteLines('no distributions', passedOver, context) : []),
  ];
  if (withoutDigest.length > 0)
    lines.push(
      '  next: --hash-remote reads these files, so that installers can tell the right ones',
    );
  else if (!isDryRun && changes > 0)
    lines.push(`  next: wheelworks index verify ${verifiedPlace(output, channels, baseUrl)}`);
  return lines.map((line) => `${line}\n`).join('');
}

/** Each channel is an index of its own; a bucket is read as its users read it. */
function verifiedPlace(
  output: string,
  [first]: MadeIndex['channels'],
  baseUrl: string | undefined,
): string {
  const place = output.startsWith('s3://') ? (baseUrl ?? 'URL') : output;
  const slash = place.endsWith('/') ? '' : '/';
  const channel = first?.name === undefined ? place : `${place}${slash}${first.name}`;
  return sanitizeForTerminal(quoteShellWord(channel));
}

function changedLines(plan: MadeIndex['plan'], all: boolean): string[] {
  const paths = (objects: readonly IndexObject[]): string[] => objects.map(({ path }) => path);
  const rows = [
    ...paths(plan.added).map((path) => `  add     ${path}`),
    ...paths(plan.changed).map((path) => `  change  ${path}`),
    ...plan.removed.map((path) => `  remove  ${path}`),
  ].map((line) => sanitizeForTerminal(line));
  return shortened(rows, all ? Infinity : 5 * MOST, '  ');
}

function noteLines(
  label: string,
  names: readonly string[],
  { colour, verbose }: Pick<CommandContext, 'colour' | 'verbose'>,
): string[] {
  if (names.length === 0) return [];
  return [
    colour.caution(`  ${label}: ${plural(names.length, 'file')}`),
    ...shortened(
      names.map((name) => `    ${sanitizeForTerminal(name)}`),
      verbose ? Infinity : MOST,
      '    ',
    ),
  ];
}

function shortened(lines: readonly string[], most: number, indent: string): string[] {
  if (lines.length <= most) return [...lines];
  return [...lines.slice(0, most), `${indent}... and ${lines.length - most} more (--verbose)`];
}
