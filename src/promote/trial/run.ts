/**
 * A promoted set, installed and tried.
 *
 * What is outside of the set comes first, from the user's own index. The set itself is then installed by name from its
 * folder and nothing else: pip resolves the pins between its members as it will for users.
 */
import { mkdir, readdir } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import {
  cleanEnvironment,
  fillPlaceholders,
  installArguments,
  installingHere,
  pipCommand,
  usesPip,
  withTemporaryFolder,
  withoutPipConfiguration,
  type Environment,
} from '../../build/index.ts';
import {
  compareVersions,
  metadataView,
  normalizeName,
  parseMetadata,
  parseSdistFilename,
  parseWheelFilename,
} from '../../packaging/index.ts';
import {
  findInterpreters,
  selectInterpreters,
  type Interpreter,
  type InterpreterSearch,
} from '../../python/index.ts';
import { WheelworksError, fileError } from '../../support/errors.ts';
import { commandLine, runProcess, type ProcessResult } from '../../support/process.ts';
import { mapParallel } from '../../support/parallel.ts';
import { runTask, type EventSink } from '../../support/progress/events.ts';
import { withTemporaryDirectory } from '../../support/temporary.ts';
import { openSdist, readMetadata, withWheel } from '../../wheel/index.ts';
import { readSplit } from '../../wheel/split/index.ts';
import {
  writePromotionFile,
  type PromotionDocument,
  type PromotionTest,
} from '../promotion-file.ts';
import {
  assignTrials,
  type Trial,
  type TrialPart,
  type TrialSdist,
  type TrialWheel,
} from './assign.ts';
import { importableModules } from './modules.ts';
import { outsideRequirements } from './outside.ts';

/** How a set is tried. */
export interface TrialOptions {
  /** The folder of the set. */
  readonly folder: string;
  /** Shell text; without it modules are imported. */
  readonly testCommand?: string;
  /** What `{project}` and `{package}` of the command stand for. */
  readonly project: string;
  readonly search: InterpreterSearch;
  /** Interpreters that are to try it, as the user names them; none means every one that takes something of the set. */
  readonly python: readonly string[];
  /** Environments at a time. */
  readonly jobs: number;
  /** The caller's environment. */
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  readonly offline: boolean;
  readonly events: EventSink;
  readonly signal: AbortSignal;
}

/** Milliseconds for one step. */
const TIMEOUT = 30 * 60 * 1000;
const SHOWN_LINES = 10;
/** Printed after the last import. */
const LOADED = 'wheelworks: imported';

/**
 * Tries the set with every interpreter here that takes something of it, or with those that were asked for, and writes into
 * promotion.json how it went. Of packages without wheels the sdist is built first.
 *
 * The set counts as tested when every package was tried and nothing failed.
 * @throws WheelworksError `promote/no-interpreter`, `python/*`, `process/*`, `wheel/*`, `sdist/*`, `file/*`.
 */
export async function tryPromotion(
  document: PromotionDocument,
  options: TrialOptions,
): Promise<PromotionDocument> {
  const { wheels, sdists } = await filesOf(document, options.folder);
  const { trials, notTested } = assignTrials({ wheels, sdists }, await chosenPythons(options), {
    needsPip: usesPip(options.testCommand ?? ''),
    areChosen: options.python.length > 0,
  });
  const tests = await mapParallel(trials, options.jobs, async (trial) => {
    const id = `try ${trial.interpreter.label}`;
    return runTask(
      options.events,
      { id, label: id },
      () => runTrial(trial, document, options),
      ({ outcome }) => ({ outcome: outcome === 'passed' ? 'done' : 'failed' }),
    );
  });
  const ran = trials.flatMap((trial) => withParts([...trial.wheels, ...trial.sdists]));
  const tried = new Set(ran.map(({ project }) => project));
  const triedFiles = new Set(ran.map(({ filename }) => filename));
  const filenames = new Set(withParts([...wheels, ...sdists]).map(({ filename }) => filename));
  const tested: PromotionDocument = {
    ...document,
    tests,
    notTested: [
      ...new Set(
        withParts(notTested)
          .map(({ filename }) => filename)
          // A part of several wheels was tried with one of them.
          .filter((name) => !triedFiles.has(name)),
      ),
      // Sdists of packages whose wheels were tried.
      ...document.files.map(({ filename }) => filename).filter((name) => !filenames.has(name)),
    ],
    tested:
      tests.length > 0 &&
      tests.every(({ outcome }) => outcome === 'passed') &&
      document.files.every(({ project }) => tried.has(project)),
  };
  await writePromotionFile(options.folder, tested);
  return tested;
}

/**
 * The interpreters that are to try a set, one of each kind. Asked for before a set is written, too: one that would stay
 * untested for a selector that nothing matches is not written first.
 * @throws WheelworksError `promote/no-interpreter`, `python/*`.
 */
export async function chosenPythons({
  search,
  python,
}: Pick<TrialOptions, 'search' | 'python'>): Promise<readonly Interpreter[]> {
  const { interpreters, broken } = await findInterpreters({
    ...search,
    explicit: [...(search.explicit ?? []), ...python],
  });
  const { chosen, unmatched } = selectInterpreters(interpreters, { selectors: python });
  if (unmatched.length === 0) return chosen;
  throw new WheelworksError(
    'promote/no-interpreter',
    `No Python of this machine is ${unmatched.join(' or ')}, which --python asks for.`,
    {
      ...(broken.length === 0
        ? {}
        : {
            evidence: broken.map(({ path, problem }) => `${path}: ${problem.message}`).join('\n'),
          }),
      hint: 'wheelworks python shows every interpreter. --skip-test writes the set without a test.',
    },
  );
}

/** The wheels of a set, and the sdists of packages that have none. */
async function filesOf(
  { files }: PromotionDocument,
  folder: string,
): Promise<{ readonly wheels: readonly TrialWheel[]; readonly sdists: readonly TrialSdist[] }> {
  const wheels: TrialWheel[] = [];
  const sdists: TrialSdist[] = [];
  for (const { filename, project, part } of files) {
    if (part === true) continue;
    const path = join(folder, filename);
    if (filename.endsWith('.whl')) wheels.push(await trialWheel(path, project));
    else {
      const { pkgInfo } = await openSdist(path);
      const { requiresPython } = metadataView(parseMetadata(pkgInfo));
      sdists.push({ path, filename, project, requiresPython });
    }
  }
  const withWheels = new Set(wheels.map(({ project }) => project));
  return { wheels, sdists: sdists.filter(({ project }) => !withWheels.has(project)) };
}

async function trialWheel(path: string, project: string): Promise<TrialWheel> {
  return withWheel(path, async (wheel) => {
    const { requiresPython } = metadataView(await readMetadata(wheel));
    const { parts = [] } = (await readSplit(wheel)) ?? {};
    return {
      path,
      filename: basename(path),
      project,
      requiresPython,
      parts: parts.map(({ filename, distribution }) => ({
        filename,
        project: normalizeName(distribution),
      })),
    };
  });
}

/** Files with the parts that pip takes along. */
function withParts(files: readonly TrialWheel[]): readonly TrialPart[] {
  return files.flatMap((file) => [file, ...(file.parts ?? [])]);
}

interface Place extends Omit<TrialOptions, 'python'> {
  readonly trial: Trial;
  readonly environment: string;
  readonly python: string;
  readonly scripts: string;
  readonly work: string;
  readonly temporary: string;
  /** Where wheels that are built here go. */
  readonly built: string;
}

async function runTrial(
  trial: Trial,
  document: PromotionDocument,
  options: TrialOptions,
): Promise<PromotionTest> {
  return withTemporaryDirectory('wheelworks-promote-', async (root) => {
    const [work, temporary, built] = [join(root, 'work'), join(root, 'tmp'), join(root, 'built')];
    await Promise.all([work, temporary, built].map((path) => mkdir(path))).catch(
      (error: unknown) => {
        throw fileError(error, root);
      },
    );
    const environment = join(root, 'venv');
    const isWindows = options.platform === 'win32';
    const scripts = join(environment, isWindows ? 'Scripts' : 'bin');
    const python = join(scripts, isWindows ? 'python.exe' : 'python');
    const place: Place = {
      ...options,
      trial,
      environment,
      python,
      scripts,
      work,
      temporary,
      built,
    };
    const about = {
      python: trial.interpreter.label,
      wheels: withParts([...trial.wheels, ...trial.sdists]).map(({ filename }) => filename),
    };
    const fails = (ran: string, result: ProcessResult): PromotionTest => ({
      ...about,
      outcome: 'failed',
      ran,
      evidence: lastLines(result),
    });
    const made = await makeEnvironment(place);
    if (made.exitCode !== 0) return fails('the environment could not be made', made);
    const wheels = [...trial.wheels];
    for (const sdist of trial.sdists) {
      const result = await buildSdist(place, sdist);
      if (result.exitCode !== 0)
        return {
          ...fails(`pip could not build ${sdist.filename}`, result),
          evidence: backendLines(result),
        };
      const wheel = await builtWheel(place, sdist);
      if (wheel === undefined)
        return fails(`the wheel built of ${sdist.filename} is not of this version`, result);
      wheels.push(wheel);
    }
    const others = await installOthers(place, wheels);
    if (others !== undefined && others.exitCode !== 0)
      return fails('pip did not install what the set needs from elsewhere', others);
    const installed = await installSet(place, wheels, document);
    if (installed.exitCode !== 0) return fails('pip did not install the set', installed);
    const { ran, result } = await tryIt(place, wheels);
    return result === undefined || (result.exitCode === 0 && !result.timedOut)
      ? { ...about, outcome: 'passed', ran }
      : { ...about, outcome: 'failed', ran, evidence: lastLines(result) };
  });
}

function lastLines({ lastLines: lines, timedOut }: ProcessResult): string {
  return [...lines.slice(-SHOWN_LINES), ...(timedOut ? ['it did not end in time'] : [])].join('\n');
}

/** What the backend printed last: pip shows it once, indented, and then goes on about it. */
function backendLines(result: ProcessResult): string {
  const text = `${result.stdout}\n${result.stderr}`;
  const end = text.indexOf('[end of output]');
  if (end === -1) return lastLines(result);
  const lines = text.slice(0, end).trimEnd().split('\n');
  return lines
    .slice(-SHOWN_LINES)
    .map((line) => line.replace(/^ {6}/, ''))
    .join('\n');
}

async function makeEnvironment(place: Place): Promise<ProcessResult> {
  const { trial, environment, env } = place;
  const args = [
    '-m',
    'venv',
    ...(trial.pip.method === 'own' ? [] : ['--without-pip']),
    environment,
  ];
  return run(place, [trial.interpreter.path, ...args], cleanEnvironment(env));
}

/** With what the sdist asks for to be built, from the user's own index; members of the set come from its folder. */
async function buildSdist(place: Place, { path }: TrialSdist): Promise<ProcessResult> {
  const { trial, python, env, offline, folder, built } = place;
  const sources = ['--find-links', folder, ...(offline ? ['--no-index'] : [])];
  const args = ['--no-deps', '--no-cache-dir', ...sources, '--wheel-dir', built, path];
  const environment = installingHere(cleanEnvironment(env));
  return run(place, [...pipCommand(trial.pip, python), 'wheel', ...args], environment);
}

/** The wheel of an sdist's package, when it has the sdist's version. */
async function builtWheel(
  { built }: Place,
  { filename, project }: TrialSdist,
): Promise<TrialWheel | undefined> {
  const { version } = parseSdistFilename(filename);
  for (const name of (await readdir(built)).filter((each) => each.endsWith('.whl'))) {
    const wheel = parseWheelFilename(name);
    if (normalizeName(wheel.name) !== project) continue;
    if (compareVersions(wheel.version, version) === 0)
      return trialWheel(join(built, name), project);
  }
  return undefined;
}

/** What members need from elsewhere, from the user's own index. */
async function installOthers(
  place: Place,
  wheels: readonly TrialWheel[],
): Promise<ProcessResult | undefined> {
  const { trial, env, offline } = place;
  const needed = await outsideRequirements({ wheels, interpreter: trial.interpreter });
  if (needed.length === 0) return undefined;
  const args = ['--retries', '1', ...(offline ? ['--no-index'] : []), ...needed];
  return pip(place, args, installingHere(cleanEnvironment(env)));
}

/** All members at once, each pinned to its new version, from the folder alone, and from here what was built of it. */
async function installSet(
  place: Place,
  wheels: readonly TrialWheel[],
  { packages }: PromotionDocument,
): Promise<ProcessResult> {
  const { folder, built, env, platform } = place;
  const requirements = wheels.map(({ project, filename }) => {
    const version = packages.find((each) => each.project === project)?.to ?? filename.split('-')[1];
    return `${project}==${version ?? ''}`;
  });
  const configured = withoutPipConfiguration(
    cleanEnvironment(env),
    platform === 'win32' ? 'nul' : '/dev/null',
  );
  const sources = ['--no-index', '--find-links', folder, '--find-links', built];
  const args = [...sources, '--no-cache-dir', '--only-binary', ':all:', ...requirements];
  return pip(place, args, configured);
}

async function pip(
  place: Place,
  args: readonly string[],
  env: Environment,
): Promise<ProcessResult> {
  const { trial, python, environment } = place;
  const where = installArguments(trial.pip, trial.interpreter, environment);
  return run(place, [...pipCommand(trial.pip, python), 'install', ...where, ...args], env);
}

/** The command, or the import of every module. */
async function tryIt(
  place: Place,
  wheels: readonly TrialWheel[],
): Promise<{ readonly ran: string; readonly result: ProcessResult | undefined }> {
  const { testCommand, env, platform, project, scripts, environment, python, temporary } = place;
  const tested = {
    ...cleanEnvironment(env),
    VIRTUAL_ENV: environment,
    PATH: [scripts, env['PATH'] ?? ''].join(delimiter),
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONNOUSERSITE: '1',
    // What a split set joins: cold, as on the first day, and gone with the environment.
    WHEELWORKS_CACHE: join(temporary, 'cache'),
  };
  if (testCommand !== undefined) {
    const values = { project, package: project, wheel: wheels[0]?.path ?? '' };
    const command = fillPlaceholders(testCommand, values, platform);
    const shell = platform === 'win32' ? ['cmd.exe', '/d', '/s', '/c'] : ['/bin/sh', '-c'];
    return { ran: testCommand, result: await run(place, [...shell, command], tested) };
  }
  const modules = new Set<string>();
  for (const { path } of wheels)
    for (const name of await importableModules(path)) modules.add(name);
  if (modules.size === 0) return { ran: 'nothing to import', result: undefined };
  const names = [...modules].join(', ');
  // -I would hide nothing more: the work folder is empty, and PYTHONPATH is gone.
  const result = await run(place, [python, '-c', `import ${names}\nprint("${LOADED}")`], tested);
  // A module that ends the process takes the exit code along.
  const ended = result.exitCode === 0 && !result.stdout.includes(LOADED);
  return { ran: `import ${names}`, result: ended ? { ...result, exitCode: 1 } : result };
}

async function run(
  { work, temporary, events, signal, trial }: Place,
  command: readonly string[],
  env: Environment,
): Promise<ProcessResult> {
  const id = `try ${trial.interpreter.label}`;
  const [program = '', ...args] = command;
  events({ type: 'task-output', id, line: `$ ${commandLine(program, args)}` });
  const result = await runProcess(program, args, {
    cwd: work,
    env: withTemporaryFolder(env, temporary),
    timeoutMs: TIMEOUT,
    signal,
    outputLimit: 64 * 1024,
    onLine: (line) => events({ type: 'task-output', id, line }),
  });
  signal.throwIfAborted();
  return result;
}
