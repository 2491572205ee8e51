/** Evidence stays readable: of a long list the first items, and how many there are more. */
export function shown(items: Iterable<string>, most = 4, separator = ', '): string {
  const all = [...new Set(items)];
  const more = all.length - most;
  const first = all.slice(0, most).join(separator);
  return more > 0 ? `${first}${separator}and ${more} more` : first;
}

/** `1 file`, `3 files`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
