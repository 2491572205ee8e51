import type { ProgressEvent, ProgressUnit, TaskOutcome } from './events.ts';
import { cleanLine } from './text.ts';

/** A task as far as it is known; texts are clean. */
export interface Task {
  readonly id: string;
  readonly label: string;
  readonly parent: string | undefined;
  readonly depth: number;
  readonly total: number | undefined;
  readonly unit: ProgressUnit | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  done: number | undefined;
  detail: string;
  readonly output: OutputLines;
}

/** How a task ended. */
export interface Ending {
  readonly task: Task;
  readonly outcome: TaskOutcome;
  readonly seconds: number;
  readonly detail: string;
}

/** The tasks under way, in the order in which they started. */
export class TaskLog {
  readonly #running = new Map<string, Task>();
  readonly #keep: { head: number; tail: number };

  /** @param keep how many lines of a task's output are kept, from the beginning and the end. */
  constructor(keep: { head: number; tail: number }) {
    this.#keep = keep;
  }

  get running(): Iterable<Task> {
    return this.#running.values();
  }

  get(id: string): Task | undefined {
    return this.#running.get(id);
  }

  start(event: ProgressEvent & { type: 'task-started' }, now: number): Task {
    const parent = event.parent === undefined ? undefined : this.#running.get(event.parent);
    const task: Task = {
      id: event.id,
      label: cleanLine(event.label),
      parent: parent?.id,
      depth: parent === undefined ? 0 : parent.depth + 1,
      total: event.total,
      unit: event.unit,
      startedAt: now,
      done: undefined,
      detail: '',
      output: new OutputLines(this.#keep),
    };
    this.#running.set(event.id, task);
    return task;
  }

  progress(event: ProgressEvent & { type: 'task-progress' }): void {
    const task = this.#running.get(event.id);
    if (task === undefined) return;
    task.done = event.done;
    task.detail = cleanLine(event.detail ?? '');
  }

  output(event: ProgressEvent & { type: 'task-output' }): void {
    this.#running.get(event.id)?.output.push(cleanLine(event.line));
  }

  finish(event: ProgressEvent & { type: 'task-finished' }): Ending | undefined {
    const task = this.#running.get(event.id);
    if (task === undefined) return undefined;
    this.#running.delete(event.id);
    const detail = cleanLine(event.detail ?? '');
    return { task, outcome: event.outcome, seconds: event.seconds, detail };
  }
}

/** The first and last lines of an output of any length. */
export class OutputLines {
  readonly #head: string[] = [];
  readonly #tail: string[] = [];
  readonly #keep: { head: number; tail: number };
  #count = 0;

  constructor(keep: { head: number; tail: number }) {
    this.#keep = keep;
  }

  push(line: string): void {
    this.#count += 1;
    if (this.#head.length < this.#keep.head) {
      this.#head.push(line);
      return;
    }
    this.#tail.push(line);
    if (this.#tail.length >= 2 * this.#keep.tail) this.#tail.splice(0, this.#keep.tail);
  }

  /** How many lines there were in all. */
  get count(): number {
    return this.#count;
  }

  /** What was kept; a line of its own says what was not. */
  get lines(): readonly string[] {
    const tail = this.#tail.slice(-this.#keep.tail);
    const left = this.#count - this.#head.length - tail.length;
    if (left === 0) return [...this.#head, ...tail];
    return [...this.#head, `[... ${left} lines left out ...]`, ...tail];
  }
}
