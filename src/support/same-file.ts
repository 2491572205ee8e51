import { stat } from 'node:fs/promises';

/** Whether two paths lead to one file that exists, under whatever names or links. */
export async function isSameFile(left: string, right: string): Promise<boolean> {
  const [one, other] = await Promise.all(
    [left, right].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
  );
  return one !== undefined && one.ino === other?.ino && one.dev === other.dev;
}
