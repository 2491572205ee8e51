/** What must be built for the machine that builds, from what the build system requires: one host recipe of the feed each. */
import { parseRequirement, type Requirement } from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { judgeRequirements } from '../dependencies/requirements.ts';
import type { TargetPython } from '../targets/index.ts';
import type { BuildSystem } from './build-system.ts';
import table from './data/host-recipes.json' with { type: 'json' };

export interface HostDepends {
  /** `python-setuptools/host`, in the order of the requirements. */
  readonly depends: readonly string[];
  readonly todo: readonly string[];
}

/** Every package for Python is built behind these, because the interpreter's own recipe needs them. */
const ALWAYS: ReadonlySet<string> = new Set(table.always);
const RECIPES = new Map(table.recipes.map(({ project, recipe }) => [project, recipe]));

/** Maps `[build-system].requires`; what has no host recipe in the feed is left to do. */
export function hostDepends(build: BuildSystem, python: TargetPython): HostDepends {
  const todo: string[] = [];
  if (build.problem !== undefined)
    todo.push(`PKG_BUILD_DEPENDS: pyproject.toml cannot be read (${build.problem})`);
  const { requirements, unreadable } = readRequirements(build.requires);
  for (const text of unreadable)
    todo.push(`PKG_BUILD_DEPENDS: "${text}" of [build-system] is no requirement`);
  const { active } = judgeRequirements(requirements, { python, extras: [] });
  const depends: string[] = [];
  for (const { project } of active) {
    const recipe = RECIPES.get(project);
    if (ALWAYS.has(project)) continue;
    if (recipe === undefined)
      todo.push(`PKG_BUILD_DEPENDS: the feed has no host recipe of ${project}, which builds it`);
    else depends.push(`${recipe}/host`);
  }
  if (build.isInTree)
    todo.push(
      `PKG_BUILD_DEPENDS: ${build.backend} is a backend of the sdist's own, and may require more than [build-system] says`,
    );
  return { depends: [...new Set(depends)], todo };
}

/** The requirements among texts, and those that are none. */
export function readRequirements(texts: readonly string[]): {
  readonly requirements: Requirement[];
  readonly unreadable: string[];
} {
  const requirements: Requirement[] = [];
  const unreadable: string[] = [];
  for (const text of texts) {
    try {
      requirements.push(parseRequirement(text));
    } catch (error) {
      if (!(error instanceof WheelworksError)) throw error;
      unreadable.push(text);
    }
  }
  return { requirements, unreadable };
}
