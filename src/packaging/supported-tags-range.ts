/** Whole numbers from `from` down to `to`, both included; none when `from` is the smaller. */
export function countDown(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, from - to + 1) }, (_, index) => from - index);
}
