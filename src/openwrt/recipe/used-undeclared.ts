/** What a project may use though no requirement that holds names it: a recipe that does has a reason. */
import type { DependencyReport } from '../dependencies/index.ts';
import { projectsOfModule } from '../dependencies/import-names.ts';
import { judgeRequirements } from '../dependencies/requirements.ts';
import { packageName } from '../names.ts';
import type { RecipeOptions } from './derive.ts';
import { readRequirements } from './host-depends.ts';
import type { SdistSubject } from './sdist-subject.ts';

/** Names of packages: of what it imports though it declares it for an extra or not at all, and requires on some machines. */
export function usedUndeclared(
  { requires }: Pick<SdistSubject, 'requires'>,
  { release, extras }: Pick<RecipeOptions, 'release' | 'extras'>,
  report: DependencyReport | undefined,
): Set<string> {
  const { requirements } = readRequirements(requires);
  const { undecided } = judgeRequirements(requirements, { python: release.python, extras });
  return new Set([
    ...undecided.map(({ project }) => packageName(project)),
    ...(report === undefined ? [] : imported(report)),
  ]);
}

function imported({ suggestions, unmet, findings }: DependencyReport): string[] {
  const modules = [
    ...unmet.map(({ module }) => module),
    ...findings
      .filter(({ code }) => code === 'openwrt/undeclared-import')
      .flatMap(({ message }) => /^(\S+) is imported/.exec(message)?.[1] ?? []),
  ];
  return [
    ...suggestions.map(({ name }) => name),
    ...modules.flatMap(projectsOfModule).map((project) => packageName(project)),
  ];
}
