/** Sizes as people write them. SI prefixes are powers of ten, those of IEC 80000-13 powers of two. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
  ['kib', 2 ** 10],
  ['mib', 2 ** 20],
  ['gib', 2 ** 30],
]);

/** Bytes of a size as people write it, `100MB` or `64 MiB`; undefined for anything else. */
export function parseSize(text: string): number | undefined {
  const [, number = '', unit = ''] =
    /^([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)$/.exec(text.trim()) ?? [];
  const factor = UNITS.get(unit.toLowerCase());
  if (number === '' || factor === undefined) return undefined;
  const bytes = Math.round(Number(number) * factor);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}
