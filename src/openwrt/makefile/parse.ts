/**
 * A Makefile as statements. Nothing is evaluated here, and nothing is lost: what is not understood stands there as it is,
 * with its line and the reason.
 *
 * Specification: GNU make manual, "What Makefiles Contain", "How make Parses a Makefile", "Defining Multi-Line
 * Variables", "Syntax of Conditionals".
 */
import { parseCondition } from './conditions.ts';
import { logicalLines, withoutEnd, type LogicalLine } from './lines.ts';
import type { AssignmentOperator, Branch, Makefile, Statement } from './model.ts';
import { isOnlyReferences, textParts } from './references.ts';

/** Deeper conditionals are no recipe's. */
const DEEPEST = 64;

/** Reads a Makefile. Every text has a reading: see `verbatim` statements for what was not understood. */
export function parseMakefile(text: string, path: string): Makefile {
  const lines = logicalLines(text);
  const cursor: Cursor = { lines, ends: blockEnds(lines), at: 0 };
  const statements: Statement[] = [];
  while (cursor.at < cursor.lines.length) {
    for (const each of readBlock(cursor, 0).statements) statements.push(each);
    const stray = cursor.lines[cursor.at];
    if (stray === undefined) break;
    cursor.at += 1;
    statements.push(verbatim(stray, `${firstWord(stray.text)} has no beginning`));
  }
  return { path, statements };
}

interface Cursor {
  readonly lines: readonly LogicalLine[];
  /** Of `define` and conditionals, by the index of their first line, the index of their last; without those never closed. */
  readonly ends: ReadonlyMap<number, number>;
  at: number;
}

/** Found beforehand, in one pass: whoever looked for an end at each beginning would need time without bound. */
function blockEnds(lines: readonly LogicalLine[]): Map<number, number> {
  const ends = new Map<number, number>();
  const defines: number[] = [];
  lines.forEach(({ raw, text }, index) => {
    if (raw.startsWith('\t')) return;
    const word = firstWord(text);
    if (word === 'define') defines.push(index);
    const start = word === 'endef' ? defines.pop() : undefined;
    if (start !== undefined) ends.set(start, index);
  });
  const conditionals: number[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const text = lines[index]?.text ?? '';
    const end = firstWord(text) === 'define' ? ends.get(index) : undefined;
    if (end !== undefined) index = end;
    else if (beginsConditional(text)) conditionals.push(index);
    else if (firstWord(text) === 'endif') {
      const start = conditionals.pop();
      if (start !== undefined) ends.set(start, index);
    }
  }
  return ends;
}

function beginsConditional(text: string): boolean {
  return /^\s*ifn?(?:eq|def)(?:\s|\(|$)/.test(text);
}

const BLOCK_END = new Set(['else', 'endif', 'endef']);

/** Statements up to a line that ends or divides a conditional. */
function readBlock(cursor: Cursor, depth: number): { statements: Statement[] } {
  const statements: Statement[] = [];
  for (let line = cursor.lines[cursor.at]; line !== undefined; line = cursor.lines[cursor.at]) {
    if (BLOCK_END.has(firstWord(line.text))) break;
    statements.push(readStatement(cursor, line, depth));
  }
  return { statements };
}

function readStatement(cursor: Cursor, line: LogicalLine, depth: number): Statement {
  const word = firstWord(line.text);
  if (word === 'define') return readDefine(cursor, line);
  if (beginsConditional(line.text)) return readConditional(cursor, line, depth);
  cursor.at += 1;
  return (
    readRemark(line) ??
    readInclude(line, word) ??
    readShellAssignment(line) ??
    readAssignment(line) ??
    readExpression(line) ??
    readRule(cursor, line) ??
    verbatim(line, 'no statement of make begins like this')
  );
}

function readRemark({ line, raw, text }: LogicalLine): Statement | undefined {
  return /^\s*(?:#|$)/.test(text) ? { kind: 'remark', line, raw } : undefined;
}

function readInclude({ line, raw, text }: LogicalLine, word: string): Statement | undefined {
  if (word !== 'include' && word !== '-include' && word !== 'sinclude') return undefined;
  const paths = withoutComment(text).trim().split(/\s+/).slice(1);
  return { kind: 'include', line, raw, paths, isOptional: word !== 'include' };
}

/** `X != date`: what the command prints is the machine's, and nothing is run here. */
function readShellAssignment(line: LogicalLine): Statement | undefined {
  const masked = withMaskedReferences(line.text);
  return /^[ \t]*(?:(?:export|override)[ \t]+)?[^\s:#=?+!]+[ \t]*!=/.test(masked)
    ? verbatim(line, 'a variable of what a shell command prints (!=), which is not run here')
    : undefined;
}

const ASSIGNMENT = /^[ \t]*(?:(export|override)[ \t]+)?([^\s:#=?+!]\S*?)[ \t]*(::?:?=|\?=|\+=|=)/;

function readAssignment({ line, raw, text }: LogicalLine): Statement | undefined {
  const match = ASSIGNMENT.exec(withMaskedReferences(text));
  if (match === null) return undefined;
  const [all, modifier, masked = '', operator = '='] = match;
  const before = text.slice(0, all.length - operator.length).trimEnd();
  return {
    kind: 'assignment',
    line,
    raw,
    name: before.slice(-masked.length),
    operator: operatorOf(operator),
    value: withoutComment(text.slice(all.length)).replace(/^[ \t]+/, ''),
    ...(modifier === 'export' || modifier === 'override' ? { modifier } : {}),
  };
}

function operatorOf(text: string): AssignmentOperator {
  if (text === '?=' || text === '+=' || text === '=') return text;
  return ':=';
}

function readExpression({ line, raw, text }: LogicalLine): Statement | undefined {
  const plain = withoutComment(text);
  return isOnlyReferences(plain)
    ? { kind: 'expression', line, raw, text: plain.trim() }
    : undefined;
}

function readRule(cursor: Cursor, { line, raw, text }: LogicalLine): Statement | undefined {
  const plain = withoutComment(text);
  const match = /^([^\s:=][^:=]*)::?(?!=)(.*)$/.exec(withMaskedReferences(plain));
  if (match === null || text.startsWith('\t')) return undefined;
  const [, masked = ''] = match;
  const recipe: string[] = [];
  let whole = raw;
  for (let next = cursor.lines[cursor.at]; next?.raw.startsWith('\t');) {
    recipe.push(withoutEnd(next.raw.slice(1)));
    whole += next.raw;
    cursor.at += 1;
    next = cursor.lines[cursor.at];
  }
  return {
    kind: 'rule',
    line,
    raw: whole,
    targets: plain.slice(0, masked.length).trim(),
    prerequisites: plain.slice(masked.length).replace(/^::?/, '').trim(),
    recipe,
  };
}

/** Defines may hold others, as text. */
function readDefine(cursor: Cursor, first: LogicalLine): Statement {
  const header = /^\s*define\s+(.+?)\s*(:?:?:=|\?=|\+=|=)?\s*$/.exec(withoutComment(first.text));
  const start = cursor.at;
  const end = cursor.ends.get(start);
  if (header === null || end === undefined) {
    cursor.at = start + 1;
    return verbatim(first, end === undefined ? 'define without endef' : 'define without a name');
  }
  cursor.at = end + 1;
  const inner = cursor.lines.slice(start + 1, end).map(({ raw }) => raw);
  return {
    kind: 'define',
    line: first.line,
    raw: [first.raw, ...inner, cursor.lines[end]?.raw ?? ''].join(''),
    name: header[1] ?? '',
    operator: header[2] === undefined ? '=' : operatorOf(header[2]),
    body: withoutEnd(inner.join('')),
  };
}

function readConditional(cursor: Cursor, first: LogicalLine, depth: number): Statement {
  const start = cursor.at;
  const end = cursor.ends.get(start);
  if (end === undefined) {
    cursor.at = start + 1;
    return verbatim(first, 'a conditional without endif');
  }
  const raw = cursor.lines
    .slice(start, end + 1)
    .map((line) => line.raw)
    .join('');
  const read =
    depth < DEEPEST ? readBranches(cursor, first, depth) : 'conditionals in too many others';
  cursor.at = end + 1;
  return typeof read === 'string'
    ? { kind: 'verbatim', line: first.line, raw, reason: read }
    : { kind: 'conditional', line: first.line, raw, branches: read };
}

/** Up to the `endif`; a text says why they cannot be read. */
function readBranches(cursor: Cursor, first: LogicalLine, depth: number): Branch[] | string {
  const branches: Branch[] = [];
  let condition = parseCondition(withoutComment(first.text));
  if (condition === undefined) return 'a condition that cannot be read';
  for (let isLast = false; ;) {
    cursor.at += 1;
    const { statements } = readBlock(cursor, depth + 1);
    branches.push({ ...(condition === undefined ? {} : { condition }), statements });
    const divider = cursor.lines[cursor.at];
    const word = divider === undefined ? '' : firstWord(divider.text);
    if (word === 'endif') return branches;
    if (divider === undefined || word !== 'else') return `${word} in a conditional`;
    if (isLast) return 'else after else';
    const rest = withoutComment(divider.text).trim().slice('else'.length).trim();
    condition = rest === '' ? undefined : parseCondition(rest);
    if (rest !== '' && condition === undefined) return 'an else whose condition cannot be read';
    isLast = rest === '';
  }
}

function verbatim({ line, raw }: LogicalLine, reason: string): Statement {
  return { kind: 'verbatim', line, raw, reason };
}

function firstWord(text: string): string {
  return /^\s*(\S*)/.exec(text)?.[1] ?? '';
}

/** Without a comment: `#` that is neither escaped nor in a reference. */
function withoutComment(text: string): string {
  const masked = withMaskedReferences(text);
  const at = /(?:^|[^\\])#/.exec(masked);
  if (at === null) return text;
  return text.slice(0, at.index + at[0].length - 1);
}

/** As long as the text, with every reference made of letters that mean nothing to the patterns above. */
function withMaskedReferences(text: string): string {
  return textParts(text)
    .map((part) => {
      if (part.kind === 'text') return part.text;
      return 'R'.repeat(part.kind === 'dollar' ? 2 : part.raw.length);
    })
    .join('');
}
