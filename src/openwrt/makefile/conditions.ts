/**
 * What conditionals ask.
 *
 * Specification: GNU make manual, "Syntax of Conditionals".
 */
import type { Condition } from './model.ts';
import { splitArguments } from './references.ts';

/** Reads `ifeq (a,b)`, `ifneq "a" 'b'`, `ifdef X`, `ifndef X`; undefined for anything else. */
export function parseCondition(text: string): Condition | undefined {
  const match = /^\s*(ifn?eq|ifn?def)\s*(.*?)\s*$/s.exec(text);
  if (match === null) return undefined;
  const [, kind = '', rest = ''] = match;
  if (kind === 'ifdef' || kind === 'ifndef')
    return /^\S+$/.test(rest) ? { kind, name: rest } : undefined;
  const sides = bracketed(rest) ?? quoted(rest);
  return sides === undefined
    ? undefined
    : { kind: kind === 'ifeq' ? 'ifeq' : 'ifneq', left: sides[0], right: sides[1] };
}

/** The condition that holds where this one does not. */
export function negated(condition: Condition): Condition {
  switch (condition.kind) {
    case 'ifeq':
      return { ...condition, kind: 'ifneq' };
    case 'ifneq':
      return { ...condition, kind: 'ifeq' };
    case 'ifdef':
      return { ...condition, kind: 'ifndef' };
    case 'ifndef':
      return { ...condition, kind: 'ifdef' };
  }
}

/** As a Makefile has it: `ifeq ($(X),y)`. */
export function printCondition(condition: Condition): string {
  return 'name' in condition
    ? `${condition.kind} ${condition.name}`
    : `${condition.kind} (${condition.left},${condition.right})`;
}

function bracketed(text: string): readonly [string, string] | undefined {
  if (!text.startsWith('(') || !text.endsWith(')')) return undefined;
  const [left, right, ...more] = splitArguments(text.slice(1, -1));
  if (left === undefined || right === undefined || more.length > 0) return undefined;
  // Make drops blanks before the second side, and behind the first.
  return [left.trimEnd(), right.trimStart()];
}

function quoted(text: string): readonly [string, string] | undefined {
  const match = /^(["'])(.*?)\1\s+(["'])(.*?)\3$/.exec(text);
  return match === null ? undefined : [match[2] ?? '', match[4] ?? ''];
}
