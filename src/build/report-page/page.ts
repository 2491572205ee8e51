/** The page of a build or a release, in one file. */
import { contents, entries, markup, page, type Html, type PagePart } from '../../pages/index.ts';
import { formatBytes, formatSeconds } from '../../support/progress/format.ts';
import type { ReportPageInput } from './input.ts';
import { jobMatrices } from './job-matrix.ts';
import { findingEntries, missingList, notesList } from './lists.ts';
import { counted, hrefOf } from './names.ts';
import { jobTable, wheelTable } from './tables.ts';

/** Cells of the matrix hold two lines below their word; file names are long. */
const STYLE = `
small{display:block;color:var(--soft);font-size:.8125rem;line-height:1.35;padding-left:1.25rem;white-space:nowrap}
figure tbody th,figure tbody td{vertical-align:top;padding-top:.5rem;padding-bottom:.55rem}
figure+figure{margin-top:2.5rem}
#wheels th.b{min-width:min(28rem,62vw)}
`.trim();

interface Part extends PagePart {
  readonly body: Html;
}

/**
 * A run as a page: what became of each identifier, what is missing and why, the wheels with what they were tested on, the
 * logs, what checks found. Links are relative: the page lies in the output folder.
 */
export function reportPage(input: ReportPageInput): string {
  const parts = partsOf(input);
  const body = markup`<h1>${input.title}</h1>
<p class="verdict ${isComplete(input) ? 'good' : 'bad'}">${verdict(input)}</p>
${entries(facts(input), { compact: true })}
${parts.length > 1 && contents(parts)}
${jobMatrices(input)}
${parts.map(
  ({ id, title, body: content }) =>
    markup`<section id="${id}"><h2>${title}</h2>\n${content}</section>\n`,
)}`;
  return page({
    title: `${input.title}: ${input.kind}`,
    description: verdict(input),
    body,
    note: `Written by wheelworks ${input.kind}.`,
    style: STYLE,
  });
}

function partsOf(input: ReportPageInput): readonly Part[] {
  const open = input.jobs.filter(({ state }) => state === 'failed' || state === 'missing');
  const findings = findingEntries(input);
  const notes =
    input.leftOut.length +
    input.notices.length +
    input.jobs.filter((job) => job.notices.length > 0).length;
  const parts: readonly (Part | false)[] = [
    open.length > 0 && {
      id: 'missing',
      title: 'What is missing',
      count: open.length,
      body: missingList(open),
    },
    input.wheels.length > 0 && {
      id: 'wheels',
      title: 'Wheels',
      count: input.wheels.length,
      body: wheelTable(input),
    },
    input.jobs.length > 0 && {
      id: 'jobs',
      title: 'Jobs and logs',
      count: input.jobs.length,
      body: jobTable(input),
    },
    findings.length > 0 && {
      id: 'findings',
      title: 'Findings',
      count: findings.length,
      body: entries(findings),
    },
    notes > 0 && { id: 'notes', title: 'Notes', count: notes, body: notesList(input) },
  ];
  return parts.filter((part) => part !== false);
}

function isComplete({ jobs }: ReportPageInput): boolean {
  return jobs.length > 0 && jobs.every(({ state }) => state !== 'failed' && state !== 'missing');
}

function verdict(input: ReportPageInput): string {
  const { jobs, wheels, besides = [] } = input;
  if (jobs.length === 0) return 'Nothing was planned.';
  const failed = jobs.filter(({ state }) => state === 'failed').length;
  const missing = jobs.filter(({ state }) => state === 'missing').length;
  if (failed + missing > 0)
    return `Not complete: of ${counted(jobs.length, 'identifier')}, ${[
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(missing > 0 ? [`${missing} ${missing === 1 ? 'has' : 'have'} no wheel`] : []),
    ].join(' and ')}`;
  const untested = jobs.filter(({ test }) => test === 'not-run').length;
  const tested = untested === 0 ? 'all of them tested' : `${untested} of them not tested`;
  const counts = `${counted(wheels.length, 'wheel')} for ${counted(jobs.length, 'identifier')}, ${tested}`;
  // A page that calls a part of the plan complete would be believed.
  return besides.length === 0
    ? `Complete: ${counts}`
    : `Complete for this machine: ${counts}; ${besides.length} more of the plan not built here`;
}

function facts({ jobs, wheels, pages, seconds }: ReportPageInput): Parameters<typeof entries>[0] {
  const size = wheels.reduce((sum, wheel) => sum + wheel.size, 0);
  const work = jobs.reduce((sum, job) => sum + job.buildSeconds + job.testSeconds, 0);
  const passed = jobs.filter(({ test }) => test === 'passed' || test === 'reused').length;
  return [
    { term: 'wheels', lines: [`${wheels.length}, ${formatBytes(size)} together`] },
    { term: 'tests', lines: [`${passed} of ${jobs.length} passed`] },
    {
      term: 'time',
      lines: [`${formatSeconds(seconds)}; jobs took ${formatSeconds(work)} together`],
    },
    ...(pages.length === 0
      ? []
      : [
          {
            term: 'beside',
            lines: [
              markup`${pages.map(({ title, href }, index) => markup`${index > 0 && ' · '}<a href="${hrefOf(href)}">${title}</a>`)}`,
            ],
          },
        ]),
  ];
}
