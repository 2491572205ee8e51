/** Titles and transitions. Specification: "Sections", "Transitions". */
import { leastColumnsOf, type RstLine } from './lines.ts';
import { fault, readInline, type RstPlace, type RstStep } from './state.ts';

/** A line of one punctuation character, repeated. */
export const RULE = /^([!-/:-@[-`{-~])\1*$/;

/** Shorter rules may be text; longer ones that do not fit are faults. */
const SHORTEST = 4;

/** Reads a line of text with a rule under it; `text` when docutils takes both for text. */
export function readUnderlined(
  lines: readonly RstLine[],
  index: number,
  place: RstPlace,
): RstStep | 'text' {
  const title = lines[index]?.text ?? '';
  const underline = lines[index + 1]?.text ?? '';
  const fits = leastColumnsOf(title) <= underline.length;
  if (!fits && underline.length < SHORTEST) return 'text';
  if (!fits) return fault(place, 'Title underline too short.', lines[index + 1]);
  // Characters may be wider than is known here, and the rule too short after all.
  if (underline.length < SHORTEST && !isAscii(title)) return undefined;
  return readTitle(place, { line: lines[index], style: underline.slice(0, 1), next: index + 2 });
}

/** Reads a rule that is not under a line of text: a transition, or what stands over a title. */
export function readRule(
  lines: readonly RstLine[],
  index: number,
  place: RstPlace,
): RstStep | 'text' {
  const rule = lines[index]?.text ?? '';
  const isShort = rule.length < SHORTEST;
  const otherwise = (problem: string): RstStep | 'text' =>
    isShort ? 'text' : fault(place, problem, lines[index]);
  if (place.depth > 0)
    return rule === '::' ? 'text' : otherwise('Unexpected section title or transition.');
  const title = lines[index + 1]?.text ?? '';
  if (title === '') return isShort ? 'text' : readTransition(lines, index, place);
  if (RULE.test(title)) return otherwise('Invalid section title or transition marker.');
  const underline = lines[index + 2]?.text;
  if (underline === undefined) return otherwise('Incomplete section title.');
  if (!RULE.test(underline))
    return otherwise('Missing matching underline for section title overline.');
  if (underline !== rule) return otherwise('Title overline & underline mismatch.');
  if (leastColumnsOf(title) > rule.length) return otherwise('Title overline too short.');
  if (isShort && !isAscii(title)) return undefined;
  const line = { text: title.trimStart(), number: lines[index + 1]?.number ?? 1 };
  return readTitle(place, { line, style: rule.slice(0, 1).repeat(2), next: index + 3 });
}

/** It stands between two elements of a section. */
function readTransition(lines: readonly RstLine[], index: number, place: RstPlace): RstStep {
  const isBlank = ({ text }: RstLine): boolean => text === '';
  if (lines.slice(place.context.sectionStart, index).every(isBlank))
    return fault(place, 'Transition at the start of the document or section.', lines[index]);
  if (lines.slice(index + 1).every(isBlank))
    return fault(place, 'Transition at the end of the document.', lines[index]);
  return index + 1;
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

function readTitle(
  place: RstPlace,
  title: { readonly line: RstLine | undefined; readonly style: string; readonly next: number },
): RstStep {
  const { context, depth } = place;
  if (depth > 0) return fault(place, 'Unexpected section title.', title.line);
  const known = context.titleStyles.indexOf(title.style);
  const level = known === -1 ? context.titleStyles.length + 1 : known + 1;
  if (level > context.level + 1) {
    const problem = `Inconsistent title style: skip from level ${context.level} to ${level}.`;
    return fault(place, problem, title.line);
  }
  if (known === -1) context.titleStyles.push(title.style);
  context.level = level;
  context.sectionStart = title.next;
  if (title.line !== undefined) readInline(place, [title.line]);
  return title.next;
}
