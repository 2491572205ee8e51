/**
 * The parser of environment markers, for a marker alone and for the one at the end of a requirement.
 *
 * Specification: Dependency specifiers (PEP 508), section "Grammar", rules `marker` to `marker_var`.
 * https://packaging.python.org/specifications/dependency-specifiers/#grammar
 */
import type { DependencyCursor } from './dependency-cursor.ts';
import { MARKER_VARIABLES, SET_VARIABLES } from './marker-environment.ts';
import type {
  Marker,
  MarkerChain,
  MarkerComparison,
  MarkerOperand,
  MarkerOperator,
} from './marker-tree.ts';
import { normalizeName } from './name.ts';
import { decodePythonString } from './python-string.ts';

/**
 * Reads a marker with the blanks around it and stops at the first character that cannot belong to it.
 * @throws WheelworksError of the cursor's code, or `packaging/marker-too-deep`.
 */
export function scanMarker(cursor: DependencyCursor): Marker {
  const marker = scanAlternatives(cursor, 0);
  return marker.kind === 'group' ? marker.marker : marker;
}

/** Stops recursion on hostile input. The reference parser gives up at some 490 levels, and people write three. */
const DEEPEST_NESTING = 200;

function scanAlternatives(cursor: DependencyCursor, depth: number): Marker {
  return scanChain(cursor, 'or', () => scanConjunction(cursor, depth));
}

function scanConjunction(cursor: DependencyCursor, depth: number): Marker {
  return scanChain(cursor, 'and', () => scanAtom(cursor, depth));
}

function scanChain(
  cursor: DependencyCursor,
  word: MarkerChain['kind'],
  scanOperand: () => Marker,
): Marker {
  const first = scanOperand();
  if (!cursor.takesWord(word)) return first;
  const operands = [first];
  do operands.push(scanOperand());
  while (cursor.takesWord(word));
  return { kind: word, operands };
}

function scanAtom(cursor: DependencyCursor, depth: number): Marker {
  cursor.skipBlanks();
  const marker = cursor.sees('(') ? scanGroup(cursor, depth) : scanComparison(cursor);
  cursor.skipBlanks();
  return marker;
}

function scanGroup(cursor: DependencyCursor, depth: number): Marker {
  if (depth === DEEPEST_NESTING) {
    throw cursor.error(
      `its parentheses nest more than ${DEEPEST_NESTING} deep`,
      'packaging/marker-too-deep',
    );
  }
  const column = cursor.position + 1;
  cursor.takes('(');
  const inner = scanAlternatives(cursor, depth + 1);
  if (!cursor.takes(')')) throw cursor.expected(`')' for the '(' at column ${column}`);
  // Parentheses around a comparison or around other parentheses say nothing.
  return inner.kind === 'and' || inner.kind === 'or' ? { kind: 'group', marker: inner } : inner;
}

function scanComparison(cursor: DependencyCursor): MarkerComparison {
  const left = scanOperand(cursor);
  cursor.skipBlanks();
  const operator = scanOperator(cursor);
  cursor.skipBlanks();
  const right = scanOperand(cursor);
  return normalizeNames({ kind: 'comparison', left, operator, right });
}

function scanOperand(cursor: DependencyCursor): MarkerOperand {
  for (const dotted of [false, true]) {
    const word = cursor.peekWord({ dotted });
    const name = MARKER_VARIABLES.get(word);
    if (name !== undefined) {
      cursor.position += word.length;
      return { kind: 'variable', name };
    }
  }
  if (cursor.sees('"')) return scanText(cursor, '"');
  if (cursor.sees("'")) return scanText(cursor, "'");
  throw cursor.expected('a marker variable or a quoted text');
}

function scanText(cursor: DependencyCursor, quote: string): MarkerOperand {
  const start = cursor.position + 1;
  const end = cursor.text.indexOf(quote, start);
  if (end === -1) throw cursor.error(`the text quoted at column ${start} has no end`);
  const text = decodePythonString(cursor.text.slice(start, end));
  if (text === undefined) {
    throw cursor.error(`the text quoted at column ${start} is not a valid Python string`);
  }
  cursor.position = end + 1;
  return { kind: 'text', text };
}

/** Longest first, so that `==` is not read as the start of `===`. */
const SYMBOLS = ['===', '==', '~=', '!=', '<=', '>=', '<', '>'] as const;

function scanOperator(cursor: DependencyCursor): MarkerOperator {
  if (cursor.takesWord('in')) return 'in';
  if (cursor.takesWord('not')) {
    if (cursor.skipBlanks() && cursor.takesWord('in')) return 'not in';
    throw cursor.expected("'in' after 'not'");
  }
  const symbol = SYMBOLS.find((candidate) => cursor.takes(candidate));
  if (symbol !== undefined) return symbol;
  throw cursor.expected('one of === == ~= != <= >= < > in not in');
}

/** PEP 685, PEP 735: names of extras and groups are compared normalised. */
function normalizeNames(comparison: MarkerComparison): MarkerComparison {
  const { left, right } = comparison;
  if (isExtra(left) && right.kind === 'text') return { ...comparison, right: normalized(right) };
  if ((isExtra(right) || isSet(right)) && left.kind === 'text') {
    return { ...comparison, left: normalized(left) };
  }
  return comparison;
}

function isExtra(operand: MarkerOperand): boolean {
  return operand.kind === 'variable' && operand.name === 'extra';
}

function isSet(operand: MarkerOperand): boolean {
  return operand.kind === 'variable' && SET_VARIABLES.has(operand.name);
}

function normalized(operand: { readonly kind: 'text'; readonly text: string }): MarkerOperand {
  return { kind: 'text', text: normalizeName(operand.text) };
}
