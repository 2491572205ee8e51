/**
 * How opkg orders versions, the rule of Debian: `[epoch:]version[-revision]`; parts without digits and numbers take turns,
 * in the former `~` is before everything, even the end, and letters are before all else.
 * https://www.debian.org/doc/debian-policy/ch-controlfields.html#version
 */
export function compareOpkgVersions(one: string, other: string): number {
  const [a, b] = [split(one), split(other)];
  return (
    Math.sign(a.epoch - b.epoch) ||
    compareParts(a.version, b.version) ||
    compareParts(a.revision, b.revision)
  );
}

function split(text: string): { epoch: number; version: string; revision: string } {
  const colon = text.indexOf(':');
  const rest = text.slice(colon + 1);
  const dash = rest.lastIndexOf('-');
  return {
    epoch: colon === -1 ? 0 : Number.parseInt(text, 10) || 0,
    version: dash === -1 ? rest : rest.slice(0, dash),
    revision: dash === -1 ? '' : rest.slice(dash + 1),
  };
}

/** What is no digit, then digits, and again; both may be empty. */
const PIECE = /([^0-9]*)([0-9]*)/y;

function compareParts(one: string, other: string): number {
  let [a, b] = [0, 0];
  while (a < one.length || b < other.length) {
    const [textA = '', wordA = '', numberA = ''] = pieceAt(one, a);
    const [textB = '', wordB = '', numberB = ''] = pieceAt(other, b);
    const difference = compareWords(wordA, wordB) || compareNumbers(numberA, numberB);
    if (difference !== 0) return difference;
    a += textA.length;
    b += textB.length;
  }
  return 0;
}

function pieceAt(text: string, offset: number): readonly string[] {
  PIECE.lastIndex = offset;
  return PIECE.exec(text) ?? [];
}

function compareWords(one: string, other: string): number {
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const difference = weight(one[index]) - weight(other[index]);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

function weight(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === '~') return -1;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 256;
}

function compareNumbers(one: string, other: string): number {
  const [a, b] = [one.replace(/^0+/, ''), other.replace(/^0+/, '')];
  return Math.sign(a.length - b.length) || (a < b ? -1 : a > b ? 1 : 0);
}
