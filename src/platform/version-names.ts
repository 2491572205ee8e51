/** Order among the versions of one prefix: `3.4.9` before `3.4.10`, `1.3.13` before `TM_1`. */

/** Whether a version is numbers and dots, and so has a place in time; `ABI_DT_RELR` and `LDBL_3.4.10` have none. */
export function isNumeric(version: string): boolean {
  return /^\d+(?:\.\d+)*$/.test(version);
}

/** Negative when `one` is older. Versions that are not numeric come last, by their letters. */
export function compareVersionNames(one: string, other: string): number {
  const isBothNumeric = isNumeric(one) && isNumeric(other);
  if (!isBothNumeric) {
    if (isNumeric(one) !== isNumeric(other)) return isNumeric(one) ? -1 : 1;
    return one < other ? -1 : Number(one > other);
  }
  const left = one.split('.').map(Number);
  const right = other.split('.').map(Number);
  for (let place = 0; place < Math.max(left.length, right.length); place += 1) {
    // A version that ends is older than one that goes on: 3.4 before 3.4.0.
    const difference = (left[place] ?? -1) - (right[place] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
