/** An audit for people: the verdict first, then what stops a stricter one, the files, the findings. */
import {
  explainTag,
  nextStricter,
  type Audit,
  type AuditedNative,
  type Explanation,
  type Obstacle,
} from '../../audit/index.ts';
import type { Finding } from '../../support/finding.ts';
import type { CommandContext } from '../context.ts';
import { renderFields } from './fields.ts';
import { renderFindings } from './findings.ts';
import { formatSize, plural } from './quantity.ts';
import { sanitizeForTerminal } from './sanitize.ts';
import { renderTable, type Cell } from './table.ts';
import { hangingText } from './wrap.ts';

/** What of an audit is shown. */
export interface AuditView {
  /** Tags to explain in full. */
  readonly explain: readonly string[];
}

/** One audit. */
export function renderAudit(audit: Audit, view: AuditView, context: CommandContext): string {
  const explanations = view.explain.map((tag) => explainTag(audit, tag) ?? tag);
  return [
    `${context.colour.strong(sanitizeForTerminal(audit.subject.path))}\n`,
    renderFields(summaryFields(audit, context.verbose), { palette: context.colour, indent: 2 }),
    ...(explanations.length > 0
      ? explanations.map((each) => renderAsked(each, context))
      : [renderNext(audit, context)]),
    nativeTable(audit, context),
    findingsBlock(audit.findings, context),
  ].join('');
}

function summaryFields(
  audit: Audit,
  verbose: boolean,
): readonly (readonly [string, string | readonly string[] | undefined])[] {
  const { subject, overallTag, aliases, repairTag, symbolTag } = audit;
  const natives = subject.natives.length;
  return [
    ['set', setText(audit)],
    [
      'meets',
      overallTag === undefined ? nothingToMeet(audit) : [overallTag, ...aliases].join(' = '),
    ],
    ['symbols', symbolTag === overallTag ? undefined : symbolTag],
    ['claims', audit.claims.map(({ tag, holds }) => `${tag}${claimWord(holds)}`)],
    [
      'repair',
      repairTag === overallTag || repairTag === undefined ? undefined : `would reach ${repairTag}`,
    ],
    ['grafts', graftText(audit, verbose)],
    ['needs', externalText(audit, verbose)],
    [
      'natives',
      natives === 0
        ? undefined
        : `${plural(natives, 'file')}, ${formatSize(subject.natives.reduce((sum, { size }) => sum + size, 0))}${libcText(audit)}`,
    ],
  ];
}

/** Of what the wheel is a part; what it carries is judged through the main wheel. */
function setText({ subject: { inSet } }: Audit): string | undefined {
  return inSet?.role === 'part'
    ? `part ${inSet.part} of ${inSet.of}, whose main wheel is audited with all parts`
    : undefined;
}

/** What a repair would take in: how much, or with `verbose` everything. */
function graftText({ graft }: Audit, verbose: boolean): readonly string[] | undefined {
  if (graft === undefined || graft.libraries.length === 0) return undefined;
  const { libraries, missing } = graft;
  const size = formatSize(libraries.reduce((sum, library) => sum + library.size, 0));
  const without =
    missing.length === 0 ? '' : `; not found: ${missing.map(({ name }) => name).join(', ')}`;
  const whole = `${plural(libraries.length, 'library', 'libraries')}, ${size}${without}`;
  if (!verbose) return [whole];
  return [
    whole,
    ...libraries.map((each) => `${each.name}  ${formatSize(each.size)}  from ${each.path}`),
  ];
}

function claimWord(holds: boolean | undefined): string {
  return holds === undefined ? '' : holds ? '  holds' : '  DOES NOT HOLD';
}

function nothingToMeet({ subject, architectures }: Audit): string {
  if (architectures.length > 1) return `no one tag: files for ${architectures.join(', ')}`;
  if (subject.inSet?.role === 'part' && subject.natives.length === 0)
    return 'what its main wheel meets: no native file of its own';
  if (subject.natives.length === 0) return 'any platform: no native file';
  return 'no Linux baseline: no file that a Linux loader loads';
}

function libcText({ architecture, libc }: Audit): string {
  return architecture === undefined ? '' : `, ${architecture}, ${libc ?? ''}`;
}

/** Libraries listed without --verbose. */
const MOST_LIBRARIES = 6;

function externalText(
  { externalLibraries }: Audit,
  verbose: boolean,
): readonly string[] | undefined {
  if (externalLibraries.length === 0) return undefined;
  const shown = verbose ? externalLibraries : externalLibraries.slice(0, MOST_LIBRARIES);
  const rest = externalLibraries.length - shown.length;
  const lines = shown.map(({ name, resolvedPath, neededBy }) => {
    const who = neededBy.length === 1 ? (neededBy[0] ?? '') : plural(neededBy.length, 'file');
    return `${name}  needed by ${who}${resolvedPath === undefined ? ', found nowhere' : `, found at ${resolvedPath}`}`;
  });
  return rest > 0 ? [...lines, `and ${rest} more: --verbose`] : lines;
}

/** A tag that was asked for, whole. */
function renderAsked(explanation: Explanation | string, context: CommandContext): string {
  if (typeof explanation === 'string')
    return `\n  ${sanitizeForTerminal(explanation)}: no baseline of these files' architecture and libc has that name\n`;
  const { tag, holds, obstacles } = explanation;
  if (holds) return `\n  ${context.colour.good(`${tag} holds`)}: nothing stands in the way\n`;
  const head = `\n  ${plural(obstacles.length, 'obstacle')} on the way to ${context.colour.strong(tag)}\n`;
  return head + obstacles.map((each) => renderObstacle(each, Infinity, context)).join('');
}

const MOST_OBSTACLES = 6;
const MOST_NAMES = 4;

/** What stops the next stricter baseline, or the newest one when none is met. */
function renderNext(audit: Audit, context: CommandContext): string {
  const next = nextStricter(audit);
  if (next === undefined || next.holds) return '';
  const shown = context.verbose ? next.obstacles : next.obstacles.slice(0, MOST_OBSTACLES);
  const rest = next.obstacles.length - shown.length;
  return [
    `\n  ${context.colour.strong(next.tag)} is stopped by\n`,
    ...shown.map((each) => renderObstacle(each, context.verbose ? Infinity : MOST_NAMES, context)),
    rest > 0 ? `    and ${rest} more: --explain ${next.tag}\n` : '',
  ].join('');
}

function renderObstacle(obstacle: Obstacle, most: number, context: CommandContext): string {
  const { colour } = context;
  const head = obstacleHead(obstacle, most);
  const files = few(obstacle.files, most === Infinity ? Infinity : 2);
  return [
    `    ${colour.caution(sanitizeForTerminal(head))}\n`,
    `      in ${sanitizeForTerminal(files)}\n`,
    most === Infinity
      ? `${hangingText(`      ${colour.faint('do')} `, sanitizeForTerminal(obstacle.remedy), context.columns)}\n`
      : '',
  ].join('');
}

function obstacleHead({ kind, library, version, symbols, detail }: Obstacle, most: number): string {
  // A symbol that is missing by itself is told as such: the version is there.
  const isAlone = symbols.length === 1 && detail.includes(symbols[0] ?? '');
  if (kind !== 'symbol' || library === undefined || version === undefined || isAlone) return detail;
  return symbols.length === 0
    ? `${version} of ${library}`
    : `${version} of ${library}: ${few(symbols, most)}`;
}

function few(names: readonly string[], most: number): string {
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

/** Files listed without --verbose: those that decide, the others are counted. */
const MOST_FILES = 12;

function nativeTable(audit: Audit, context: CommandContext): string {
  if (audit.natives.length === 0) return '';
  const order = new Map(audit.verdicts.map(({ tag }, index) => [tag, index]));
  const rank = ({ tag }: AuditedNative): number =>
    tag === undefined ? -1 : (order.get(tag) ?? Infinity);
  const sorted = [...audit.natives].sort((left, right) => rank(right) - rank(left));
  const shown = context.verbose ? sorted : sorted.slice(0, MOST_FILES);
  const rest = sorted.length - shown.length;
  const table = renderTable(
    [
      { title: 'native file', shrink: 'middle' },
      { title: 'meets' },
      { title: 'links', shrink: 'end' },
    ],
    shown.map((native) => nativeRow(native, context)),
    { palette: context.colour, width: context.columns, truncate: context.isTerminal, indent: 2 },
  );
  return `\n${table}${rest > 0 ? `  and ${rest} more that ask for no more: --verbose\n` : ''}`;
}

function nativeRow({ facts, tag, links }: AuditedNative, context: CommandContext): readonly Cell[] {
  const meets: Cell =
    facts.problem !== undefined
      ? { text: 'damaged', style: context.colour.bad }
      : (tag ?? (facts.format === 'elf' ? `not loaded by Linux` : facts.format));
  return [facts.path, meets, links.map(({ name }) => name).join(' ')];
}

function findingsBlock(findings: readonly Finding[], context: CommandContext): string {
  const shown = context.verbose ? findings : findings.filter(({ severity }) => severity !== 'info');
  const hidden = findings.length - shown.length;
  const text = renderFindings(shown, {
    palette: context.colour,
    indent: 2,
    most: context.verbose ? Infinity : 3,
  });
  const note =
    hidden === 0
      ? ''
      : `  ${context.colour.faint(`${plural(hidden, 'piece')} of advice: --verbose`)}\n`;
  return text === '' && note === '' ? '' : `\n${text}${note}`;
}
