/**
 * One interpreter's trial, in an environment of its own.
 *
 * What is outside of the set comes first, from the user's own index. The set itself is then installed by name from its
 * folder and nothing else: pip resolves the pins between its members as it will for users.
 */
import { mkdir, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import {
  cleanEnvironment,
  fillPlaceholders,
  installArguments,
  installingHere,
  pipCommand,
  withTemporaryFolder,
  withoutPipConfiguration,
  type Environment,
} from '../../build/index.ts';
import {
  compareVersions,
  normalizeName,
  parseSdistFilename,
  parseWheelFilename,
} from '../../packaging/index.ts';
import { fileError } from '../../support/errors.ts';
import { commandLine, runProcess, type ProcessResult } from '../../support/process.ts';
import { withTemporaryDirectory } from '../../support/temporary.ts';
import type { PromotionDocument, PromotionTest } from '../promotion-file.ts';
import type { Trial, TrialSdist, TrialWheel } from './assign.ts';
import { trialWheel, withParts } from './members.ts';
import { importableModules } from './modules.ts';
import type { TrialOptions } from './options.ts';
import { outsideRequirements } from './outside.ts';

/** Milliseconds for one step. */
const TIMEOUT = 30 * 60 * 1000;
const SHOWN_LINES = 10;
/** Printed after the last import. */
const LOADED = 'wheelworks: imported';

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

/** Tries what one interpreter takes of a set. @throws WheelworksError `process/*`, `wheel/*`, `file/*`. */
export async function runTrial(
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
