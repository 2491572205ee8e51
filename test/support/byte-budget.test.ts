import { describe, expect, it } from 'vitest';
import { ByteBudget } from '../../src/support/byte-budget.ts';

/** Work that ends when it is told to, and what of it is under way. */
function track(budget: ByteBudget) {
  const running = new Set<string>();
  const ends = new Map<string, (error?: Error) => void>();
  const start = (name: string, bytes: number): Promise<string> =>
    budget.run(bytes, async () => {
      running.add(name);
      await new Promise<void>((resolve, reject) => {
        ends.set(name, (error) => (error === undefined ? resolve() : reject(error)));
      });
      running.delete(name);
      return name;
    });
  /** Whatever can start has started when timers fire. */
  const settled = async (): Promise<string[]> => {
    await new Promise((resolve) => setTimeout(resolve));
    return [...running];
  };
  return { start, settled, end: (name: string, error?: Error) => ends.get(name)?.(error) };
}

describe('ByteBudget', () => {
  it('lets work start while its bytes are free', async () => {
    const { start, settled, end } = track(new ByteBudget(100));
    const all = [start('a', 60), start('b', 40), start('c', 1)];
    expect(await settled()).toEqual(['a', 'b']);
    end('b');
    expect(await settled()).toEqual(['a', 'c']);
    end('a');
    end('c');
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c']);
  });

  it('does not let small work overtake large work', async () => {
    const { start, settled, end } = track(new ByteBudget(100));
    const all = [start('a', 60), start('large', 80), start('small', 10)];
    expect(await settled()).toEqual(['a']);
    end('a');
    expect(await settled()).toEqual(['large', 'small']);
    end('large');
    end('small');
    await Promise.all(all);
  });

  it('gives what is larger than the budget the whole of it, alone', async () => {
    const { start, settled, end } = track(new ByteBudget(100));
    const all = [start('a', 1), start('huge', 1000), start('b', 1)];
    expect(await settled()).toEqual(['a']);
    end('a');
    expect(await settled()).toEqual(['huge']);
    end('huge');
    expect(await settled()).toEqual(['b']);
    end('b');
    await Promise.all(all);
  });

  it('frees the bytes of work that fails', async () => {
    const { start, settled, end } = track(new ByteBudget(100));
    const failing = start('a', 100);
    const next = start('b', 100);
    await settled();
    end('a', new Error('the disk is gone'));
    await expect(failing).rejects.toThrow('the disk is gone');
    expect(await settled()).toContain('b');
    end('b');
    await next;
  });

  it('never holds more than its bytes, whatever is asked', async () => {
    const budget = new ByteBudget(50);
    let held = 0;
    let most = 0;
    const sizes = Array.from({ length: 200 }, (_, index) => (index * 37) % 60);
    await Promise.all(
      sizes.map((bytes) =>
        budget.run(bytes, async () => {
          held += Math.min(bytes, 50);
          most = Math.max(most, held);
          await new Promise((resolve) => setTimeout(resolve, bytes % 3));
          held -= Math.min(bytes, 50);
        }),
      ),
    );
    expect(most).toBeLessThanOrEqual(50);
    expect(most).toBeGreaterThan(40);
  });
});
