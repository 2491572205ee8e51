import type { ProgressEvent } from './events.ts';
import { LiveRegion } from './live-region.ts';
import { liveLines } from './live-lines.ts';
import { endingLine, noteLine } from './log.ts';
import { WORTH_SHOWING, systemClock, type Reporter, type ReporterOptions } from './reporter.ts';
import { TaskLog, type Ending } from './task-log.ts';

/** The terminal that is drawn on; its size may change at any time. */
export interface TerminalReporterOptions extends ReporterOptions {
  readonly columns?: () => number | undefined;
  readonly rows?: () => number | undefined;
}

const KEPT_LINES = { head: 0, tail: 40 };

/** The fewest milliseconds between two drawings. */
const FASTEST = 100;

const SECOND = 1000;

/**
 * For a person at a terminal: a line for each running task, drawn over and over; a line that stays for each task that
 * has ended; the last output of those that failed at the very end. Work that is over in half a second leaves no trace.
 */
export function createTerminalReporter(
  write: (text: string) => void,
  options: TerminalReporterOptions = {},
): Reporter {
  const clock = options.clock ?? systemClock;
  const color = options.color ?? false;
  const tasks = new TaskLog(KEPT_LINES);
  const region = new LiveRegion(write);
  const failed: Ending[] = [];
  let above = '';
  let drawnAt = Number.NEGATIVE_INFINITY;
  let wakeAt = Number.POSITIVE_INFINITY;
  let cancelWake: (() => void) | undefined;
  let open = true;

  const columns = (): number => Math.max(20, options.columns?.() ?? 80);
  const draw = (): void => {
    cancelWake?.();
    wakeAt = Number.POSITIVE_INFINITY;
    drawnAt = clock.now();
    // One column and one row stay free: writing in the last ones makes terminals scroll or wrap.
    const room = { columns: columns() - 1, lines: Math.max(1, (options.rows?.() ?? 24) - 1) };
    region.draw(above, liveLines(tasks.running, drawnAt, room), columns());
    above = '';
    const next = nextDrawing(tasks, drawnAt);
    if (next !== undefined) wake(next);
  };
  const wake = (at: number): void => {
    if (at >= wakeAt) return;
    cancelWake?.();
    wakeAt = at;
    cancelWake = clock.later(Math.max(0, at - clock.now()), draw);
  };
  /** Draws at once when that is not too soon: while the program computes, no timer runs. */
  const redraw = (): void => {
    if (clock.now() - drawnAt >= FASTEST) draw();
    else wake(drawnAt + FASTEST);
  };
  const finish = (ending: Ending): void => {
    if (ending.outcome === 'failed') failed.push(ending);
    else if (ending.seconds * 1000 < WORTH_SHOWING) return;
    above += endingLine(ending, color);
  };
  const take = (event: ProgressEvent): void => {
    switch (event.type) {
      case 'task-started':
        tasks.start(event, clock.now());
        break;
      case 'task-progress':
        tasks.progress(event);
        break;
      case 'task-output':
        tasks.output(event);
        break;
      case 'task-finished': {
        const ending = tasks.finish(event);
        if (ending !== undefined) finish(ending);
        break;
      }
      case 'note':
        above += noteLine(event, color);
        break;
    }
  };

  return {
    sink(event) {
      if (!open) return;
      take(event);
      redraw();
    },
    close() {
      if (!open) return;
      open = false;
      cancelWake?.();
      region.draw(above + failed.map(outputOf).join(''), [], columns());
    },
  };
}

/** When the picture changes by itself: a task becomes worth showing, or the clock of the oldest one goes on. */
function nextDrawing(tasks: TaskLog, now: number): number | undefined {
  let next: number | undefined;
  for (const task of tasks.running) {
    const due = task.startedAt + WORTH_SHOWING;
    next ??= now + SECOND - (Math.max(0, now - task.startedAt) % SECOND);
    if (due > now) next = Math.min(next, due);
  }
  return next === undefined ? undefined : Math.max(next, now + FASTEST);
}

function outputOf(ending: Ending): string {
  const { lines, count } = ending.task.output;
  if (count === 0) return '';
  return `\nOutput of ${ending.task.label}:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}
