import type { EventSink, TaskOutcome } from './events.ts';

/** Something that shows events to a person or a log. */
export interface Reporter {
  readonly sink: EventSink;
  /** Shows what is still to be shown and stops; events after it are ignored. */
  close(): void;
}

/** The time and a way to be called later; tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** @returns a function that cancels the call. */
  later(milliseconds: number, callback: () => void): () => void;
}

/** The real time. What it calls later does not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  later(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** What every reporter for people takes. */
export interface ReporterOptions {
  /** Whether to colour; colour only adds to what words already say. Default false. */
  readonly color?: boolean;
  readonly clock?: Clock;
}

/** Work shorter than this is not worth a line, in milliseconds. */
export const WORTH_SHOWING = 500;

const COLORS: Readonly<Record<TaskOutcome | 'warning', number>> = {
  done: 32,
  failed: 31,
  skipped: 36,
  reused: 36,
  warning: 33,
};

/** A word that says how something went, in its colour (SGR codes of ECMA-48) when `color` is true. */
export function outcomeWord(
  word: TaskOutcome | 'warning',
  color: boolean,
  shown = word as string,
): string {
  return color ? `\u001B[${COLORS[word]}m${shown}\u001B[39m` : shown;
}
