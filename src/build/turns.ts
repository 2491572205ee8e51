/** How many jobs of a run go on at once, over all its packages, and that none starts any more after a failure, if so wanted. */
import type { ErrorReport } from '../support/errors.ts';

/** Turns are given in the order in which they are asked for. */
export interface Turns {
  /**
   * Takes a turn for each item and waits for all, also after a failure: nothing goes on in the background.
   * @throws what the first that failed threw.
   */
  each<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void>;
  /** Waits for a turn and works; undefined when no job is to start any more. */
  take<Result>(work: () => Promise<Result>): Promise<Result | undefined>;
  /** Whether no job is to start any more. */
  readonly isStopped: boolean;
  /** Tells that a job failed. */
  failed(): void;
}

/** What stands with a job that was not started. */
export const NOT_STARTED: ErrorReport = {
  code: 'build/not-started',
  message: 'Not started, since another job had failed.',
  hint: 'Without --fail-fast every job is done.',
};

/** Turns for a number of jobs at once. */
export function createTurns(
  most: number,
  { failFast }: { readonly failFast: boolean } = { failFast: false },
): Turns {
  let free = Math.max(1, most);
  let stopped = false;
  const waiting: (() => void)[] = [];
  const enter = async (): Promise<void> => {
    if (free > 0) free -= 1;
    // Whoever leaves hands its turn over.
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  const take = async <Result>(work: () => Promise<Result>): Promise<Result | undefined> => {
    await enter();
    try {
      return stopped ? undefined : await work();
    } catch (error) {
      // An interrupt or a bug: what has not begun need not.
      stopped = true;
      throw error;
    } finally {
      leave();
    }
  };
  return {
    take,
    async each(items, work) {
      const settled = await Promise.allSettled(
        items.map(async (item) => take(async () => work(item))),
      );
      const failure = settled.find(({ status }) => status === 'rejected');
      if (failure?.status === 'rejected') throw failure.reason;
    },
    failed() {
      if (failFast) stopped = true;
    },
    get isStopped() {
      return stopped;
    },
  };
}
