import type { ProgressEvent } from './events.ts';
import { formatElapsed, formatSeconds } from './format.ts';
import {
  WORTH_SHOWING,
  outcomeWord,
  systemClock,
  type Reporter,
  type ReporterOptions,
} from './reporter.ts';
import { TaskLog, type Ending, type Task } from './task-log.ts';
import { cleanLine } from './text.ts';

/** What one kind of log does its own way; each function gives whole lines, which are written in one piece. */
export interface LogStyle {
  /** How many lines of a task's output are kept until it ends. */
  readonly keep: { readonly head: number; readonly tail: number };
  ending(ending: Ending): string;
  note(event: ProgressEvent & { type: 'note' }): string;
  /** A line of output when it comes; nothing when it is only shown at the end. */
  output?(label: string, line: string): string;
}

/** Services end a job that says nothing for long; ten minutes is the shortest limit, in milliseconds. */
const LONGEST_SILENCE = 120_000;

/**
 * What all logs have in common: nothing is ever taken back, a task has a line when it has run for half a second and
 * another when it ends, tasks that end sooner have none unless they fail, and long silence is broken by naming what
 * is running.
 */
export function createLogReporter(
  write: (text: string) => void,
  style: LogStyle,
  options: ReporterOptions,
): Reporter {
  const clock = options.clock ?? systemClock;
  const tasks = new TaskLog(style.keep);
  const announcements = new Map<string, () => void>();
  let open = true;
  let cancelReminder: (() => void) | undefined;

  const say = (text: string): void => {
    write(text);
    remindLater();
  };
  const remindLater = (): void => {
    cancelReminder?.();
    cancelReminder = clock.later(LONGEST_SILENCE, () => {
      for (const task of tasks.running) write(runningLine(task, clock.now()));
      remindLater();
    });
  };
  const start = (event: ProgressEvent & { type: 'task-started' }): void => {
    const task = tasks.start(event, clock.now());
    const cancel = clock.later(WORTH_SHOWING, () => {
      announcements.delete(task.id);
      say(`${columns('start', '')}${task.label}\n`);
    });
    announcements.set(task.id, cancel);
  };
  const finish = (ending: Ending): void => {
    const cancel = announcements.get(ending.task.id);
    announcements.delete(ending.task.id);
    cancel?.();
    const isLong = cancel === undefined || ending.seconds * 1000 >= WORTH_SHOWING;
    if (isLong || ending.outcome === 'failed') say(style.ending(ending));
  };

  return {
    sink(event) {
      if (!open) return;
      switch (event.type) {
        case 'task-started':
          start(event);
          break;
        case 'task-progress':
          tasks.progress(event);
          break;
        case 'task-output': {
          const line = cleanLine(event.line);
          const task = tasks.get(event.id);
          task?.output.push(line);
          if (style.output !== undefined) say(style.output(task?.label ?? event.id, line));
          break;
        }
        case 'task-finished': {
          const ending = tasks.finish(event);
          if (ending !== undefined) finish(ending);
          break;
        }
        case 'note':
          say(style.note(event));
          break;
      }
    },
    close() {
      open = false;
      cancelReminder?.();
      for (const cancel of announcements.values()) cancel();
      announcements.clear();
    },
  };
}

const WORD_WIDTH = 7;
const TIME_WIDTH = 7;

function columns(word: string, time: string): string {
  return `${word.padEnd(WORD_WIDTH)}  ${time.padStart(TIME_WIDTH)}  `;
}

/** `running     12 s  label`: a task that has not ended. */
export function runningLine(task: Task, now: number): string {
  return `${columns('running', formatElapsed(now - task.startedAt))}${task.label}\n`;
}

/** `done        12 s  label  detail`: how it ended, how long it took, what it was and what is to be said about it. */
export function endingLine(ending: Ending, color: boolean): string {
  const plain = columns(ending.outcome, formatSeconds(ending.seconds));
  const start = outcomeWord(ending.outcome, color) + plain.slice(ending.outcome.length);
  const detail = ending.detail === '' ? '' : `  ${ending.detail}`;
  return `${start}${ending.task.label}${detail}\n`;
}

/** A note as one line; warnings say that they are. */
export function noteLine(event: ProgressEvent & { type: 'note' }, color: boolean): string {
  const message = cleanLine(event.message);
  return event.level === 'warning'
    ? `${outcomeWord('warning', color)}: ${message}\n`
    : `${message}\n`;
}
