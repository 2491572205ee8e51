import type { Finding } from '../../support/finding.ts';
import { groupBy } from '../../support/group-by.ts';
import type { Palette } from './palette.ts';
import { sanitizeForTerminal } from './sanitize.ts';
import { wrapLines } from './wrap.ts';

export interface FindingsLayout {
  readonly palette: Palette;
  readonly indent: number;
  /** Findings shown of each code; the rest is counted. */
  readonly most: number;
  /** Columns that messages and hints are broken at; what is to be copied is not. Default: nowhere. */
  readonly width?: number;
}

/** Findings for people, errors first: what, where, evidence, what to do. Alike ones are told once with their places. */
export function renderFindings(findings: readonly Finding[], layout: FindingsLayout): string {
  const worstFirst = [...findings].sort(
    (left, right) => RANK[left.severity] - RANK[right.severity],
  );
  const groups = groupBy(
    worstFirst,
    ({ code, message, hint }) => `${code}\0${message}\0${hint ?? ''}`,
  );
  return [...groups.values()].map((group) => renderGroup(group, layout)).join('');
}

const RANK = { error: 0, warning: 1, info: 2 } as const;

function renderGroup(
  group: readonly Finding[],
  { palette, indent, most, width = Number.POSITIVE_INFINITY }: FindingsLayout,
): string {
  const [first] = group;
  if (first === undefined) return '';
  const lead = ' '.repeat(indent);
  const style = { error: palette.bad, warning: palette.caution, info: palette.faint }[
    first.severity
  ];
  const label = `${first.severity}[${first.code}]`;
  const [message = '', ...rest] = broken(first.message, width - indent, label.length + 1);
  const lines = [`${lead}${style(label)} ${message}`, ...rest.map((line) => `${lead}  ${line}`)];
  for (const finding of group.slice(0, most)) {
    const place = [finding.path, finding.evidence].filter(
      (text) => text !== undefined && text !== '',
    );
    if (place.length > 0)
      lines.push(`${lead}  ${place.map((text) => sanitizeForTerminal(text ?? '')).join('  ')}`);
  }
  if (group.length > most) lines.push(`${lead}  and ${group.length - most} more`);
  if (first.hint !== undefined) {
    const [hint = '', ...more] = broken(first.hint, width - indent - NEXT.length - 1, 0);
    lines.push(`${lead}  ${palette.faint(NEXT)} ${hint}`);
    lines.push(...more.map((line) => `${lead}  ${' '.repeat(NEXT.length + 1)}${line}`));
  }
  return lines.map((line) => `${line}\n`).join('');
}

const NEXT = 'next:';

/** Lines of a text; of the first, some columns are taken already. */
function broken(text: string, width: number, taken: number): readonly string[] {
  const safe = sanitizeForTerminal(text);
  if (!Number.isFinite(width)) return [safe];
  // A placeholder without a blank keeps room for what stands before.
  const lines = wrapLines(`${'-'.repeat(taken)}${safe}`, Math.max(width - 2, FEWEST));
  return lines.map((line, index) => (index === 0 ? line.slice(taken) : line));
}

/** Narrower columns of text are worse than lines that the terminal breaks. */
const FEWEST = 30;
