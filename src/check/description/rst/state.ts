import { lintInline, type RstReference } from './inline.ts';
import type { RstBlock, RstFault, RstLine } from './lines.ts';
import type { RstNames } from './names.ts';

/** What is known of a source while it is read. */
export interface RstContext {
  readonly names: RstNames;
  /** In the order in which they were found; docutils would end at the first. */
  readonly faults: RstFault[];
  readonly references: (RstReference & { readonly line: number })[];
  /** How titles of each level are underlined, as the source established it. */
  readonly titleStyles: string[];
  /** The level of the section that is being read; 0 outside of all. */
  level: number;
  /** The index of the line behind the last title outside of all elements. */
  sectionStart: number;
}

/** A place in a source where block elements may stand. */
export interface RstPlace {
  readonly context: RstContext;
  /** How many elements it is inside of; titles stand outside of all. */
  readonly depth: number;
  /** Reads the lines of an element inside of this place. */
  readonly readInside: (lines: readonly RstLine[]) => void;
}

/**
 * What one element came to: the index of the line that it left to the next one. Undefined when it is not certain how
 * docutils reads it, and so nothing certain can be said of what follows.
 */
export type RstStep = number | undefined;

/** Notes a fault at a line. */
export function fault(place: RstPlace, problem: string, line: RstLine | undefined): undefined {
  place.context.faults.push({ problem, line: line?.number ?? 1 });
  return undefined;
}

/** Judges a text of one or several lines. */
export function readInline(place: RstPlace, lines: readonly RstLine[]): void {
  const { context } = place;
  const line = lines[0]?.number ?? 1;
  const { problem, references } = lintInline(
    lines.map(({ text }) => text).join('\n'),
    context.names,
  );
  for (const reference of references) context.references.push({ ...reference, line });
  if (problem !== undefined) context.faults.push({ problem, line });
}

/** Behind an element of which nothing more may come: another element must be set off by a blank line. */
export function finish(
  place: RstPlace,
  what: string,
  { lines, block }: { readonly lines: readonly RstLine[]; readonly block: RstBlock },
): RstStep {
  if (block.blankFinish) return block.end;
  return fault(place, `${what} ends without a blank line; unexpected unindent.`, lines[block.end]);
}
