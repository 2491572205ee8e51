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
      if (when === undefined) dead.push({ line: fact.line, target });
      else edges.push({ line: fact.line, target, names, when, ...functionOf(fact) });
  }
  return { edges, dead };
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
 * Also counts the ways around a failure. What is tried is wanted when it is there and the way around would cost something;
 * what is done instead happens when what is tried is not there. Without a way around, the program does without.
 */
function whenOf(
  fact: ImportFact,
  condition: When | undefined,
  { happening, knowledge }: Surroundings,
): When | undefined {
  if (condition === undefined) return undefined;
  let when = condition;
  for (const guard of fact.guards) {
    if (guard[0] !== 'try') continue;
    const [, number, place] = guard;
    const others = happening.filter((each) =>
      each.guards.some((other) => isTry(other, number) && other[2] !== place),
    );
    if (place === 'body') {
      const around = others.filter((other) => sharesName(fact, other));
      if (around.every((other) => isFree(other, knowledge))) when = 'optional';
      else if (!isThere(fact, knowledge)) when = 'optional';
    } else {
      const tried = others.filter((other) => sharesName(fact, other));
      const instead = tried.length === 0 ? others : tried;
      const works = instead.length > 0 && instead.every((other) => isThere(other, knowledge));
      if (works && !isFree(fact, knowledge)) return undefined;
    }
  }
  return when;
}

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
