/** Several packages of one repository: which needs which, and the order to build them in. */
import { normalizeName, parseRequirement } from '../packaging/index.ts';
import type { Project } from '../project/index.ts';
import { WheelworksError } from '../support/errors.ts';

/** A package, with the names of others of the same plan that it needs. */
export interface OrderedPackage {
  readonly project: Project;
  readonly name: string;
  readonly needs: readonly string[];
}

/**
 * Orders packages so that each comes after those it needs to be built or to run; those that need nothing of each other keep the
 * order they were given in.
 * @throws WheelworksError `plan/cycle`, `plan/same-package`.
 */
export function orderPackages(
  given: readonly { readonly project: Project; readonly name: string }[],
): readonly OrderedPackage[] {
  const byName = new Map<string, OrderedPackage>();
  for (const { project, name } of given) {
    const key = normalizeName(name);
    const other = byName.get(key);
    if (other !== undefined) throw samePackage(name, [other.project, project]);
    byName.set(key, { project, name, needs: [] });
  }
  const packages = new Map(
    [...byName].map(([key, each]) => [key, { ...each, needs: needsOf(key, each.project, byName) }]),
  );
  const ordered: OrderedPackage[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (key: string, path: readonly string[]): void => {
    const each = packages.get(key);
    if (each === undefined || state.get(key) === 'done') return;
    if (state.get(key) === 'open') throw cycle([...path.slice(path.indexOf(each.name)), each.name]);
    state.set(key, 'open');
    for (const need of each.needs) visit(normalizeName(need), [...path, each.name]);
    state.set(key, 'done');
    ordered.push(each);
  };
  for (const key of packages.keys()) visit(key, []);
  return ordered;
}

function needsOf(
  own: string,
  { buildSystem, dependencies }: Project,
  packages: ReadonlyMap<string, OrderedPackage>,
): readonly string[] {
  const needs = new Set<string>();
  for (const text of [...buildSystem.requires, ...dependencies]) {
    const key = nameOf(text);
    const other = key === undefined || key === own ? undefined : packages.get(key);
    if (other !== undefined) needs.add(other.name);
  }
  return [...needs];
}

/** Undefined for a requirement that cannot be read: the build says so better. */
function nameOf(requirement: string): string | undefined {
  try {
    return normalizeName(parseRequirement(requirement).name);
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    return undefined;
  }
}

function cycle(names: readonly string[]): WheelworksError {
  return new WheelworksError('plan/cycle', `Packages need each other: ${names.join(' -> ')}.`, {
    hint: 'Take one of the requirements out of build-system.requires or project.dependencies.',
  });
}

function samePackage(name: string, projects: readonly Project[]): WheelworksError {
  return new WheelworksError('plan/same-package', `Two folders hold the package ${name}.`, {
    evidence: projects.map(({ directory }) => directory).join(', '),
    hint: 'Name each folder once, and give each package a name of its own.',
  });
}
