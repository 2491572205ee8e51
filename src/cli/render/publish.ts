/** A publication for people: the verdict first, then the files in the order they are sent, and the next step. */
import type {
  DescribedRequest,
  FileReport,
  PlannedFile,
  PublishPlan,
  PublishReport,
} from '../../publish/index.ts';
import type { ErrorReport } from '../../support/errors.ts';
import type { CommandContext } from '../context.ts';
import type { Palette } from './palette.ts';
import { shownPath } from '../shown-path.ts';
import { formatDuration, formatSize, plural } from './quantity.ts';
import { sanitizeForTerminal, sanitizeLines } from './sanitize.ts';
import { renderTable, type Cell, type TableLayout } from './table.ts';
import { hangingText } from './wrap.ts';

/** What would be sent, or what stands in the way. */
export function renderPublishPlan(
  plan: PublishPlan,
  {
    isDryRun,
    requests,
  }: { readonly isDryRun: boolean; readonly requests: readonly DescribedRequest[] },
  context: CommandContext,
): string {
  return [
    planVerdict(plan, context),
    facts(plan, context),
    `\n${planTable(plan, context)}`,
    renderRequests(requests, context),
    noteLines([...plan.notes, ...plan.forecasts], context),
    renderProblems(plan.problems, context),
    planClosing(plan, isDryRun, context),
  ].join('');
}

function planVerdict(
  { problems, destination, ranks }: PublishPlan,
  context: CommandContext,
): string {
  const { colour } = context;
  const title = sanitizeForTerminal(destination.title);
  if (problems.length > 0)
    return `${colour.bad(`nothing is sent to ${title}: ${plural(problems.length, 'problem')}`)}\n`;
  const files = ranks.flatMap((rank) => rank.files);
  const sent = files.filter(({ action }) => action === 'send').length;
  const present = files.length - sent;
  const there = present === 0 ? '' : `, ${present} already there`;
  return sent === 0
    ? `${colour.good(`${title} has all of it`)}: ${plural(files.length, 'file')}\n`
    : `${colour.strong(`${plural(sent, 'file')} for ${title}`)}${there}\n`;
}

function facts(
  { destination, credentials, receipt }: PublishPlan,
  { cwd }: CommandContext,
): string {
  const lines = [
    ['upload', `${destination.upload} (from ${destination.source})`],
    ['index', destination.index ?? 'not known'],
    [
      'as',
      credentials === undefined
        ? 'nobody'
        : credentials.user === ''
          ? `nobody: ${credentials.origin}`
          : `${credentials.user}, from ${credentials.origin}`,
    ],
    ['receipt', shownPath(receipt.path, cwd)],
  ] as const;
  return lines
    .map(([label, text]) => `  ${label.padEnd(9)}${sanitizeForTerminal(text)}\n`)
    .join('');
}

function planTable(plan: PublishPlan, context: CommandContext): string {
  const rows = plan.ranks.flatMap(({ label, files }, rank) =>
    files.map((planned, index) => [
      index === 0 ? String(rank + 1) : '',
      planned.file.filename,
      formatSize(planned.file.size),
      actionCell(planned, context.colour),
      index === 0 ? label : '',
    ]),
  );
  return renderTable(
    [
      { title: 'turn' },
      { title: 'file', shrink: 'middle' },
      { title: 'size', align: 'right' },
      { title: 'what' },
      { title: 'why then' },
    ],
    rows,
    tableLayout(context),
  );
}

function actionCell({ action }: PlannedFile, colour: Palette): Cell {
  if (action === undefined) return { text: 'stopped', style: colour.bad };
  return action === 'present' ? { text: 'there', style: colour.good } : 'send';
}

/** Every request as it would go out; the secret part is not in it. */
export function renderRequests(
  requests: readonly DescribedRequest[],
  { colour }: CommandContext,
): string {
  return requests
    .map(({ filename, method, url, headers, fields }) =>
      [
        `
${colour.faint(sanitizeForTerminal(filename))}
`,
        ...[
          `${method} ${url}`,
          ...headers.map(([name, value]) => `${name}: ${value}`),
          ...fields.map(([name, value]) => `${name}: ${brief(value)}`),
          `content: ${filename}`,
        ].map(
          (line) => `  ${sanitizeForTerminal(line)}
`,
        ),
      ].join(''),
    )
    .join('');
}

const LONGEST_VALUE = 70;

function brief(value: string): string {
  const line = value.replaceAll(/\s+/g, ' ').trim();
  return line.length <= LONGEST_VALUE
    ? line
    : `${line.slice(0, LONGEST_VALUE)}... (${value.length} characters)`;
}

function noteLines(texts: readonly string[], context: CommandContext): string {
  const lines = texts.map(
    (text) => `${paragraph(`note: ${sanitizeForTerminal(text)}`, context)}\n`,
  );
  return lines.length === 0 ? '' : `\n${lines.join('')}`;
}

/** Errors of a plan or a run. */
export function renderProblems(list: readonly ErrorReport[], context: CommandContext): string {
  return list.map((error) => problem(error, context)).join('');
}

/** One problem: code and message, then where, what was seen, and what to do. */
function problem(error: ErrorReport, context: CommandContext): string {
  const { colour } = context;
  const [first = '', ...others] = sanitizeLines(error.evidence ?? '').split('\n');
  const details = [
    ...(error.path === undefined || error.message.includes(error.path)
      ? []
      : [
          `  ${colour.faint('path:')}     ${sanitizeForTerminal(shownPath(error.path, context.cwd))}\n`,
        ]),
    ...(first === '' ? [] : [`  ${colour.faint('evidence:')} ${first}\n`]),
    ...others.map((line) => `            ${line}\n`),
    ...(error.hint === undefined || error.hint === ''
      ? []
      : [
          `${hanging(`  ${colour.faint('next:')}     `, sanitizeForTerminal(error.hint), context)}\n`,
        ]),
  ];
  return `\n${colour.bad(error.code)}: ${sanitizeLines(error.message)}\n${details.join('')}`;
}

function planClosing(plan: PublishPlan, isDryRun: boolean, { verbose }: CommandContext): string {
  if (plan.problems.length > 0) {
    const isOfCheck = plan.problems.some(({ code }) => !/^(?:publish|trusted|http)\//.test(code));
    return isOfCheck
      ? '\nNothing was sent. What this index takes all the same is named with --skip-checks CODE.\n'
      : '\nNothing was sent.\n';
  }
  if (!isDryRun) return '';
  return verbose
    ? '\nNothing was sent. Leave out --dry-run to publish.\n'
    : '\nNothing was sent. --verbose shows the requests; leave out --dry-run to publish.\n';
}

/** What came of it. */
export function renderPublishReport(
  report: PublishReport,
  plan: PublishPlan,
  context: CommandContext,
): string {
  return [
    reportVerdict(report, plan, context),
    `\n${renderOutcomes(report, context)}`,
    ...report.files.flatMap(({ filename, warnings }) =>
      warnings.map(
        (warning) =>
          `\n${paragraph(`the index warns of ${sanitizeForTerminal(filename)}: ${sanitizeForTerminal(warning)}`, context)}\n`,
      ),
    ),
    noteLines(report.notes, context),
    ...report.files.map(({ error }) => (error === undefined ? '' : problem(error, context))),
    closing(report, plan, context),
  ].join('');
}

function reportVerdict(
  report: PublishReport,
  plan: PublishPlan,
  { colour }: CommandContext,
): string {
  const title = sanitizeForTerminal(plan.destination.title);
  const count = (outcomes: readonly FileReport['outcome'][]): number =>
    report.files.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const time = formatDuration(report.seconds);
  if (report.nothingToDo)
    return `${colour.good(`${title} had all of it`)}: ${plural(report.files.length, 'file')}\n`;
  const sent = count(['sent', 'arrived']);
  if (report.ok) {
    const present = count(['present']);
    const there = present === 0 ? '' : `, ${present} already there`;
    return `${colour.good(`${plural(sent, 'file')} published on ${title}`)}${there}, ${time}\n`;
  }
  const missing = count(['failed', 'not-sent']);
  return `${colour.bad(`${missing} of ${plural(report.files.length, 'file')} not published on ${title}`)}, ${time}\n`;
}

const OUTCOMES: Readonly<Record<FileReport['outcome'], string>> = {
  sent: 'sent',
  arrived: 'arrived, the answer was lost',
  present: 'was there',
  failed: 'failed',
  'not-sent': 'not sent',
};

/** What became of each file. */
export function renderOutcomes(report: PublishReport, context: CommandContext): string {
  const { colour } = context;
  const bad = (outcome: FileReport['outcome']): boolean =>
    outcome === 'failed' || outcome === 'not-sent';
  return renderTable(
    [{ title: 'file', shrink: 'middle' }, { title: 'size', align: 'right' }, { title: 'outcome' }],
    report.files.map(({ filename, size, outcome, attempts }) => [
      filename,
      formatSize(size),
      {
        text: `${OUTCOMES[outcome]}${attempts > 1 ? `, request ${attempts}` : ''}`,
        style: bad(outcome) ? colour.bad : colour.good,
      },
    ]),
    tableLayout(context),
  );
}

function closing(report: PublishReport, plan: PublishPlan, context: CommandContext): string {
  const receipt = `\nreceipt  ${sanitizeForTerminal(shownPath(report.receipt, context.cwd))}\n`;
  if (!report.ok)
    return `${receipt}Cure what is told above and run the same command again: what is there is not sent again.\n`;
  const pages = report.urls.map((url) => `page     ${sanitizeForTerminal(url)}\n`).join('');
  const index =
    plan.destination.name === 'pypi' ? '' : ` --index-url ${plan.destination.index ?? 'URL'}`;
  const next = `next     pip install${sanitizeForTerminal(`${index} ${report.install.join(' ')}`)}, in a fresh environment\n`;
  return `${receipt}${pages}${report.nothingToDo ? '' : next}`;
}

/** The plan as `--json` prints it. */
export function planDocument(plan: PublishPlan): object {
  const { destination, credentials } = plan;
  return {
    destination: destination.name,
    upload: destination.upload,
    ...(destination.index === undefined ? {} : { index: destination.index }),
    credentials:
      credentials === undefined ? null : { user: credentials.user, origin: credentials.origin },
    ranks: plan.ranks.map(({ label, files }) => ({
      label,
      files: files.map(({ file, action }) => ({
        filename: file.filename,
        path: file.path,
        project: file.project,
        version: file.version,
        size: file.size,
        sha256: file.sha256,
        action: action ?? null,
      })),
    })),
    problems: plan.problems,
    forecasts: plan.forecasts,
    receipt: plan.receipt.path,
  };
}

function tableLayout({ colour, columns, isTerminal }: CommandContext): TableLayout {
  return { palette: colour, width: columns, truncate: isTerminal };
}

/** Running text, wrapped for a terminal. */
export function paragraph(text: string, context: CommandContext): string {
  return hanging('', text, context);
}

function hanging(prefix: string, text: string, { columns, isTerminal }: CommandContext): string {
  return isTerminal ? hangingText(prefix, text, Math.min(columns, 100)) : prefix + text;
}
