/** Which tool builds, when the user does not say. */
import { compareVersions, parseVersion, tryParseVersion } from '../packaging/index.ts';
import { describeInterpreter, type Interpreter } from '../python/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type { FrontendName } from './frontend.ts';
import type { Project } from '../project/index.ts';

/** What the choice depends on. */
export interface FrontendChoice {
  readonly project: Project;
  readonly interpreter: Interpreter;
  /** Absolute path of uv, when it was found. */
  readonly uv?: string;
  /** Names of build requirements that the interpreter does not have. */
  readonly missing: readonly string[];
  readonly configSettings: Readonly<Record<string, string | readonly string[]>>;
}

/** The first pip with `--use-pep517`. */
const PIP_WITH_PEP517 = '19.0';
/** The first pip that knows `backend-path` (PEP 517 in-tree backends). */
const PIP_WITH_BACKEND_PATH = '20.0';
/** The first pip that passes `--config-settings` on. */
const PIP_WITH_CONFIG_SETTINGS = '22.1';
/** The oldest Python that uv makes environments for. */
const UV_PYTHON = 8;

/**
 * The best frontend that can build this project with this interpreter: uv, build, pip, and with nothing of these a
 * direct call of the backend, if all it needs is there.
 * @throws WheelworksError `build/no-frontend` when there is none.
 */
export function chooseFrontend(choice: FrontendChoice): FrontendName {
  if (uvServes(choice)) return 'uv';
  if (choice.interpreter.packages.build !== null) return 'build';
  if (pipProblem(choice) === undefined) return 'pip';
  if (choice.missing.length === 0) return 'direct';
  throw noFrontend(choice);
}

/**
 * Refuses a frontend that the user named and that is not there.
 * @throws WheelworksError `build/no-frontend`.
 */
export function requireFrontend(name: FrontendName, choice: FrontendChoice): FrontendName {
  const { interpreter, uv } = choice;
  const problems: Readonly<Record<FrontendName, string | undefined>> = {
    uv: uv === undefined ? 'uv is not on PATH' : undefined,
    build: interpreter.packages.build === null ? 'the package build is not installed' : undefined,
    pip: pipProblem(choice),
    direct: undefined,
  };
  const problem = problems[name];
  if (problem === undefined) return name;
  throw new WheelworksError(
    'build/no-frontend',
    `The frontend ${name} cannot build for ${describeInterpreter(interpreter)}: ${problem}.`,
    { path: interpreter.path, hint: 'Install it, or leave --frontend out.' },
  );
}

function uvServes({ uv, interpreter: { implementation, version } }: FrontendChoice): boolean {
  const isKnown = implementation.name === 'cpython' || implementation.name === 'pypy';
  return uv !== undefined && isKnown && version.major === 3 && version.minor >= UV_PYTHON;
}

/** Why pip cannot build this project; undefined when it can. */
function pipProblem({ project, interpreter, configSettings }: FrontendChoice): string | undefined {
  const { pip } = interpreter.packages;
  if (pip === null) return 'pip is not installed';
  const version = tryParseVersion(pip);
  const needs = [
    { pip: PIP_WITH_PEP517, for: 'PEP 517 builds', when: true },
    {
      pip: PIP_WITH_BACKEND_PATH,
      for: 'a backend in the project itself',
      when: project.buildSystem.backendPath.length > 0,
    },
    {
      pip: PIP_WITH_CONFIG_SETTINGS,
      for: 'config settings',
      when: Object.keys(configSettings).length > 0,
    },
  ];
  const unmet = needs.find(
    (need) =>
      need.when && (version === undefined || compareVersions(version, parseVersion(need.pip)) < 0),
  );
  return unmet === undefined ? undefined : `pip ${pip} is too old for ${unmet.for} (${unmet.pip})`;
}

function noFrontend(choice: FrontendChoice): WheelworksError {
  const { interpreter, missing } = choice;
  return new WheelworksError(
    'build/no-frontend',
    `Nothing on this machine can build for ${describeInterpreter(interpreter)}.`,
    {
      path: interpreter.path,
      evidence: `${pipProblem(choice) ?? ''}; not installed: ${missing.join(', ')}`,
      hint: `Install uv, or run ${interpreter.path} -m pip install --upgrade pip.`,
    },
  );
}
