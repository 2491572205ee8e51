/** One after the other, for whatever has the same name. */

export type Locks = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

/** Work under one name waits for the work under it that came before; other names do not matter. */
export function createLocks(): Locks {
  const last = new Map<string, Promise<unknown>>();
  return async (name, work) => {
    const before = last.get(name) ?? Promise.resolve();
    const running = before.then(work, work);
    const settled = running.catch(() => {});
    last.set(name, settled);
    try {
      return await running;
    } finally {
      if (last.get(name) === settled) last.delete(name);
    }
  };
}
