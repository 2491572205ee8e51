/**
 * Text from a file (a member's name, a header, a child's output) may hold escape sequences that move the cursor, set
 * the window title or type into the terminal. Everything shown goes through here.
 *
 * Taken out are the control characters C0, DEL and C1 (a terminal may obey the 8-bit forms too); the characters that
 * reorder what follows (Unicode TR36 3.1, "Trojan Source"); those that show nothing; the line and paragraph
 * separators; and lone surrogates.
 */
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}/u;
const UNSAFE_ALL: RegExp = new RegExp(UNSAFE, 'gu');
const UNSAFE_BUT_NEWLINE: RegExp = new RegExp(`(?!\\n)(?:${UNSAFE.source})`, 'gu');

/** One line of untrusted text made safe to show: what is unsafe becomes a visible `\x1b` or `\u202e`. */
export function sanitizeForTerminal(text: string): string {
  return UNSAFE.test(text) ? text.replace(UNSAFE_ALL, escaped) : text;
}

/** As `sanitizeForTerminal`, for text of several lines: line ends stay, tabs become two spaces. */
export function sanitizeLines(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\t', '  ').replace(UNSAFE_BUT_NEWLINE, escaped);
}

// oxlint-disable-next-line no-control-regex -- ESC is what these sequences start with
const SGR = /\u001B\[[0-9;]*m/y;

/**
 * The last gate before standard output: whatever a command forgot to sanitise still cannot do more than colour.
 * Keeps text, line ends, tabs and, when `colours`, the SGR sequences `ESC [ ... m`.
 */
export function guardOutput(text: string, colours: boolean): string {
  let result = '';
  let from = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (!isControl(text.charCodeAt(index))) continue;
    SGR.lastIndex = index;
    const sequence = colours ? SGR.exec(text) : null;
    if (sequence !== null) {
      index += sequence[0].length - 1;
      continue;
    }
    result += text.slice(from, index) + escaped(text.charAt(index));
    from = index + 1;
  }
  return from === 0 ? text : result + text.slice(from);
}

function isControl(code: number): boolean {
  return (code < 0x20 && code !== 0x0a && code !== 0x09) || (code >= 0x7f && code <= 0x9f);
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0x0a) return '\\n';
  if (code === 0x0d) return '\\r';
  if (code === 0x09) return '\\t';
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}
