/**
 * Words in bash's syntax, as parts: text, variables and commands.
 *
 * Specification: Bash Reference Manual, 3.1.2 Quoting, 3.5.3 Parameter Expansion, 3.5.4 Command Substitution; of parameter
 * expansion the forms that a value without arrays needs.
 */
import { WheelworksError } from '../../support/errors.ts';

export type WordPart =
  | { readonly kind: 'text'; readonly text: string }
  /** `~` at the start. */
  | { readonly kind: 'home' }
  | {
      readonly kind: 'variable';
      readonly name: string;
      /** `${NAME:-word}`: with a colon an empty value counts as none. */
      readonly fallback?: {
        readonly operator: '-' | '+';
        readonly orEmpty: boolean;
        readonly word: readonly WordPart[];
      };
    }
  | { readonly kind: 'command'; readonly text: string };

export interface ScannedWord {
  readonly parts: readonly WordPart[];
  /** Just after the word. */
  readonly end: number;
}

const DEEPEST = 40;

/**
 * Reads the word that starts at a place; it ends before a blank or an operator outside quotes.
 * @throws WheelworksError `config/bad-environment`.
 */
export function scanWord(text: string, start: number): ScannedWord {
  return scan(text, start, { stop: /[\s;&|<>()]/, depth: 0 });
}

interface ScanMode {
  /** What ends the word. */
  readonly stop: RegExp;
  readonly depth: number;
}

function scan(text: string, start: number, { stop, depth }: ScanMode): ScannedWord {
  if (depth > DEEPEST) throw badBash(text, 'expansions are nested too deep');
  const parts: WordPart[] = [];
  let at = start;
  if (text[at] === '~' && /^~(?:[\s/:]|$)/.test(text.slice(at, at + 2))) {
    parts.push({ kind: 'home' });
    at += 1;
  }
  while (at < text.length) {
    const character = text[at] ?? '';
    if (stop.test(character)) break;
    if (character === "'") {
      const end = text.indexOf("'", at + 1);
      if (end === -1) throw badBash(text, 'a quote is never closed');
      parts.push({ kind: 'text', text: text.slice(at + 1, end) });
      at = end + 1;
    } else if (character === '"') {
      const quoted = scanQuoted(text, at + 1, depth);
      parts.push(...quoted.parts);
      at = quoted.end;
    } else if (character === '\\') {
      const next = text[at + 1];
      if (next === undefined) throw badBash(text, 'a backslash stands at the end');
      if (next !== '\n') parts.push({ kind: 'text', text: next });
      at += 2;
    } else if (character === '$' || character === '`') {
      const expansion = scanExpansion(text, at, depth);
      parts.push(expansion.part);
      at = expansion.end;
    } else {
      parts.push({ kind: 'text', text: character });
      at += 1;
    }
  }
  return { parts: joinTexts(parts), end: at };
}

/** What is in double quotes; the end is after the closing one. */
function scanQuoted(text: string, start: number, depth: number): ScannedWord {
  const parts: WordPart[] = [{ kind: 'text', text: '' }];
  let at = start;
  for (;;) {
    const character = text[at];
    if (character === undefined) throw badBash(text, 'a double quote is never closed');
    if (character === '"') return { parts, end: at + 1 };
    if (character === '$' || character === '`') {
      const expansion = scanExpansion(text, at, depth);
      parts.push(expansion.part);
      at = expansion.end;
    } else if (character === '\\' && /[$`"\\\n]/.test(text[at + 1] ?? '')) {
      if (text[at + 1] !== '\n') parts.push({ kind: 'text', text: text[at + 1] ?? '' });
      at += 2;
    } else {
      parts.push({ kind: 'text', text: character });
      at += 1;
    }
  }
}

interface ScannedPart {
  readonly part: WordPart;
  readonly end: number;
}

function scanExpansion(text: string, at: number, depth: number): ScannedPart {
  if (text[at] === '`') return backquoted(text, at);
  if (text.startsWith('$((', at)) throw badBash(text, 'arithmetic is not evaluated');
  if (text.startsWith('$(', at)) {
    const end = closingParenthesis(text, at + 2);
    return { part: { kind: 'command', text: text.slice(at + 2, end) }, end: end + 1 };
  }
  if (text[at + 1] === '{') return braced(text, at, depth);
  const [name] = /^[A-Za-z_]\w*/.exec(text.slice(at + 1)) ?? [];
  if (name !== undefined) return { part: { kind: 'variable', name }, end: at + 1 + name.length };
  if (/^[0-9@*#?$!'-]/.test(text.slice(at + 1)))
    throw badBash(text, `$${text[at + 1] ?? ''} means nothing here`);
  return { part: { kind: 'text', text: '$' }, end: at + 1 };
}

function braced(text: string, at: number, depth: number): ScannedPart {
  const head = /^\$\{([A-Za-z_]\w*)(?:(:?)([-+]))?/.exec(text.slice(at));
  const [matched = '', name = '', colon, operator] = head ?? [];
  if (head === null) throw badBash(text, 'an expansion is none that is evaluated here');
  if (operator !== '-' && operator !== '+') {
    const end = at + matched.length;
    if (text[end] !== '}')
      throw badBash(text, `\${${name}...} is no expansion that is evaluated here`);
    return { part: { kind: 'variable', name }, end: end + 1 };
  }
  const word = scan(text, at + matched.length, { stop: /\}/, depth: depth + 1 });
  if (text[word.end] !== '}') throw badBash(text, `\${${name}...} is never closed`);
  const fallback = { operator, orEmpty: colon === ':', word: word.parts } as const;
  return { part: { kind: 'variable', name, fallback }, end: word.end + 1 };
}

function backquoted(text: string, at: number): ScannedPart {
  let command = '';
  for (let index = at + 1; index < text.length; index += 1) {
    if (text[index] === '`') return { part: { kind: 'command', text: command }, end: index + 1 };
    if (text[index] === '\\' && /[`$\\]/.test(text[index + 1] ?? '')) index += 1;
    command += text[index] ?? '';
  }
  throw badBash(text, 'a backquote is never closed');
}

/** The parenthesis that closes a command; quotes and inner parentheses are gone over. */
function closingParenthesis(text: string, start: number): number {
  let open = 0;
  let quote = '';
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '\\' && quote !== "'") at += 1;
    else if (quote !== '') {
      if (character === quote) quote = '';
      else if (quote === '"' && text.startsWith('$(', at)) at = closingParenthesis(text, at + 2);
    } else if (character === "'" || character === '"' || character === '`') quote = character;
    else if (character === '(') open += 1;
    else if (character === ')') {
      if (open === 0) return at;
      open -= 1;
    }
  }
  throw badBash(text, 'a command in $( is never closed');
}

function joinTexts(parts: readonly WordPart[]): readonly WordPart[] {
  const joined: WordPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.kind === 'text' && last?.kind === 'text')
      joined[joined.length - 1] = { kind: 'text', text: last.text + part.text };
    else joined.push(part);
  }
  return joined;
}

/** A text that is no assignment in bash's syntax, or one that is not evaluated. */
export function badBash(text: string, reason: string): WheelworksError {
  return new WheelworksError('config/bad-environment', `Not a list of variables: ${reason}.`, {
    evidence: text.slice(0, 200),
    hint: 'Write NAME=VALUE, with quotes around blanks; $NAME, ${NAME:-value} and $(command) are replaced.',
  });
}
