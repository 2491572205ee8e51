/** Advice for people: the verdict first, then the savings, then what makes the size. */
import type {
  Advice,
  LimitRequest,
  Saving,
  SplitOutlook,
  Verdict,
  WheelAdvice,
} from '../../split/advise/index.ts';
import type { CommandContext } from '../context.ts';
import { renderRelease } from './advise-release.ts';
import { formatSize, plural } from './quantity.ts';
import { sanitizeForTerminal } from './sanitize.ts';
import { renderTable } from './table.ts';
import { hangingText } from './wrap.ts';

/** What is shown besides. */
export interface AdviceView {
  /** The request for a higher limit goes to a file. */
  readonly hasRequestFile: boolean;
}

/** All of it. */
export function renderAdvice(
  { wheels, release, request }: Advice,
  { hasRequestFile }: AdviceView,
  context: CommandContext,
): string {
  const isStuck = wheels.some(({ verdict }) => verdict.status === 'too-large');
  return [
    wheels.map((wheel) => renderWheel(wheel, context)).join('\n'),
    release === undefined ? '' : renderRelease(release, context),
    request === undefined || hasRequestFile || !isStuck ? '' : renderRequest(request, context),
  ].join('');
}

function renderRequest({ text }: LimitRequest, { colour }: CommandContext): string {
  const lines = sanitizeLines(text).map((line) => (line === '' ? '' : `  ${line}`));
  return `\n${colour.strong('A request for a higher limit')} (--request FILE writes it to a file)\n\n${lines.join('\n')}\n`;
}

function sanitizeLines(text: string): readonly string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => sanitizeForTerminal(line));
}

function renderWheel(wheel: WheelAdvice, context: CommandContext): string {
  return [
    `${context.colour.strong(sanitizeForTerminal(wheel.path))}\n`,
    renderVerdict(wheel, context),
    renderSavings(wheel, context),
    renderOutlook(wheel, context),
    renderProblems(wheel, context),
    renderMembers(wheel, context),
    renderFolders(wheel, context),
  ].join('');
}

function renderVerdict(wheel: WheelAdvice, context: CommandContext): string {
  const { colour, columns } = context;
  const { size, installedSize, verdict } = wheel;
  const { maxSize } = verdict;
  const distance =
    size <= maxSize
      ? `${formatSize(maxSize - size)} under the limit of ${limitText(maxSize)}`
      : `${formatSize(size - maxSize)} over the limit of ${limitText(maxSize)}`;
  const head = `  ${formatSize(size)}, ${formatSize(installedSize)} installed: ${distance}\n`;
  const text = verdictText(wheel.verdict, wheel);
  if (text === undefined) return head;
  const style = verdict.status === 'reachable' ? colour.good : colour.caution;
  const lines = hangingText('  ', text, columns).split('\n');
  return head + lines.map((line) => `${style(line)}\n`).join('');
}

/** `105 MB (100 MiB)`. */
function limitText(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return Number.isInteger(mebibytes)
    ? `${formatSize(bytes)} (${mebibytes} MiB)`
    : formatSize(bytes);
}

function verdictText(
  { status, after, savings: indexes }: Verdict,
  { savings, split: outlook }: WheelAdvice,
): string | undefined {
  const steps = indexes.flatMap((index) => savings[index]?.title ?? []).join(' + ');
  const split = splitText(outlook);
  switch (status) {
    case 'under':
      return undefined;
    case 'reachable':
      return `Under the limit without splitting, at ${formatSize(after)}, without ${steps}.`;
    case 'perhaps':
      return `Perhaps under the limit without splitting, at about ${formatSize(after)}, by ${steps}; else ${split}.`;
    case 'too-large':
      return steps === ''
        ? `Nothing was found that would make it smaller; ${split}.`
        : `Not enough without splitting: ${formatSize(after)} at best. As it is, ${split}.`;
  }
}

function splitText(outlook: SplitOutlook | undefined): string {
  if (outlook?.wheels !== undefined)
    return `a split makes ${plural(outlook.wheels, 'wheel')} of it`;
  const reason = outlook?.reasons[0];
  return reason === undefined
    ? 'a split may be planned'
    : // The sentence that it becomes part of ends with a stop of its own.
      `a split is refused (${sanitizeForTerminal(reason.code)}): ${sanitizeForTerminal(reason.message.replace(/\.$/, ''))}`;
}

/** What stands against a split, and what would cure it. */
function renderOutlook({ split }: WheelAdvice, { colour, columns }: CommandContext): string {
  const reasons = split?.reasons ?? [];
  if (reasons.length === 0) return '';
  const lines = reasons.flatMap(({ code, message, evidence = '', hint }) => [
    hangingText(`    `, sanitizeForTerminal(`${message} (${code})`), columns),
    ...sanitizeLines(evidence).flatMap((line) => (line === '' ? [] : [`      ${line}`])),
    ...(hint === undefined ? [] : [hangingText('      ', sanitizeForTerminal(hint), columns)]),
  ]);
  return `\n  ${colour.caution('What stands against a split')}\n${lines.join('\n')}\n`;
}

const EFFORTS = {
  none: 'nothing is lost',
  choice: 'to decide',
  rebuild: 'build again',
} as const;

function renderSavings({ savings }: WheelAdvice, context: CommandContext): string {
  if (savings.length === 0) return '';
  const { colour } = context;
  const head = `\n  ${colour.strong('What would make it smaller')}\n`;
  return head + savings.map((saving) => renderSaving(saving, context)).join('');
}

const MOST_EVIDENCE = 2;

function renderSaving(saving: Saving, context: CommandContext): string {
  const { colour, columns, verbose } = context;
  const { download, installed, downloadBasis, title, evidence, remedy, caution } = saving;
  const about = downloadBasis === 'estimated' ? '~' : '';
  const figure = `${about}${formatSize(download)}`.padStart(8);
  const kind = saving.isExcluded === true ? 'not counted' : EFFORTS[saving.effort];
  const method = saving.method === undefined ? '' : `, ${saving.method}`;
  const line = (label: string, text: string): string =>
    `${hangingText(`${' '.repeat(12)}${colour.faint(label)}`, sanitizeForTerminal(text), columns)}\n`;
  const shown = evidence.slice(0, verbose ? evidence.length : MOST_EVIDENCE);
  return [
    `  ${colour.good(figure)}  ${sanitizeForTerminal(title)} ${colour.faint(`(${kind})`)}\n`,
    line('', `${formatSize(installed)} installed; download ${downloadBasis}${method}`),
    ...shown.map((text) => line('', text)),
    line('do  ', remedy),
    ...(caution === undefined ? [] : [line('but ', caution)]),
  ].join('');
}

function renderProblems({ problems }: WheelAdvice, { colour }: CommandContext): string {
  if (problems.length === 0) return '';
  const lines = problems.map(({ code, message, path = '' }) =>
    sanitizeForTerminal(`    ${path}: ${message} (${code})`),
  );
  return `\n  ${colour.caution(`${plural(problems.length, 'native file')} could not be measured`)}\n${lines.join('\n')}\n`;
}

const MOST_MEMBERS = 10;
const MOST_PARTS = 3;

function renderMembers(wheel: WheelAdvice, context: CommandContext): string {
  const { colour, columns, isTerminal, verbose } = context;
  const shown = wheel.members.slice(0, verbose ? wheel.members.length : MOST_MEMBERS);
  if (shown.length === 0) return '';
  const rows = shown.map(({ path, download, installed, share, parts }) => [
    percent(share),
    formatSize(download),
    formatSize(installed),
    path,
    parts
      .slice(0, verbose ? parts.length : MOST_PARTS)
      .map((part) => `${part.name} ${formatSize(part.download)}`)
      .join(', '),
  ]);
  const table = renderTable(
    [
      { title: 'share', align: 'right' },
      { title: 'download', align: 'right' },
      { title: 'installed', align: 'right' },
      { title: 'file', shrink: 'middle' },
      { title: 'of which', shrink: 'end' },
    ],
    rows,
    { palette: colour, width: columns, truncate: isTerminal, indent: 2 },
  );
  return `\n  ${colour.strong('What makes the size')}\n${table}`;
}

const MOST_FOLDERS = 6;

function renderFolders(wheel: WheelAdvice, context: CommandContext): string {
  const { colour, columns, isTerminal, verbose } = context;
  const shown = wheel.folders.slice(0, verbose ? wheel.folders.length : MOST_FOLDERS);
  if (shown.length < 2) return '';
  const table = renderTable(
    [
      { title: 'share', align: 'right' },
      { title: 'download', align: 'right' },
      { title: 'installed', align: 'right' },
      { title: 'files', align: 'right' },
      { title: 'folder', shrink: 'middle' },
    ],
    shown.map(({ share, download, installed, files, path }) => [
      percent(share),
      formatSize(download),
      formatSize(installed),
      String(files),
      path,
    ]),
    { palette: colour, width: columns, truncate: isTerminal, indent: 2 },
  );
  return `\n${table}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`;
}
