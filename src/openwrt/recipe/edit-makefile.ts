/** One assignment of a Makefile changed in its text, and nothing else. */
import { parseMakefile } from '../makefile/index.ts';

export interface AssignmentEdit {
  /** Of the assignment, in the file. */
  readonly line: number;
  readonly name: string;
  /** Words are laid out as they were: on one line, or one a line with the same indentation. */
  readonly to: string | readonly string[];
}

/** The text with another value; a comment behind the old value stays. */
export function changeAssignment(text: string, { line, name, to }: AssignmentEdit): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const rest = lines.slice(line - 1).join('');
  const [statement] = parseMakefile(rest, '').statements;
  if (statement?.kind !== 'assignment' || statement.name !== name)
    throw new Error(`line ${line} does not set ${name}`);
  const { raw } = statement;
  const head = /^[^=]*=[ \t]*/.exec(raw)?.[0] ?? '';
  const tail = raw.slice(head.length);
  return [
    ...lines.slice(0, line - 1),
    head,
    typeof to === 'string' ? tail.replace(/^[^\s#]*/, () => to) : laidOut(tail, to),
    rest.slice(raw.length),
  ].join('');
}

export interface AssignmentAddition {
  /** Line of the assignment that it stands behind. */
  readonly after: number;
  readonly name: string;
  readonly to: string;
}

/** The text with one more line, which ends as the one before it does. */
export function addAssignment(text: string, { after, name, to }: AssignmentAddition): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const rest = lines.slice(after - 1).join('');
  const [statement] = parseMakefile(rest, '').statements;
  if (statement?.kind !== 'assignment') throw new Error(`line ${after} sets nothing`);
  const end = /\r?\n$/.exec(statement.raw)?.[0] ?? '\n';
  const raw = statement.raw.endsWith('\n') ? statement.raw : `${statement.raw}${end}`;
  const before = lines.slice(0, after - 1).join('');
  return `${before}${raw}${name}:=${to}${end}${rest.slice(statement.raw.length)}`;
}

/** The text with more lines before one of its own, which end as that does. */
export function addBefore(text: string, line: number, added: readonly string[]): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const end = lines[line - 1]?.endsWith('\r\n') === true ? '\r\n' : '\n';
  const before = lines.slice(0, line - 1).join('');
  return `${before}${added.map((each) => each + end).join('')}${lines.slice(line - 1).join('')}`;
}

function laidOut(tail: string, words: readonly string[]): string {
  const end = /\r?\n$/.exec(tail)?.[0] ?? '';
  if (!/\\\r?\n/.test(tail))
    return `${words.join(' ')}${/[ \t]+#[^\r\n]*/.exec(tail)?.[0] ?? ''}${end}`;
  const indent = /\\\r?\n([ \t]*)/.exec(tail)?.[1] ?? '      ';
  const isAlone = tail.startsWith('\\');
  const [first = '', ...others] = words;
  const rows = isAlone
    ? ['', ...words.map((word) => indent + word)]
    : [first, ...others.map((word) => indent + word)];
  return `${rows.map((row, index) => (index === 0 && row === '' ? '\\' : row + (index === rows.length - 1 ? '' : ' \\'))).join('\n')}${end}`;
}
