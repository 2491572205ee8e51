/** Explicit markup: everything that begins with two dots. Specification: "Explicit Markup Blocks". */
import { lintDirective } from './directives.ts';
import { firstIndented, indentedUntilBlank, type RstBlock, type RstLine } from './lines.ts';
import { fault, finish, type RstPlace, type RstStep } from './state.ts';

const NAME = String.raw`[\p{L}\p{N}]+(?:[-._+:][\p{L}\p{N}]+)*`;
/** Of something with two dots, or of a target without a name. */
export const EXPLICIT = /^(?:\.\.|__)(?: +|$)/;
const NOTE = new RegExp(String.raw`^\.\. +\[(?:[0-9]+|#|#${NAME}|\*|${NAME})\](?: +|$)`, 'u');
const TARGET = /^\.\. +_(?! |$)/;
const SUBSTITUTION = /^\.\. +\|(?! |$)/;
const DIRECTIVE = new RegExp(String.raw`^\.\. +(${NAME}) ?::(?: +|$)`, 'u');
const EMBEDDED = new RegExp(String.raw`^[^|]+\| +(${NAME}) ?::(?: +|$)`, 'u');

/** Reads explicit markup, and what of it follows line on line. */
export function readExplicit(lines: readonly RstLine[], index: number, place: RstPlace): RstStep {
  const block = readOne(lines, index, place);
  if (block === undefined || place.context.faults.length > 0) return undefined;
  const goesOn = EXPLICIT.test(lines[block.end]?.text ?? '');
  return goesOn ? block.end : finish(place, 'Explicit markup', { lines, block });
}

function readOne(lines: readonly RstLine[], index: number, place: RstPlace): RstBlock | undefined {
  const text = lines[index]?.text ?? '';
  const behind = (pattern: RegExp): number | undefined => pattern.exec(text)?.[0].length;
  const note = behind(NOTE);
  if (note !== undefined) return inside(place, firstIndented(lines, index, note));
  const target = behind(TARGET);
  if (target !== undefined) return readTarget(indentedUntilBlank(lines, index, target), place);
  const substitution = behind(SUBSTITUTION);
  if (substitution !== undefined)
    return readSubstitution(firstIndented(lines, index, substitution), place);
  const directive = DIRECTIVE.exec(text);
  if (directive !== null) {
    const block = firstIndented(lines, index, directive[0].length);
    readDirective(place, { name: directive[1] ?? '', lines: block.lines }, lines[index]);
    return block;
  }
  if (text.startsWith('__')) return indentedUntilBlank(lines, index, text.length);
  // Two dots alone before a blank line are all of a comment: what is indented below is not in it.
  if (text === '..' && (lines[index + 1]?.text ?? '') === '')
    return { lines: [], end: index + 1, blankFinish: true };
  return firstIndented(lines, index, text.length);
}

function inside(place: RstPlace, block: RstBlock): RstBlock {
  place.readInside(block.lines);
  return block;
}

function readTarget(block: RstBlock, place: RstPlace): RstBlock {
  // The name may go on in further lines; a colon ends it at a blank or at the end of one.
  if (!block.lines.some(({ text }) => /:(?: |$)/.test(text)))
    fault(place, 'Malformed hyperlink target.', block.lines[0]);
  return block;
}

function readSubstitution(block: RstBlock, place: RstPlace): RstBlock {
  const [first, ...rest] = block.lines;
  const directive = EMBEDDED.exec(first?.text ?? '');
  if (first === undefined || directive === null) return block;
  const argument = { ...first, text: first.text.slice(directive[0].length) };
  const name = directive[1] ?? '';
  readDirective(place, { name, lines: [argument, ...rest], inSubstitution: true }, first);
  return block;
}

function readDirective(
  place: RstPlace,
  directive: { name: string; lines: readonly RstLine[]; inSubstitution?: boolean },
  line: RstLine | undefined,
): void {
  const result = lintDirective({ inSubstitution: false, ...directive });
  if ('problem' in result) fault(place, result.problem, line);
  else place.readInside(result.body);
}
