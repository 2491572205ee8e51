/** Why the published tables deny symbols; they themselves give no reasons. */

const REASONS: readonly {
  readonly library: RegExp;
  readonly symbol: RegExp;
  readonly reason: string;
}[] = [
  {
    library: /^libz\.so/,
    symbol: /^(?:crc32_combine_(?:gen|gen64|op)|uncompress2|gzflags)$/,
    reason: 'newer than the oldest zlib of the baseline',
  },
  {
    library: /^libz\.so/,
    symbol: /./,
    reason:
      'a function or table inside zlib, which only some distributions build so that it is exported',
  },
  {
    library: /^lib(?:c|m|pthread)\.so/,
    symbol: /./,
    reason:
      'it came with glibc 2.18; systems of an older glibc lack it, and a module that names no version is not stopped',
  },
];

/** Why a symbol of a library is denied. */
export function deniedReason(library: string, symbol: string): string {
  const known = REASONS.find((each) => each.library.test(library) && each.symbol.test(symbol));
  return known?.reason ?? 'not every system of the baseline exports it';
}
