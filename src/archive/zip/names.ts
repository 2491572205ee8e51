/** Member names: from bytes to text, and which of them may become paths on a disk. */
import { isAscii } from 'node:buffer';
import { FLAG } from './format.ts';

/** The upper half of IBM code page 437, which names without bit 11 are in (APPNOTE appendix D). */
const CP437_UPPER =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀' +
  'αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossyUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Names are short; their bytes are ASCII but for a few. */
export function isAsciiName(raw: Uint8Array): boolean {
  return isAscii(raw);
}

/** UTF-8 as text, or undefined when it is not UTF-8. */
export function decodeUtf8(raw: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(raw);
  } catch {
    return undefined;
  }
}

/**
 * A member name as text: UTF-8 with bit 11, code page 437 without, as Python reads it.
 * `valid` is false for bit 11 over bytes that are not UTF-8; the text then has U+FFFD in their place.
 */
export function decodeName(raw: Uint8Array, flags: number): { text: string; valid: boolean } {
  if ((flags & FLAG.utf8) === 0 && !isAscii(raw)) return { text: decodeCp437(raw), valid: true };
  const text = decodeUtf8(raw);
  return text === undefined ? { text: lossyUtf8.decode(raw), valid: false } : { text, valid: true };
}

function decodeCp437(raw: Uint8Array): string {
  let text = '';
  for (const byte of raw) {
    text += byte < 0x80 ? String.fromCharCode(byte) : CP437_UPPER.charAt(byte - 0x80);
  }
  return text;
}

/**
 * Why a member of this name must not be unpacked, in words that follow "its name", or undefined for a safe name.
 *
 * Stops path traversal ("zip slip") on every host, so also what only Windows understands as a path; and names with
 * empty or `.` parts, by which two members of different names would become one file.
 */
export function unsafeNameReason(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (hasControlCharacter(name)) return 'has a control character';
  if (name.includes('\\')) return 'has a backslash';
  if (name.startsWith('/')) return 'is an absolute path';
  if (/^[A-Za-z]:/.test(name)) return 'starts with a drive letter';
  const parts = name.split('/');
  // A directory ends in one slash.
  if (parts.length > 1 && parts.at(-1) === '') parts.pop();
  if (parts.includes('..')) return 'climbs out of its folder with ".."';
  if (parts.includes('.') || parts.includes('')) return 'has an empty or "." part';
  return undefined;
}

/** PyPI refuses bytes 0x00 to 0x1f and 0x7f in names; terminals would obey some of them. */
export function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

/** A name fit for messages: control characters as `\x1b`, and no longer than a line. */
export function printableName(name: string): string {
  const shown = name.length > LONGEST_SHOWN ? `${name.slice(0, LONGEST_SHOWN)}...` : name;
  let printable = '';
  for (const character of shown) {
    printable += hasControlCharacter(character)
      ? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
      : character;
  }
  return printable;
}

const LONGEST_SHOWN = 200;
