/**
 * Words as a shell splits them, without expanding anything.
 *
 * Specification: POSIX Shell Command Language, 2.2 Quoting; in double quotes a backslash escapes `"` and itself alone, as in
 * Python's shlex, by which cibuildwheel reads its options.
 */
import { WheelworksError } from './errors.ts';

/**
 * Splits a text into words.
 * @param punctuation characters that are words of their own outside quotes, however many stand together.
 * @throws WheelworksError `config/unclosed-quote`.
 */
export function splitShellWords(text: string, punctuation: string = ''): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (/[ \t\r\n]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (punctuation.includes(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      let end = at + 1;
      while (end < text.length && punctuation.includes(text[end] ?? '')) end += 1;
      words.push(text.slice(at, end));
      at = end - 1;
    } else if (character === "'") {
      const end = text.indexOf("'", at + 1);
      if (end === -1) throw unclosed(text);
      word = (word ?? '') + text.slice(at + 1, end);
      at = end;
    } else if (character === '"') {
      const quoted = doubleQuoted(text, at + 1);
      word = (word ?? '') + quoted.content;
      at = quoted.end;
    } else if (character === '\\') {
      at += 1;
      if (at === text.length) throw unclosed(text);
      word = (word ?? '') + (text[at] ?? '');
    } else {
      word = (word ?? '') + character;
    }
  }
  return word === undefined ? words : [...words, word];
}

function doubleQuoted(text: string, start: number): { content: string; end: number } {
  let content = '';
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '"') return { content, end: at };
    if (character === '\\' && /["\\]/.test(text[at + 1] ?? '')) at += 1;
    content += text[at] ?? '';
  }
  throw unclosed(text);
}

function unclosed(text: string): WheelworksError {
  return new WheelworksError('config/unclosed-quote', 'A quote is never closed.', {
    evidence: text.slice(0, 200),
    hint: 'Close it, or put a backslash before it.',
  });
}

/** A word that a shell reads back as the text. */
export function quoteShellWord(text: string): string {
  if (text === '') return "''";
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}
