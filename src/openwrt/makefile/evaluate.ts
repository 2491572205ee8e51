/**
 * Reads a Makefile from top to bottom as make would, and tells what happens in order. Conditions that only the build system
 * knows (`ifeq ($(CONFIG_X),y)`) stay: both branches are read, and what stands in them carries the condition.
 *
 * Specification: GNU make manual, "How make Reads a Makefile".
 */
import { WheelworksError } from '../../support/errors.ts';
import { negated, printCondition } from './conditions.ts';
import {
  EXPANSION_BUDGET,
  expand,
  isPlain,
  unescapeDollars,
  type Budget,
  type ExpandContext,
} from './expand.ts';
import type { Assignment, Condition, Conditional, Define, Makefile, Statement } from './model.ts';
import { parseMakefile } from './parse.ts';
import { splitArguments, textParts } from './references.ts';
import { newScope, type Scope } from './scope.ts';

interface Happening {
  /** Of the statement in the file that brought it about. */
  readonly line: number;
  /** Conditions that nobody knows here and that must all hold: `ifeq ($(CONFIG_X),y)`. */
  readonly when: readonly string[];
}

export type MakeEvent = Happening &
  (
    | {
        readonly kind: 'set';
        readonly name: string;
        readonly operator: Assignment['operator'];
        /** As written, references included. */
        readonly value: string;
        readonly modifier?: 'export' | 'override';
      }
    | { readonly kind: 'define'; readonly name: string; readonly body: string }
    | { readonly kind: 'include'; readonly path: string; readonly isOptional: boolean }
    /** A function of the build system is called: `BuildPackage` with `python3-six`. */
    | { readonly kind: 'call'; readonly name: string; readonly values: readonly string[] }
    | {
        readonly kind: 'rule';
        readonly targets: string;
        readonly prerequisites: string;
        readonly recipe: readonly string[];
      }
    | { readonly kind: 'verbatim'; readonly text: string; readonly reason: string }
  );

export interface Evaluation {
  readonly events: readonly MakeEvent[];
  /** What is known at the end. */
  readonly scope: Scope;
  /** For expansions in that scope; they share the budget of the whole file. */
  readonly context: ExpandContext;
}

/** Statements that templates may make, and templates in templates. */
const MOST_EVENTS = 50_000;
const DEEPEST = 50;

/**
 * Evaluates a Makefile.
 * @throws WheelworksError `recipe/expansion-too-large` for one that grows without end.
 */
export function evaluateMakefile(
  makefile: Makefile,
  within: Partial<ExpandContext> = {},
): Evaluation {
  const scope = within.scope ?? newScope();
  const budget: Budget = within.budget ?? { left: EXPANSION_BUDGET };
  const run: Run = { scope, budget, events: [], when: [], line: undefined, depth: 0 };
  runAll(makefile.statements, run);
  return { events: run.events, scope, context: { scope, budget } };
}

interface Run {
  readonly scope: Scope;
  readonly budget: Budget;
  readonly events: MakeEvent[];
  readonly when: readonly string[];
  /** Of the statement in the file, while text that it made is read. */
  readonly line: number | undefined;
  /** How many times text made text that is read. */
  readonly depth: number;
}

function runAll(statements: readonly Statement[], run: Run): void {
  for (const statement of statements) {
    if (run.events.length > MOST_EVENTS) throw at(tooMany(), statement, run);
    try {
      runOne(statement, run);
    } catch (error) {
      if (!(error instanceof WheelworksError)) throw error;
      if (error.code === 'recipe/expansion-too-large') throw at(error, statement, run);
      const reason = [error.message, error.evidence].filter((each) => each !== undefined).join(' ');
      tell(run, statement, { kind: 'verbatim', text: statement.raw, reason });
    }
  }
}

function runOne(statement: Statement, run: Run): void {
  switch (statement.kind) {
    case 'remark':
      return;
    case 'assignment':
      return assign(statement, run);
    case 'define':
      return define(statement, run);
    case 'include':
      for (const path of statement.paths)
        tell(run, statement, { kind: 'include', path, isOptional: statement.isOptional });
      return;
    case 'conditional':
      return choose(statement, run);
    case 'expression':
      return runExpression(statement.text, statement, run);
    case 'rule': {
      const { targets, prerequisites, recipe } = statement;
      return tell(run, statement, { kind: 'rule', targets, prerequisites, recipe });
    }
    case 'verbatim':
      return tell(run, statement, {
        kind: 'verbatim',
        text: statement.raw,
        reason: statement.reason,
      });
  }
}

function assign(statement: Assignment, run: Run): void {
  const name = expand(statement.name, contextOf(run));
  const { operator, value, modifier } = statement;
  tell(run, statement, {
    kind: 'set',
    name,
    operator,
    value,
    ...(modifier === undefined ? {} : { modifier }),
  });
  setVariable(name, operator, value, run);
}

function define(statement: Define, run: Run): void {
  const name = expand(statement.name, contextOf(run));
  tell(run, statement, { kind: 'define', name, body: statement.body });
  setVariable(name, statement.operator, statement.body, run);
}

function setVariable(
  name: string,
  operator: Assignment['operator'],
  value: string,
  run: Run,
): void {
  const old = run.scope.get(name);
  if (run.when.length > 0) return run.scope.forget(name);
  if (operator === '?=' && old !== undefined) return;
  if (operator === '+=') {
    // Something is added to a value of the build system: nobody knows the whole.
    if (old === undefined) return run.scope.forget(name);
    const added = old.isSimple ? expand(value, contextOf(run)) : value;
    const whole = old.value === '' ? added : `${old.value} ${added}`;
    return run.scope.set(name, { value: whole, isSimple: old.isSimple });
  }
  const isSimple = operator === ':=';
  run.scope.set(name, { value: isSimple ? expand(value, contextOf(run)) : value, isSimple });
}

function choose(statement: Conditional, run: Run): void {
  const passed: string[] = [];
  for (const { condition, statements } of statement.branches) {
    const when = (more: readonly string[]): Run => ({
      ...run,
      when: [...run.when, ...passed, ...more],
    });
    if (condition === undefined) return runAll(statements, when([]));
    const asked = expandCondition(condition, run);
    const answer = answerOf(asked, run);
    if (answer === true) return runAll(statements, when([]));
    if (answer === false) continue;
    runAll(statements, when([printCondition(asked)]));
    passed.push(printCondition(negated(asked)));
  }
}

function expandCondition(condition: Condition, run: Run): Condition {
  if ('name' in condition) return { ...condition, name: expand(condition.name, contextOf(run)) };
  return {
    ...condition,
    left: expand(condition.left, contextOf(run)),
    right: expand(condition.right, contextOf(run)),
  };
}

/** Undefined when only the build system knows. */
function answerOf(condition: Condition, run: Run): boolean | undefined {
  if ('name' in condition) {
    const variable = run.scope.get(condition.name);
    if (variable === undefined) return undefined;
    return (variable.value !== '') === (condition.kind === 'ifdef');
  }
  const { left, right, kind } = condition;
  // Whatever its references are: a text with characters of its own is not empty.
  const other = left === '' ? right : right === '' ? left : '';
  if (textParts(other).some((part) => part.kind !== 'reference')) return kind === 'ifneq';
  if (!isPlain(left) || !isPlain(right)) return undefined;
  return (left === right) === (kind === 'ifeq');
}

/** A line of references: `$(eval ...)` has effects, and what a call of a template gives is read as statements. */
function runExpression(text: string, from: Statement, run: Run): void {
  const residual = expand(text, contextOf(run, from));
  for (const part of textParts(residual)) {
    if (part.kind !== 'reference') continue;
    const call = /^call[ \t]+(.*)$/s.exec(part.inner);
    const [name = '', ...values] = splitArguments(call?.[1] ?? '');
    if (call === null || name === '')
      tell(run, from, {
        kind: 'verbatim',
        text: part.raw,
        reason: 'only the build system knows what this gives',
      });
    else tell(run, from, { kind: 'call', name: name.trim(), values });
  }
  const rest = textParts(residual).filter(({ kind }) => kind === 'text');
  if (rest.some((part) => part.kind === 'text' && part.text.trim() !== ''))
    runText(unescapeDollars(residual), from, run);
}

function runText(text: string, from: Statement, run: Run): void {
  if (run.depth >= DEEPEST) throw tooDeep();
  const { statements } = parseMakefile(text, '');
  runAll(statements, { ...run, line: run.line ?? from.line, depth: run.depth + 1 });
}

function contextOf(run: Run, from?: Statement): ExpandContext {
  const { scope, budget } = run;
  if (from === undefined) return { scope, budget };
  return { scope, budget, evaluate: (text) => runText(text, from, run) };
}

type Told = MakeEvent extends infer Event
  ? Event extends MakeEvent
    ? Omit<Event, keyof Happening>
    : never
  : never;

function tell(run: Run, statement: Statement, event: Told): void {
  run.events.push({ line: run.line ?? statement.line, when: run.when, ...event });
}

function tooMany(): WheelworksError {
  return new WheelworksError('recipe/expansion-too-large', 'The Makefile says too much.', {
    evidence: `more than ${MOST_EVENTS} statements, with those that templates make`,
    hint: 'No recipe is that long: take out what is generated, or look for a template that repeats itself.',
  });
}

function tooDeep(): WheelworksError {
  return new WheelworksError('recipe/expansion-too-large', 'The Makefile grows without end.', {
    evidence: `templates that make templates, ${DEEPEST} deep`,
    hint: 'Look for templates that call each other.',
  });
}

const LINE = /^line \d+: /;

/** With the line of the file where it happened; text that was made has none of its own. */
function at(error: WheelworksError, statement: Statement, run: Run): WheelworksError {
  const { message, evidence = '', hint } = error;
  if (LINE.test(evidence)) return error;
  return new WheelworksError('recipe/expansion-too-large', message, {
    cause: error,
    evidence: `line ${run.line ?? statement.line}: ${evidence}`,
    ...(hint === undefined ? {} : { hint }),
  });
}
