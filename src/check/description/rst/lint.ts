/**
 * The faults of a reStructuredText source that are certain without docutils: everything that is reported here, docutils
 * 0.23 reports as a warning or worse, and PyPI then refuses the description. It is silent where that is not certain, so
 * that silence proves nothing.
 */
import { readBody } from './body.ts';
import { danglingReference } from './inline.ts';
import { linesOf, type RstFault } from './lines.ts';
import { namesIn } from './names.ts';
import type { RstContext } from './state.ts';

/** Characters; docutils' setting `line_length_limit`. */
const LONGEST_LINE = 10_000;

/** The first fault of a source, or none. */
export function lintRst(text: string): readonly RstFault[] {
  // Marks of byte order and what was no UTF-8 are read in more than one way.
  if (/[\ufeff\0]/.test(text)) return [];
  const lines = linesOf(text);
  const long = lines.find((line) => Array.from(line.text).length > LONGEST_LINE);
  if (long !== undefined)
    return [{ problem: `Line ${long.number} exceeds the line-length-limit.`, line: long.number }];
  const names = namesIn(text, lines);
  const context: RstContext = {
    names,
    faults: [],
    references: [],
    titleStyles: [],
    level: 0,
    sectionStart: 0,
  };
  readBody(lines, context);
  if (context.faults.length > 0) return context.faults.slice(0, 1);
  for (const { line, ...reference } of context.references) {
    const problem = danglingReference(reference, names);
    if (problem !== undefined) return [{ problem, line }];
  }
  return [];
}
