/** A build or a release for people: the verdict first, then wheels and interpreters, what failed and why, and the next step. */
import { pathToFileURL } from 'node:url';
import type { BuildReport, BuildRun, JobReport, WheelReport } from '../../build/index.ts';
import type { ReleaseReport } from '../../release/index.ts';
import type { CommandContext } from '../context.ts';
import { brief, removedText } from './earlier-files.ts';
import { errorLines, renderFailedJobs } from './failed-jobs.ts';
import { renderFindings } from './findings.ts';
import { formatDuration, joinWords, plural } from './quantity.ts';
import { sanitizeForTerminal } from './sanitize.ts';
import { block, leftOutTable, missingTable, tableLayout } from './build-plan.ts';
import { sdistTable, shortId, wheelTable } from './release-files.ts';
import { renderTable, type Cell } from './table.ts';
import { hangingText } from './wrap.ts';

/** A build, or a release with what it has besides. */
export type ShownReport = BuildReport &
  Partial<Pick<ReleaseReport, 'index' | 'project' | 'checks'>>;

/** What came of it. @param run what was to be done; its packages have their folders */
export function renderReport(
  report: ShownReport,
  { packages }: Pick<BuildRun, 'packages'>,
  context: CommandContext,
): string {
  const folders = new Map(packages.map(({ name, project }) => [name, project.directory]));
  if (report.jobs.length === 0) return nothingText(report, context);
  return [
    verdict(report, context),
    block(wheelTable(report, context)),
    block(sdistTable(report, context)),
    block(jobTable(report, context)),
    block(renderFindings(shownFindings(report), { palette: context.colour, indent: 0, most: 3 })),
    notices(report, context),
    ...renderFailedJobs(report, folders, context),
    ...report.sdists.map((sdist) => sdistFailure(sdist, report, context)),
    missingTable(report.missing, context),
    leftOut(report, context),
    block(`${cacheLine(report)}${debugLine(report)}${closing(report)}`),
  ].join('');
}

/** As `wheelworks plan` says it. */
function nothingText(report: ShownReport, context: CommandContext): string {
  const text = 'Nothing is selected: no job of the plan is asked for.';
  return `${context.colour.bad(text)}\n${notices(report, context)}${leftOut(report, context)}`;
}

function verdict(report: ShownReport, { colour }: CommandContext): string {
  const { jobs, wheels, sdists } = report;
  const broken = sdists.filter((each) => each.error !== undefined).length;
  const failed = jobs.filter((job) => job.error !== undefined).length;
  const words =
    failed === 0 && broken > 0
      ? colour.bad(`${plural(broken, 'sdist')} failed, ${plural(wheels.length, 'wheel')} made`)
      : failed === 0
        ? colour.good(`${plural(wheels.length, 'wheel')} for ${plural(jobs.length, 'interpreter')}`)
        : colour.bad(`${failed} of ${plural(jobs.length, 'job')} failed`);
  return `${words}, ${sanitizeForTerminal(namesOf(report))}, ${formatDuration(report.seconds)}\n`;
}

/** The project of a release, the packages of a build. */
function namesOf({ project, packages }: ShownReport): string {
  return packages.length > 1 ? joinWords(packages) : (project ?? packages[0] ?? '');
}

function sdistFailure(
  { package: name, error, log }: ShownReport['sdists'][number],
  { output }: ShownReport,
  { colour }: CommandContext,
): string {
  if (error === undefined) return '';
  return [
    '',
    colour.bad(`failed sdist of ${sanitizeForTerminal(name)}`),
    ...errorLines(error, { colour }),
    ...(log === undefined ? [] : [`  ${colour.faint('log:')}  ${output}/${log}`]),
    '',
  ].join('\n');
}

function jobTable(report: ShownReport, context: CommandContext): string {
  return renderTable(
    [
      ...(report.packages.length > 1 ? [{ title: 'package' }] : []),
      { title: 'job' },
      { title: 'python' },
      { title: 'wheel' },
      { title: 'build', align: 'right' },
      { title: 'test' },
      { title: 'time', align: 'right' },
    ],
    report.jobs.map((job) => [
      ...(report.packages.length > 1 ? [job.package] : []),
      ...jobRow(job, context),
    ]),
    tableLayout(context),
  );
}

function jobRow(job: JobReport, { colour }: CommandContext): readonly Cell[] {
  const plain = (text: string): string => text;
  const ok = job.test === 'passed' || job.test === 'reused';
  const wheel = job.origin ?? 'none';
  const test = job.test === 'reused' ? 'passed before' : job.test.replace('-', ' ');
  return [
    job.id,
    job.python,
    { text: wheel, style: job.origin === undefined ? colour.bad : plain },
    job.buildSeconds > 0 ? formatDuration(job.buildSeconds) : '',
    { text: test, style: ok ? colour.good : colour.bad },
    job.test === 'passed' || job.test === 'failed' ? formatDuration(job.testSeconds) : '',
  ];
}

function shownFindings(report: ShownReport): WheelReport['findings'] {
  return [...report.wheels, ...report.sdists].flatMap(({ filename = 'sdist', findings }) =>
    findings
      .filter(({ severity }) => severity !== 'info')
      .map((finding) => ({ ...finding, path: finding.path ?? filename })),
  );
}

/** Each text once, with the jobs it is about where these are not all. */
function notices(report: ShownReport, context: CommandContext): string {
  const jobs = new Map<string, string[]>();
  for (const { id, notices: texts } of report.jobs)
    for (const text of texts) jobs.set(text, [...(jobs.get(text) ?? []), id]);
  const own = [...jobs].map(([text, ids]) => {
    const isAll = ids.length === report.jobs.length && ids.length > 1;
    return [isAll ? 'notice' : `notice (${ids.map(shortId).join(', ')})`, text] as const;
  });
  const kept = keptNotice(report);
  const sdists = report.sdists.flatMap((each) => each.notices);
  const all = [...report.notices, ...sdists, ...kept].map((text) => ['notice', text] as const);
  return [...own, ...all]
    .map(([label, text]) => `\n${paragraph(`${label}: ${sanitizeForTerminal(text)}`, context)}\n`)
    .join('');
}

function keptNotice(report: ShownReport): readonly string[] {
  const { kept, removed } = report;
  return [
    ...(kept.length === 0
      ? []
      : [
          `${report.index === undefined ? 'the folder' : 'the index'} also has ${plural(kept.length, 'wheel')} of earlier runs: ${brief(kept)}`,
        ]),
    ...(removed.length === 0 ? [] : [removedText(removed, { why: 'this one replaced' })]),
  ];
}

function paragraph(text: string, { isTerminal, columns }: CommandContext): string {
  return isTerminal ? hangingText('', text, columns) : text;
}

/** What is broken deserves a look; why the others are not served is told to those who ask. */
function leftOut(report: ShownReport, context: CommandContext): string {
  if (context.verbose) return leftOutTable(report.leftOut, context);
  const broken = report.leftOut.filter((each) => each.broken);
  const others = report.leftOut.length - broken.length;
  const line =
    others === 0 || context.quiet
      ? ''
      : `\n${context.colour.faint(`${plural(others, 'interpreter')} left out; --verbose says why`)}\n`;
  return leftOutTable(broken, context) + line;
}

/** What the compiler cache saved, over all builds. */
function cacheLine({ jobs }: ShownReport): string {
  const uses = jobs.flatMap(({ compiled }) => (compiled === undefined ? [] : [compiled]));
  const [first] = uses;
  if (first === undefined) return '';
  const hits = uses.reduce((sum, use) => sum + use.hits, 0);
  const all = uses.reduce((sum, use) => sum + use.hits + use.misses, 0);
  return `${first.name.padEnd(7)}${hits} of ${plural(all, 'compilation')} came from the cache\n`;
}

/** Where debug files are, and how one debugger is told. */
function debugLine({ jobs, output }: ShownReport): string {
  const files = jobs.flatMap(({ sideFiles }) =>
    sideFiles.filter((name) => name.endsWith('.debug')),
  );
  const [first] = files;
  if (first === undefined) return '';
  const folder = `${output}/${first.replace(/\/debug\/.*/s, '/debug')}`;
  return `debug  ${plural(files.length, 'file')} beside the logs; in gdb: set debug-file-directory ${folder}\n`;
}

function closing(report: ShownReport): string {
  const index = report.index === undefined ? '' : `${checkLine(report)}index  ${report.index}\n`;
  if (!report.ok)
    return `${index}next   mend it and run the same again: what is finished is done again only when the sources change, pyproject.toml among them\n`;
  if (report.index === undefined)
    return report.wheels.length === 0 ? '' : `wheels ${report.output}\n`;
  const url = pathToFileURL(report.index).href;
  return `${index}next   pip install --index-url ${url} ${report.project ?? ''}\n`;
}

/** What an index would say of the set. */
function checkLine({ checks = [] }: ShownReport): string {
  const refused = checks.filter(({ verdict }) => verdict === 'rejected').length;
  if (checks.length === 0) return '';
  return refused === 0
    ? `check  PyPI would take ${plural(checks.length, 'wheel')}\n`
    : `check  PyPI would refuse ${refused} of ${plural(checks.length, 'wheel')}; wheelworks check says why\n`;
}
