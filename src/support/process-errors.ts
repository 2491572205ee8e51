import { WheelworksError, systemErrorCode } from './errors.ts';
import type { ProcessResult } from './process.ts';

/** The error for a command that ran and did not succeed, with its last lines of output as evidence. */
export function failureOf(result: ProcessResult, label: string): WheelworksError {
  const evidence = result.lastLines.join('\n');
  const details = evidence === '' ? {} : { evidence };
  if (result.cancelled)
    return new WheelworksError('process/cancelled', `${label} was cancelled.`, details);
  if (result.timedOut) {
    const message = `${label} did not end in time; it was stopped after ${result.seconds.toFixed(1)} s.`;
    return new WheelworksError('process/timed-out', message, details);
  }
  if (result.signal === null)
    return new WheelworksError(
      'process/failed',
      `${label} failed with exit code ${result.exitCode}.`,
      details,
    );
  return new WheelworksError('process/failed', `${label} was ended by ${result.signal}.`, {
    ...details,
    ...(result.signal === 'SIGKILL'
      ? { hint: 'Linux ends a process like this when memory runs out; try fewer --jobs.' }
      : {}),
  });
}

/** The error for a command that could not be started; bugs of the caller are returned as they are. */
export function startError(error: unknown, command: string): unknown {
  const code = systemErrorCode(error);
  if (code === undefined || code.startsWith('ERR_')) return error;
  if (code === 'ENOENT')
    return new WheelworksError('process/not-found', `The command ${command} was not found.`, {
      hint: `Install it or put its folder on PATH.`,
      cause: error,
    });
  if (code === 'EACCES')
    return new WheelworksError('process/not-executable', `${command} may not be executed.`, {
      hint: 'Check its permissions, and that its file system is not mounted noexec.',
      cause: error,
    });
  return new WheelworksError('process/cannot-start', `${command} could not be started.`, {
    evidence: code,
    cause: error,
  });
}
