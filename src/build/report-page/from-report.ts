/** From the report of a build, or of a release, to what its page shows. */
import type { Finding } from '../../support/finding.ts';
import type { JobReport, SdistReport, WheelReport } from '../report.ts';
import type { BuildReport } from '../run-build.ts';
import type { ReportJob, ReportPageInput, ReportState, ReportWheel } from './input.ts';

/** What a run has besides its builds. */
export interface ReportExtras {
  /** The command that writes the page. */
  readonly kind: ReportPageInput['kind'];
  /** Pages beside this one: the index, the flat list of wheels. */
  readonly pages?: ReportPageInput['pages'];
  /** What a check of the whole set says of its wheels. */
  readonly checks?: readonly { readonly filename: string; readonly findings: readonly Finding[] }[];
}

/** What the page of a run shows; it lies in the output folder. */
export function reportPageInput(report: BuildReport, extras: ReportExtras): ReportPageInput {
  const { packages, jobs, wheels, sdists, leftOut, notices, seconds } = report;
  const checked = new Map((extras.checks ?? []).map((check) => [check.filename, check.findings]));
  return {
    kind: extras.kind,
    title: packages.join(', '),
    jobs: jobs.map(reportJob),
    wheels: wheels.map((wheel) => reportWheel(wheel, checked.get(wheel.filename) ?? [])),
    parts: report.parts.map(({ filename, size, sha256, requiredBy }) => ({
      filename,
      size,
      sha256,
      serves: requiredBy.length,
    })),
    leftOut: leftOut.map(({ python, reason }) => ({ python, reason })),
    besides: report.missing.map(({ id }) => id),
    notices: [
      ...notices,
      ...sdists.flatMap(sdistNotes),
      ...report.missing.map(({ id, reason }) => `${id} of the plan was not built: ${reason}`),
    ],
    pages: [
      ...sdists.flatMap(({ filename }) =>
        filename === undefined ? [] : [{ title: `sdist ${filename}`, href: filename }],
      ),
      ...(extras.pages ?? []),
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

function reportJob(job: JobReport): ReportJob {
  const { id, wheel, buildSeconds, testSeconds, test, logs, error, notices, kept } = job;
  return {
    id,
    package: job.package,
    state: stateOf(job),
    ...(wheel === undefined ? {} : { wheel }),
    buildSeconds,
    testSeconds,
    test,
    logs: logs.map((path) => path.replaceAll('\\', '/')),
    ...(error === undefined ? {} : { error }),
    isKept: kept !== undefined,
    notices,
  };
}

/** Jobs for which nothing was even tried. */
const MISSING: ReadonlySet<string> = new Set([
  'release/no-wheel',
  'build/no-interpreter',
  'build/foreign-job',
]);

function stateOf({ error, wheel, origin }: JobReport): ReportState {
  if (error !== undefined) return MISSING.has(error.code) ? 'missing' : 'failed';
  if (wheel === undefined) return 'missing';
  return origin === undefined || origin === 'given' ? 'built' : origin;
}

function reportWheel(wheel: WheelReport, checked: readonly Finding[]): ReportWheel {
  const { filename, size, sha256, builtFor, testedOn, findings } = wheel;
  const known = new Set(findings.map(({ code, path }) => JSON.stringify([code, path])));
  const more = checked.filter(({ code, path }) => !known.has(JSON.stringify([code, path])));
  return { filename, size, sha256, builtFor, testedOn, findings: [...findings, ...more] };
}
