/** What a build will do: which interpreters it serves, from which sources, into which folder. */
import { basename, resolve } from 'node:path';
import type { JobOptions } from '../plan/index.ts';
import { withAbsolutePaths } from './environment.ts';
import { defaultJobOptions } from './default-options.ts';
import type { FrontendName } from './frontend.ts';
import { isInside } from './source-links.ts';
import { readSources } from './source-tree.ts';
import type { PackageBuild } from './package-build.ts';
import { readProject, type Project } from '../project/index.ts';
import {
  findInterpreters,
  selectInterpreters,
  type FoundInterpreters,
  type Interpreter,
  type InterpreterSearch,
  type Selection,
} from '../python/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { jobId } from './job-id.ts';
import type { LeftOut } from './job.ts';

/** What the user asks for; everything else has a default. */
export interface BuildRequest {
  readonly directory: string;
  /** Where wheels and index go; `wheelhouse` in the project when left out. */
  readonly output?: string;
  /** Folder to copy for builds when the project needs files above it. */
  readonly sourceRoot?: string;
  /** Interpreter selectors: `3.12`, `3.13t`, a path. None: the project's, else all. */
  readonly python: readonly string[];
  readonly frontend?: FrontendName;
  readonly isolated: boolean;
  readonly offline: boolean;
  /** Replaces the project's test command; the empty string runs none. */
  readonly testCommand?: string;
  readonly configSettings: Readonly<Record<string, string | readonly string[]>>;
  /** Wheels are taken as the backend made them. */
  readonly unrepaired?: boolean;
  /** Wheels are not installed and tested. */
  readonly untested?: boolean;
  /** Milliseconds that one command may take. */
  readonly timeoutMs?: number;
  readonly search: InterpreterSearch;
}

/**
 * Reads the project, finds the interpreters and decides which are served.
 * @throws WheelworksError `release/no-interpreter`, `config/*`, `build/link-outside`, `python/*`, `file/*`.
 */
export async function prepareBuild(request: BuildRequest): Promise<PackageBuild> {
  const { search } = request;
  const directory = resolve(search.cwd, request.directory);
  const project = await readProject(directory, search.platform);
  const root = resolve(search.cwd, request.sourceRoot ?? directory);
  const output = resolve(search.cwd, request.output ?? resolve(directory, 'wheelhouse'));
  refuseOutput(output, root);
  const selectors = request.python.length > 0 ? request.python : project.settings.python;
  const found = await findInterpreters({ ...search, explicit: selectors });
  const selection = selectInterpreters(found.interpreters, {
    selectors,
    ...(project.requiresPython === undefined ? {} : { requiresPython: project.requiresPython }),
  });
  const isWanted = wantsPython2(project, selectors) ? () => true : isPython3;
  const chosen = selection.chosen.filter(isWanted);
  const leftOut = leftOutOf(
    found,
    selection,
    selection.chosen.filter((each) => !isWanted(each)),
  );
  refuseUnserved(project, { chosen, unmatched: selection.unmatched }, leftOut);
  const configSettings = { ...project.settings.configSettings, ...request.configSettings };
  const options: JobOptions = {
    ...defaultJobOptions(project.settings),
    configSettings,
    ...(request.testCommand === undefined ? {} : { testCommand: request.testCommand.trim() }),
  };
  return {
    project,
    name: project.name ?? basename(directory),
    isOneOfSeveral: false,
    needs: [],
    missing: [],
    output,
    sources: await readSources(directory, root, output),
    jobs: chosen.map((interpreter) => ({
      id: jobId(interpreter),
      interpreter,
      environment: 'host',
      options,
    })),
    leftOut,
    helpers: found.interpreters,
    ...(request.frontend === undefined ? {} : { frontend: request.frontend }),
    isolated: request.isolated,
    offline: request.offline,
    unrepaired: request.unrepaired ?? false,
    untested: request.untested ?? false,
    ...(request.timeoutMs === undefined ? {} : { timeoutMs: request.timeoutMs }),
    configSettings,
    env: withAbsolutePaths(search.env, search.cwd),
    platform: search.platform,
  };
}

/** Results among the sources would be sources of the next run. */
function refuseOutput(output: string, root: string): void {
  if (!isInside(output, root)) return;
  throw new WheelworksError(
    'config/output-folder',
    `The output folder ${output} holds the sources themselves.`,
    {
      path: output,
      hint: 'Give a folder of its own with --output; one inside the project is fine.',
    },
  );
}

/** Few projects say that they have given up Python 2; one that still serves it says so. */
function wantsPython2({ requiresPython }: Project, selectors: readonly string[]): boolean {
  return selectors.length > 0 || (requiresPython ?? '') !== '';
}

function isPython3({ version }: Interpreter): boolean {
  return version.major >= 3;
}

function leftOutOf(
  found: FoundInterpreters,
  selection: Selection,
  oldOnes: readonly Interpreter[],
): readonly LeftOut[] {
  return [
    ...found.broken.map(({ path, problem }) => ({
      python: 'unknown',
      executable: path,
      reason: problem.message,
      broken: true,
    })),
    ...[
      ...oldOnes.map((interpreter) => ({
        interpreter,
        reason: 'Python 2 is served when requires-python or --python asks for it',
      })),
      ...selection.rejected,
    ].map(({ interpreter, reason }) => ({
      python: interpreter.label,
      executable: interpreter.path,
      reason,
      broken: false,
    })),
  ];
}

/** An interpreter that was asked for and is not there makes the release incomplete: better known now than after it. */
function refuseUnserved(
  project: Project,
  { chosen, unmatched }: Pick<Selection, 'chosen' | 'unmatched'>,
  leftOut: readonly LeftOut[],
): void {
  if (unmatched.length > 0) {
    const broken = leftOut.filter((each) => each.broken);
    const { requiresPython } = project;
    throw new WheelworksError(
      'release/no-interpreter',
      `No Python of this machine that the project supports is ${unmatched.join(' or ')}.`,
      {
        path: project.directory,
        ...evidenceOf([
          ...broken.map(reasonOf),
          ...(requiresPython === undefined
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
