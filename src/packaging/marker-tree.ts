/**
 * The syntax tree of environment markers and its normal form.
 *
 * Specification: Dependency specifiers (PEP 508), section "Grammar", rules `marker` to `marker_var`; the normal form is
 * that of the reference implementation. https://packaging.python.org/specifications/dependency-specifiers/#grammar
 */
import type { MarkerVariable } from './marker-environment.ts';
import { encodePythonString } from './python-string.ts';

/** The operators between the two sides of a comparison. */
export type MarkerOperator = '===' | '==' | '~=' | '!=' | '<=' | '>=' | '<' | '>' | 'in' | 'not in';

/** One side of a comparison: a variable under its present name, or a quoted text. */
export type MarkerOperand =
  | { readonly kind: 'variable'; readonly name: MarkerVariable }
  | { readonly kind: 'text'; readonly text: string };

export interface MarkerComparison {
  readonly kind: 'comparison';
  readonly left: MarkerOperand;
  readonly operator: MarkerOperator;
  readonly right: MarkerOperand;
}

/** Two or more markers joined by one word; `and` binds closer than `or`. */
export interface MarkerChain {
  readonly kind: 'and' | 'or';
  readonly operands: readonly Marker[];
}

/** A chain in parentheses, kept because the normal form keeps them. */
export interface MarkerGroup {
  readonly kind: 'group';
  readonly marker: Marker;
}

/** A parsed environment marker. */
export type Marker = MarkerComparison | MarkerChain | MarkerGroup;

/** The normal form: present names of variables, double quotes, single spaces, only the parentheses that group a chain. */
export function formatMarker(marker: Marker): string {
  const inner = withoutGroup(marker);
  if (inner.kind === 'comparison') return formatComparison(inner);
  return inner.operands.map((operand) => formatLink(operand, inner.kind)).join(` ${inner.kind} `);
}

/** A chain within a chain has parentheses, unless it is an `and` within an `or` whose author wrote none. */
function formatLink(operand: Marker, chain: MarkerChain['kind']): string {
  const isBare =
    withoutGroup(operand).kind === 'comparison' || (operand.kind === 'and' && chain === 'or');
  return isBare ? formatMarker(operand) : `(${formatMarker(operand)})`;
}

function withoutGroup(marker: Marker): Exclude<Marker, MarkerGroup> {
  let inner = marker;
  while (inner.kind === 'group') inner = inner.marker;
  return inner;
}

function formatComparison({ left, operator, right }: MarkerComparison): string {
  return `${formatOperand(left)} ${operator} ${formatOperand(right)}`;
}

function formatOperand(operand: MarkerOperand): string {
  return operand.kind === 'variable' ? operand.name : encodePythonString(operand.text);
}
