/** Why a module is imported: every file of a package that leads to it, by its shortest way. */
import type { Evidence } from './evidence.ts';
import { projectsOfModule } from './import-names.ts';
import { isStronger, weaker, type When } from './imports/edges.ts';
import type { Step } from './model.ts';
import { packagesAround } from './own-modules.ts';
import type { StandardLibrary } from './stdlib/index.ts';
import type { OutwardImport } from './subject.ts';

/** A way from a file of the package to the module. */
export interface Way {
  /** That of its weakest import. */
  readonly when: When;
  readonly steps: readonly Step[];
}

/**
 * The ways to a module, the strongest and shortest first, one for each import that begins one.
 * @param module of the package, of the standard library, or of somebody else: then all of its modules count
 */
export function waysTo(module: string, { subject, library }: Evidence): Way[] {
  const onward = library.modules.has(module) ? stepsTo(module, library) : undefined;
  const ways = [...subject.standard, ...subject.foreign, ...subject.own].flatMap((start): Way[] => {
    if (leadsTo(start, module)) return [{ when: start.step.when, steps: [start.step] }];
    const rest = onward === undefined ? undefined : followed(start.step.to, onward);
    if (rest === undefined) return [];
    const steps = [start.step, ...rest];
    return [{ steps, when: steps.map(({ when }) => when).reduce(weaker) }];
  });
  return ways.sort(compareWays);
}

function leadsTo({ step }: OutwardImport, module: string): boolean {
  return (
    step.to === module ||
    step.to.startsWith(`${module}.`) ||
    projectsOfModule(step.to).includes(module)
  );
}

/** From a module, the next import on the shortest way. */
type Onward = ReadonlyMap<string, Step | undefined>;

function followed(from: string, onward: Onward): Step[] | undefined {
  if (!onward.has(from)) return undefined;
  const steps: Step[] = [];
  for (let step = onward.get(from); step !== undefined; step = onward.get(step.to))
    steps.push(step);
  return steps;
}

/** The shortest way to a module from each that leads there, by what is imported in any case before what is tried or used. */
function stepsTo(target: string, library: StandardLibrary): Onward {
  const onward = new Map<string, Step | undefined>([[target, undefined]]);
  for (const when of ['import', 'optional', 'use'] as const) {
    const importers = importersOf(library, when);
    for (let front = [...onward.keys()]; front.length > 0;) {
      const next: string[] = [];
      for (const to of front)
        for (const from of importers.get(to) ?? [])
          if (!onward.has(from)) {
            onward.set(from, { from, to, when });
            next.push(from);
          }
      front = next;
    }
  }
  return onward;
}

function importersOf(
  { modules }: StandardLibrary,
  when: When,
): ReadonlyMap<string, readonly string[]> {
  const importers = new Map<string, string[]>();
  for (const [from, module] of modules) {
    const around = when === 'import' ? packagesAround(from) : [];
    const lists = { import: module.imports, optional: module.optional, use: module.use };
    for (const to of [...lists[when], ...around])
      importers.set(to, [...(importers.get(to) ?? []), from]);
  }
  return importers;
}

function compareWays(one: Way, other: Way): number {
  if (one.when !== other.when) return isStronger(one.when, other.when) ? -1 : 1;
  const length = one.steps.length - other.steps.length;
  if (length !== 0) return length;
  const [a, b] = [placeOf(one), placeOf(other)];
  return a < b ? -1 : Number(a > b);
}

function placeOf({ steps: [first] }: Way): string {
  return `${first?.path ?? ''}:${String(first?.line ?? 0).padStart(8, '0')}`;
}
