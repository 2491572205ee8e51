/** A plan as a matrix of GitHub Actions. */
import { WheelworksError } from '../../support/errors.ts';
import type { BuildPlan, PlannedPython } from '../model.ts';
import { ciJobs, type CiJob } from './ci-jobs.ts';
import { selectArguments } from './pipeline-options.ts';
import { checkTargets, runnerFor, type RunnerLabels } from './runners.ts';

/** One combination of the matrix; an empty text stands for "does not apply", so that expressions can ask for it. */
export interface GithubMatrixEntry {
  /** Unique in the matrix; names the job and its artifact. */
  readonly id: string;
  /** Every identifier that the job builds, separated by spaces. */
  readonly only: string;
  /** What `wheelworks build` is to be given to build just these. */
  readonly select: string;
  /** Where builds run: `container` or `host`. */
  readonly environment: string;
  /** The packages that it builds, separated by commas. */
  readonly packages: string;
  readonly platform: string;
  readonly arch: string;
  readonly 'runs-on': string | readonly string[];
  /** The emulator to install: `ppc64le`. */
  readonly qemu: string;
  /** What actions/setup-python is to install, a version a line; empty where containers bring theirs. */
  readonly python: string;
  /** For actions/setup-python: `x64`, `x86`, `arm64`. */
  readonly architecture: string;
}

/** "A matrix will generate a maximum of 256 jobs per workflow run": GitHub's documentation of `strategy.matrix`. */
const MOST_JOBS = 256;

/**
 * The matrix as one line of JSON, for `fromJSON` in `strategy.matrix`.
 * @throws WheelworksError `ci/nothing-planned`, `ci/no-runner`, `ci/unknown-target`, `ci/too-many-jobs`.
 */
export function githubMatrix(plan: BuildPlan, runners: RunnerLabels = {}): string {
  checkTargets(runners);
  const include = ciJobs(plan).map((job) => githubEntry(job, runners));
  if (include.length === 0)
    throw new WheelworksError('ci/nothing-planned', 'The plan has no job.', {
      hint: 'See wheelworks plan for what the configuration leaves out.',
    });
  if (include.length > MOST_JOBS)
    throw new WheelworksError(
      'ci/too-many-jobs',
      `The plan needs ${include.length} jobs, and a matrix of GitHub Actions may have ${MOST_JOBS}.`,
      {
        hint: 'Skip what is not worth a wheel, build for the stable ABI, or plan in two workflows.',
      },
    );
  return JSON.stringify({ include });
}

function githubEntry(job: CiJob, runners: RunnerLabels): GithubMatrixEntry {
  const { labels, qemu = '', architecture = '' } = runnerFor('github', job, runners);
  const isContained = job.environment !== 'host';
  return {
    id: job.id,
    only: job.ids.join(' '),
    select: selectArguments(job.ids),
    environment: job.environment,
    packages: job.packages.join(', '),
    platform: job.platform,
    arch: job.arch,
    'runs-on': labels.length === 1 ? (labels[0] ?? '') : labels,
    qemu,
    python: isContained ? '' : job.pythons.map(setupPythonVersion).join('\n'),
    architecture: isContained ? '' : architecture,
  };
}

/** A Python as actions/setup-python names it: `3.12`, `3.14t`, `pypy3.11`, `graalpy25.0`. */
export function setupPythonVersion(python: PlannedPython): string {
  switch (python.implementation) {
    case 'cpython':
      return `${python.version}${python.freeThreaded ? 't' : ''}`;
    case 'pypy':
      return `pypy${python.version}`;
    case 'graalpy': {
      // `gp312_250`: GraalPy 25.0 for Python 3.12.
      const [, major, minor] = /_(\d+)(\d)$/.exec(python.tag) ?? [];
      return major === undefined ? `graalpy${python.version}` : `graalpy${major}.${minor ?? '0'}`;
    }
  }
}
