/** The matrix of identifiers: rows Pythons, columns platforms; a cell says what became of the job. */
import { SHAPES, markedMatrix, markup, type CellKind, type Html } from '../../pages/index.ts';
import { formatBytes, formatSeconds } from '../../support/progress/format.ts';
import type { ReportJob, ReportPageInput, ReportState, ReportWheel } from './input.ts';
import { anchorOf, hrefOf, placeOf } from './names.ts';

const KINDS: Readonly<Record<ReportState, CellKind>> = {
  built: { tone: 'good', legend: 'built', shape: SHAPES.full },
  reused: { tone: 'good', legend: 'as in an earlier run', shape: SHAPES.half },
  covered: { tone: 'good', legend: 'served by another’s wheel', shape: SHAPES.dot },
  failed: { tone: 'bad', legend: 'failed', shape: SHAPES.cross },
  missing: { tone: 'bad', legend: 'missing', shape: SHAPES.line },
};

/** A matrix for each package. */
export function jobMatrices({ jobs, wheels }: ReportPageInput): Html {
  const packages = [...new Set(jobs.map((job) => job.package))];
  const files = new Map(wheels.map((wheel) => [wheel.filename, wheel]));
  return markup`${packages.map((name) =>
    jobMatrix(
      packages.length === 1 ? 'What became of each identifier' : name,
      jobs.filter((job) => job.package === name),
      files,
    ),
  )}`;
}

function jobMatrix(
  caption: string,
  jobs: readonly ReportJob[],
  wheels: ReadonlyMap<string, ReportWheel>,
): Html {
  const placed = jobs.map((job) => ({ job, ...placeOf(job.id) }));
  const columns = [...new Set(placed.map(({ platform }) => platform))];
  const rows = [...new Set(placed.map(({ python }) => python))];
  return markedMatrix({
    caption,
    kinds: KINDS,
    columns,
    rows: rows.map((name) => ({
      name,
      cells: columns.map((platform) => {
        const found = placed.find((each) => each.python === name && each.platform === platform);
        if (found === undefined) return undefined;
        const { job } = found;
        return { kind: job.state, words: words(job), below: below(job, wheels) };
      }),
    })),
  });
}

function words(job: ReportJob): Html {
  const { state, wheel } = job;
  switch (state) {
    case 'failed':
      return markup`<a href="#${anchorOf(job)}" aria-label="why ${job.id} failed">${job.test === 'failed' ? 'test failed' : 'failed'}</a>`;
    case 'missing':
      return markup`<a href="#${anchorOf(job)}" aria-label="why ${job.id} is missing">missing</a>`;
    case 'built':
    case 'reused':
    case 'covered':
      return wheel === undefined
        ? markup`<span>${state}</span>`
        : markup`<a href="${hrefOf(wheel)}" title="${wheel}" aria-label="${state}: ${wheel}">${state}</a>`;
    default:
      return state satisfies never;
  }
}

function below(
  { state, wheel, buildSeconds, testSeconds, test }: ReportJob,
  wheels: ReadonlyMap<string, ReportWheel>,
): Html {
  const size = wheel === undefined ? undefined : wheels.get(wheel)?.size;
  const from = wheel === undefined ? undefined : wheels.get(wheel)?.builtFor;
  const facts = [
    size === undefined ? undefined : formatBytes(size),
    state === 'covered' && from !== undefined ? `of ${from.split('-')[0] ?? from}` : undefined,
    buildSeconds > 0
      ? `${state === 'failed' && wheel === undefined ? 'after' : 'in'} ${formatSeconds(buildSeconds)}`
      : undefined,
  ].filter((fact) => fact !== undefined);
  const lines = [facts.join(', '), testWords(test, testSeconds)];
  return markup`${lines.map((line) => line !== '' && markup`<small>${line}</small>`)}`;
}

function testWords(test: ReportJob['test'], seconds: number): string {
  switch (test) {
    case 'passed':
      return `tested in ${formatSeconds(seconds)}`;
    case 'reused':
      return 'tested before';
    case 'failed':
      return '';
    case 'not-run':
      return 'not tested';
    default:
      return test satisfies never;
  }
}
