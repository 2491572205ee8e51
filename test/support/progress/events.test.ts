import { describe, expect, it } from 'vitest';
import { runTask, type ProgressEvent } from '../../../src/support/progress/events.ts';

describe('runTask', () => {
  it('tells of the start and the end and gives the result', async () => {
    const events: ProgressEvent[] = [];
    const task = { id: 'a', label: 'Reading', parent: 'all', total: 7, unit: 'files' } as const;
    const result = await runTask(
      (event) => events.push(event),
      task,
      async () => {
        expect(events).toHaveLength(1);
        return 42;
      },
    );
    expect(result).toBe(42);
    expect(events).toEqual([
      { type: 'task-started', ...task },
      { type: 'task-finished', id: 'a', outcome: 'done', seconds: expect.any(Number) as number },
    ]);
  });

  it('lets the result name the outcome', async () => {
    const events: ProgressEvent[] = [];
    await runTask(
      (event) => events.push(event),
      { id: 'a', label: 'x' },
      async () => 'cached',
      (result) => ({ outcome: 'reused', detail: result }),
    );
    expect(events.at(-1)).toMatchObject({ outcome: 'reused', detail: 'cached' });
  });

  it('tells of a failure and throws it on', async () => {
    const events: ProgressEvent[] = [];
    const failure = new Error('broken');
    const work = runTask(
      (event) => events.push(event),
      { id: 'a', label: 'x' },
      () => Promise.reject(failure),
    );
    await expect(work).rejects.toBe(failure);
    expect(events.at(-1)).toMatchObject({
      type: 'task-finished',
      outcome: 'failed',
      detail: 'broken',
    });
  });
});
