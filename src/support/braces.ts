/**
 * Brace expansion as bash has it: `cp3{10,12}-*` is `cp310-*` and `cp312-*`.
 *
 * Specification: Bash Reference Manual, Brace Expansion: lists and sequences (`{1..3}`, `{a..e..2}`), nested; a brace that is
 * never closed, or that holds neither, stands for itself. A backslash takes the meaning from the character after it.
 */
import { WheelworksError } from './errors.ts';

const MOST_TEXTS = 1000;
const DEEPEST = 50;

/**
 * The texts that a pattern stands for, in order.
 * @throws WheelworksError `config/pattern-too-large`: more than a thousand, or braces nested deeper than fifty.
 */
export function expandBraces(pattern: string): readonly string[] {
  return expandRange({ pattern, closing: closingBraces(pattern) }, [0, pattern.length], 0);
}

interface Braces {
  readonly pattern: string;
  /** Where each brace that is closed ends. */
  readonly closing: ReadonlyMap<number, number>;
}

function closingBraces(pattern: string): ReadonlyMap<number, number> {
  const open: number[] = [];
  const closing = new Map<number, number>();
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at];
    if (character === '\\') at += 1;
    else if (character === '{') open.push(at);
    else if (character === '}') {
      const start = open.pop();
      if (start !== undefined) closing.set(start, at);
    }
  }
  return closing;
}

function expandRange(
  braces: Braces,
  [start, end]: readonly [number, number],
  depth: number,
): readonly string[] {
  const { pattern, closing } = braces;
  if (depth > DEEPEST) throw tooLarge(pattern);
  let texts: readonly string[] = [''];
  for (let at = start; at < end; at += 1) {
    const close = closing.get(at);
    if (pattern[at] === '\\' && at + 1 < end) {
      at += 1;
      texts = joined(pattern, texts, [pattern[at] ?? '']);
    } else if (close === undefined) {
      texts = joined(pattern, texts, [pattern[at] ?? '']);
    } else {
      texts = joined(pattern, texts, alternatives(braces, [at + 1, close], depth));
      at = close;
    }
  }
  return texts;
}

function alternatives(
  braces: Braces,
  [start, end]: readonly [number, number],
  depth: number,
): readonly string[] {
  const parts = partsOf(braces, start, end);
  if (parts.length > 1) return parts.flatMap((part) => expandRange(braces, part, depth + 1));
  const sequence = sequenceOf(braces.pattern.slice(start, end));
  if (sequence !== undefined) return sequence;
  return expandRange(braces, [start, end], depth + 1).map((text) => `{${text}}`);
}

/** The ranges between commas that belong to this brace and no inner one. */
function partsOf(
  { pattern, closing }: Braces,
  start: number,
  end: number,
): readonly (readonly [number, number])[] {
  const parts: (readonly [number, number])[] = [];
  let from = start;
  for (let at = start; at < end; at += 1) {
    const close = closing.get(at);
    if (pattern[at] === '\\') at += 1;
    else if (close !== undefined) at = close;
    else if (pattern[at] === ',') {
      parts.push([from, at]);
      from = at + 1;
    }
  }
  return [...parts, [from, end]];
}

function sequenceOf(text: string): readonly string[] | undefined {
  const numbers = /^([-+]?\d{1,9})\.\.([-+]?\d{1,9})(?:\.\.([-+]?\d{1,9}))?$/.exec(text);
  if (numbers !== null) {
    const [, first = '', last = '', step] = numbers;
    const width = [first, last].some((each) => /^[-+]?0\d/.test(each))
      ? Math.max(first.length, last.length)
      : 0;
    return steps(text, [Number(first), Number(last)], step).map((each) => padded(each, width));
  }
  const letters = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.([-+]?\d{1,9}))?$/.exec(text);
  if (letters === null) return undefined;
  const [, first = '', last = '', step] = letters;
  return steps(text, [first.charCodeAt(0), last.charCodeAt(0)], step).map((each) =>
    String.fromCharCode(each),
  );
}

function steps(
  text: string,
  [first, last]: readonly [number, number],
  step: string | undefined,
): readonly number[] {
  const size = Math.max(1, Math.abs(Number(step ?? '1')));
  const count = Math.floor(Math.abs(last - first) / size) + 1;
  if (count > MOST_TEXTS) throw tooLarge(text);
  const direction = last < first ? -1 : 1;
  return Array.from({ length: count }, (_, index) => first + index * size * direction);
}

function padded(value: number, width: number): string {
  const sign = value < 0 ? '-' : '';
  return sign + String(Math.abs(value)).padStart(width - sign.length, '0');
}

function joined(
  pattern: string,
  before: readonly string[],
  after: readonly string[],
): readonly string[] {
  if (before.length * after.length > MOST_TEXTS) throw tooLarge(pattern);
  return before.flatMap((left) => after.map((right) => left + right));
}

function tooLarge(pattern: string): WheelworksError {
  return new WheelworksError(
    'config/pattern-too-large',
    `A pattern stands for more than ${MOST_TEXTS} texts, or its braces are nested too deep.`,
    { evidence: pattern.slice(0, 200), hint: 'Use * in place of long lists in braces.' },
  );
}
