/**
 * Expansion as make does it, as far as it can be done: a Makefile of the feed includes files that are not here, so a
 * reference to what it does not set itself stays as it is. The result is residual text, a text of a Makefile again: what is
 * known is filled in, `$$` is still `$$`.
 *
 * Specification: GNU make manual, "Functions for Transforming Text".
 */
import { WheelworksError } from '../../support/errors.ts';
import { TEXT_FUNCTIONS } from './functions.ts';
import { hasReferences, splitArguments, textParts, type TextPart } from './references.ts';
import { newScope, type Scope } from './scope.ts';

/** What an expansion may cost, shared by all of one Makefile. */
export interface Budget {
  /** Characters that may still be produced. */
  left: number;
}

/** What no Makefile of the feed needs: libupm, with 300 packages from one template, costs a third of it. */
export const EXPANSION_BUDGET: number = 96 << 20;
/** What a step costs besides what it produces, so that values without a character do not run for ever. */
const STEP_COST = 256;
/** References in references; make itself ends at its stack. */
const DEEPEST = 200;

export interface ExpandContext {
  readonly scope: Scope;
  readonly budget: Budget;
  /** Carries out `$(eval TEXT)`; without it such a call stays. */
  readonly evaluate?: (text: string) => void;
}

/**
 * Fills in what is known.
 * @throws WheelworksError `recipe/recursive-variable` for one that refers to itself, `recipe/expansion-too-large`.
 */
export function expand(text: string, context: ExpandContext): string {
  return expandText(text, { ...context, trail: [] });
}

/** Residual text as `eval` reads it: `$$` is `$`. */
export function unescapeDollars(residual: string): string {
  return residual.replaceAll('$$', () => '$');
}

/** Whether nothing is open any more. */
export function isPlain(residual: string): boolean {
  return !hasReferences(residual);
}

interface Walk extends ExpandContext {
  /** The variables whose values are being expanded, outermost first. */
  readonly trail: readonly string[];
}

function expandText(text: string, walk: Walk): string {
  if (walk.trail.length > DEEPEST) throw tooDeep(walk);
  const result = textParts(text)
    .map((part) => expandPart(part, walk))
    .join('');
  spend(walk.budget, result.length);
  return result;
}

function expandPart(part: TextPart, walk: Walk): string {
  if (part.kind === 'text') return part.text;
  if (part.kind === 'dollar') return '$$';
  const call = /^([a-z-]+)[ \t]+(.*)$/s.exec(part.inner);
  if (call !== null) {
    const [, name = '', rest = ''] = call;
    const special = SPECIAL_FUNCTIONS[name];
    if (special !== undefined) return special(rest, part.raw, walk);
    const text = TEXT_FUNCTIONS[name];
    if (text !== undefined) return textFunction(name, rest, walk);
  }
  return expandReference(part, walk);
}

function expandReference(part: { raw: string; inner: string }, walk: Walk): string {
  const inner = expandText(part.inner, walk);
  const substitution = /^([^:=]+):([^=]*)=(.*)$/s.exec(inner);
  if (substitution !== null) {
    const [, name = '', from = '', to = ''] = substitution;
    const value = valueOf(name, walk);
    if (value === undefined || !isPlain(value)) return `$(${inner})`;
    const [before, after] = from.includes('%') ? [from, to] : [`%${from}`, `%${to}`];
    return TEXT_FUNCTIONS['patsubst']?.run([before, after, value]) ?? '';
  }
  return valueOf(inner, walk) ?? (part.raw.length === 2 ? part.raw : `$(${inner})`);
}

function valueOf(name: string, walk: Walk): string | undefined {
  const variable = walk.scope.get(name);
  if (variable === undefined) return undefined;
  if (variable.isSimple) {
    spend(walk.budget, variable.value.length);
    return variable.value;
  }
  if (walk.trail.includes(name))
    throw new WheelworksError('recipe/recursive-variable', `${name} refers to itself.`, {
      evidence: [...walk.trail, name].join(' -> '),
      hint: 'Use := where the variable is set, so that the old value is taken.',
    });
  return expandText(variable.value, { ...walk, trail: [...walk.trail, name] });
}

function textFunction(name: string, rest: string, walk: Walk): string {
  const text = TEXT_FUNCTIONS[name];
  if (text === undefined) return '';
  const values = splitArguments(rest, text.arity).map((each) => expandText(each, walk));
  if (values.every(isPlain) && values.length >= text.arity) return text.run(values);
  return `$(${name} ${values.join(',')})`;
}

type Special = (rest: string, raw: string, walk: Walk) => string;

/** Functions that expand their arguments themselves, or have effects. */
const SPECIAL_FUNCTIONS: Readonly<Record<string, Special>> = {
  if(rest, _raw, walk) {
    const [question = '', then = '', otherwise = ''] = splitArguments(rest, 3);
    const asked = expandText(question.trim(), walk);
    if (isPlain(asked)) return expandText(asked === '' ? otherwise : then, walk);
    const branches = [then, otherwise].map((branch) => expandText(branch, withoutEval(walk)));
    return `$(if ${asked},${branches.join(',')})`;
  },
  or: (rest, _raw, walk) => firstThat(rest, 'or', walk),
  and: (rest, _raw, walk) => firstThat(rest, 'and', walk),
  call(rest, _raw, walk) {
    const [name = '', ...given] = splitArguments(rest).map((each) => expandText(each, walk));
    const called = name.trim();
    const variable = walk.scope.get(called);
    if (variable === undefined) return `$(call ${[called, ...given].join(',')})`;
    if (walk.trail.filter((each) => each === called).length > DEEPEST / 4) throw tooDeep(walk);
    const scope = newScope(walk.scope);
    scope.set('0', { value: called, isSimple: true });
    // Arguments that nobody gave are empty, not those of an outer call.
    for (let index = 1; index <= 9 || index <= given.length; index += 1)
      scope.set(String(index), { value: given[index - 1] ?? '', isSimple: true });
    return expandText(variable.value, { ...walk, scope, trail: [...walk.trail, called] });
  },
  foreach(rest, _raw, walk) {
    const [variable = '', list = '', body = ''] = splitArguments(rest, 3);
    const name = expandText(variable.trim(), walk);
    const words = expandText(list, walk);
    const scope = newScope(walk.scope);
    if (!isPlain(words)) {
      scope.forget(name);
      return `$(foreach ${name},${words},${expandText(body, withoutEval({ ...walk, scope }))})`;
    }
    return words
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((value) => {
        scope.set(name, { value, isSimple: true });
        return expandText(body, { ...walk, scope });
      })
      .join(' ');
  },
  eval(rest, _raw, walk) {
    if (walk.evaluate === undefined) return `$(eval ${expandText(rest, walk)})`;
    walk.evaluate(unescapeDollars(expandText(rest, walk)));
    return '';
  },
  origin(rest, raw, walk) {
    return walk.scope.get(expandText(rest, walk).trim()) === undefined ? raw : 'file';
  },
  value: (rest, raw, walk) =>
    walk.scope.get(expandText(rest, walk).trim())?.value.replaceAll('$', () => '$$') ?? raw,
  // What the machine has is no part of a recipe: these stay.
  shell: (rest, _raw, walk) => `$(shell ${expandText(rest, walk)})`,
  wildcard: (rest, _raw, walk) => `$(wildcard ${expandText(rest, walk)})`,
  error: (rest, _raw, walk) => `$(error ${expandText(rest, walk)})`,
  warning: (rest, _raw, walk) => `$(warning ${expandText(rest, walk)})`,
  info: (rest, _raw, walk) => `$(info ${expandText(rest, walk)})`,
};

function firstThat(rest: string, kind: 'or' | 'and', walk: Walk): string {
  const values = splitArguments(rest).map((each) => expandText(each.trim(), walk));
  if (!values.every(isPlain)) return `$(${kind} ${values.join(',')})`;
  if (kind === 'or') return values.find((value) => value !== '') ?? '';
  return values.includes('') ? '' : (values.at(-1) ?? '');
}

/** Under a condition that nobody knows here, nothing may happen. */
function withoutEval(walk: Walk): Walk {
  const { evaluate: _evaluate, ...rest } = walk;
  return rest;
}

function spend(budget: Budget, characters: number): void {
  budget.left -= characters + STEP_COST;
  if (budget.left < 0)
    throw new WheelworksError(
      'recipe/expansion-too-large',
      'The variables of the Makefile get too large when they are filled in.',
      {
        evidence: `more than ${EXPANSION_BUDGET} characters in all, ${STEP_COST} counted for each step besides`,
        hint: 'Look for variables that double each other, or of which each holds the one before; = in place of := fills in only what is used.',
      },
    );
}

function tooDeep(walk: Walk): WheelworksError {
  return new WheelworksError('recipe/recursive-variable', 'A function calls itself without end.', {
    evidence: `${walk.trail.slice(-4).join(' -> ')} ...`,
    hint: 'A recursion needs an $(if ...) that ends it.',
  });
}
