/** The same words for sizes and times in results as in progress: `999 B`, `1.5 kB`, `541 MB`; `0.4 s`, `3:05`. */
export {
  formatBytes as formatSize,
  formatSeconds as formatDuration,
} from '../../support/progress/format.ts';

/** `1 file`, `2 files`; the plural is given where an `s` is not enough. */
export function plural(count: number, singular: string, several = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : several}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[], conjunction: 'and' | 'or' = 'and'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`;
}
