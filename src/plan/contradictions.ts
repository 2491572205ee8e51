/** Configuration that says two things, or names what is not there: refused before anything is built. */
import type { Project } from '../project/index.ts';
import { closestName } from '../support/closest-name.ts';
import { WheelworksError } from '../support/errors.ts';
import type { PlannedJob } from './model.ts';

/**
 * Looks through the jobs of one package on one platform.
 * @throws WheelworksError `config/unknown-dependency-group`, `config/old-placeholder`.
 */
export function refuseContradictions(project: Project, jobs: readonly PlannedJob[]): void {
  refuseOldPlaceholders(jobs);
  refuseUnknownGroups(project, jobs);
}

/** cibuildwheel dropped them in version 3. */
function refuseOldPlaceholders(jobs: readonly PlannedJob[]): void {
  for (const { options, id, optionsFrom } of jobs) {
    const commands = { 'test-command': options.testCommand, 'before-build': options.beforeBuild };
    for (const [name, command] of Object.entries(commands)) {
      const old = ['{python}', '{pip}'].find((each) => command.includes(each));
      if (old === undefined) continue;
      throw new WheelworksError(
        'config/old-placeholder',
        `${name} has ${old}, which is not replaced.`,
        {
          evidence: `${id}: ${(optionsFrom?.[name] ?? []).join(', ')}`,
          hint: `Write ${old.slice(1, -1)} alone: the build's own comes first on PATH.`,
        },
      );
    }
  }
}

function refuseUnknownGroups({ dependencyGroups }: Project, jobs: readonly PlannedJob[]): void {
  for (const { options, id } of jobs) {
    const missing = options.testGroups.find((each) => !dependencyGroups.includes(groupKey(each)));
    if (missing === undefined) continue;
    const suggestion = closestName(groupKey(missing), dependencyGroups);
    throw new WheelworksError(
      'config/unknown-dependency-group',
      `test-groups names ${missing}, which is not in [dependency-groups].`,
      {
        evidence: id,
        hint:
          suggestion === undefined
            ? `There ${dependencyGroups.length === 0 ? 'are none' : `are ${dependencyGroups.join(', ')}`}.`
            : `Did you mean ${suggestion}?`,
      },
    );
  }
}

/** PEP 735: names of groups are compared as names of projects are. */
function groupKey(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
