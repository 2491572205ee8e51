/** Lists of all kinds. Specification: "Bullet Lists" to "Option Lists", "Line Blocks". */
import {
  firstIndented,
  indentedFrom,
  indentedUntilBlank,
  knownIndented,
  type RstBlock,
  type RstLine,
} from './lines.ts';
import { finish, readInline, type RstPlace, type RstStep } from './state.ts';

export const BULLET = /^([-+*\u2022\u2023\u2043])(?: +|$)/;
export const FIELD = /^:(?![: ])((?:[^:\\]|\\.|:(?![ `]|$))*)(?<! ):(?: +|$)/;
export const LINE_BLOCK = /^\|(?: +|$)/;

const ARGUMENT = '(?:[a-zA-Z][a-zA-Z0-9_-]*|<[^<>]+>)';
const OPTION = `(?:[-+][a-zA-Z0-9](?: ?${ARGUMENT})?|(?:--|/)[a-zA-Z0-9][a-zA-Z0-9_-]*(?:[ =]${ARGUMENT})?)`;
export const OPTION_LIST = new RegExp(`^${OPTION}(?:, ${OPTION})*(?:  +| ?$)`);

/** Reads a list of which every item begins with the same character. */
export function readBullets(lines: readonly RstLine[], index: number, place: RstPlace): RstStep {
  const bullet = BULLET.exec(lines[index]?.text ?? '')?.[1];
  return readItems(lines, index, {
    place,
    what: 'Bullet list',
    isItem: (at) => BULLET.exec(lines[at]?.text ?? '')?.[1] === bullet,
    indentOf: (text) => BULLET.exec(text)?.[0].length ?? 0,
  });
}

/** What an item is numbered with, if it is with Arabic numerals or by docutils. */
interface Enumerator {
  readonly prefix: string;
  readonly suffix: string;
  readonly ordinal: number | '#';
  readonly length: number;
}

/** A numbered item as written; undefined for text that is none. */
export function enumeratorOf(text: string): Enumerator | 'letters' | undefined {
  const match = /^(\(?)([0-9]+|#|[a-zA-Z]|[ivxlcdm]+|[IVXLCDM]+)([.)])(?: +|$)/.exec(text);
  const [written = '', prefix = '', ordinal = '', suffix = ''] = match ?? [];
  if (match === null || (prefix === '(' && suffix === '.')) return undefined;
  if (/[a-zA-Z]/.test(ordinal)) return 'letters';
  const number = ordinal === '#' ? ordinal : Number(ordinal);
  return { prefix, suffix, ordinal: number, length: written.length };
}

/**
 * Reads a list with numbers; `text` when docutils does not take its first line for an item, since the next line neither is
 * indented nor has the next number.
 */
export function readNumbered(
  lines: readonly RstLine[],
  index: number,
  place: RstPlace,
): RstStep | 'text' {
  const first = enumeratorOf(lines[index]?.text ?? '');
  // Letters may be Roman numerals or not; which of them takes more knowledge than is worth it.
  if (first === undefined || first === 'letters') return undefined;
  if (!standsAlone(lines, index, first)) return 'text';
  let last = first;
  let isAuto = first.ordinal === '#';
  const isNext = (at: number): boolean => {
    const next = enumeratorOf(lines[at]?.text ?? '');
    if (next === undefined || next === 'letters') return false;
    if (next.prefix !== first.prefix || next.suffix !== first.suffix) return false;
    const follows =
      next.ordinal === '#' ||
      (!isAuto && last.ordinal !== '#' && next.ordinal === last.ordinal + 1);
    if (!follows || !standsAlone(lines, at, next)) return false;
    last = next;
    isAuto ||= next.ordinal === '#';
    return true;
  };
  const indentOf = (text: string): number => {
    const enumerator = enumeratorOf(text);
    return typeof enumerator === 'object' ? enumerator.length : 0;
  };
  return readItems(lines, index, { place, what: 'Enumerated list', isItem: isNext, indentOf });
}

function standsAlone(lines: readonly RstLine[], index: number, item: Enumerator): boolean {
  const next = lines[index + 1]?.text ?? '';
  if (next === '' || next.startsWith(' ')) return true;
  const { prefix, suffix, ordinal } = item;
  const following = ordinal === '#' ? '#' : `${ordinal + 1}`;
  return [following, '#'].some((number) => next.startsWith(`${prefix}${number}${suffix} `));
}

interface ItemRules {
  readonly place: RstPlace;
  readonly what: string;
  readonly isItem: (index: number) => boolean;
  readonly indentOf: (text: string) => number;
}

function readItems(lines: readonly RstLine[], index: number, rules: ItemRules): RstStep {
  const { place, what } = rules;
  let block: RstBlock;
  let at = index;
  do {
    const text = lines[at]?.text ?? '';
    const indent = rules.indentOf(text);
    const collect = text.length > indent ? knownIndented : firstIndented;
    block = collect(lines, at, indent);
    place.readInside(block.lines);
    if (place.context.faults.length > 0) return undefined;
    at = block.end;
  } while (at < lines.length && rules.isItem(at));
  return finish(place, what, { lines, block });
}

/** Reads names between colons and what is said of each. */
export function readFields(lines: readonly RstLine[], index: number, place: RstPlace): RstStep {
  let block: RstBlock;
  let at = index;
  let match = FIELD.exec(lines[at]?.text ?? '');
  do {
    readInline(place, [{ text: match?.[1] ?? '', number: lines[at]?.number ?? 1 }]);
    block = firstIndented(lines, at, match?.[0].length ?? 0);
    place.readInside(block.lines);
    if (place.context.faults.length > 0) return undefined;
    at = block.end;
    match = FIELD.exec(lines[at]?.text ?? '');
  } while (match !== null);
  return finish(place, 'Field list', { lines, block });
}

/** Reads lines that each keep their place. */
export function readLineBlock(lines: readonly RstLine[], index: number, place: RstPlace): RstStep {
  let block: RstBlock;
  let at = index;
  do {
    const bar = LINE_BLOCK.exec(lines[at]?.text ?? '')?.[0].length ?? 0;
    block = indentedUntilBlank(lines, at, bar);
    readInline(place, block.lines);
    if (place.context.faults.length > 0) return undefined;
    at = block.end;
  } while (LINE_BLOCK.test(lines[at]?.text ?? ''));
  return finish(place, 'Line block', { lines, block });
}

/** Passes over a list of command-line options, of which only the end matters. */
export function passOptions(lines: readonly RstLine[], index: number): RstStep {
  let at = index;
  let block: RstBlock;
  do {
    block = firstIndented(lines, at, 0);
    at = block.end;
  } while (OPTION_LIST.test(lines[at]?.text ?? ''));
  return block.blankFinish ? block.end : undefined;
}

/** Reads terms with an indented definition below each. `isTerm` says whether one stands at an index. */
export function readDefinitions(
  lines: readonly RstLine[],
  index: number,
  { place, isTerm }: { readonly place: RstPlace; readonly isTerm: (index: number) => boolean },
): RstStep {
  let block: RstBlock;
  let at = index;
  do {
    readInline(place, lines.slice(at, at + 1));
    block = indentedFrom(lines, at + 1);
    place.readInside(block.lines);
    if (place.context.faults.length > 0) return undefined;
    at = block.end;
  } while (isTerm(at));
  return finish(place, 'Definition list', { lines, block });
}
