/** From the imports of a package through the standard library: every module that is imported then, and the shortest way to it. */
import hidden from './data/hidden-imports.json' with { type: 'json' };
import { isStronger, weaker, type When } from './imports/edges.ts';
import type { Step } from './model.ts';
import { packagesAround } from './own-modules.ts';
import type { StandardLibrary } from './stdlib/index.ts';

/** An import of a module of the standard library by a file of the package. */
export interface Seed {
  readonly step: Step;
  /** Attributes taken of it. */
  readonly names: readonly string[];
}

/** How a module is reached: the import at the end of the shortest way, and the module before it. */
export interface Reached {
  readonly when: When;
  /** Imports from a file of the package to it. */
  readonly distance: number;
  readonly step: Step;
}

/** The modules of the standard library that are imported, each by the strongest and then the shortest way. */
export function standardClosure(
  library: StandardLibrary,
  seeds: readonly Seed[],
): ReadonlyMap<string, Reached> {
  const reached = new Map<string, Reached>();
  let waiting: Reached[] = seeds.flatMap((seed) => [
    ...targetsOf(library, seed).map((to) => ({
      when: seed.step.when,
      distance: 1,
      step: { ...seed.step, to },
    })),
    ...hiddenBehind(seed),
  ]);
  for (const when of ['import', 'use', 'optional'] as const) {
    const later: Reached[] = [];
    // Breadth first within what is as strong.
    for (let front = waiting.filter((each) => each.when === when); front.length > 0;) {
      const next: Reached[] = [];
      for (const each of front) {
        const { to } = each.step;
        if (reached.has(to) || !library.modules.has(to)) continue;
        reached.set(to, each);
        for (const onward of importsOf(library, each))
          (onward.when === when ? next : later).push(onward);
      }
      front = next;
    }
    waiting = [...waiting, ...later].filter((each) => isStronger(when, each.when));
  }
  return reached;
}

/** The module, and those that it imports when one of the names is asked for. */
function targetsOf({ modules }: StandardLibrary, { step, names }: Seed): string[] {
  return [step.to, ...names.flatMap((name) => modules.get(step.to)?.offers[name] ?? [])];
}

const HIDDEN = hidden.imports.map(({ to, behind }) => ({
  to,
  behind: new Map(Object.entries(behind)),
}));

/**
 * What a module imports when it does what it is there for, and no statement of its own level shows: the codec that machine code
 * asks for, the parser of metadata.
 */
function hiddenBehind({ step, names }: Seed): Reached[] {
  const from = step.to;
  const isWhole = names.length === 0 || names.includes('*');
  return HIDDEN.filter(({ behind }) => {
    const callers = behind.get(from);
    return callers !== undefined && (isWhole || names.some((name) => callers.includes(name)));
  }).map(({ to }) => ({
    when: weaker(step.when, 'use'),
    distance: 2,
    step: { from, to, when: 'use' },
  }));
}

/** The imports from a file of the package to a module. */
export function wayTo(reached: ReadonlyMap<string, Reached>, module: string): Step[] {
  const steps: Step[] = [];
  for (let at = reached.get(module); at !== undefined;) {
    steps.unshift(at.step);
    at = at.step.path === undefined ? reached.get(at.step.from) : undefined;
  }
  return steps;
}

function importsOf(library: StandardLibrary, { step, when, distance }: Reached): Reached[] {
  const from = step.to;
  const module = library.modules.get(from);
  if (module === undefined) return [];
  const onward = (to: string, how: When): Reached => {
    const strength = weaker(when, how);
    return { when: strength, distance: distance + 1, step: { from, to, when: how } };
  };
  return [
    ...packagesAround(from).map((to) => onward(to, 'import')),
    ...module.imports.map((to) => onward(to, 'import')),
    // What it does without is worth a word to whoever imports it. What its functions import when they are called is not:
    // a chain of maybes leads from any module to all of them.
    ...(when === 'optional' ? [] : module.optional).map((to) => onward(to, 'optional')),
  ];
}
