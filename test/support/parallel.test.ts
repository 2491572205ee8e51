import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { defaultJobs, mapParallel } from '../../src/support/parallel.ts';

describe('mapParallel', () => {
  it('gives results in input order, whatever order they come in', async () => {
    const delays = [5, 0, 3, 1];
    const results = await mapParallel(delays, 4, async (turns, index) => {
      for (let n = 0; n < turns; n += 1) await turn();
      return `${index}:${turns}`;
    });
    expect(results).toEqual(['0:5', '1:0', '2:3', '3:1']);
  });

  it('never runs more than the limit, and does use it', async () => {
    let running = 0;
    let most = 0;
    await mapParallel(Array.from({ length: 20 }), 3, async () => {
      running += 1;
      most = Math.max(most, running);
      await turn();
      running -= 1;
    });
    expect(most).toBe(3);
  });

  it.each([0, -1])('still works with a limit of %d', async (limit) => {
    expect(await mapParallel([1, 2], limit, async (item) => item * 2)).toEqual([2, 4]);
  });

  it('does nothing for nothing', async () => {
    expect(await mapParallel([], 4, async () => 1)).toEqual([]);
  });

  it('throws the first failure, after what was under way and without starting more', async () => {
    const started: number[] = [];
    const ended: number[] = [];
    const work = mapParallel([0, 1, 2, 3], 2, async (item) => {
      started.push(item);
      if (item === 0) throw new Error('first');
      await turn();
      ended.push(item);
      throw new Error('second');
    });
    await expect(work).rejects.toThrow('first');
    expect(started).toEqual([0, 1]);
    expect(ended).toEqual([1]);
  });

  it('throws even what is falsy', async () => {
    await expect(mapParallel([1], 1, () => Promise.reject(undefined))).rejects.toBeUndefined();
  });
});

describe('defaultJobs', () => {
  it('is at least one', () => {
    expect(defaultJobs()).toBeGreaterThanOrEqual(1);
  });
});
