/**
 * The functions of make that turn words into words.
 *
 * Specification: GNU make manual, "Functions for String Substitution and Analysis", "Functions for File Names".
 */

export interface TextFunction {
  /** Commas beyond the last argument belong to it. */
  readonly arity: number;
  readonly run: (values: readonly string[]) => string;
}

/** By name. */
export const TEXT_FUNCTIONS: Readonly<Record<string, TextFunction>> = {
  subst: { arity: 3, run: ([from = '', to = '', text = '']) => substituted(text, from, to) },
  patsubst: {
    arity: 3,
    run: ([from = '', to = '', text = '']) =>
      wordsOf(text)
        .map((word) => replaceMatch(word, from.trim(), to.trim()))
        .join(' '),
  },
  strip: { arity: 1, run: ([text = '']) => wordsOf(text).join(' ') },
  findstring: {
    arity: 2,
    run: ([needle = '', text = '']) => (text.includes(needle) ? needle : ''),
  },
  filter: { arity: 2, run: ([patterns = '', text = '']) => filtered(patterns, text, true) },
  'filter-out': { arity: 2, run: ([patterns = '', text = '']) => filtered(patterns, text, false) },
  sort: { arity: 1, run: ([text = '']) => [...new Set(wordsOf(text))].sort(byCodePoint).join(' ') },
  word: { arity: 2, run: ([index = '', text = '']) => wordsOf(text)[Number(index) - 1] ?? '' },
  words: { arity: 1, run: ([text = '']) => String(wordsOf(text).length) },
  wordlist: {
    arity: 3,
    run: ([from = '', to = '', text = '']) =>
      wordsOf(text)
        .slice(Number(from) - 1, Number(to))
        .join(' '),
  },
  firstword: { arity: 1, run: ([text = '']) => wordsOf(text)[0] ?? '' },
  lastword: { arity: 1, run: ([text = '']) => wordsOf(text).at(-1) ?? '' },
  join: { arity: 2, run: ([left = '', right = '']) => joinedWords(wordsOf(left), wordsOf(right)) },
  dir: { arity: 1, run: ([text = '']) => eachWord(text, directoryOf) },
  notdir: { arity: 1, run: ([text = '']) => eachWord(text, (word) => word.slice(slash(word) + 1)) },
  suffix: {
    arity: 1,
    run: ([text = '']) =>
      wordsOf(text)
        .map((word) => word.slice(dot(word)))
        .filter((suffix) => suffix !== '')
        .join(' '),
  },
  basename: { arity: 1, run: ([text = '']) => eachWord(text, (word) => word.slice(0, dot(word))) },
  addsuffix: {
    arity: 2,
    run: ([suffix = '', text = '']) => eachWord(text, (word) => `${word}${suffix}`),
  },
  addprefix: {
    arity: 2,
    run: ([prefix = '', text = '']) => eachWord(text, (word) => `${prefix}${word}`),
  },
};

/** The words between blanks and line ends. */
export function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function substituted(text: string, from: string, to: string): string {
  return from === '' ? `${text}${to}` : text.split(from).join(to);
}

function filtered(patterns: string, text: string, isKept: boolean): string {
  const all = wordsOf(patterns);
  return wordsOf(text)
    .filter((word) => all.some((pattern) => stemOf(word, pattern) !== undefined) === isKept)
    .join(' ');
}

function replaceMatch(word: string, from: string, to: string): string {
  const stem = stemOf(word, from);
  if (stem === undefined) return word;
  return from.includes('%') ? to.replace('%', () => stem) : to;
}

/** What `%` stands for; empty where the pattern is the word itself. */
function stemOf(word: string, pattern: string): string | undefined {
  const at = pattern.indexOf('%');
  if (at === -1) return word === pattern ? '' : undefined;
  const [before, after] = [pattern.slice(0, at), pattern.slice(at + 1)];
  const fits =
    word.length >= before.length + after.length && word.startsWith(before) && word.endsWith(after);
  return fits ? word.slice(before.length, word.length - after.length) : undefined;
}

function joinedWords(left: readonly string[], right: readonly string[]): string {
  const length = Math.max(left.length, right.length);
  return Array.from({ length }, (_, index) => `${left[index] ?? ''}${right[index] ?? ''}`).join(
    ' ',
  );
}

function eachWord(text: string, change: (word: string) => string): string {
  return wordsOf(text).map(change).join(' ');
}

function directoryOf(word: string): string {
  const at = slash(word);
  return at === -1 ? './' : word.slice(0, at + 1);
}

function slash(word: string): number {
  return word.lastIndexOf('/');
}

/** Of the last dot of the last component; the length of the word when there is none. */
function dot(word: string): number {
  const at = word.lastIndexOf('.');
  return at > slash(word) ? at : word.length;
}

function byCodePoint(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
