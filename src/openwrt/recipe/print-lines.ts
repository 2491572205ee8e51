/** Lines of a Makefile, as the feed lays them out. */

/** Longer lists stand one word a line. */
const LINE = 80;

/** A list behind its variable. */
export function listLines(start: string, items: readonly string[], indent: string): string {
  const flat = `${start}${items.join(' ')}`;
  if (flat.length <= LINE) return flat;
  return `${start} \\\n${items.map((item) => `${indent}${item}`).join(' \\\n')}`;
}

/** Lines that hold only where all conditions do. */
export function within(when: readonly string[], lines: readonly string[]): string[] {
  return [...when, ...lines, ...when.map(() => 'endif')];
}
