/** Whether savings are enough. */
import type { Effort, Saving, Verdict } from './model.ts';

/** What is asked of people before more is. */
const ORDER: readonly Effort[] = ['none', 'choice', 'rebuild'];

/**
 * Takes savings until the wheel is small enough: what loses nothing first, then what somebody decides, then what needs
 * another build; of each the largest first.
 * @param size bytes of the wheel
 */
export function judge(size: number, savings: readonly Saving[], maxSize: number): Verdict {
  if (size <= maxSize) return { status: 'under', maxSize, after: size, savings: [] };
  const account = new MemberAccount();
  const taken: number[] = [];
  let after = size;
  for (const effort of ORDER) {
    for (const [index, saving] of savings.entries()) {
      if (saving.effort !== effort || saving.isExcluded === true) continue;
      const saved = account.take(saving);
      if (saved <= 0) continue;
      after -= saved;
      taken.push(index);
      if (after > maxSize) continue;
      const needed = fewest(size, savings, { taken, maxSize });
      const isSure = needed.every((each) => savings[each]?.effort !== 'rebuild');
      return {
        status: isSure ? 'reachable' : 'perhaps',
        maxSize,
        after: afterSavings(size, savings, needed),
        savings: needed,
      };
    }
  }
  return { status: 'too-large', maxSize, after, savings: taken };
}

/** Leaves out what is not needed: the small ones among those that were taken before a large one. */
function fewest(
  size: number,
  savings: readonly Saving[],
  { taken, maxSize }: { readonly taken: readonly number[]; readonly maxSize: number },
): readonly number[] {
  let needed = taken;
  for (const index of taken.toReversed()) {
    const without = needed.filter((each) => each !== index);
    if (afterSavings(size, savings, without) <= maxSize) needed = without;
  }
  return needed;
}

/** Bytes of the wheel when these savings were made together. */
export function afterSavings(
  size: number,
  savings: readonly Saving[],
  indexes: readonly number[],
): number {
  const account = new MemberAccount();
  return indexes.reduce((after, index) => {
    const saving = savings[index];
    return saving === undefined ? after : after - account.take(saving);
  }, size);
}

/** Keeps bytes from being saved twice: what went whole cannot be stripped. */
class MemberAccount {
  readonly #gone = new Set<string>();
  readonly #saved = new Map<string, number>();

  /** Bytes that a saving still brings. */
  take({ members }: Saving): number {
    let sum = 0;
    for (const { path, download, whole } of members) {
      if (this.#gone.has(path)) continue;
      const before = this.#saved.get(path) ?? 0;
      sum += whole ? download - before : download;
      this.#saved.set(path, before + download);
      if (whole) this.#gone.add(path);
    }
    return sum;
  }
}
