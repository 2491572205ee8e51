import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { mapAhead } from '../../../src/archive/zip/map-ahead.ts';

async function collect<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const list: Value[] = [];
  for await (const value of values) list.push(value);
  return list;
}

describe('mapAhead', () => {
  it('gives results in input order though later items finish first', async () => {
    const values = mapAhead([5, 3, 1], { limit: 3 }, async (item) => {
      await sleep(item);
      return item * 10;
    });
    expect(await collect(values)).toEqual([50, 30, 10]);
  });

  it('takes async input', async () => {
    async function* input(): AsyncGenerator<number> {
      yield 1;
      yield 2;
    }
    expect(await collect(mapAhead(input(), { limit: 5 }, async (item) => -item))).toEqual([-1, -2]);
  });

  it('never has more than the limit under way', async () => {
    let running = 0;
    let most = 0;
    const values = mapAhead(
      Array.from({ length: 20 }, (_, index) => index),
      { limit: 4 },
      async () => {
        running += 1;
        most = Math.max(most, running);
        await sleep(1);
        running -= 1;
      },
    );
    expect(await collect(values)).toHaveLength(20);
    expect(most).toBe(4);
  });

  it('starts nothing while the budget is used up, but always one item', async () => {
    let held = 0;
    let most = 0;
    const values = mapAhead(
      [6, 6, 6, 100, 1, 1],
      { limit: 9, budget: 10, weigh: (item) => item },
      async (item) => {
        held += item;
        most = Math.max(most, held);
        return item;
      },
    );
    for await (const item of values) held -= item;
    // 6 and 6 fit below 10 plus one item; 100 waits until it is alone with at most 6 before it.
    expect(most).toBeLessThanOrEqual(106);
    expect(held).toBe(0);
  });

  it('throws the failure of an item in its turn and starts nothing more', async () => {
    const started: number[] = [];
    const seen: number[] = [];
    const values = mapAhead([1, 2, 3, 4, 5, 6], { limit: 2 }, async (item) => {
      started.push(item);
      if (item === 3) throw new Error('third');
      return item;
    });
    await expect(
      (async () => {
        for await (const item of values) seen.push(item);
      })(),
    ).rejects.toThrow('third');
    expect(seen).toEqual([1, 2]);
    expect(started).toEqual([1, 2, 3, 4]);
  });

  it('waits for what is under way when the consumer stops, and closes its input', async () => {
    let finished = 0;
    let closed = false;
    function* input(): Generator<number> {
      try {
        for (let item = 0; ; item += 1) yield item;
      } finally {
        closed = true;
      }
    }
    for await (const item of mapAhead(input(), { limit: 3 }, async (value) => {
      await sleep(5);
      finished += 1;
      return value;
    })) {
      if (item === 0) break;
    }
    expect(finished).toBe(3);
    expect(closed).toBe(true);
  });
});
