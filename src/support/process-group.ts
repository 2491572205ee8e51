import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { onInterrupt } from './interrupt.ts';
import { guardGroup } from './orphan-guard.ts';

/**
 * Ends a child that was spawned as the leader of a process group of its own, with everything it started: asks with
 * SIGTERM, and with SIGKILL whoever is left after `graceMs`. Resolves when that is done. Windows knows no asking:
 * there the tree is ended at once.
 */
export async function stopGroup(pid: number, graceMs: number): Promise<void> {
  if (process.platform === 'win32') {
    await taskkill(pid);
    return;
  }
  signalGroup(pid, 'SIGTERM');
  const deadline = performance.now() + graceMs;
  while (isGroupAlive(pid)) {
    const left = deadline - performance.now();
    if (left <= 0) {
      signalGroup(pid, 'SIGKILL');
      return;
    }
    await sleep(Math.min(left, 25));
  }
}

function taskkill(pid: number): Promise<void> {
  return new Promise((resolve) => {
    const killer = spawn('taskkill', taskkillArguments(pid), {
      stdio: 'ignore',
      windowsHide: true,
    });
    // Not finding the process means that it has ended already.
    killer.once('error', () => resolve());
    killer.once('exit', () => resolve());
  });
}

function taskkillArguments(pid: number): string[] {
  return ['/PID', String(pid), '/T', '/F'];
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody of the group is left, or only processes that we may not signal.
  }
}

function isGroupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

const live = new Set<number>();
let watchesInterrupts = false;

/**
 * Puts the leader of a group on the list of what an interrupt ends, and the end of this process by force. A group of its
 * own does not get the terminal's Ctrl-C, so nobody else would.
 * @returns a function that takes it off again.
 */
export function trackChild(pid: number): () => void {
  if (!watchesInterrupts) {
    watchesInterrupts = true;
    onInterrupt('stop', killChildrenSync);
  }
  live.add(pid);
  const unguard = guardGroup(pid);
  return () => {
    live.delete(pid);
    unguard();
  };
}

/** How long an interrupt waits between asking the children and ending them, in milliseconds. */
const INTERRUPT_GRACE = 250;

/** Ends every child that is still running, with everything it started. Never throws; for the handler of an interrupt. */
export function killChildrenSync(): void {
  if (live.size === 0) return;
  if (process.platform === 'win32') {
    for (const pid of live)
      spawnSync('taskkill', taskkillArguments(pid), { stdio: 'ignore', windowsHide: true });
  } else {
    for (const pid of live) signalGroup(pid, 'SIGTERM');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, INTERRUPT_GRACE);
    for (const pid of live) signalGroup(pid, 'SIGKILL');
  }
  live.clear();
}
