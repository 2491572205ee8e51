import type { EventSink, ProgressEvent } from '../support/progress/events.ts';
import { chooseReporter, type ReporterKind } from '../support/progress/choose.ts';
import type { Reporter } from '../support/progress/reporter.ts';
import type { CommonOptions } from './common-options.ts';
import { paletteFor } from './context.ts';
import type { Host } from './host.ts';

/** The progress display of one run, on standard error. */
export interface Progress {
  readonly sink: EventSink;
  /** Runs `write`, which prints something else, while the display is out of the way. */
  readonly aside: (write: () => void) => void;
  /** Takes the display away and leaves what is to stay. */
  close(): void;
}

/** Starts the progress display that suits where standard error goes. */
export async function startProgress(host: Host, common: CommonOptions): Promise<Progress> {
  const kind = chooseReporter({
    isTty: host.stderr.isTerminal,
    env: host.env,
    quiet: common.quiet,
    verbose: common.verbose,
    json: common.json,
  });
  const makeReporter = await reporterMaker(kind, host, common);
  if (kind === 'terminal') return redrawnProgress(makeReporter);
  const reporter = makeReporter();
  return { sink: reporter.sink, aside: (write) => write(), close: () => reporter.close() };
}

async function reporterMaker(
  kind: ReporterKind,
  host: Host,
  common: CommonOptions,
): Promise<() => Reporter> {
  const write = (text: string): void => host.stderr.write(text);
  const color = paletteFor(host, 'stderr', common.color).enabled;
  if (kind === 'none') return () => ({ sink: () => {}, close: () => {} });
  if (kind === 'terminal') {
    const { createTerminalReporter } = await import('../support/progress/terminal.ts');
    const columns = (): number | undefined => host.stderr.columns;
    const rows = (): number | undefined => host.stderr.rows;
    return () => createTerminalReporter(write, { color, columns, rows });
  }
  if (kind === 'plain') {
    const { createPlainReporter } = await import('../support/progress/plain.ts');
    return () => createPlainReporter(write, { color, showOutput: common.verbose });
  }
  if (kind === 'json-lines') {
    const { createJsonLinesReporter } = await import('../support/progress/json-lines.ts');
    return () => createJsonLinesReporter(write);
  }
  const { createCiReporter } = await import('../support/progress/ci.ts');
  return () => createCiReporter(write, { color, service: kind });
}

/**
 * A display whose lines are drawn over and over must not be there when something else is printed: it is closed, and
 * started again with the tasks that still run.
 */
function redrawnProgress(makeReporter: () => Reporter): Progress {
  const running = new Map<string, ProgressEvent[]>();
  let reporter = makeReporter();
  return {
    sink: (event) => {
      remember(running, event);
      reporter.sink(event);
    },
    aside: (write) => {
      reporter.close();
      write();
      reporter = makeReporter();
      for (const event of [...running.values()].flat()) reporter.sink(event);
    },
    close: () => reporter.close(),
  };
}

/** Keeps for each running task its start and how far it has come. */
function remember(running: Map<string, ProgressEvent[]>, event: ProgressEvent): void {
  if (event.type === 'task-started') running.set(event.id, [event]);
  else if (event.type === 'task-finished') running.delete(event.id);
  else if (event.type === 'task-progress') {
    const started = running.get(event.id)?.[0];
    if (started !== undefined) running.set(event.id, [started, event]);
  }
}
