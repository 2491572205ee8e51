import { spawn, type ChildProcess } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { WheelworksError, fileError } from './errors.ts';
import { failureOf, startError } from './process-errors.ts';
import { stopGroup, trackChild } from './process-group.ts';
import { collectOutput, type ProcessOutput } from './process-output.ts';

/** One child process and how long and how loud it may be. */
export interface ProcessOptions {
  /** The folder it runs in. */
  readonly cwd: string;
  /** Its whole environment; `PATH` here is also what the command is looked up in. Nothing is inherited. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What it reads from standard input; nothing when absent. */
  readonly input?: string | Uint8Array;
  /** Milliseconds after which it is ended. */
  readonly timeoutMs?: number;
  /** Ends it when aborted. */
  readonly signal?: AbortSignal;
  /** Called for each line as it comes. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Bytes kept of each of stdout and stderr, half from the beginning and half from the end. Default 16 MiB. */
  readonly outputLimit?: number;
  /** Milliseconds between asking it to end and ending it. Default 2000. */
  readonly graceMs?: number;
  /** What errors call it; default the command and its arguments. Needed where an argument is confidential. */
  readonly label?: string;
}

/** What a child process did. */
export interface ProcessResult {
  /** Null when a signal ended it, or when it never started because it was cancelled before. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether the middle of stdout or stderr is missing. */
  readonly truncated: boolean;
  /** The last lines of both streams as they came. */
  readonly lastLines: readonly string[];
  readonly seconds: number;
  readonly timedOut: boolean;
  readonly cancelled: boolean;
}

/**
 * Runs a command without a shell and gives its result, whatever its exit code.
 *
 * It gets a process group (on Windows: a tree) of its own, which is ended as a whole on a timeout, when `signal` is
 * aborted and when the run is interrupted. It has no terminal, so nothing it starts can wait for an answer. What it
 * leaves running in the background when it ends by itself goes on, but is no longer listened to. On Windows the
 * command must be an executable; batch files need `cmd /c`.
 * @throws WheelworksError `process/not-found`, `process/not-executable`, `process/cannot-start`, or `file/*` for the
 *   folder it should run in; and whatever `onLine` throws, after ending the process.
 */
export async function runProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<ProcessResult> {
  if (options.signal?.aborted === true) return neverStarted();
  await checkFolder(options.cwd);
  const started = performance.now();
  const child = start(command, args, options);
  const watch = watchOver(child, options);
  try {
    const output = collectOutput(child, options, () => watch.stop());
    const closed = closeOf(child);
    const exit = exitOf(child, command);
    sendInput(child, options.input);
    const { exitCode, signal } = await exit;
    await watch.ended();
    await drained(closed, output);
    output.end();
    const seconds = (performance.now() - started) / 1000;
    return { exitCode, signal, ...output.result(), seconds, ...watch.reasons };
  } finally {
    await watch.ended();
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}

/**
 * The same for a command that must succeed.
 * @throws WheelworksError as `runProcess`, and `process/failed`, `process/timed-out` or `process/cancelled`, with the
 *   last lines of output as evidence.
 */
export async function runProcessOrThrow(
  command: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<ProcessResult> {
  const result = await runProcess(command, args, options);
  if (result.exitCode === 0 && !result.timedOut && !result.cancelled) return result;
  throw failureOf(result, options.label ?? commandLine(command, args));
}

const LONGEST_COMMAND_LINE = 200;

/** A command as one would type it, shortened; for messages, not for a shell. */
export function commandLine(command: string, args: readonly string[]): string {
  const words = [command, ...args].map((word) =>
    /^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`,
  );
  const line = words.join(' ');
  return line.length <= LONGEST_COMMAND_LINE
    ? line
    : `${line.slice(0, LONGEST_COMMAND_LINE - 4)} ...`;
}

function neverStarted(): ProcessResult {
  return {
    exitCode: null,
    signal: null,
    stdout: '',
    stderr: '',
    truncated: false,
    lastLines: [],
    seconds: 0,
    timedOut: false,
    cancelled: true,
  };
}

/** A missing folder and a missing command give the same system error; this tells them apart. */
async function checkFolder(cwd: string): Promise<void> {
  const found = await stat(cwd).catch((error: unknown) => {
    throw fileError(error, cwd);
  });
  if (!found.isDirectory())
    throw new WheelworksError('file/not-a-directory', `${cwd} is not a directory.`, { path: cwd });
}

function start(command: string, args: readonly string[], options: ProcessOptions): ChildProcess {
  try {
    return spawn(command, args, {
      cwd: options.cwd,
      env: { ...options.env },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
  } catch (error) {
    throw startError(error, command);
  }
}

function exitOf(
  child: ChildProcess,
  command: string,
): Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(startError(error, command)));
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

function closeOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('close', () => resolve());
  });
}

const DRAIN_SLICE = 100;
const QUIET_SLICES = 5;
const MOST_SLICES = 50;

/**
 * Waits for the rest of the output. A grandchild may hold the streams open for ever, so half a second of silence ends
 * it too, and five seconds in any case.
 */
async function drained(closed: Promise<void>, output: ProcessOutput): Promise<void> {
  let quiet = 0;
  for (let slice = 0; slice < MOST_SLICES && quiet < QUIET_SLICES; slice += 1) {
    const before = output.received();
    if (await settlesWithin(closed, DRAIN_SLICE)) return;
    // When the program was busy, timers run before what has arrived is read; this lets it be read first.
    await nextTurn();
    quiet = output.received() === before ? quiet + 1 : 0;
  }
}

async function settlesWithin(promise: Promise<void>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const settled = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return settled;
}

function sendInput(child: ChildProcess, input: string | Uint8Array | undefined): void {
  // A command that does not read all of its input is free to do so.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
}

const DEFAULT_GRACE = 2000;

/** A longer timer fires at once (it is a 32-bit number of milliseconds). */
const LONGEST_TIMER = 2 ** 31 - 1;

interface Watch {
  readonly reasons: Pick<ProcessResult, 'timedOut' | 'cancelled'>;
  /** Ends the whole group, unless the command has ended or is being stopped already. */
  stop(reason?: 'timedOut' | 'cancelled'): void;
  /** Tells that the command has ended; resolves when a stop under way is through with the rest of the group. */
  ended(): Promise<void>;
}

function watchOver(child: ChildProcess, options: ProcessOptions): Watch {
  const { pid } = child;
  const reasons = { timedOut: false, cancelled: false };
  // It could not be started; its error event is yet to come.
  if (pid === undefined) return { reasons, stop() {}, async ended() {} };

  const forget = trackChild(pid);
  let over = false;
  let stopping: Promise<void> | undefined;
  const stop = (reason?: 'timedOut' | 'cancelled'): void => {
    if (over || stopping !== undefined) return;
    if (reason !== undefined) reasons[reason] = true;
    stopping = stopGroup(pid, options.graceMs ?? DEFAULT_GRACE);
  };
  const abort = (): void => stop('cancelled');
  options.signal?.addEventListener('abort', abort, { once: true });
  // It may have been aborted unheard while the folder was checked.
  if (options.signal?.aborted === true) abort();
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => stop('timedOut'), Math.min(options.timeoutMs, LONGEST_TIMER));
  return {
    reasons,
    stop,
    async ended() {
      over = true;
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', abort);
      await stopping;
      forget();
    },
  };
}
