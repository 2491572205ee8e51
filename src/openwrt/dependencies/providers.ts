/**
 * Who brings a module whose project no table has, where a requirement is there that nothing seems to import: `antlr4` is from
 * `antlr4-python3-runtime`.
 */
import { normalizeName } from '../../packaging/name.ts';
import { isKnownModule, isKnownProject, namespaceOf, projectsOfModule } from './import-names.ts';

/** Requirements by the modules that they are taken to bring: names of the top, with what follows a shared one. */
export type Providers = ReadonlyMap<string, string>;

/**
 * Pairs of an imported module and a requirement that no import answers, by their names: that of the module is in that of the
 * project.
 * @param modules that are imported and are neither of the package nor of the standard library
 * @param declared projects that hold on the target, in normal spelling
 */
export function assumedProviders(
  modules: readonly string[],
  declared: readonly string[],
): Providers {
  const answered = new Set(modules.flatMap(projectsOfModule));
  const unused = declared.filter((project) => !answered.has(project) && isOpen(project));
  const providers = new Map<string, string>();
  for (const module of unused.length === 0 ? [] : modules) {
    const top = namespaceOf(module);
    if (providers.has(top) || isKnownModule(module)) continue;
    if (projectsOfModule(module).some((project) => declared.includes(project))) continue;
    const project = unused.find((each) => isNamedAfter(each, top));
    if (project !== undefined) providers.set(top, project);
  }
  return providers;
}

/** Whether anything may be in it: the modules of known projects are known, and stubs have none. */
export function isOpen(project: string): boolean {
  return !isKnownProject(project) && !/^types-|-stubs$/.test(project);
}

/** Shorter names are in those of many projects by chance. */
const SHORTEST_PART = 3;
const SHORTEST_START = 5;

function isNamedAfter(project: string, module: string): boolean {
  if (module.startsWith('_')) return false;
  const name = normalizeName(module).replaceAll('.', '-');
  if (name.length >= SHORTEST_PART && `-${project}-`.includes(`-${name}-`)) return true;
  const [whole, start] = [project, name].map((each) => each.replaceAll('-', ''));
  return start !== undefined && start.length >= SHORTEST_START && whole?.startsWith(start) === true;
}
