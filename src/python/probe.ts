import { WheelworksError } from '../support/errors.ts';
import { runProcess, type ProcessOptions, type ProcessResult } from '../support/process.ts';
import type { SearchEnvironment } from './search-environment.ts';
import type { InterpreterFacts } from './interpreter.ts';
import probeScript from './probe.py?raw';
import { readFacts } from './read-facts.ts';

/** Starts a program; `runProcess`, or what a test puts in its place. */
export type RunProgram = (
  command: string,
  args: readonly string[],
  options: ProcessOptions,
) => Promise<ProcessResult>;

export interface ProbeOptions {
  /** Milliseconds an interpreter may take to describe itself. Default 15 seconds, for slow disks and loaded machines. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Default `runProcess`. */
  readonly run?: RunProgram;
}

/** Milliseconds; an interpreter answers within a fraction of a second, a slow disk included. */
const DEFAULT_TIMEOUT = 8000;

/** Bytes after which what is written is no answer: what never ends is not listened to until the time is up. */
const LONGEST_ANSWER = 4 << 20;

/** Milliseconds to end in by itself; it has nothing to lose. */
const GRACE = 100;

/** Bytes kept of an answer; a real one has some 4 kB, and a folder's site-packages may write before it. */
const OUTPUT_LIMIT = 1 << 20;

/**
 * Starts an interpreter and has it describe itself, without the user's site-packages, `PYTHON*` variables and working
 * directory.
 *
 * `-E -s` rather than `-I`, which Python 2 does not have; the script itself drops the working directory.
 * @throws WheelworksError `python/cannot-start`, `python/timed-out`, `python/crashed`, `python/unreadable-answer`, and
 *   `process/cancelled` when `signal` is aborted.
 */
export async function probeInterpreter(
  path: string,
  host: SearchEnvironment,
  options: ProbeOptions = {},
): Promise<InterpreterFacts> {
  const result = await start(path, host, options);
  if (result.cancelled)
    throw new WheelworksError('process/cancelled', 'The search for interpreters was cancelled.');
  if (result.timedOut)
    throw new WheelworksError(
      'python/timed-out',
      `${path} did not describe itself within ${result.seconds.toFixed(1)} s.`,
      { path, hint: 'Run it by hand; on a loaded machine, try again.', ...evidenceOf(result) },
    );
  // The answer counts, even when the interpreter crashes on its way out.
  const answer = answerIn(result.stdout);
  if (answer !== undefined) return readAnswer(answer, path);
  if (result.exitCode !== 0) throw crashed(result, path);
  throw unreadable(path, lastWords(result));
}

/** Identifies the questions asked: answers to another script are not answers to this one. */
export const probeSource: string = probeScript;

async function start(
  path: string,
  host: SearchEnvironment,
  options: ProbeOptions,
): Promise<ProcessResult> {
  const run = options.run ?? runProcess;
  try {
    return await run(path, ['-E', '-s', '-B', '-c', probeScript], {
      cwd: host.cwd,
      env: probeEnvironment(host),
      timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT,
      outputLimit: OUTPUT_LIMIT,
      graceMs: GRACE,
      label: path,
      onLine: limitAnswer(path),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch (error) {
    if (!(error instanceof WheelworksError) || !error.code.startsWith('process/')) throw error;
    throw new WheelworksError('python/cannot-start', `${path} cannot be started.`, {
      path,
      hint: 'It may be built for another machine or C library, or its loader or #! program is missing.',
      evidence: error.evidence ?? error.message,
      cause: error,
    });
  }
}

/**
 * The caller's environment without what changes an interpreter's answers, so that one answer is right for every later
 * run: Python's own variables, and the deployment target that `sysconfig.get_platform()` would take on macOS.
 */
function probeEnvironment(host: SearchEnvironment): Record<string, string | undefined> {
  const kept = Object.entries(host.env).filter(
    ([name]) => !/^_*(?:PYTHON|PYVENV)/.test(name) && name !== 'MACOSX_DEPLOYMENT_TARGET',
  );
  return {
    ...Object.fromEntries(kept),
    // Else macOS tells programs built with an old SDK that it is 10.16.
    ...(host.platform === 'darwin' ? { SYSTEM_VERSION_COMPAT: '0' } : {}),
  };
}

const BEGIN = '<wheelworks-probe>';
const END = '</wheelworks-probe>';

/** The document between the last markers: `.pth` files and `sitecustomize` may have written before it. */
function answerIn(stdout: string): string | undefined {
  const end = stdout.lastIndexOf(END);
  const begin = stdout.lastIndexOf(BEGIN, end);
  return begin === -1 || end === -1 ? undefined : stdout.slice(begin + BEGIN.length, end);
}

function readAnswer(answer: string, path: string): InterpreterFacts {
  try {
    return readFacts(JSON.parse(answer));
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error));
  }
}

function crashed(result: ProcessResult, path: string): WheelworksError {
  const how =
    result.signal === null ? `exit code ${String(result.exitCode)}` : `signal ${result.signal}`;
  return new WheelworksError('python/crashed', `${path} ended with ${how}.`, {
    path,
    hint: 'Reinstall it (it may be built for another machine), or name the interpreters to use.',
    ...evidenceOf(result),
  });
}

function unreadable(path: string, evidence: string): WheelworksError {
  return new WheelworksError(
    'python/unreadable-answer',
    `${path} ran, but did not answer as a Python interpreter does.`,
    { path, evidence, hint: 'Name another interpreter; this may be another program.' },
  );
}

function evidenceOf(result: ProcessResult): { evidence?: string } {
  const words = lastWords(result);
  return words === '' ? {} : { evidence: words };
}

const LONGEST_EVIDENCE = 300;

function lastWords(result: ProcessResult): string {
  const lines = result.lastLines.filter((line) => line.trim() !== '').slice(-3);
  return lines.join('\n').slice(-LONGEST_EVIDENCE);
}

/** Refuses a program that writes on and on, before the time is up. */
function limitAnswer(path: string): (line: string) => void {
  let heard = 0;
  return (line) => {
    heard += line.length + 1;
    if (heard > LONGEST_ANSWER) throw unreadable(path, `${line.slice(0, 80)}, again and again`);
  };
}
