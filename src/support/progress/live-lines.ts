import { formatAmount, formatElapsed } from './format.ts';
import { WORTH_SHOWING } from './reporter.ts';
import type { Task } from './task-log.ts';
import { padEnd, textWidth, truncate } from './text.ts';

/** The room there is for tasks that are running. */
export interface LiveRoom {
  readonly columns: number;
  readonly lines: number;
}

/**
 * One line for each task that has run long enough to be worth it, children below their parents, no line wider than
 * the room and no more lines than fit.
 */
export function liveLines(running: Iterable<Task>, now: number, room: LiveRoom): readonly string[] {
  const shown = inTreeOrder([...running].filter((task) => now - task.startedAt >= WORTH_SHOWING));
  const fits = shown.length <= room.lines ? shown : shown.slice(0, Math.max(0, room.lines - 1));
  const labels = fits.map(({ task, depth }) => '  '.repeat(depth) + task.label);
  const widest = Math.max(0, ...labels.map(textWidth));
  const labelWidth = Math.min(widest, Math.floor(room.columns * LABEL_SHARE));
  const lines = fits.map(({ task }, index) => {
    const label = padEnd(truncate(labels[index] ?? '', labelWidth), labelWidth);
    const time = formatElapsed(now - task.startedAt).padStart(TIME_WIDTH);
    const line = `running  ${time}  ${label}${progressOf(task, room.columns)}`;
    return truncate(line, room.columns).trimEnd();
  });
  const left = shown.length - fits.length;
  return left === 0 || room.lines < 1
    ? lines
    : [...lines, truncate(`... and ${left} more`, room.columns)];
}

const LABEL_SHARE = 0.4;
const TIME_WIDTH = 7;

interface Placed {
  readonly task: Task;
  readonly depth: number;
}

/** A task whose parent is not shown stands at the top. */
function inTreeOrder(tasks: readonly Task[]): Placed[] {
  const ids = new Set(tasks.map((task) => task.id));
  const children = new Map<string | undefined, Task[]>();
  for (const task of tasks) {
    const parent = task.parent !== undefined && ids.has(task.parent) ? task.parent : undefined;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [task]);
    else siblings.push(task);
  }
  const placed: Placed[] = [];
  const place = (parent: string | undefined, depth: number): void => {
    for (const task of children.get(parent) ?? []) {
      placed.push({ task, depth });
      place(task.id, depth + 1);
    }
  };
  place(undefined, 0);
  return placed;
}

function progressOf(task: Task, columns: number): string {
  const parts: string[] = [];
  if (task.done !== undefined) {
    if (task.total !== undefined && task.total > 0) {
      const share = Math.min(1, Math.max(0, task.done / task.total));
      parts.push(bar(share, columns), `${Math.floor(share * 100)}%`.padStart(4));
    }
    parts.push(formatAmount(task.done, task.total, task.unit));
  }
  parts.push(task.detail);
  const shown = parts.filter((part) => part !== '');
  return shown.length === 0 ? '' : `  ${shown.join('  ')}`;
}

function bar(share: number, columns: number): string {
  if (columns < 60) return '';
  const width = columns < 90 ? 10 : 20;
  const full = Math.floor(share * width);
  return `[${'#'.repeat(full)}${'-'.repeat(width - full)}]`;
}
