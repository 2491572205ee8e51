// Valid inside JSON strings, but not safe to show: DEL, C1 controls, and what reorders or hides text in a terminal.
const UNSAFE_IN_JSON =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/**
 * A document as `--json` prints it: indented, ending with a line end, and with every character that could act on a
 * terminal written as `\uXXXX` (the JSON means the same).
 */
export function jsonText(document: object): string {
  const text = JSON.stringify(document, undefined, 2);
  return `${text.replace(UNSAFE_IN_JSON, escaped)}\n`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
