/**
 * Conditions decided for a target: three values, since most of what a program asks of its machine nobody knows beforehand.
 */
import type { Comparison, Expression } from './model.ts';

/** What an expression comes to; undefined when the target does not tell. */
export type Value = string | number | boolean | null | readonly Value[];

/** Looks up a dotted name, or a call of one; undefined for what is not known. */
export interface Names {
  readonly name: (dotted: string) => Value | undefined;
  readonly call: (dotted: string, args: readonly (Value | undefined)[]) => Value | undefined;
}

/** The value of an expression where the names decide it. */
export function evaluate(expression: Expression, names: Names): Value | undefined {
  switch (expression[0]) {
    case 'unknown':
      return undefined;
    case 'const':
      return expression[1];
    case 'name':
      return names.name(expression[1]);
    case 'not': {
      const value = evaluate(expression[1], names);
      return value === undefined ? undefined : !truth(value);
    }
    case 'and':
    case 'or':
      return connect(expression, names);
    case 'tuple': {
      const [, ...parts] = expression;
      const values = parts.map((part) => evaluate(part, names));
      return values.every((value) => value !== undefined) ? values : undefined;
    }
    case 'compare': {
      const [, operator, left, right] = expression;
      return compare(operator, evaluate(left, names), evaluate(right, names));
    }
    case 'slice': {
      const value = evaluate(expression[1], names);
      const [, , from, to] = expression;
      return typeof value === 'string' || isList(value)
        ? value.slice(from, to ?? undefined)
        : undefined;
    }
    case 'item': {
      const value = evaluate(expression[1], names);
      return isList(value) ? value.at(expression[2]) : undefined;
    }
    case 'method': {
      const [, method, object, ...args] = expression;
      return callMethod(
        method,
        evaluate(object, names),
        args.map((each) => evaluate(each, names)),
      );
    }
    case 'call': {
      const [, name, ...args] = expression;
      return names.call(
        name,
        args.map((each) => evaluate(each, names)),
      );
    }
  }
}

/** As Python has it: nothing, zero and what is empty are false. */
export function truth(value: Value): boolean {
  return isList(value) ? value.length > 0 : Boolean(value);
}

/** One operand can decide alone: `unknown and False` is false. */
function connect(
  [kind, ...operands]: readonly ['and' | 'or', ...Expression[]],
  names: Names,
): Value | undefined {
  const decisive = kind === 'or';
  let isKnown = true;
  for (const operand of operands) {
    const value = evaluate(operand, names);
    if (value === undefined) isKnown = false;
    else if (truth(value) === decisive) return decisive;
  }
  return isKnown ? !decisive : undefined;
}

function compare(
  operator: Comparison,
  left: Value | undefined,
  right: Value | undefined,
): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (operator === 'in' || operator === 'not in') {
    const contains = isIn(left, right);
    return contains === undefined ? undefined : contains === (operator === 'in');
  }
  if (operator === '==' || operator === '!=') return isEqual(left, right) === (operator === '==');
  const order = orderOf(left, right);
  if (order === undefined) return undefined;
  return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[operator];
}

function isIn(left: Value, right: Value): boolean | undefined {
  if (isList(right)) return right.some((each) => isEqual(left, each));
  return typeof left === 'string' && typeof right === 'string' ? right.includes(left) : undefined;
}

function isEqual(left: Value, right: Value): boolean {
  if (isList(left) && isList(right))
    return (
      left.length === right.length && left.every((each, at) => isEqual(each, right[at] ?? null))
    );
  return left === right;
}

/** Of numbers, texts, and tuples of them, a shorter tuple before what it begins. */
function orderOf(left: Value, right: Value): number | undefined {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string')
    return left < right ? -1 : Number(left > right);
  if (!isList(left) || !isList(right)) return undefined;
  for (const [at, each] of left.entries()) {
    const other = right[at];
    if (other === undefined) return 1;
    if (isEqual(each, other)) continue;
    return orderOf(each, other);
  }
  return left.length - right.length;
}

function callMethod(
  method: 'startswith' | 'endswith' | 'lower',
  object: Value | undefined,
  args: readonly (Value | undefined)[],
): Value | undefined {
  if (typeof object !== 'string') return undefined;
  if (method === 'lower') return object.toLowerCase();
  const [affix] = args;
  if (affix === undefined || args.length !== 1) return undefined;
  const affixes = isList(affix) ? affix : [affix];
  return affixes.some(
    (each) =>
      typeof each === 'string' &&
      (method === 'startswith' ? object.startsWith(each) : object.endsWith(each)),
  );
}

function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}
