import { homedir } from 'node:os';
import { WheelworksError, systemErrorCode } from '../support/errors.ts';
import type { InterruptSignal } from '../support/interrupt.ts';

/** The environment, as commands see it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Standard output or standard error. */
export interface OutputStream {
  readonly isTerminal: boolean;
  /** The terminal's size in cells at this moment; undefined when it is none. */
  readonly columns: number | undefined;
  readonly rows: number | undefined;
  write(text: string): void;
}

/** The process around a run. Everything the command line knows about it comes through here; tests give their own. */
export interface Host {
  /** What follows the program's name. */
  readonly argv: readonly string[];
  readonly env: Environment;
  /**
   * The folder that relative paths start from.
   * @throws WheelworksError `cli/no-working-directory`
   */
  readonly cwd: () => string;
  /** The user's folder; empty when the system knows none. */
  readonly home: string;
  readonly platform: NodeJS.Platform;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Calls back on each signal that asks the run to end; returns a function that stops this. */
  onSignal(listener: (signal: InterruptSignal) => void): () => void;
  /** Calls back when standard output cannot be written any more. */
  onOutputError(listener: (error: Error) => void): void;
  /** Calls back for what was thrown where nobody could catch it. */
  onUncaught(listener: (error: unknown) => void): void;
  /** Resolves when what was written has left the process, as far as it can. */
  flush(): Promise<void>;
}

const SIGNALS: readonly InterruptSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The host of a real run: the only code that touches `process`, besides the entry file. */
export function processHost(): Host {
  // A reader of standard error that has gone must not end the work.
  process.stderr.on('error', () => {});
  return {
    argv: process.argv.slice(2),
    env: process.env,
    cwd: workingDirectory,
    home: homeDirectory(),
    platform: process.platform,
    stdout: outputStream(process.stdout),
    stderr: outputStream(process.stderr),
    onSignal: listenToSignals,
    onOutputError: (listener) => process.stdout.on('error', listener),
    onUncaught: (listener) => {
      process.on('uncaughtException', listener);
      process.on('unhandledRejection', listener);
    },
    flush: async () => {
      await Promise.all([drained(process.stdout), drained(process.stderr)]);
    },
  };
}

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw new WheelworksError('cli/no-working-directory', 'The current directory is gone.', {
      hint: 'Change to a directory that exists and run the command again.',
      cause: error,
    });
  }
}

/** A container may run as a user that the system has no entry for; Node then throws. */
function homeDirectory(): string {
  try {
    return homedir();
  } catch {
    return '';
  }
}

function outputStream(stream: NodeJS.WriteStream): OutputStream {
  return {
    isTerminal: isTerminal(stream),
    get columns() {
      return isTerminal(stream) ? stream.columns : undefined;
    },
    get rows() {
      return isTerminal(stream) ? stream.rows : undefined;
    },
    write: (text) => {
      if (stream.writable) stream.write(text);
    },
  };
}

/** Node leaves `isTTY` undefined for files and pipes, whatever its type says. */
function isTerminal(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY ?? false;
}

function listenToSignals(listener: (signal: InterruptSignal) => void): () => void {
  const stops = SIGNALS.map((signal) => {
    const handler = (): void => listener(signal);
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  return () => {
    for (const stop of stops) stop();
  };
}

/** Pipes are written in the background on some systems; ending the process would cut them off. */
async function drained(stream: NodeJS.WriteStream): Promise<void> {
  if (!stream.writable) return;
  await new Promise<void>((resolve) => {
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });
}
