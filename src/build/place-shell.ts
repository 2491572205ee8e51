/** The commands that a project gives as shell text, run in a place. */
import { mkdir } from 'node:fs/promises';
import { WheelworksError, fileError, type ErrorCode } from '../support/errors.ts';
import { failureOf } from '../support/process-errors.ts';
import type { ProcessResult } from '../support/process.ts';
import { removeTemporary } from '../support/temporary.ts';
import type { BuildPlace, PlaceProcess } from './place.ts';

/** A command as it is started in a place. */
export interface PlaceCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** A folder of the place. */
  readonly cwd: string;
  /** Its whole environment. */
  readonly env: PlaceProcess['env'];
}

/** Shell text as a command: `sh` as cibuildwheel's, `cmd` on Windows. */
export function shellCommand(
  { platform }: BuildPlace,
  text: string,
): Pick<PlaceCommand, 'command' | 'args'> {
  return platform === 'win32'
    ? { command: 'cmd.exe', args: ['/d', '/s', '/c', text] }
    : { command: '/bin/sh', args: ['-c', text] };
}

/** Joins a path of the place, which is not this machine's. */
export function joinPlacePath({ platform }: BuildPlace, ...parts: readonly string[]): string {
  return parts.join(platform === 'win32' ? '\\' : '/').replace(/(?<=.)\/\.(?=\/|$)/g, '');
}

/** Lines of output in an error; all of them are in the log. */
const SHOWN_LINES = 12;

/** The error for a step that failed: how it ended, and its last lines. */
export function stepError(
  code: ErrorCode,
  message: string,
  result: ProcessResult,
  hint?: string,
): WheelworksError {
  const evidence = result.lastLines.slice(-SHOWN_LINES).join('\n');
  return new WheelworksError(code, `${message}: ${endingOf(result)}.`, {
    ...(evidence === '' ? {} : { evidence }),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** What a shell adds to the number of the signal that ended its command. */
const SHELL_SIGNAL = 128;
const SIGNALS: ReadonlyMap<number, string> = new Map([
  [4, 'SIGILL: an instruction that this CPU does not have'],
  [6, 'SIGABRT'],
  [7, 'SIGBUS'],
  [8, 'SIGFPE'],
  [9, 'SIGKILL: most likely out of memory'],
  [11, 'SIGSEGV: native code touched memory that is not its own'],
  [15, 'SIGTERM'],
]);

function endingOf({ exitCode, signal, timedOut, seconds }: ProcessResult): string {
  if (timedOut) return `it did not end within ${Math.round(seconds)} s`;
  if (signal !== null) return `ended by ${signal}`;
  const name = SIGNALS.get((exitCode ?? 0) - SHELL_SIGNAL);
  return `exit code ${exitCode ?? 'unknown'}${name === undefined ? '' : ` (${name})`}`;
}

/**
 * Makes a folder of a place, below one that is there.
 * @throws WheelworksError `file/*`, `process/*`.
 */
export async function makePlaceFolder(place: BuildPlace, path: string): Promise<void> {
  if (place.kind === 'host') {
    await mkdir(path).catch((error: unknown) => {
      throw fileError(error, path);
    });
    return;
  }
  const result = await place.run('/bin/mkdir', [path], { cwd: '/', env: place.env });
  if (result.exitCode !== 0) throw failureOf(result, `mkdir ${path}`);
}

/** Takes a folder of a place away before the place closes: disks fill. Never throws. */
export async function removeFolder(place: BuildPlace, path: string): Promise<void> {
  if (place.kind === 'host') {
    await removeTemporary(path);
    return;
  }
  await place.run('/bin/rm', ['-rf', path], { cwd: '/', env: place.env }).catch(() => {});
}
