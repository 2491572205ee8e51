/** What was found of a package, put together: who is needed and why, who is implied, who could be added, and what is wrong. */
import { packageName } from '../names.ts';
import { packageOfModule, type SplitDefinition } from '../interpreter/index.ts';
import { packageOfLibrary } from '../native/index.ts';
import { standardClosure, wayTo } from './closure.ts';
import { constraintOf } from './constraints.ts';
import type { Evidence } from './evidence.ts';
import { findingsOf } from './findings.ts';
import { namespaceOf, projectsOfModule } from './import-names.ts';
import { isStronger, type When } from './imports/edges.ts';
import { closureOf, withoutImplied } from './minimal.ts';
import type { Dependency, DependencyReport, Reason, Suggestion } from './model.ts';
import type { ActiveRequirement } from './requirements.ts';
import { importsOf } from './subject.ts';

/** Reasons told of a dependency; a module that all of a package import is imported for one reason. */
const MOST_REASONS = 5;

/** Puts the evidence together. */
export async function report(evidence: Evidence): Promise<DependencyReport> {
  const { release, definition, library, subject, scanned, requirements } = evidence;
  const wanted = new Wanted();
  const isForPython = scanned.modules.size > 0 || scanned.programs.length > 0;
  // Metadata alone, as that of a project which only requires others, is to be found by one minor version too.
  if (isForPython || evidence.hasMetadata) {
    const { minor } = release.python;
    wanted.add({
      name: tieName(definition, minor),
      when: 'import',
      reason: { kind: 'minor', minor },
    });
  }
  if (isForPython) {
    // The least of the interpreter where all imports are seen; machine code imports what it likes of the rest.
    const isSeen =
      scanned.unreadable.length === 0 &&
      [...scanned.modules.values()].every(({ source }) => source !== undefined);
    const name = isSeen ? `${definition.series}-base` : definition.light.name;
    wanted.add({ name, when: 'import', reason: { kind: 'interpreter' } });
  }
  for (const requirement of requirements.active) addRequirement(wanted, requirement, evidence);
  addModules(wanted, evidence);
  for (const module of subject.runnable) addRunnable(wanted, module, evidence);
  for (const { path, library: name } of evidence.libraries) {
    const owner = packageOfLibrary(name, evidence.feed?.packages);
    if (owner.kind === 'package')
      wanted.add({
        name: owner.name,
        when: 'import',
        reason: { kind: 'library', path, library: name },
      });
  }
  const { dependencies, implied } = withoutImplied(wanted.all(), {
    ...evidence,
    kept: tieName(definition, release.python.minor),
  });
  const all = new Set([...dependencies, ...implied].map(({ name }) => name));
  return {
    release: release.name,
    minor: release.python.minor,
    standardLibrary: library.source,
    dependencies,
    implied,
    suggestions: suggestionsOf(evidence, all),
    bringAll: dependencies
      .map(({ name }) => name)
      .filter((name) => [name, ...closureOf(name, evidence)].includes(definition.meta)),
    unmet: unmetOf(evidence),
    leftOut: subject.leftOut,
    findings: await findingsOf(evidence, { dependencies, implied }),
  };
}

/** The package whose name carries the ABI: what belongs to one minor version depends on it. */
export function tieName({ packages, series }: SplitDefinition, minor: string): string {
  const library = packages.find(({ hasAbiVersion }) => hasAbiVersion);
  // Releases before 21.02 have the library in the base package, and nothing that names the minor.
  return library === undefined ? `${series}-base` : `${library.name}-${minor}`;
}

interface Want {
  readonly name: string;
  readonly when: 'import' | 'use';
  readonly reason: Reason;
  readonly constraint?: Dependency['constraint'];
}

/** Dependencies as they are collected, by name. */
class Wanted {
  readonly #found = new Map<string, Dependency>();

  add({ name, when, reason, constraint }: Want): void {
    const known = this.#found.get(name);
    const reasons: [Reason, ...Reason[]] =
      known === undefined ? [reason] : [...known.reasons, reason];
    const bound = constraint ?? known?.constraint;
    this.#found.set(name, {
      name,
      when: known === undefined || isStronger(when, known.when) ? when : known.when,
      reasons,
      ...(bound === undefined ? {} : { constraint: bound }),
    });
  }

  all(): Dependency[] {
    return [...this.#found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }
}

function addRequirement(
  wanted: Wanted,
  { text, project }: ActiveRequirement,
  { subject, requirements }: Evidence,
): void {
  const imported = importsOf(subject, project).toSorted((one, other) =>
    isStronger(one.step.when, other.step.when) ? -1 : 1,
  )[0];
  const demanded = requirements.active.filter((each) => each.project === project);
  const constraint = constraintOf(demanded.flatMap(({ requirement }) => requirement.specifier));
  wanted.add({
    name: packageName(project),
    when: imported?.step.when === 'use' ? 'use' : 'import',
    reason: {
      kind: 'requirement',
      requirement: text,
      ...(imported === undefined ? {} : { imported: imported.step }),
    },
    ...(constraint === undefined ? {} : { constraint }),
  });
}

/** The packages that hold the modules that are imported: for each, the shortest ways to what is in it. */
function addModules(wanted: Wanted, evidence: Evidence): void {
  for (const [name, { when, modules }] of packagesReached(evidence))
    if (when !== 'optional')
      for (const module of modules.slice(0, MOST_REASONS))
        wanted.add({
          name,
          when,
          reason: { kind: 'import', steps: wayTo(evidence.reached, module) },
        });
}

interface PackageReached {
  readonly when: When;
  /** Those that make it so, the nearest first; one for each module that leads there. */
  readonly modules: readonly string[];
}

function packagesReached({ reached, definition, library }: Evidence): Map<string, PackageReached> {
  const packages = new Map<string, { when: When; modules: string[] }>();
  for (const [module, { when }] of reached) {
    const name = library.builtin.has(module) ? undefined : packageOfModule(definition, module);
    if (name === undefined) continue;
    const known = packages.get(name);
    if (known === undefined || isStronger(when, known.when))
      packages.set(name, { when, modules: [module] });
    else if (known.when === when && entersPackage(module, name, { reached, definition }))
      known.modules.push(module);
  }
  return packages;
}

/** Whether the module before it is outside of the package: what a package does within itself is no reason for it. */
function entersPackage(
  module: string,
  name: string,
  { reached, definition }: Pick<Evidence, 'reached' | 'definition'>,
): boolean {
  const step = reached.get(module)?.step;
  if (step === undefined) return false;
  return step.path !== undefined || packageOfModule(definition, step.from) !== name;
}

/** `python3 -m` begins in `runpy`. */
function addRunnable(wanted: Wanted, module: string, { library, definition }: Evidence): void {
  const first = { from: module, to: 'runpy', when: 'import' } as const;
  const seed = { step: { ...first, path: '-m' }, names: [] };
  const reached = standardClosure(library, [seed]);
  for (const [name, { when, modules }] of packagesReached({
    reached,
    library,
    definition,
  } as Evidence)) {
    const [nearest] = modules;
    if (when === 'import' && nearest !== undefined)
      wanted.add({
        name,
        when: 'use',
        reason: { kind: 'program', module, steps: wayTo(reached, nearest) },
      });
  }
}

function suggestionsOf(evidence: Evidence, known: ReadonlySet<string>): Suggestion[] {
  const suggestions: Suggestion[] = [];
  for (const [name, { when, modules }] of packagesReached(evidence)) {
    const [nearest] = modules;
    if (when !== 'optional' || nearest === undefined || known.has(name)) continue;
    const steps = wayTo(evidence.reached, nearest);
    const ofPackage = steps[0]?.when === 'optional';
    suggestions.push({
      name,
      of: ofPackage ? 'package' : 'standard-library',
      reason: { kind: 'import', steps },
    });
  }
  const { extras } = evidence.requirements;
  for (const { project, text, extra } of extras) {
    const name = packageName(project);
    if (known.has(name) || suggestions.some((each) => each.name === name)) continue;
    const [imported] = importsOf(evidence.subject, project);
    if (imported === undefined) continue;
    const reason = { kind: 'requirement', requirement: text, imported: imported.step } as const;
    suggestions.push({ name, of: 'extra', reason, extra });
  }
  return suggestions.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Optional imports that no requirement answers, each module once. */
function unmetOf({ subject, requirements }: Evidence): DependencyReport['unmet'] {
  const declared = new Set(
    [...requirements.active, ...requirements.extras].map(({ project }) => project),
  );
  const unmet = new Map<string, DependencyReport['unmet'][number]>();
  for (const { step } of subject.foreign) {
    const [module = ''] = step.to.split('.', 1);
    const isDeclared =
      subject.providers.has(namespaceOf(step.to)) ||
      projectsOfModule(step.to).some((project) => declared.has(project));
    if (step.when === 'optional' && !isDeclared && !unmet.has(module))
      unmet.set(module, { module, step });
  }
  return [...unmet.values()].sort((one, other) => (one.module < other.module ? -1 : 1));
}
