/** Values of a client as answers repeat them: bounded, and without anything that could be a line of its own. */

/** In UTF-16 code units. */
const LONGEST = 255;

/** Control characters escaped, cut when it is long; what PyPI quotes as Python does stands between quotes of the rule. */
export function shown(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
  return cut.replace(
    /[\p{Cc}\u2028\u2029\ud800-\udfff]/gu,
    (character) => `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`,
  );
}

/** The same in quotes. */
export function quoted(text: string): string {
  return `'${shown(text)}'`;
}
