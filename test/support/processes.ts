import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether a process still runs; a zombie that nobody has waited for does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    // proc_pid_stat(5): the state follows the name, which is in parentheses and may contain anything.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    return false;
  }
}

/** Waits until a process has ended; false when it has not after ten seconds. */
export async function endsSoon(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (!isRunning(pid)) return true;
    await sleep(50);
  }
  return false;
}

/** Milliseconds; a limit beyond this, with the shorter ones before it, still fits into the time of a test. */
const MOST_LIMIT = 5000;

/**
 * Runs something that a time limit ends, with limits that double until one met it at work: a loaded machine may need longer
 * to start it than the first limit gives. Only that it was at work is tried for; what came of it is for the caller to judge.
 * @param isAtWork whether what was run last got as far as the limit is to find it.
 */
export async function endedAtWork<Result>(
  firstLimit: number,
  isAtWork: () => boolean,
  run: (timeoutMs: number) => Promise<Result>,
): Promise<Result> {
  for (let timeoutMs = firstLimit; ; timeoutMs *= 2) {
    const result = await run(timeoutMs);
    if (isAtWork() || timeoutMs > MOST_LIMIT) return result;
  }
}
