/**
 * What a file imports on a target: each import with the modules it means and when it happens, those that cannot happen left
 * out.
 */
import { evaluate, truth, type Names } from './condition.ts';
import type { Guard, ImportFact } from './model.ts';

/**
 * `import`: whenever the module is imported. `use`: when a function of it is called. `optional`: the module does without, or
 * the target does not tell whether it happens.
 */
export type When = 'import' | 'use' | 'optional';

const ORDER: readonly When[] = ['import', 'use', 'optional'];

/** The weaker of two. */
export function weaker(one: When, other: When): When {
  return ORDER.indexOf(one) >= ORDER.indexOf(other) ? one : other;
}

export function isStronger(one: When, other: When): boolean {
  return ORDER.indexOf(one) < ORDER.indexOf(other);
}

export interface ImportEdge {
  readonly line: number;
  /** The module it means, without the packages around it, which are imported as well. */
  readonly target: string;
  /** What it takes of the target besides modules: names of attributes. */
  readonly names: readonly string[];
  readonly when: When;
  /** The function it stands in. */
  readonly inFunction?: string;
}

/** An import that cannot happen on the target. */
export interface DeadImport {
  readonly line: number;
  readonly target: string;
  /** It stands in for an import that works. */
  readonly isInstead?: true;
}

export interface TargetImports {
  readonly edges: readonly ImportEdge[];
  readonly dead: readonly DeadImport[];
}

/** Whoever knows which modules there are. */
export interface ModuleKnowledge {
  readonly names: Names;
  /** Whether there is a module of this name, of the package or of the standard library. */
  readonly isModule: (name: string) => boolean;
  /** Whether an import of it is sure to work on the target. */
  readonly isAvailable: (name: string) => boolean;
  /** Whether names can be taken of a module that is there; true where nobody knows. */
  readonly hasNames: (module: string, names: readonly string[]) => boolean;
  /** Whether it is of the package itself, and so costs nothing. */
  readonly isOwn: (name: string) => boolean;
  /** Whether it is of another project, or of the standard library and there with the least of the interpreter. */
  readonly isAtHand: (name: string) => boolean;
  /** Whether the import of a module of the package itself fails, by what it imports. */
  readonly isBroken: (name: string) => boolean;
}

/** Judges the imports of one file. */
export function importsOnTarget(
  facts: readonly ImportFact[],
  knowledge: ModuleKnowledge,
): TargetImports {
  const edges: ImportEdge[] = [];
  const dead: DeadImport[] = [];
  // A codec by an alias of it is none of the modules.
  const imports = facts.filter(({ module, codec }) => codec !== true || knowledge.isModule(module));
  const conditions = new Map(imports.map((fact) => [fact, conditionOf(fact, knowledge)]));
  const happening = imports.filter((fact) => conditions.get(fact) !== undefined);
  for (const fact of imports) {
    const targets = targetsOf(fact, knowledge);
    const when = whenOf(fact, conditions.get(fact), { happening, knowledge });
    for (const { target, names } of targets)
      if (when === undefined) dead.push({ line: fact.line, target, ...standIn(fact, conditions) });
      else edges.push({ line: fact.line, target, names, when, ...functionOf(fact) });
  }
  return { edges, dead };
}

/** That which no condition rules out is dead since what it would stand in for works. */
function standIn(
  fact: ImportFact,
  conditions: ReadonlyMap<ImportFact, When | undefined>,
): Pick<DeadImport, 'isInstead'> {
  return conditions.get(fact) === undefined ? {} : { isInstead: true };
}

/** The modules a statement means: `from a import b` means `a.b` where that is one. */
function targetsOf(
  { module, names }: ImportFact,
  { isModule }: ModuleKnowledge,
): { readonly target: string; readonly names: readonly string[] }[] {
  const modules = (names ?? []).filter((name) => isModule(`${module}.${name}`));
  const attributes = (names ?? []).filter((name) => !modules.includes(name));
  const targets = modules.map((name) => ({ target: `${module}.${name}`, names: [] }));
  if (targets.length > 0 && attributes.length === 0) return targets;
  return [...targets, { target: module, names: attributes }];
}

/** When it happens as far as conditions and functions say; undefined for never. */
function conditionOf(
  { module, guards }: ImportFact,
  { names, isOwn }: ModuleKnowledge,
): When | undefined {
  let when: When = 'import';
  let isOffer = false;
  for (const guard of guards) {
    if (guard[0] === 'if') {
      const value = evaluate(guard[1], names);
      // In a function it is the ordinary course of things; outside, a program for other systems too.
      if (value === undefined) when = when === 'use' && !isOffer ? 'use' : 'optional';
      else if (truth(value) !== guard[2]) return undefined;
    } else if (guard[0] === 'function') {
      when = weaker(when, 'use');
      // An attribute that is made up when somebody asks for it, often a version that nobody wants to know (PEP 562).
      isOffer ||= guard[1] === '__getattr__' && !isOwn(module);
    } else if (guard[0] === 'main') when = 'optional';
  }
  return when;
}

interface Surroundings {
  /** The imports of the file that no condition rules out. */
  readonly happening: readonly ImportFact[];
  readonly knowledge: ModuleKnowledge;
}

/**
 * Also counts the ways around a failure. What is tried is wanted when it is there and the way around would cost something, or
 * leads nowhere; what is done instead happens when what is tried is not there. Without a way around, the program does without.
 */
function whenOf(
  fact: ImportFact,
  condition: When | undefined,
  surroundings: Surroundings,
): When | undefined {
  if (condition === undefined) return undefined;
  const { knowledge } = surroundings;
  let when = condition;
  for (const guard of fact.guards) {
    if (guard[0] !== 'try') continue;
    const [, number, place] = guard;
    if (place === 'body') {
      const handled = factsIn(number, 'handler', surroundings);
      if (handled.some((other) => isNeedless(other, number, surroundings, fact))) continue;
      const around = handled.filter((other) => sharesName(fact, other));
      if (around.every((other) => isFree(other, knowledge))) when = 'optional';
      else if (!isThere(fact, knowledge)) when = 'optional';
    } else {
      const instead = insteadOf(fact, number, surroundings);
      const works = instead.length > 0 && instead.every((other) => isThere(other, knowledge));
      if (works && !isFree(fact, knowledge)) return undefined;
      if (isNeedless(fact, number, surroundings)) return undefined;
    }
  }
  return when;
}

/** What happens in one part of a `try`. */
function factsIn(
  number: number,
  place: 'body' | 'handler',
  { happening }: Surroundings,
): readonly ImportFact[] {
  return happening.filter((each) =>
    each.guards.some((guard) => isTry(guard, number) && guard[2] === place),
  );
}

/** What was tried in the stead of which a handler imports: what gives the same name, else all of it. */
function insteadOf(
  fact: ImportFact,
  number: number,
  surroundings: Surroundings,
): readonly ImportFact[] {
  const others = factsIn(number, 'body', surroundings);
  const tried = others.filter((other) => sharesName(fact, other));
  return tried.length === 0 ? others : tried;
}

/**
 * Whether a module of the package that stands in for others is never imported: the others are there in any case, or are there on
 * the target and the module itself does not work.
 * @param of one of the others
 */
function isNeedless(
  fact: ImportFact,
  number: number,
  surroundings: Surroundings,
  of?: ImportFact,
): boolean {
  const { knowledge } = surroundings;
  if (!isFree(fact, knowledge)) return false;
  const instead = insteadOf(fact, number, surroundings);
  if (instead.length === 0 || (of !== undefined && !instead.includes(of))) return false;
  const targets = instead.flatMap((each) => targetsOf(each, knowledge));
  const areThere = targets.every(
    ({ target, names }) =>
      !knowledge.isOwn(target) &&
      knowledge.isAvailable(target) &&
      (names.length === 0 || WHOLE.has(target)),
  );
  if (!areThere) return false;
  return (
    targets.every(({ target }) => knowledge.isAtHand(target)) ||
    targetsOf(fact, knowledge).some(({ target }) => knowledge.isBroken(target))
  );
}

/** Modules of the standard library that came with all their names; of others, one may be asked for that came later. */
const WHOLE: ReadonlySet<string> = new Set([
  'contextvars',
  'dataclasses',
  'graphlib',
  'importlib.metadata',
  'tomllib',
  'zoneinfo',
]);

function isTry(
  guard: Guard,
  number: number,
): guard is readonly ['try', number, 'body' | 'handler'] {
  return guard[0] === 'try' && guard[1] === number;
}

function sharesName(one: ImportFact, other: ImportFact): boolean {
  const names = other.bound ?? [];
  return (one.bound ?? []).some((name) => names.includes(name));
}

function isThere(fact: ImportFact, knowledge: ModuleKnowledge): boolean {
  return targetsOf(fact, knowledge).every(
    ({ target, names }) => knowledge.isAvailable(target) && knowledge.hasNames(target, names),
  );
}

function isFree(fact: ImportFact, knowledge: ModuleKnowledge): boolean {
  return targetsOf(fact, knowledge).every(({ target }) => knowledge.isOwn(target));
}

function functionOf({ guards }: ImportFact): { readonly inFunction?: string } {
  const inner = guards.findLast((guard) => guard[0] === 'function');
  return inner === undefined ? {} : { inFunction: inner[1] };
}
