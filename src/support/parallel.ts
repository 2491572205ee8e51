import { availableParallelism } from 'node:os';

/** As many jobs as the machine runs at once. */
export function defaultJobs(): number {
  return availableParallelism();
}

/**
 * Runs `work` on every item, at most `limit` at a time; results come in input order.
 *
 * The first failure stops new work, waits for what is under way and is then thrown: nothing goes on in the background
 * after the call has ended.
 */
export async function mapParallel<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = Array.from({ length: items.length });
  let next = 0;
  let failed = false;
  let failure: unknown;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next;
      next += 1;
      try {
        results[index] = await work(items[index] as Item, index);
      } catch (error) {
        if (!failed) {
          failed = true;
          failure = error;
        }
      }
    }
  };
  const workers = Math.max(1, Math.min(limit, items.length));
  await Promise.all(Array.from({ length: workers }, worker));
  if (failed) throw failure;
  return results;
}
