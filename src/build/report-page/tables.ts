/** Wheels and jobs of a run as tables. */
import { breakable, markup, table, type Html } from '../../pages/index.ts';
import { formatBytes, formatSeconds } from '../../support/progress/format.ts';
import type { ReportJob, ReportPageInput, ReportPart, ReportWheel } from './input.ts';
import { anchorOf, hrefOf, logLinks } from './names.ts';

/** Every wheel and every part: how large, for what it was built and on what it was tested. */
export function wheelTable({ wheels, parts = [] }: ReportPageInput): Html {
  return table({
    caption: 'The files, with what they were tested on',
    columns: [
      { title: 'wheel', breaks: true },
      { title: 'size', numeric: true },
      { title: 'tested on' },
      { title: 'SHA-256', short: true },
    ],
    rows: [
      ...wheels.map((wheel) => fileRow(wheel, testedOn(wheel))),
      ...parts.map((part) => fileRow(part, partOf(part))),
    ],
  });
}

function fileRow(
  { filename, size, sha256 }: ReportWheel | ReportPart,
  told: Html,
): readonly (Html | string)[] {
  return [
    markup`<a href="${hrefOf(filename)}">${breakable(filename)}</a>`,
    formatBytes(size),
    told,
    markup`<code title="${sha256}">${sha256.slice(0, 12)}…</code>`,
  ];
}

function partOf({ serves }: ReportPart): Html {
  return markup`<span class="soft">part of ${serves === 1 ? 'one wheel' : `${serves} wheels`}</span>`;
}

function testedOn({ testedOn: ids }: ReportWheel): Html {
  if (ids.length === 0) return markup`<span class="bad">nothing</span>`;
  return markup`${ids.map((id, index) => markup`${index > 0 && ', '}<span class="o">${id}</span>`)}`;
}

/** Every job: how long it took, and what it wrote. */
export function jobTable({ jobs }: ReportPageInput): Html {
  const severalPackages = new Set(jobs.map((job) => job.package)).size > 1;
  return table({
    caption: 'What each job did in this run',
    columns: [
      { title: 'job', breaks: true },
      { title: 'build', numeric: true },
      { title: 'test', numeric: true },
      { title: 'logs', short: true },
    ],
    rows: jobs.map((job) => [
      severalPackages ? markup`${breakable(job.package)} ${breakable(job.id)}` : breakable(job.id),
      job.buildSeconds > 0
        ? formatSeconds(job.buildSeconds)
        : markup`<span class="soft">none</span>`,
      testTime(job),
      job.logs.length === 0
        ? markup`<span class="soft">none in this run</span>`
        : logLinks(job.logs),
    ]),
  });
}

function testTime(job: ReportJob): Html | string {
  switch (job.test) {
    case 'passed':
      return formatSeconds(job.testSeconds);
    case 'failed':
      return markup`<a class="bad" href="#${anchorOf(job)}">failed</a>`;
    case 'reused':
      return markup`<span class="soft">before</span>`;
    case 'not-run':
      return markup`<span class="soft">none</span>`;
    default:
      return job.test satisfies never;
  }
}
