import { constants } from 'node:os';
import type { InterruptSignal } from '../support/interrupt.ts';
import type { Host } from './host.ts';

/** Why a run ends before its work is done. */
export type Ending =
  | { readonly kind: 'signal'; readonly signal: InterruptSignal }
  /** The reader of standard output has gone (`| head`). */
  | { readonly kind: 'broken-pipe' }
  | { readonly kind: 'output-error'; readonly error: Error }
  | { readonly kind: 'uncaught'; readonly error: unknown };

/** Watches for everything from outside that ends a run. */
export interface EndingWatch {
  /** Aborted at the first ending, so that the work can stop in good order. */
  readonly signal: AbortSignal;
  /** The first ending, when there was one. */
  ending(): Ending | undefined;
  /** Resolves when waiting for the work makes no sense any more: at the second interrupt, or after the grace time. */
  readonly outOfPatience: Promise<Ending>;
  stop(): void;
}

/** How long the work may take to stop in good order after the first interrupt. */
export const GRACE_MILLISECONDS = 5000;

/** Starts watching; `announce` is called once, at the first interrupt. */
export function watchForEnding(
  host: Host,
  announce: (signal: InterruptSignal) => void,
): EndingWatch {
  const work = new AbortController();
  const patience = new AbortController();
  let ending: Ending | undefined;
  let timer: NodeJS.Timeout | undefined;
  const end = (first: Ending): void => {
    if (ending !== undefined) return;
    ending = first;
    work.abort();
    timer = setTimeout(() => patience.abort(), GRACE_MILLISECONDS);
  };
  const stopListening = host.onSignal((signal) => {
    if (ending !== undefined) patience.abort();
    else announce(signal);
    end({ kind: 'signal', signal });
  });
  host.onOutputError((error) => {
    const isBrokenPipe = 'code' in error && (error.code === 'EPIPE' || error.code === 'EOF');
    end(isBrokenPipe ? { kind: 'broken-pipe' } : { kind: 'output-error', error });
  });
  host.onUncaught((error) => {
    end({ kind: 'uncaught', error });
    patience.abort();
  });
  return {
    signal: work.signal,
    ending: () => ending,
    outOfPatience: new Promise((resolve) => {
      patience.signal.addEventListener('abort', () => {
        if (ending !== undefined) resolve(ending);
      });
    }),
    stop: () => {
      clearTimeout(timer);
      stopListening();
    },
  };
}

/** What a shell shows for a process that a signal ended: 130 for SIGINT, 143 for SIGTERM, 141 for a broken pipe. */
export function signalExitCode(signal: InterruptSignal | 'SIGPIPE'): number {
  // Windows has no SIGPIPE; the number is the same everywhere else.
  return 128 + (signal === 'SIGPIPE' ? 13 : constants.signals[signal]);
}
