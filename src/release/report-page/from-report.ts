/** From the report of a release to what its page shows. */
import type { JobReport, SdistReport, WheelReport } from '../../build/index.ts';
import type { Finding } from '../../support/finding.ts';
import type { ReleaseReport } from '../report.ts';
import type { ReportJob, ReportPageInput, ReportState, ReportWheel } from './input.ts';

/** What the page of a release shows; it lies in the release's output folder. */
export function reportPageInput(report: ReleaseReport): ReportPageInput {
  const { project, jobs, wheels, leftOut, notices, seconds, checks } = report;
  const checked = new Map(checks.map(({ filename, findings }) => [filename, findings]));
  return {
    title: project,
    jobs: jobs.map((job) => reportJob(job, project)),
    wheels: wheels.map((wheel) => reportWheel(wheel, checked.get(wheel.filename) ?? [])),
    leftOut: leftOut.map(({ python, reason }) => ({ python, reason })),
    besides: report.missing.map(({ id }) => id),
    notices: [
      ...notices,
      ...report.sdists.flatMap(sdistNotes),
      ...report.missing.map(({ id, reason }) => `${id} of the plan was not built: ${reason}`),
    ],
    pages: [
      ...report.sdists.flatMap(({ filename }) =>
        filename === undefined ? [] : [{ title: `sdist ${filename}`, href: filename }],
      ),
      ...(report.index === undefined ? [] : [{ title: 'Index', href: 'simple/index.html' }]),
      ...(report.links === undefined ? [] : [{ title: 'All files', href: 'links.html' }]),
    ],
    seconds,
  };
}

function sdistNotes({ package: name, error, log, notices }: SdistReport): readonly string[] {
  if (error === undefined) return notices;
  return [
    `The sdist of ${name} failed: ${error.message}${log === undefined ? '' : ` See ${log}.`}`,
  ];
}

function reportJob(job: JobReport, project: string): ReportJob {
  const { id, wheel, buildSeconds, testSeconds, test, logs, error, notices } = job;
  return {
    id,
    package: project,
    state: stateOf(job),
    ...(wheel === undefined ? {} : { wheel }),
    buildSeconds,
    testSeconds,
    test,
    logs: logs.map((path) => path.replaceAll('\\', '/')),
    ...(error === undefined ? {} : { error }),
    notices,
  };
}

function stateOf({ error, wheel, origin }: JobReport): ReportState {
  if (error !== undefined) return error.code === 'release/no-wheel' ? 'missing' : 'failed';
  if (wheel === undefined) return 'missing';
  return origin === undefined || origin === 'given' ? 'built' : origin;
}

function reportWheel(wheel: WheelReport, checked: readonly Finding[]): ReportWheel {
  const { filename, size, sha256, builtFor, testedOn, findings } = wheel;
  const known = new Set(findings.map(({ code, path }) => JSON.stringify([code, path])));
  const more = checked.filter(({ code, path }) => !known.has(JSON.stringify([code, path])));
  return { filename, size, sha256, builtFor, testedOn, findings: [...findings, ...more] };
}
