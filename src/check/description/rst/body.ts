/**
 * Block elements, told apart as docutils does: a line is what the first of its patterns that fits says it is.
 *
 * Specification: reStructuredText Markup Specification, "Body Elements"; the order is that of docutils 0.23. What is inside
 * of tables, literal blocks and directives other than admonitions is not looked at.
 */
import { EXPLICIT, readExplicit } from './explicit.ts';
import { blankFrom, indentedFrom, type RstLine } from './lines.ts';
import {
  BULLET,
  enumeratorOf,
  FIELD,
  LINE_BLOCK,
  OPTION_LIST,
  passOptions,
  readBullets,
  readDefinitions,
  readFields,
  readLineBlock,
  readNumbered,
} from './lists.ts';
import {
  fault,
  finish,
  readInline,
  type RstContext,
  type RstPlace,
  type RstStep,
} from './state.ts';
import { readRule, readUnderlined, RULE } from './titles.ts';

/** Elements nested deeper than this are not read: time must not grow with the square of the length. */
const DEEPEST = 30;

/** Reads lines up to the first fault, or to the first element of which it is not certain how docutils reads it. */
export function readBody(lines: readonly RstLine[], context: RstContext, depth = 0): void {
  if (depth > DEEPEST) return;
  const readInside = (inner: readonly RstLine[]): void => readBody(inner, context, depth + 1);
  const place: RstPlace = { context, depth, readInside };
  let index: RstStep = 0;
  while (index !== undefined && index < lines.length && context.faults.length === 0)
    index = readElement(lines, index, place);
}

type Reader = (lines: readonly RstLine[], index: number, place: RstPlace) => RstStep | 'text';

const READERS: readonly (readonly [begins: RegExp, read: Reader])[] = [
  [/^$/, (_, index) => index + 1],
  [/^ /, readQuotation],
  [BULLET, readBullets],
  [/^\(?(?:[0-9]+|#|[a-zA-Z]|[ivxlcdm]+|[IVXLCDM]+)[.)](?: +|$)/, readEnumerated],
  [FIELD, readFields],
  [OPTION_LIST, passOptions],
  [/^>>>(?: +|$)/, (lines, index) => blankFrom(lines, index)],
  [LINE_BLOCK, readLineBlock],
  [/^\+-[-+]+-\+ *$/, (lines, index) => blankFrom(lines, index)],
  [/^=+(?: +=+)+$/, passSimpleTable],
  [EXPLICIT, readExplicit],
  [RULE, readRule],
];

function readElement(lines: readonly RstLine[], index: number, place: RstPlace): RstStep {
  const text = lines[index]?.text ?? '';
  const read = READERS.find(([begins]) => begins.test(text))?.[1];
  const step = read === undefined ? 'text' : read(lines, index, place);
  return step === 'text' ? readText(lines, index, place) : step;
}

function readQuotation(lines: readonly RstLine[], index: number, place: RstPlace): RstStep {
  const block = indentedFrom(lines, index);
  place.readInside(block.lines);
  if (place.context.faults.length > 0) return undefined;
  return finish(place, 'Block quote', { lines, block });
}

function readEnumerated(
  lines: readonly RstLine[],
  index: number,
  place: RstPlace,
): RstStep | 'text' {
  // A bracket on one side and a point on the other.
  if (enumeratorOf(lines[index]?.text ?? '') === undefined) return 'text';
  return readNumbered(lines, index, place);
}

/** It ends with the second rule after the first that has a blank line behind it, or with the third rule. */
function passSimpleTable(lines: readonly RstLine[], index: number): RstStep {
  let rules = 0;
  for (let at = index + 1; at < lines.length; at += 1) {
    if (!/^=+(?: +=+)*$/.test(lines[at]?.text ?? '')) continue;
    rules += 1;
    if (rules === 2 || (lines[at + 1]?.text ?? '') === '') return at + 1;
  }
  return undefined;
}

function readText(lines: readonly RstLine[], index: number, place: RstPlace): RstStep {
  const next = lines[index + 1]?.text ?? '';
  if (next === '') return readParagraph(lines, [index, index + 1], place);
  if (next.startsWith(' ')) {
    const isTerm = (at: number): boolean => isDefinitionTerm(lines, at);
    return readDefinitions(lines, index, { place, isTerm });
  }
  if (RULE.test(next)) {
    const step = readUnderlined(lines, index, place);
    if (step !== 'text') return step;
  }
  const end = blankFrom(lines, index);
  const indented = lines.slice(index, end).find(({ text }) => text.startsWith(' '));
  if (indented !== undefined) return fault(place, 'Unexpected indentation.', indented);
  return readParagraph(lines, [index, end], place);
}

function isDefinitionTerm(lines: readonly RstLine[], index: number): boolean {
  const text = lines[index]?.text ?? '';
  if (lines[index + 1]?.text.startsWith(' ') !== true) return false;
  return READERS.every(([begins]) => !begins.test(text));
}

function readParagraph(
  lines: readonly RstLine[],
  [start, end]: readonly [start: number, end: number],
  place: RstPlace,
): RstStep {
  const paragraph = lines.slice(start, end);
  const isLiteralNext = /(?<!\\)(?:\\\\)*::$/.test(paragraph.at(-1)?.text ?? '');
  readInline(place, paragraph);
  if (!isLiteralNext) return end;
  const block = indentedFrom(lines, end);
  if (block.lines.length > 0) return finish(place, 'Literal block', { lines, block });
  const quoted = lines[block.end];
  if (quoted !== undefined && /^[!-/:-@[-`{-~]/.test(quoted.text))
    return blankFrom(lines, block.end);
  return fault(place, 'Literal block expected; none found.', quoted ?? paragraph.at(-1));
}
