/**
 * What must be undone when the user interrupts a run. An interrupt leaves no time for promises, so everything here is
 * synchronous. The command line decides what happens afterwards; this file never ends the process.
 */

/** `stop`: things that run (processes, containers, servers). `remove`: files, which those might still write to. */
export type InterruptStage = 'stop' | 'remove';

const STAGES: readonly InterruptStage[] = ['stop', 'remove'];
const cleanups: Record<InterruptStage, Set<() => void>> = { stop: new Set(), remove: new Set() };

/**
 * Has `cleanup` run when the process is interrupted. It must be synchronous and quick.
 * @returns a function that withdraws it.
 */
export function onInterrupt(stage: InterruptStage, cleanup: () => void): () => void {
  // Two registrations of one function are two entries, so that withdrawing one leaves the other.
  const entry = (): void => cleanup();
  cleanups[stage].add(entry);
  return () => {
    cleanups[stage].delete(entry);
  };
}

/**
 * Runs every cleanup once, newest first within its stage, everything that runs before every file. Never throws: one
 * cleanup that fails must not keep the others from running.
 */
export function cleanUpSync(): void {
  for (const stage of STAGES) {
    const entries = [...cleanups[stage]].reverse();
    for (const cleanup of entries) {
      try {
        cleanup();
      } catch {
        // The run is ending; there is nobody left to tell.
      }
    }
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The signals by which a user, a supervisor or a closing terminal asks a run to end. */
export type InterruptSignal = (typeof SIGNALS)[number];

/**
 * Cleans up on the first interrupt signal and then calls `andThen`, which ends the process as it sees fit: after
 * `stop()`, `process.kill(process.pid, signal)` has the default effect, so that the parent sees the right status.
 * @returns a function that takes the handlers away again.
 */
export function cleanUpOnSignals(andThen: (signal: InterruptSignal) => void): () => void {
  const handlers = SIGNALS.map((signal) => {
    const handler = (): void => {
      cleanUpSync();
      andThen(signal);
    };
    process.on(signal, handler);
    return { signal, handler };
  });
  return () => {
    for (const { signal, handler } of handlers) process.off(signal, handler);
  };
}
