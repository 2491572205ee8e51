/**
 * What environment markers say on a target.
 *
 * Specification: Dependency specifiers (PEP 508, PEP 685, PEP 751), section "Environment markers".
 * https://packaging.python.org/specifications/dependency-specifiers/#environment-markers
 */
import { WheelworksError } from '../support/errors.ts';
import { excerpt } from './excerpt.ts';
import { SET_VARIABLES, VERSION_VARIABLES, type MarkerEnvironment } from './marker-environment.ts';
import type { Marker, MarkerComparison, MarkerOperand, MarkerOperator } from './marker-tree.ts';
import { normalizeName } from './name.ts';
import { candidateFrom, matchesSpecifier } from './specifier-match.ts';
import { tryParseSpecifier } from './specifier.ts';

/**
 * Where the marker stands: in core metadata (`extra` is empty unless given), in a lock file (`extras` and
 * `dependency_groups` are empty unless given), or elsewhere (none of the three has a default).
 */
export type MarkerContext = 'metadata' | 'lock_file' | 'requirement';

/**
 * Whether a marker holds. Every comparison is made, also where the answer is certain before, so that a marker fails on
 * all targets or on none.
 * @throws WheelworksError `packaging/undefined-marker-variable` when a variable has no value in the environment,
 * `packaging/undefined-marker-comparison` for an operator that means nothing between the two values.
 */
export function evaluateMarker(
  marker: Marker,
  environment: MarkerEnvironment,
  { context = 'metadata' }: { readonly context?: MarkerContext } = {},
): boolean {
  return holds(marker, valuesOf(environment, context));
}

type Value = string | ReadonlySet<string>;
type Values = ReadonlyMap<string, Value>;

function holds(marker: Marker, values: Values): boolean {
  if (marker.kind === 'comparison') return compare(marker, values);
  if (marker.kind === 'group') return holds(marker.marker, values);
  const answers = marker.operands.map((operand) => holds(operand, values));
  return marker.kind === 'and'
    ? answers.every((answer) => answer)
    : answers.some((answer) => answer);
}

const CONTEXT_DEFAULTS: Readonly<Record<MarkerContext, MarkerEnvironment>> = {
  metadata: { extra: '' },
  lock_file: { extras: [], dependency_groups: [] },
  requirement: {},
};

/** The environment as comparisons want it: names normalised, the Python version made one. */
function valuesOf(environment: MarkerEnvironment, context: MarkerContext): Values {
  const values = new Map<string, Value>();
  for (const [name, value] of Object.entries({ ...CONTEXT_DEFAULTS[context], ...environment })) {
    values.set(name, comparable(name, value));
  }
  return values;
}

function comparable(name: string, value: string | readonly string[]): Value {
  if (typeof value !== 'string') return new Set(value.map((item) => normalizeName(item)));
  if (name === 'extra') return normalizeName(value);
  // A Python built from a checkout calls itself `3.14.0a1+`, which is no version.
  if (name === 'python_full_version' && value.endsWith('+')) return `${value}local`;
  return value;
}

/**
 * Looks up one side: the left if it is a variable, otherwise the right. The other side is a text, or the *name* of a second
 * variable: installers do not look up two, and a comparison must mean here what it means to them.
 */
function compare(comparison: MarkerComparison, values: Values): boolean {
  const { left, operator, right } = comparison;
  if (left.kind === 'variable') {
    return compareValues(left.name, {
      left: lookUp(left.name, values),
      operator,
      right: literal(right),
    });
  }
  const name = literal(right);
  return compareValues(name, { left: left.text, operator, right: lookUp(name, values) });
}

function literal(operand: MarkerOperand): string {
  return operand.kind === 'variable' ? operand.name : operand.text;
}

function lookUp(name: string, values: Values): Value {
  const value = values.get(name);
  if (value !== undefined) return value;
  throw new WheelworksError(
    'packaging/undefined-marker-variable',
    `The marker asks for ${excerpt(name)}, which has no value in this environment.`,
    {
      hint: 'extra has a value in metadata only, extras and dependency_groups in lock files only.',
    },
  );
}

interface ValueComparison {
  readonly left: Value;
  readonly operator: MarkerOperator;
  readonly right: Value;
}

function compareValues(variable: string, { left, operator, right }: ValueComparison): boolean {
  if (typeof left !== 'string') throw undefinedComparison(variable, operator);
  if (typeof right === 'string' && VERSION_VARIABLES.has(variable)) {
    // `>` and `=3` make a specifier too: the joined text is what installers read.
    const specifier = tryParseSpecifier(`${operator}${right}`);
    if (specifier !== undefined) return matchesSpecifier(specifier, candidateFrom(left));
  }
  const answer =
    typeof right === 'string'
      ? TEXT_OPERATORS[operator]?.(left, right)
      : SET_OPERATORS[operator]?.(normalizeName(left), right);
  if (answer === undefined) throw undefinedComparison(variable, operator);
  return answer;
}

type Operators<Right> = Readonly<
  Partial<Record<MarkerOperator, (left: string, right: Right) => boolean>>
>;

/** Texts have no order: `<=` and `>=` are true of equal ones, `<` and `>` never. */
const TEXT_OPERATORS: Operators<string> = {
  in: (left, right) => right.includes(left),
  'not in': (left, right) => !right.includes(left),
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<=': (left, right) => left === right,
  '>=': (left, right) => left === right,
  '<': () => false,
  '>': () => false,
};

/** A text can be in a set of names; it is never equal to one. */
const SET_OPERATORS: Operators<ReadonlySet<string>> = {
  in: (left, right) => right.has(left),
  'not in': (left, right) => !right.has(left),
  '==': () => false,
  '!=': () => true,
  '<=': () => false,
  '>=': () => false,
  '<': () => false,
  '>': () => false,
};

function undefinedComparison(variable: string, operator: MarkerOperator): WheelworksError {
  return new WheelworksError(
    'packaging/undefined-marker-comparison',
    `${operator} has no meaning for the marker variable ${excerpt(variable)}.`,
    {
      hint: SET_VARIABLES.has(variable)
        ? `Only "name" in ${variable} and "name" not in ${variable} are allowed.`
        : '~= and === compare versions, and this is not a comparison of versions.',
    },
  );
}
