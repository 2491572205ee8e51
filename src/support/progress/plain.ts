import { createLogReporter, endingLine, noteLine } from './log.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

/** How much a plain log says. */
export interface PlainReporterOptions extends ReporterOptions {
  /** Show every line of output as it comes, not only that of tasks that failed. Default false. */
  readonly showOutput?: boolean;
}

/** For files and pipes: no control codes. The last output of a task that failed stands below it, behind `  | `. */
export function createPlainReporter(
  write: (text: string) => void,
  options: PlainReporterOptions = {},
): Reporter {
  const color = options.color ?? false;
  const showOutput = options.showOutput ?? false;
  return createLogReporter(
    write,
    {
      keep: { head: 0, tail: 40 },
      ending(ending) {
        const lines = ending.outcome === 'failed' && !showOutput ? ending.task.output.lines : [];
        return endingLine(ending, color) + lines.map((line) => `  | ${line}\n`).join('');
      },
      note: (event) => noteLine(event, color),
      ...(showOutput ? { output: (label: string, line: string) => `${label} | ${line}\n` } : {}),
    },
    options,
  );
}
