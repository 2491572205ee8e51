/** What a project imports though it declares it for an extra or not at all: a recipe that names it has a reason. */
import type { DependencyReport } from '../dependencies/index.ts';
import { projectsOfModule } from '../dependencies/import-names.ts';
import { packageName } from '../names.ts';

/** Names of packages. */
export function usedUndeclared({ suggestions, unmet, findings }: DependencyReport): Set<string> {
  const modules = [
    ...unmet.map(({ module }) => module),
    ...findings
      .filter(({ code }) => code === 'openwrt/undeclared-import')
      .flatMap(({ message }) => /^(\S+) is imported/.exec(message)?.[1] ?? []),
  ];
  return new Set([
    ...suggestions.map(({ name }) => name),
    ...modules.flatMap(projectsOfModule).map((project) => packageName(project)),
  ]);
}
