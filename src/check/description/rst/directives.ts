/**
 * What is wrong with a directive itself: that it does not exist, is switched off by PyPI, or gets options or content that
 * it does not take.
 *
 * The list of directives is that of docutils 0.23, which PyPI pins (2026-08); those of Sphinx are not in it.
 */
import known from './data/docutils.json' with { type: 'json' };
import { blankFrom, type RstLine } from './lines.ts';

interface DirectiveFacts {
  readonly arguments: boolean;
  readonly content: boolean;
  readonly options: readonly string[];
}

const DIRECTIVES: ReadonlyMap<string, DirectiveFacts> = new Map(Object.entries(known.directives));

const ADMONITIONS =
  'admonition attention caution danger error hint important note tip warning'.split(' ');

/** Whose content is read as the body of a document is. */
const BODIES: ReadonlySet<string> = new Set([
  ...ADMONITIONS,
  ...'compound container epigraph highlights pull-quote sidebar topic'.split(' '),
]);

/** Who cannot do without content. */
const NEEDS_CONTENT: ReadonlySet<string> = new Set([
  ...ADMONITIONS,
  ...'code code-block compound container epigraph highlights math'.split(' '),
  ...'parsed-literal pull-quote sourcecode topic'.split(' '),
]);

/** Who has a meaning in the definition of a substitution only. */
const IN_SUBSTITUTIONS: ReadonlySet<string> = new Set(['date', 'replace', 'unicode']);

/** Where a directive stands: its name as written, and the lines of it, the first without the name. */
export interface RstDirective {
  readonly name: string;
  readonly lines: readonly RstLine[];
  readonly inSubstitution: boolean;
}

/** The fault of a directive, or the lines of it that are to be read as a body; empty when none are. */
export function lintDirective(
  directive: RstDirective,
): { readonly problem: string } | { readonly body: readonly RstLine[] } {
  const name = directive.name.toLowerCase();
  const facts = DIRECTIVES.get(name);
  if (facts === undefined) return { problem: `Unknown directive type "${directive.name}".` };
  if (name === 'raw' || name === 'include')
    return {
      problem: `"${name}" directive disabled: PyPI allows neither raw output nor other files.`,
    };
  if (IN_SUBSTITUTIONS.has(name) && !directive.inSubstitution)
    return { problem: `"${name}" directive outside of a substitution definition.` };
  const { options, content } = partsOf(directive.lines, facts);
  const unknown = options.find(
    (option) => !facts.options.includes(option) && facts.options.length > 0,
  );
  if (unknown !== undefined)
    return { problem: `Error in "${name}" directive: unknown option: "${unknown}".` };
  if (name === 'csv-table' && options.some((option) => option === 'file' || option === 'url'))
    return { problem: 'File and URL access deactivated in "csv-table" directive.' };
  if (content.length > 0 && !facts.content)
    return { problem: `Error in "${name}" directive: no content permitted.` };
  if (content.length === 0 && NEEDS_CONTENT.has(name) && !directive.inSubstitution)
    return { problem: `Content block expected for the "${name}" directive; none found.` };
  return { body: BODIES.has(name) ? content : [] };
}

const OPTION = /^:(?![: ])((?:[^:\\]|\\.|:(?![ `]|$))*)(?<! ):(?: +|$)/;

/** The names of the options, and the content: everything behind the first blank line, or all where nothing is before. */
function partsOf(
  written: readonly RstLine[],
  facts: DirectiveFacts,
): { readonly options: readonly string[]; readonly content: readonly RstLine[] } {
  const lines = written[0]?.text.trim() === '' ? written.slice(1) : written;
  if (!facts.arguments && facts.options.length === 0)
    return { options: [], content: trimmed(lines) };
  const blank = blankFrom(lines, 0);
  const first = lines.slice(0, blank).findIndex(({ text }) => OPTION.test(text));
  const start = first === -1 || facts.options.length === 0 ? blank : first;
  const options = lines
    .slice(start, blank)
    .map(({ text }) => OPTION.exec(text)?.[1]?.toLowerCase());
  const before = facts.arguments ? [] : lines.slice(0, start);
  return {
    options: options.filter((option) => option !== undefined),
    content: trimmed([...before, ...lines.slice(blank)]),
  };
}

function trimmed(lines: readonly RstLine[]): readonly RstLine[] {
  const first = lines.findIndex(({ text }) => text !== '');
  return first === -1 ? [] : lines.slice(first);
}
