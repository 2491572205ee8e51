/**
 * A promoted set, installed and tried.
 *
 * What is outside of the set comes first, from the user's own index. The set itself is then installed by name from its
 * folder and nothing else: pip resolves the pins between its members as it will for users.
 */
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
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
import { metadataView } from '../../packaging/index.ts';
import { findInterpreters, type InterpreterSearch } from '../../python/index.ts';
import { fileError } from '../../support/errors.ts';
import { commandLine, runProcess, type ProcessResult } from '../../support/process.ts';
import { runTask, type EventSink } from '../../support/progress/events.ts';
import { withTemporaryDirectory } from '../../support/temporary.ts';
import { readMetadata, withWheel } from '../../wheel/index.ts';
import {
  writePromotionFile,
  type PromotionDocument,
  type PromotionTest,
} from '../promotion-file.ts';
import { assignTrials, type Trial, type TrialWheel } from './assign.ts';
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
 * Tries every wheel of the set that an interpreter here takes, and writes into promotion.json how it went.
 *
 * The set counts as tested when every package that has wheels was tried and nothing failed.
 * @throws WheelworksError `python/*`, `process/*`, `wheel/*`, `file/*`.
 */
export async function tryPromotion(
  document: PromotionDocument,
  options: TrialOptions,
): Promise<PromotionDocument> {
  const wheels = await wheelsOf(document, options.folder);
  const { interpreters } = await findInterpreters(options.search);
  const { trials, notTested } = assignTrials(wheels, interpreters, {
    needsPip: usesPip(options.testCommand ?? ''),
  });
  const tests: PromotionTest[] = [];
  for (const trial of trials) {
    const id = `try ${trial.interpreter.label}`;
    tests.push(
      await runTask(
        options.events,
        { id, label: id },
        () => runTrial(trial, document, options),
        ({ outcome }) => ({ outcome: outcome === 'passed' ? 'done' : 'failed' }),
      ),
    );
  }
  const tried = new Set(trials.flatMap((trial) => trial.wheels.map(({ project }) => project)));
  const tested: PromotionDocument = {
    ...document,
    tests,
    notTested: [
      ...notTested.map(({ filename }) => filename),
      // Installers build these themselves.
      ...document.files.map(({ filename }) => filename).filter((name) => !name.endsWith('.whl')),
    ],
    tested:
      tests.length > 0 &&
      tests.every(({ outcome }) => outcome === 'passed') &&
      wheels.every(({ project }) => tried.has(project)),
  };
  await writePromotionFile(options.folder, tested);
  return tested;
}

async function wheelsOf(
  { files }: PromotionDocument,
  folder: string,
): Promise<readonly TrialWheel[]> {
  const wheels: TrialWheel[] = [];
  for (const { filename, project } of files) {
    if (!filename.endsWith('.whl')) continue;
    const path = join(folder, filename);
    const requiresPython = await withWheel(
      path,
      async (wheel) => metadataView(await readMetadata(wheel)).requiresPython,
    );
    wheels.push({ path, filename, project, requiresPython });
  }
  return wheels;
}

interface Place extends TrialOptions {
  readonly trial: Trial;
  readonly environment: string;
  readonly python: string;
  readonly scripts: string;
  readonly work: string;
  readonly temporary: string;
}

async function runTrial(
  trial: Trial,
  document: PromotionDocument,
  options: TrialOptions,
): Promise<PromotionTest> {
  return withTemporaryDirectory('wheelworks-promote-', async (root) => {
    const [work, temporary] = [join(root, 'work'), join(root, 'tmp')];
    await Promise.all([mkdir(work), mkdir(temporary)]).catch((error: unknown) => {
      throw fileError(error, root);
    });
    const environment = join(root, 'venv');
    const isWindows = options.platform === 'win32';
    const scripts = join(environment, isWindows ? 'Scripts' : 'bin');
    const python = join(scripts, isWindows ? 'python.exe' : 'python');
    const place = { ...options, trial, environment, python, scripts, work, temporary };
    const about = {
      python: trial.interpreter.label,
      wheels: trial.wheels.map(({ filename }) => filename),
    };
    for (const step of [makeEnvironment, installOthers, installSet(document)]) {
      const result = await step(place);
      if (result !== undefined && result.exitCode !== 0)
        return {
          ...about,
          outcome: 'failed',
          ran: 'pip did not install them',
          evidence: lastLines(result),
        };
    }
    const { ran, result } = await tryIt(place);
    return result === undefined || (result.exitCode === 0 && !result.timedOut)
      ? { ...about, outcome: 'passed', ran }
      : { ...about, outcome: 'failed', ran, evidence: lastLines(result) };
  });
}

function lastLines({ lastLines: lines, timedOut }: ProcessResult): string {
  return [...lines.slice(-SHOWN_LINES), ...(timedOut ? ['it did not end in time'] : [])].join('\n');
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

/** What members need from elsewhere, from the user's own index. */
async function installOthers(place: Place): Promise<ProcessResult | undefined> {
  const { trial, env, offline } = place;
  const needed = await outsideRequirements(trial);
  if (needed.length === 0) return undefined;
  const args = ['--retries', '1', ...(offline ? ['--no-index'] : []), ...needed];
  return pip(place, args, installingHere(cleanEnvironment(env)));
}

/** All members at once, each pinned to its new version, from the folder alone. */
function installSet({ packages }: PromotionDocument): (place: Place) => Promise<ProcessResult> {
  return async (place) => {
    const { trial, folder, env, platform } = place;
    const requirements = trial.wheels.map(({ project, filename }) => {
      const version =
        packages.find((each) => each.project === project)?.to ?? filename.split('-')[1];
      return `${project}==${version ?? ''}`;
    });
    const configured = withoutPipConfiguration(
      cleanEnvironment(env),
      platform === 'win32' ? 'nul' : '/dev/null',
    );
    const source = [
      '--no-index',
      '--find-links',
      folder,
      '--no-cache-dir',
      '--only-binary',
      ':all:',
    ];
    return pip(place, [...source, ...requirements], configured);
  };
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
): Promise<{ readonly ran: string; readonly result: ProcessResult | undefined }> {
  const { testCommand, trial, env, platform, project, scripts, environment, python } = place;
  const tested = {
    ...cleanEnvironment(env),
    VIRTUAL_ENV: environment,
    PATH: [scripts, env['PATH'] ?? ''].join(delimiter),
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONNOUSERSITE: '1',
  };
  if (testCommand !== undefined) {
    const values = { project, package: project, wheel: trial.wheels[0]?.path ?? '' };
    const command = fillPlaceholders(testCommand, values, platform);
    const shell = platform === 'win32' ? ['cmd.exe', '/d', '/s', '/c'] : ['/bin/sh', '-c'];
    return { ran: testCommand, result: await run(place, [...shell, command], tested) };
  }
  const modules = new Set<string>();
  for (const { path } of trial.wheels)
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
