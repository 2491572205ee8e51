import { randomUUID } from 'node:crypto';
import { createLogReporter, endingLine, noteLine } from './log.ts';
import { systemClock, type Reporter, type ReporterOptions } from './reporter.ts';
import { cleanLine } from './text.ts';

/** The services whose logs can fold and mark lines. */
export type CiService = 'github' | 'gitlab' | 'azure';

/** What decides how a CI log is marked. */
export interface CiReporterOptions extends ReporterOptions {
  readonly service: CiService;
}

/** Enough for a compiler's complaints at the beginning and its failure at the end. */
const KEPT_LINES = { head: 1000, tail: 4000 };

/**
 * For the logs of CI services. The output of a task is kept until it ends and then written in one piece, folded away
 * below its last line, so that tasks that run side by side never mix. Of a task that failed it is not folded.
 */
export function createCiReporter(
  write: (text: string) => void,
  options: CiReporterOptions,
): Reporter {
  const color = options.color ?? false;
  const clock = options.clock ?? systemClock;
  const marks = MARKS[options.service];
  return createLogReporter(
    write,
    {
      keep: KEPT_LINES,
      ending(ending) {
        const line = endingLine(ending, color);
        const { lines } = ending.task.output;
        if (lines.length === 0) return line;
        const output = marks.quote(lines).map((quoted) => `${quoted}\n`);
        if (ending.outcome === 'failed') return line + output.join('');
        return marks.fold(line.trimEnd(), output.join(''), Math.floor(clock.now() / 1000));
      },
      note: (event) =>
        event.level === 'warning'
          ? marks.warning(cleanLine(event.message), color)
          : noteLine(event, color),
    },
    options,
  );
}

interface Marks {
  /** Lines that the service does not take for its commands, whatever a child has written. */
  quote(lines: readonly string[]): readonly string[];
  /** Lines that fold away below a title; `time` in seconds since 1970. */
  fold(title: string, lines: string, time: number): string;
  warning(message: string, color: boolean): string;
}

const MARKS: Readonly<Record<CiService, Marks>> = {
  // "Workflow commands for GitHub Actions": commands start with `::`; the older form `##[` may stand anywhere.
  github: {
    quote(lines) {
      if (!lines.some((line) => line.includes('::') || line.includes('##['))) return lines;
      // Nobody who writes the output can know the word that makes the service listen again.
      const token = randomUUID();
      return [`::stop-commands::${token}`, ...lines, `::${token}::`];
    },
    fold: (title, lines) => `::group::${title}\n${lines}::endgroup::\n`,
    warning: (message) => `::warning::${message.replaceAll('%', '%25')}\n`,
  },
  // "Custom collapsible sections": made of control codes, which no line of output has any more.
  gitlab: {
    quote: (lines) => lines,
    fold(title, lines, time) {
      const name = `wheelworks_${randomUUID().replaceAll('-', '')}`;
      const start = `\u001B[0Ksection_start:${time}:${name}[collapsed=true]\r\u001B[0K${title}\n`;
      return `${start}${lines}\u001B[0Ksection_end:${time}:${name}\r\u001B[0K\n`;
    },
    warning: (message, color) => noteLine({ type: 'note', level: 'warning', message }, color),
  },
  // "Logging commands" of Azure Pipelines: `##vso[` and `##[`, anywhere in a line; there is no way to switch them off.
  azure: {
    quote: (lines) => lines.map((line) => line.replaceAll(/##(?=vso\[|\[)/gi, '## ')),
    fold: (title, lines) => `##[group]${title}\n${lines}##[endgroup]\n`,
    warning: (message) => `##[warning]${message}\n`,
  },
};
