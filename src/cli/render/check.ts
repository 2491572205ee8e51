/** A check for people: the verdict first, then what an index would say, then what users would meet. */
import type { CheckFinding, CheckResult } from '../../check/index.ts';
import type { CommandContext } from '../context.ts';
import { renderFindings } from './findings.ts';
import { plural } from './quantity.ts';
import { sanitizeForTerminal } from './sanitize.ts';

/** One file. */
export function renderCheck(
  { path, verdict, findings }: CheckResult,
  { colour, verbose, quiet, columns }: CommandContext,
): string {
  const told = quiet ? findings.filter(({ severity }) => severity !== 'info') : findings;
  const groups = EFFECTS.map(
    ([effect, title]) => [title, told.filter((finding) => finding.effect === effect)] as const,
  ).filter(([, group]) => group.length > 0);
  return [
    `${colour.strong(sanitizeForTerminal(path))}\n`,
    `  ${verdictOf(verdict, findings, colour)}\n`,
    ...groups.flatMap(([title, group]) => [
      `  ${colour.faint(title)}\n`,
      renderFindings(group.map(withRule(verbose)).map(withoutPath(path)), {
        palette: colour,
        indent: 4,
        width: columns,
        most: verbose ? Number.POSITIVE_INFINITY : 3,
      }),
    ]),
  ].join('');
}

const EFFECTS = [
  ['index-rejects', 'an index refuses it:'],
  ['index-warns', 'the index takes it, and mails:'],
  ['users-break', 'an index takes it, and users stumble:'],
  ['advice', 'could be better:'],
] as const;

function verdictOf(
  verdict: CheckResult['verdict'],
  findings: readonly CheckFinding[],
  colour: CommandContext['colour'],
): string {
  const count = (effect: CheckFinding['effect']): number =>
    findings.filter((finding) => finding.effect === effect && finding.severity !== 'info').length;
  const refused = count('index-rejects');
  const breaks = count('users-break') + count('index-warns');
  if (verdict === 'accepted')
    return breaks === 0
      ? colour.good('accepted')
      : `${colour.good('accepted')}, with ${plural(breaks, 'warning')}`;
  const reasons = [
    ...(refused === 0 ? [] : [`${plural(refused, 'reason')} for the index to refuse it`]),
    ...(breaks === 0 ? [] : [`${plural(breaks, 'fault')} that users meet`]),
  ];
  return `${colour.bad('rejected')}: ${reasons.join(', ')}`;
}

/** The file itself stands above. */
function withoutPath(file: string): (finding: CheckFinding) => CheckFinding {
  return (finding) => {
    const { path, ...rest } = finding;
    return path === file ? rest : finding;
  };
}

/** Who makes the rule, for those who ask. */
function withRule(verbose: boolean): (finding: CheckFinding) => CheckFinding {
  return (finding) => {
    if (!verbose || finding.rule === undefined) return finding;
    const since = finding.since === undefined ? '' : `, since ${finding.since}`;
    const rule = `rule: ${finding.rule}${since}`;
    return {
      ...finding,
      evidence: finding.evidence === undefined ? rule : `${finding.evidence}  (${rule})`,
    };
  };
}

/** The last line of a check of several files. */
export function renderCheckSummary(
  results: readonly CheckResult[],
  { colour }: Pick<CommandContext, 'colour'>,
): string {
  const rejected = results.filter(({ verdict }) => verdict === 'rejected').length;
  const accepted = results.length - rejected;
  const counts = [
    ...(accepted === 0 ? [] : [colour.good(`${accepted} accepted`)]),
    ...(rejected === 0 ? [] : [colour.bad(`${rejected} rejected`)]),
  ];
  return `\n${plural(results.length, 'file')}: ${counts.join(', ')}\n`;
}
