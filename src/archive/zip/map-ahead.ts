/** How far {@link mapAhead} may run ahead of its consumer. */
export interface AheadOptions<Item> {
  /** Most items under way or waiting to be taken. */
  readonly limit: number;
  /** No further item is started while those under way weigh this much or more. Default: no such bound. */
  readonly budget?: number;
  readonly weigh?: (item: Item) => number;
}

/**
 * Works on items ahead of the consumer, in parallel, and gives the results in input order. Memory is bounded: by
 * `limit` items, and by `budget` plus one item.
 *
 * When work fails or the consumer stops, nothing new is started and what is under way is waited for: nothing goes on
 * in the background after the loop has ended.
 */
export async function* mapAhead<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  options: AheadOptions<Item>,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const { limit, budget = Number.POSITIVE_INFINITY, weigh = () => 0 } = options;
  const iterator =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const pending: { result: Promise<Result>; weight: number }[] = [];
  let weight = 0;
  let ended = false;
  try {
    for (;;) {
      while (!ended && pending.length < limit && weight < budget) {
        const next = await iterator.next();
        if (next.done === true) {
          ended = true;
          break;
        }
        const result = work(next.value);
        // It may fail while an earlier one is awaited; it is not lost, its turn comes.
        result.catch(() => {});
        const itemWeight = weigh(next.value);
        pending.push({ result, weight: itemWeight });
        weight += itemWeight;
      }
      const first = pending.shift();
      if (first === undefined) return;
      yield await first.result;
      weight -= first.weight;
    }
  } finally {
    await Promise.allSettled(pending.map(({ result }) => result));
    await iterator.return?.();
  }
}
