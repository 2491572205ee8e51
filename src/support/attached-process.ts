/** A child process that a person talks to: it has this process's own terminal, or whatever stands in its place. */
import { spawn } from 'node:child_process';
import { startError } from './process-errors.ts';

export interface AttachedProcessOptions {
  readonly cwd: string;
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What a shell reports of a command that a signal ended: 128 and the signal's number, of which this is the usual one. */
const ENDED_BY_SIGNAL: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGKILL: 137,
  SIGTERM: 143,
};

/**
 * Runs a command with the standard streams of this process, and in its process group, so that the terminal's keys reach it.
 * @returns its exit code, 128 and more when a signal ended it
 * @throws WheelworksError `process/not-found`, `process/not-executable`, `process/cannot-start`.
 */
export async function runAttached(
  command: string,
  args: readonly string[],
  options: AttachedProcessOptions,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...options.env },
      stdio: 'inherit',
    });
    child.once('error', (error) => reject(startError(error, command)));
    child.once('exit', (code, signal) =>
      resolve(code ?? (signal === null ? 1 : (ENDED_BY_SIGNAL[signal] ?? 128))),
    );
  });
}
