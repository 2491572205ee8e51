import type { Finding } from '../../support/finding.ts';
import { groupBy } from '../../support/group-by.ts';
import type { Palette } from './palette.ts';
import { sanitizeForTerminal } from './sanitize.ts';

export interface FindingsLayout {
  readonly palette: Palette;
  readonly indent: number;
  /** Findings shown of each code; the rest is counted. */
  readonly most: number;
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

function renderGroup(group: readonly Finding[], { palette, indent, most }: FindingsLayout): string {
  const [first] = group;
  if (first === undefined) return '';
  const lead = ' '.repeat(indent);
  const style = { error: palette.bad, warning: palette.caution, info: palette.faint }[
    first.severity
  ];
  const lines = [
    `${lead}${style(`${first.severity}[${first.code}]`)} ${sanitizeForTerminal(first.message)}`,
  ];
  for (const finding of group.slice(0, most)) {
    const place = [finding.path, finding.evidence].filter(
      (text) => text !== undefined && text !== '',
    );
    if (place.length > 0)
      lines.push(`${lead}  ${place.map((text) => sanitizeForTerminal(text ?? '')).join('  ')}`);
  }
  if (group.length > most) lines.push(`${lead}  and ${group.length - most} more`);
  if (first.hint !== undefined)
    lines.push(`${lead}  ${palette.faint('next:')} ${sanitizeForTerminal(first.hint)}`);
  return lines.map((line) => `${line}\n`).join('');
}
