/** Releases installed from an index into fresh environments, by a pip of this machine. */
import { join } from 'node:path';
import {
  compareVersions,
  formatTag,
  parseVersion,
  parseWheelFilename,
  specifierSetContains,
  supportedTags,
  tryParseSpecifierSet,
  tryParseVersion,
} from '../packaging/index.ts';
import {
  findInterpreters,
  formatPythonVersion,
  tagEnvironment,
  type Interpreter,
  type InterpreterSearch,
} from '../python/index.ts';
import { groupBy } from '../support/group-by.ts';
import { runProcess } from '../support/process.ts';
import type { PublishFile } from './publish-file.ts';

/** How Pythons are looked for. */
export type InstallSearch = Pick<
  InterpreterSearch,
  'platform' | 'env' | 'home' | 'cwd' | 'jobs' | 'cache'
>;

/** One release and how its installation went. `not-here`: no Python of this machine takes any of its wheels. */
export interface InstallTrial {
  readonly release: string;
  readonly outcome: 'installed' | 'failed' | 'not-here';
  /** Who installed it, or what was looked for. */
  readonly python?: string;
  /** The last lines of pip. */
  readonly evidence?: string;
}

interface TrialOptions extends InstallSearch {
  /** For environments; removed by the caller. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** `pip --python`, which installs into another environment. */
const PIP_SINCE = '22.3';
/** Milliseconds for one installation. */
const TIMEOUT = 5 * 60 * 1000;
const SHOWN_LINES = 8;

/**
 * Installs each release once, without its dependencies, which are on other indexes: what is tried is that the pages,
 * digests and metadata lead pip to a wheel that it takes.
 * @throws WheelworksError `python/*`, `process/*`, `file/*`.
 */
export async function tryInstall(
  files: readonly PublishFile[],
  index: string,
  options: TrialOptions,
): Promise<readonly InstallTrial[]> {
  const { interpreters } = await findInterpreters({ ...options, explicit: [] });
  // The newest are the ones that most users have.
  const able = interpreters.filter(isAble).toReversed();
  const trials: InstallTrial[] = [];
  for (const group of groupBy(files, ({ project, version }) => `${project}==${version}`).values()) {
    const wheels = group.filter(({ kind }) => kind === 'wheel');
    const release = `${group[0]?.project ?? ''}==${group[0]?.version ?? ''}`;
    const python = able.find((interpreter) => takesOne(wheels, interpreter));
    trials.push(
      python === undefined
        ? { release, outcome: 'not-here' }
        : await install(release, python, { ...options, index, number: trials.length }),
    );
  }
  return trials;
}

function isAble({ packages: { pip }, modules, version }: Interpreter): boolean {
  const parsed = tryParseVersion(pip ?? '');
  return (
    version.major === 3 &&
    modules.venv &&
    parsed !== undefined &&
    compareVersions(parsed, parseVersion(PIP_SINCE)) >= 0
  );
}

function takesOne(wheels: readonly PublishFile[], interpreter: Interpreter): boolean {
  const python = parseVersion(formatPythonVersion(interpreter.version));
  const tags = new Set(supportedTags(tagEnvironment(interpreter)).map(formatTag));
  return wheels.some(({ filename, requiresPython }) => {
    const specifiers = tryParseSpecifierSet(requiresPython ?? '');
    return (
      (specifiers === undefined || specifierSetContains(specifiers, python)) &&
      parseWheelFilename(filename).tags.tags.some((tag) => tags.has(formatTag(tag)))
    );
  });
}

async function install(
  release: string,
  interpreter: Interpreter,
  {
    folder,
    index,
    number,
    platform,
    env,
    signal,
  }: TrialOptions & { readonly index: string; readonly number: number },
): Promise<InstallTrial> {
  const environment = join(folder, `environment-${number}`);
  const isWindows = platform === 'win32';
  const python = join(environment, isWindows ? 'Scripts/python.exe' : 'bin/python');
  const common = {
    cwd: folder,
    // Nothing of the user's configuration: another index would be mixed in.
    env: {
      PATH: env['PATH'],
      HOME: folder,
      ...(isWindows ? { SYSTEMROOT: env['SYSTEMROOT'], TEMP: folder } : {}),
      PIP_CONFIG_FILE: isWindows ? 'nul' : '/dev/null',
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
      PIP_NO_INPUT: '1',
    },
    timeoutMs: TIMEOUT,
    signal,
    outputLimit: 64 * 1024,
  };
  const installing = [
    '-m',
    'pip',
    '--python',
    python,
    'install',
    '--index-url',
    index,
    '--no-deps',
    '--no-cache-dir',
    '--only-binary',
    ':all:',
    release,
  ];
  const steps = [['-m', 'venv', '--without-pip', environment], installing];
  for (const step of steps) {
    const { exitCode, lastLines } = await runProcess(interpreter.path, step, common);
    if (exitCode !== 0)
      return {
        release,
        outcome: 'failed',
        python: interpreter.label,
        evidence: lastLines.slice(-SHOWN_LINES).join('\n'),
      };
  }
  return { release, outcome: 'installed', python: interpreter.label };
}
