/**
 * A child process that answers questions, a line each: what is slow to start is started once.
 *
 * As `runProcess`: it has a group of its own, which is ended as a whole on a timeout, when it is closed and when the run is
 * interrupted; nothing of the environment is inherited.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { startError } from './process-errors.ts';
import { stopGroup, trackChild } from './process-group.ts';

export interface LineProcessOptions {
  readonly cwd: string;
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Which of the lines that it writes is an answer; others are passed over. */
  readonly isAnswer: (line: string) => boolean;
  /** Most characters of an answer; with more it is ended. */
  readonly longestAnswer: number;
  /** Gets what it writes to standard error, which otherwise goes nowhere. */
  readonly onErrorText?: (text: string) => void;
}

/** What came of a question. */
export type LineAnswer =
  | { readonly kind: 'line'; readonly line: string }
  /** It has ended, was ended for an answer too long, or could not be started at all. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'cancelled' };

export interface AskOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Bytes that are sent behind the line, which tells how many they are. */
  readonly attached?: readonly Uint8Array[];
}

export interface LineProcess {
  /** False once it has ended: then every answer is `ended`. */
  readonly isAlive: boolean;
  /** Sends one line, without its end, and waits for the answer. One question at a time; after no answer it is ended. */
  ask(line: string, options: AskOptions): Promise<LineAnswer>;
  /** Ends it. */
  close(): Promise<void>;
}

const GRACE = 200;

/** Starts it; that it cannot be started shows in the first answer. */
export function startLineProcess(
  command: string,
  args: readonly string[],
  options: LineProcessOptions,
): LineProcess {
  const child = start(command, args, options);
  if (child === undefined) return NEVER_STARTED;
  const forget = child.pid === undefined ? () => {} : trackChild(child.pid);
  let alive = true;
  let settle: ((answer: LineAnswer) => void) | undefined;
  const answer = (value: LineAnswer): void => {
    settle?.(value);
    settle = undefined;
  };
  const ended = (): void => {
    alive = false;
    forget();
    answer({ kind: 'ended' });
  };
  const close = async (): Promise<void> => {
    if (!alive) return;
    ended();
    child.stdin?.destroy();
    child.stdout?.destroy();
    if (child.pid !== undefined) await stopGroup(child.pid, GRACE);
  };
  child.once('error', ended);
  child.once('exit', ended);
  // What it does not read is told by its end.
  child.stdin?.on('error', () => {});
  readLines(child, options, (line) => {
    if (line === undefined) void close();
    else answer({ kind: 'line', line });
  });
  return {
    get isAlive() {
      return alive;
    },
    async ask(line, { timeoutMs, signal, attached = [] }) {
      if (!alive) return { kind: 'ended' };
      if (signal?.aborted === true) return { kind: 'cancelled' };
      const result = await new Promise<LineAnswer>((resolve) => {
        const timer = setTimeout(() => answer({ kind: 'timed-out' }), timeoutMs);
        const cancel = (): void => answer({ kind: 'cancelled' });
        signal?.addEventListener('abort', cancel, { once: true });
        settle = (value) => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', cancel);
          resolve(value);
        };
        child.stdin?.cork();
        child.stdin?.write(`${line}\n`);
        for (const bytes of attached) child.stdin?.write(bytes);
        child.stdin?.uncork();
      });
      // It may still be at work on the question, and its answer would be taken for that to the next.
      if (result.kind !== 'line') await close();
      return result;
    },
    close,
  };
}

const NEVER_STARTED: LineProcess = {
  isAlive: false,
  ask: () => Promise.resolve({ kind: 'ended' }),
  close: () => Promise.resolve(),
};

function start(
  command: string,
  args: readonly string[],
  { cwd, env, onErrorText }: LineProcessOptions,
): ChildProcess | undefined {
  try {
    const child = spawn(command, args, {
      cwd,
      env: { ...env },
      stdio: ['pipe', 'pipe', onErrorText === undefined ? 'ignore' : 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => onErrorText?.(text));
    return child;
  } catch (error) {
    startError(error, command);
    return undefined;
  }
}

/** Calls back with each answer, and with nothing when a line is too long to be kept. */
function readLines(
  child: ChildProcess,
  { isAnswer, longestAnswer }: LineProcessOptions,
  onLine: (line: string | undefined) => void,
): void {
  if (child.stdout === null) return;
  let length = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    const end = chunk.lastIndexOf(0x0a);
    length = end === -1 ? length + chunk.length : chunk.length - end - 1;
    if (length > longestAnswer) onLine(undefined);
  });
  createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY }).on(
    'line',
    (line) => {
      if (isAnswer(line)) onLine(line);
    },
  );
}
