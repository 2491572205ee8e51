/** How far the writing of a set is, in bytes that are read or written. */
import type { EventSink } from '../../support/progress/events.ts';
import type { SplitPlan } from '../plan.ts';

/** Counts the work of one task. */
export interface Meter {
  /** More was done; `detail` says of what. */
  add(bytes: number, detail: string): void;
  /** For what tells how much of it is done in all. */
  counter(detail: string): (done: number) => void;
}

/** @param id of the task */
export function meter(events: EventSink, id: string): Meter {
  let done = 0;
  const add = (bytes: number, detail: string): void => {
    done += bytes;
    events({ type: 'task-progress', id, done, detail });
  };
  return {
    add,
    counter(detail) {
      let before = 0;
      return (now) => {
        add(now - before, detail);
        before = now;
      };
    },
  };
}

/**
 * Bytes of a plan that are gone through: each stream that is cut for its restart points, its digest and its chunks; every
 * wheel when it is written; every original when the set is joined to see whether it gives that.
 */
export function workOf({ wheels, parts }: SplitPlan): number {
  const cuts = new Map(
    wheels.flatMap(({ path, split }) =>
      (split?.chunked ?? []).map((cut) => [
        [cut.path, ...cut.chunks.map(({ part }) => part ?? path)].join('\n'),
        cut.size + 2 * cut.compressedSize,
      ]),
    ),
  );
  const written = wheels.flatMap(({ split, originalSize }) =>
    split === undefined ? [] : [split.size + originalSize],
  );
  return [...cuts.values(), ...parts.map(({ size }) => size), ...written].reduce(
    (sum, each) => sum + each,
    0,
  );
}
