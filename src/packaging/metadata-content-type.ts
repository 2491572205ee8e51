/**
 * The value of `Description-Content-Type`: which markup the description is in.
 *
 * Specification: Core metadata, "Description-Content-Type"; the syntax is that of RFC 2045, 5.1, without comments and
 * without RFC 2231 continuations.
 */

/** The markups that a description may be in. */
const MARKUPS = ['text/plain', 'text/x-rst', 'text/markdown'] as const;

export interface DescriptionContentType {
  readonly markup: (typeof MARKUPS)[number];
  /** For `text/markdown`: the dialect, GitHub's by default. */
  readonly variant?: 'GFM' | 'CommonMark';
}

/** Why a content type is not one that a description may have. */
export interface ContentTypeProblem {
  readonly problem: string;
}

/** Reads the content type of a description; case matters in the variant only. */
export function parseDescriptionContentType(
  text: string,
): DescriptionContentType | ContentTypeProblem {
  const [type = '', ...parameters] = splitParameters(text);
  const markup = MARKUPS.find((known) => known === type.toLowerCase());
  if (markup === undefined) return { problem: `it is not one of ${MARKUPS.join(', ')}` };
  const values = new Map<string, string>();
  // A semicolon at the end is common, and PyPI takes it.
  if (parameters.at(-1) === '') parameters.pop();
  for (const parameter of parameters) {
    const { name, value } = readParameter(parameter);
    if (value === undefined) return { problem: 'its parameters are not written as name=value' };
    if (values.has(name)) return { problem: `it has two parameters ${name}` };
    values.set(name, value);
  }
  const charset = values.get('charset') ?? 'UTF-8';
  if (charset.toLowerCase() !== 'utf-8') return { problem: 'its charset is not UTF-8' };
  if (markup !== 'text/markdown') return { markup };
  const variant = values.get('variant') ?? 'GFM';
  if (variant === 'GFM' || variant === 'CommonMark') return { markup, variant };
  return { problem: 'its variant is neither GFM nor CommonMark' };
}

/** Cuts at semicolons outside quotes. */
function splitParameters(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let index = 0; index <= text.length; index += 1) {
    const char = text[index];
    if (char === '"') quoted = !quoted;
    if (char === undefined || (char === ';' && !quoted)) {
      parts.push(text.slice(start, index).trim());
      start = index + 1;
    }
  }
  return parts;
}

/** RFC 2045, 5.1: any ASCII but blanks, controls and the `tspecials`. */
const TOKEN = /^[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]+$/;
const QUOTED = /^"([^"\\]*)"$/;

function readParameter(text: string): { name: string; value?: string } {
  const equals = text.indexOf('=');
  const name = text.slice(0, Math.max(0, equals)).trim().toLowerCase();
  const written = text.slice(equals + 1).trim();
  const value = TOKEN.test(written) ? written : QUOTED.exec(written)?.[1];
  return value === undefined || !TOKEN.test(name) ? { name } : { name, value };
}
