/**
 * Inline markup: start-strings that nothing ends, roles that do not exist, references that lead nowhere.
 *
 * Follows the recognition rules of the reStructuredText specification ("Inline markup recognition rules") as docutils
 * 0.23 has them, for text in which only ASCII characters stand beside markup; other text is not judged.
 */
import { nameKey, type RstNames } from './names.ts';

/** A reference whose target may be anywhere in the source. */
export interface RstReference {
  readonly kind: 'name' | 'anonymous' | 'footnote' | 'substitution';
  readonly name: string;
}

/** What was found in one text: a fault ends the search, as it ends docutils. */
export interface InlineResult {
  readonly problem?: string;
  readonly references: readonly RstReference[];
}

/** Words longer than this make the patterns slow; text with such words is not judged. */
const LONGEST_WORD = /[\p{L}\p{N}_.+:-]{300}/u;
/** Docutils decides by tables of characters of all scripts; these are for ASCII. */
const FOREIGN_NEIGHBOUR = /[^\0-\x7f][*`|_[\]:]|[*`|_[\]:][^\0-\x7f]/u;

/** The fault in a text, and its references as far as it was read. */
export function lintInline(text: string, names: RstNames): InlineResult {
  const references: RstReference[] = [];
  if (LONGEST_WORD.test(text) || FOREIGN_NEIGHBOUR.test(text)) return { references };
  let rest = text.replaceAll(/\\([^])/g, '\0$1');
  for (;;) {
    const match = START.exec(rest);
    if (match === null) return { references };
    const construct = read(rest, match);
    if ('problem' in construct) return { problem: construct.problem, references };
    for (const role of construct.roles ?? [])
      if (!isKnownRole(role, names))
        return { problem: `Unknown interpreted text role "${role}".`, references };
    if (construct.reference !== undefined) references.push(construct.reference);
    rest = rest.slice(construct.end);
  }
}

interface Construct {
  /** Where the text goes on, which then is as good as the beginning of a line. */
  readonly end: number;
  readonly reference?: RstReference;
  readonly roles?: readonly string[];
}

interface Unfinished {
  readonly problem: string;
}

const NAME = String.raw`[\p{L}\p{N}]+(?:[-._+:][\p{L}\p{N}]+)*`;
const BEFORE = String.raw`(?:^|(?<=[\s"'(<[{\-/:]))`;
const AFTER = String.raw`(?=$|[\s\0\\.,;!?\-/:"')>\]}])`;

/** In the order in which docutils tries them at one place. */
const START = new RegExp(
  `${BEFORE}(?:${[
    String.raw`(?<simple>\*\*|\*(?!\*)|${'``'}|_${'`'}|\|(?!\|))(?!\s)`,
    String.raw`(?<name>${NAME})(?<nameEnd>__?)${AFTER}`,
    String.raw`\[(?<label>[0-9]+|#(?:${NAME})?|\*|${NAME})\]_${AFTER}`,
    `(?<role>(?::${NAME}:)?)(?<quote>\`(?!\`))(?!\\s)`,
  ].join('|')})`,
  'u',
);

/** What ends what, with the words that docutils has for it. */
const ENDS: Readonly<Record<string, readonly [end: RegExp, what: string]>> = {
  '**': [new RegExp(String.raw`(?<![\s\0])\*\*${AFTER}`, 'u'), 'strong'],
  '*': [new RegExp(String.raw`(?<![\s\0])\*${AFTER}`, 'u'), 'emphasis'],
  '``': [new RegExp(`(?<!\\s)\`\`${AFTER}`, 'u'), 'literal'],
  '_`': [new RegExp(`(?<![\\s\\0])\`${AFTER}`, 'u'), 'target'],
  '|': [new RegExp(String.raw`(?<![\s\0])\|_{0,2}${AFTER}`, 'u'), 'substitution_reference'],
};
const INTERPRETED_END = new RegExp(
  `(?<!(?<!\\0)[\\s\\0])\`(?<role>:${NAME}:)?(?<ref>__?)?${AFTER}`,
  'u',
);

function read(text: string, match: RegExpExecArray): Construct | Unfinished {
  const { simple, name, label, quote } = match.groups ?? {};
  const end = match.index + match[0].length;
  if (name !== undefined) {
    const kind = match[0].endsWith('__') ? 'anonymous' : 'name';
    return { end, reference: { kind, name } };
  }
  if (label !== undefined) return { end, reference: { kind: 'footnote', name: label } };
  if (quote !== undefined) return readInterpreted(text, match, end);
  if (isQuoted(text, match.index, end)) return { end };
  const [pattern, what] = ENDS[simple ?? ''] ?? [/$/, ''];
  const closing = pattern.exec(text.slice(end));
  if (closing === null || closing.index === 0) return unfinished(what);
  const after = end + closing.index + closing[0].length;
  if (simple !== '|') return { end: after };
  const substitution = text.slice(end, end + closing.index);
  return { end: after, reference: { kind: 'substitution', name: substitution } };
}

/** Interpreted text with a role before or behind it, or a reference of several words. */
function readInterpreted(
  text: string,
  match: RegExpExecArray,
  start: number,
): Construct | Unfinished {
  const prefix = match.groups?.['role'] ?? '';
  if (prefix === '' && isQuoted(text, match.index, start)) return { end: start };
  const closing = INTERPRETED_END.exec(text.slice(start));
  if (closing === null || closing.index === 0)
    return unfinished('interpreted text or phrase reference');
  const { role: suffix = '', ref } = closing.groups ?? {};
  const end = start + closing.index + closing[0].length;
  if (prefix !== '' && suffix !== '')
    return { problem: 'Multiple roles in interpreted text (both prefix and suffix present).' };
  if (ref === undefined || suffix !== '')
    return {
      end,
      roles: [prefix, suffix].filter((role) => role !== '').map((role) => role.slice(1, -1)),
    };
  if (prefix !== '')
    return {
      problem: `Mismatch: both interpreted text role prefix "${prefix}" and reference suffix.`,
    };
  const name = text.slice(start, start + closing.index);
  // With an address of its own it defines a target instead of wanting one.
  if (/<[^]*>$/.test(name)) return { end };
  return { end, reference: { kind: ref === '__' ? 'anonymous' : 'name', name } };
}

function unfinished(what: string): Unfinished {
  return { problem: `Inline ${what} start-string without end-string.` };
}

const CLOSERS: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '(': ')',
  '<': '>',
  '[': ']',
  '{': '}',
};

/** Between a pair of quotes or brackets, a start-string is one character like others; so is one at the very end. */
function isQuoted(text: string, start: number, end: number): boolean {
  if (start === 0) return false;
  const after = text[end];
  return after === undefined || CLOSERS[text[start - 1] ?? ''] === after;
}

function isKnownRole(role: string, names: RstNames): boolean {
  return names.roles.has(role.toLowerCase());
}

/** Why a reference leads nowhere; undefined when there may be a target for it. */
export function danglingReference(
  { kind, name }: RstReference,
  names: RstNames,
): string | undefined {
  const key = nameKey(name.replaceAll('\0', ''));
  if (kind === 'substitution') {
    if (key === '?' || names.substitutions.has(key)) return undefined;
    return `Undefined substitution referenced: "${name}".`;
  }
  if (kind === 'anonymous')
    return names.hasAnonymousTargets
      ? undefined
      : 'Anonymous hyperlink mismatch: there is no target for it.';
  if (names.targets.has(key) || (kind === 'footnote' && isNumbered(name, names))) return undefined;
  return `Unknown target name: "${name.replaceAll('\0', '').replaceAll(/\s+/g, ' ').slice(0, 100)}".`;
}

/** Whether docutils may number a footnote so that the label is one. */
function isNumbered(label: string, names: RstNames): boolean {
  return /^(?:#|\*$)/.test(label) || (/^\d+$/.test(label) && names.hasNumberedFootnotes);
}
