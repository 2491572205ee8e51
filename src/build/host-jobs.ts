/** The jobs of a package on this machine: the interpreters that it has, and those that the plan has besides. */
import type { JobOptions, PlannedJob, PlannedPackage } from '../plan/index.ts';
import type { Project } from '../project/index.ts';
import {
  selectInterpreters,
  type FoundInterpreters,
  type Interpreter,
  type Selection,
} from '../python/index.ts';
import { WheelworksError, type ErrorReport } from '../support/errors.ts';
import { defaultJobOptions } from './default-options.ts';
import { jobId } from './job-id.ts';
import type { BuildJob, LeftOut, MissingJob } from './job.ts';
import type { PackageBuild } from './package-build.ts';
import type { BuildRequest, Plans } from './prepare.ts';
import { runsHere } from './runs-here.ts';

interface JobsRequest {
  readonly request: BuildRequest;
  readonly project: Project;
  readonly planned: PlannedPackage;
  readonly plans: Plans;
  readonly found: FoundInterpreters;
}

/**
 * Decides which interpreters build.
 *
 * Where the user selects jobs of the plan, each must be there; else every interpreter that the project supports builds,
 * and what the plan has besides is told.
 * @throws WheelworksError `release/no-interpreter`, `release/no-such-interpreter`.
 */
export function hostJobs(request: JobsRequest): Pick<PackageBuild, 'jobs' | 'missing' | 'leftOut'> {
  const { selection = {} } = request.request;
  const isSelected =
    selection.only !== undefined || selection.build !== undefined || selection.skip !== undefined;
  const choice = choose(request);
  const wanted = request.plans.wanted.jobs.filter(belongsTo(request.planned));
  const ids = new Set(wanted.map(({ id }) => id));
  const options = optionsById(request);
  const jobs: BuildJob[] = choice.chosen
    .filter((interpreter) => !isSelected || ids.has(jobId(interpreter)))
    .map((interpreter) => {
      const id = jobId(interpreter);
      return { id, interpreter, environment: 'host', options: options(id) };
    });
  const there = new Set(jobs.map(({ id }) => id));
  const narrowed = request.request.python.length > 0 || request.project.settings.python.length > 0;
  const missing =
    narrowed && !isSelected
      ? []
      : wanted
          .filter(
            ({ id, libc }) => !there.has(id) && (isSelected || isThisLibc(libc, request.found)),
          )
          .map((job) => missingJob(job, request.request, isSelected));
  if (!isSelected) refuseUnserved(request.project, choice, request.found.interpreters);
  return { jobs, missing, leftOut: choice.leftOut };
}

/** Without a selection nobody expects musl's wheels of a machine with glibc. */
function isThisLibc(libc: PlannedJob['libc'], { interpreters }: FoundInterpreters): boolean {
  return libc === null || interpreters.some((each) => (each.libc?.family ?? 'glibc') === libc);
}

function belongsTo({ name, directory }: PlannedPackage): (job: PlannedJob) => boolean {
  return (job) => job.package === name && job.directory === directory;
}

function missingJob(job: PlannedJob, request: BuildRequest, demanded: boolean): MissingJob {
  const { implementation, version, freeThreaded } = job.python;
  const name = { cpython: 'CPython', pypy: 'PyPy', graalpy: 'GraalPy' }[implementation];
  const label = `${name} ${version}${freeThreaded ? ' free-threaded' : ''}`;
  const { machine } = request;
  const isForeign = !runsHere(job, { platform: request.search.platform, machine });
  const error = isForeign ? foreignJob(job, machine) : noInterpreter(job, label);
  return { id: job.id, python: label, demanded, error };
}

function noInterpreter({ id, python, libc }: PlannedJob, label: string): ErrorReport {
  return {
    code: 'build/no-interpreter',
    message: `${id} needs ${label}${libc === 'musl' ? ' on musl' : ''}, which this machine does not have.`,
    hint: `Install it, name it (PYTHON_HOME=/opt/python/${python.folder}), or build in a container: --environment container.`,
  };
}

const SYSTEMS = { linux: 'Linux', macos: 'macOS', windows: 'Windows' } as const;

/** No Python that could be installed here would help. */
function foreignJob({ id, platform, arch }: PlannedJob, machine: string): ErrorReport {
  const where = 'on a machine of its kind: wheelworks plan --format github gives each job one';
  return {
    code: 'build/foreign-job',
    message: `${id} needs ${SYSTEMS[platform]} on ${arch}, and this machine (${machine}) is another.`,
    hint:
      platform === 'linux'
        ? `Build it in a container, with --environment container, or ${where}.`
        : `Build it ${where}.`,
  };
}

/** The options of a job by its id: those of the plan; for a Python that no plan knows, the project's settings. */
function optionsById({
  request,
  project,
  planned,
  plans,
}: JobsRequest): (id: string) => JobOptions {
  const known = new Map(
    plans.possible.jobs.filter(belongsTo(planned)).map(({ id, options }) => [id, options]),
  );
  const fallback = defaultJobOptions(project.settings);
  return (id) => joinJobOptions(known.get(id) ?? fallback, request);
}

/** The options of a job, with those of the command line. */
export function joinJobOptions(
  own: JobOptions,
  { configSettings, testCommand }: Pick<BuildRequest, 'configSettings' | 'testCommand'>,
): JobOptions {
  return {
    ...own,
    configSettings: { ...own.configSettings, ...configSettings },
    ...(testCommand === undefined ? {} : { testCommand: testCommand.trim() }),
  };
}

interface Choice {
  readonly chosen: readonly Interpreter[];
  readonly unmatched: Selection['unmatched'];
  readonly leftOut: readonly LeftOut[];
}

function choose({ request, project, planned, plans, found }: JobsRequest): Choice {
  const selectors = request.python.length > 0 ? request.python : project.settings.python;
  const selection = selectInterpreters(found.interpreters, {
    selectors,
    ...(project.requiresPython === undefined ? {} : { requiresPython: project.requiresPython }),
  });
  const selected = new Set(plans.possible.jobs.filter(belongsTo(planned)).map(({ id }) => id));
  const known = new Set(plans.known);
  const isWanted = wantsPython2(project, selectors) ? () => true : isPython3;
  const isSkipped = (interpreter: Interpreter): boolean => {
    const id = jobId(interpreter);
    return selectors.length === 0 && known.has(id) && !selected.has(id);
  };
  const chosen = selection.chosen.filter((each) => isWanted(each) && !isSkipped(each));
  const rejected = [
    ...selection.chosen
      .filter((each) => !isWanted(each))
      .map((interpreter) => ({
        interpreter,
        reason: 'Python 2 is served when requires-python or --python asks for it',
      })),
    ...selection.chosen
      .filter((each) => isWanted(each) && isSkipped(each))
      .map((interpreter) => ({
        interpreter,
        reason: `build and skip leave ${jobId(interpreter)} out`,
      })),
    ...selection.rejected,
  ];
  const leftOut = [
    ...found.broken.map(({ path, problem }) => ({
      python: 'unknown',
      executable: path,
      reason: problem.message,
      broken: true,
    })),
    ...rejected.map(({ interpreter, reason }) => ({
      python: interpreter.label,
      executable: interpreter.path,
      reason,
      broken: false,
    })),
  ];
  return { chosen, unmatched: selection.unmatched, leftOut };
}

/** Few projects say that they have given up Python 2; one that still serves it says so. */
function wantsPython2({ requiresPython }: Project, selectors: readonly string[]): boolean {
  return selectors.length > 0 || (requiresPython ?? '') !== '';
}

function isPython3({ version }: Interpreter): boolean {
  return version.major >= 3;
}

/** An interpreter that was asked for and is not there makes the release incomplete: better known now than after it. */
function refuseUnserved(
  project: Project,
  { chosen, unmatched, leftOut }: Choice,
  all: readonly Interpreter[],
): void {
  if (unmatched.length > 0) {
    const broken = leftOut.filter((each) => each.broken);
    const { requiresPython } = project;
    // Of a Python that is not there no requirement says anything.
    const isThere =
      selectInterpreters(all, { selectors: unmatched }).unmatched.length < unmatched.length;
    throw new WheelworksError(
      // One that is there and does not run is this machine's fault, and no wrong word.
      broken.some(({ executable }) => unmatched.includes(executable))
        ? 'release/no-interpreter'
        : 'release/no-such-interpreter',
      `No Python of this machine that the project supports is ${unmatched.join(' or ')}.`,
      {
        path: project.directory,
        ...evidenceOf([
          ...broken.map(reasonOf),
          ...(requiresPython === undefined || !isThere
            ? []
            : [`the project requires Python ${requiresPython}`]),
        ]),
        hint: 'wheelworks python shows every interpreter; install it, or ask for another one with --python.',
      },
    );
  }
  if (chosen.length > 0) return;
  throw new WheelworksError(
    'release/no-interpreter',
    'No Python on this machine can build the project.',
    {
      path: project.directory,
      ...evidenceOf(leftOut.map(reasonOf)),
      hint:
        leftOut.length === 0
          ? 'Install a Python with its headers (python3-dev), or name one with --python PATH.'
          : 'wheelworks python shows every interpreter and what it is missing.',
    },
  );
}

function reasonOf({ executable, reason }: LeftOut): string {
  return reason.startsWith(executable) ? reason : `${executable}: ${reason}`;
}

function evidenceOf(lines: readonly string[]): { readonly evidence?: string } {
  return lines.length === 0 ? {} : { evidence: lines.join('\n') };
}
