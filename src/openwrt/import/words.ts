/** Words of values that may hold references: blanks inside `$(...)` do not divide. */
import { textParts } from '../makefile/index.ts';

/** The words of a value of make. */
export function splitWords(value: string): string[] {
  const words: string[] = [];
  let word = '';
  for (const part of textParts(value)) {
    if (part.kind !== 'text') {
      word += part.kind === 'dollar' ? '$$' : part.raw;
      continue;
    }
    const [first = '', ...others] = part.text.split(/\s+/);
    word += first;
    for (const other of others) {
      if (word !== '') words.push(word);
      word = other;
    }
  }
  return word === '' ? words : [...words, word];
}
