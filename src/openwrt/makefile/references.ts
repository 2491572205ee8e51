/**
 * What a text of a Makefile refers to: variables and calls of functions between the plain characters.
 *
 * Specification: GNU make manual, "Basics of Variable References", "Function Call Syntax", "Substitution References".
 */

export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  /** `$$`. */
  | { readonly kind: 'dollar' }
  | {
      readonly kind: 'reference';
      /** As it stands. */
      readonly raw: string;
      /** Between the brackets: a name, a name with a substitution, or a function with its arguments. */
      readonly inner: string;
    };

/** Cuts a text into plain characters and references; a reference that does not end is plain text. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let plainFrom = 0;
  let at = text.indexOf('$');
  while (at !== -1 && at + 1 < text.length) {
    const end = referenceEnd(text, at);
    if (end === undefined) break;
    if (at > plainFrom) parts.push({ kind: 'text', text: text.slice(plainFrom, at) });
    parts.push(partAt(text, at, end));
    plainFrom = end;
    at = text.indexOf('$', end);
  }
  if (plainFrom < text.length) parts.push({ kind: 'text', text: text.slice(plainFrom) });
  return parts;
}

/** Whether a text is nothing but references and blanks. */
export function isOnlyReferences(text: string): boolean {
  const parts = textParts(text.trim());
  return (
    parts.length > 0 &&
    parts.every((part) => part.kind === 'reference' || (part.kind === 'text' && isBlank(part.text)))
  );
}

/** Whether a text has references that are still open. */
export function hasReferences(text: string): boolean {
  return textParts(text).some((part) => part.kind === 'reference');
}

/** Cuts at commas that stand in no bracket; at most `limit` pieces, the last one with all commas that are left. */
export function splitArguments(text: string, limit: number = Infinity): string[] {
  const pieces: string[] = [];
  let depth = 0;
  let from = 0;
  for (let index = 0; index < text.length && pieces.length + 1 < limit; index += 1) {
    const character = text[index];
    if (character === '(' || character === '{') depth += 1;
    else if (character === ')' || character === '}') depth -= 1;
    else if (character === ',' && depth === 0) {
      pieces.push(text.slice(from, index));
      from = index + 1;
    }
  }
  pieces.push(text.slice(from));
  return pieces;
}

/** Just behind the reference that begins at `$`; undefined when its bracket is never closed. */
function referenceEnd(text: string, dollar: number): number | undefined {
  const open = text[dollar + 1];
  if (open !== '(' && open !== '{') return dollar + 2;
  const close = open === '(' ? ')' : '}';
  let depth = 0;
  for (let index = dollar + 1; index < text.length; index += 1) {
    if (text[index] === open) depth += 1;
    else if (text[index] === close) {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return undefined;
}

function partAt(text: string, from: number, end: number): TextPart {
  const raw = text.slice(from, end);
  if (raw === '$$') return { kind: 'dollar' };
  return { kind: 'reference', raw, inner: raw.length === 2 ? raw.slice(1) : raw.slice(2, -1) };
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}
