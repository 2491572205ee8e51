/** What a task is measured in. */
export type ProgressUnit = 'bytes' | 'files' | 'steps';

/** How a task ended. `reused`: an earlier result was still right. */
export type TaskOutcome = 'done' | 'failed' | 'skipped' | 'reused';

/**
 * What features tell while they work. Ids are unique within a run and stable between runs of the same input, so that
 * logs can be compared. Tasks may nest (`parent`) and overlap.
 */
export type ProgressEvent =
  | {
      readonly type: 'task-started';
      readonly id: string;
      readonly label: string;
      readonly parent?: string;
      /** Known amount of work, in `unit`. */
      readonly total?: number;
      readonly unit?: ProgressUnit;
    }
  | {
      readonly type: 'task-progress';
      readonly id: string;
      readonly done: number;
      readonly detail?: string;
    }
  /** One line of a child process or a step, worth keeping in a log. */
  | { readonly type: 'task-output'; readonly id: string; readonly line: string }
  | {
      readonly type: 'task-finished';
      readonly id: string;
      readonly outcome: TaskOutcome;
      readonly seconds: number;
      readonly detail?: string;
    }
  | {
      readonly type: 'note';
      readonly level: 'info' | 'warning';
      readonly message: string;
      readonly id?: string;
    };

/** Where a feature sends its events. */
export type EventSink = (event: ProgressEvent) => void;

/** The sink for callers that do not watch. */
export const ignoreEvents: EventSink = () => {};

/**
 * Runs `work` as a task: started before, finished after with the time it took, `failed` when it throws.
 * What `work` returns may name the outcome through `outcomeOf`.
 */
export async function runTask<Result>(
  sink: EventSink,
  task: { id: string; label: string; parent?: string; total?: number; unit?: ProgressUnit },
  work: () => Promise<Result>,
  outcomeOf: (result: Result) => { outcome: TaskOutcome; detail?: string } = () => ({
    outcome: 'done',
  }),
): Promise<Result> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  sink({ type: 'task-started', ...task });
  try {
    const result = await work();
    sink({ type: 'task-finished', id: task.id, seconds: seconds(), ...outcomeOf(result) });
    return result;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    sink({ type: 'task-finished', id: task.id, seconds: seconds(), outcome: 'failed', detail });
    throw error;
  }
}
