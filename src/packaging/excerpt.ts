import { redactText } from '../support/secret.ts';

/** Longest piece of a user's text that an error repeats, in UTF-16 code units. */
const LONGEST_EXCERPT = 120;

/**
 * A text as an error shows it: quoted, control characters escaped, cut when it is long.
 *
 * Secrets are masked before the cut, since half a URL no longer shows where its password ends.
 */
export function excerpt(text: string): string {
  const safe = redactText(text);
  if (safe.length <= LONGEST_EXCERPT) return JSON.stringify(safe);
  return `${JSON.stringify(safe.slice(0, LONGEST_EXCERPT))}... (${text.length} characters)`;
}
