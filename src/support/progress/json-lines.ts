import { redactText } from '../secret.ts';
import { systemClock, type Clock, type Reporter } from './reporter.ts';

/**
 * Events for programs: each is one line of JSON, the event with the `time` it came (ISO 8601, UTC). Secrets are masked
 * in every text.
 */
export function createJsonLinesReporter(
  write: (text: string) => void,
  options: { readonly clock?: Clock } = {},
): Reporter {
  const clock = options.clock ?? systemClock;
  let open = true;
  return {
    sink(event) {
      if (!open) return;
      const time = new Date(clock.now()).toISOString();
      write(`${JSON.stringify({ time, ...event }, redactValue)}\n`);
    },
    close() {
      open = false;
    },
  };
}

function redactValue(_: string, value: unknown): unknown {
  return typeof value === 'string' ? redactText(value) : value;
}
