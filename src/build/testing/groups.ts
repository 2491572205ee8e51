/**
 * The requirements of a project's dependency groups.
 *
 * Specification: Dependency Groups (packaging.python.org; PEP 735): names are compared normalised, a group may include
 * others, and not itself.
 */
import { join } from 'node:path';
import { normalizeName } from '../../packaging/index.ts';
import { readPyproject } from '../../project/index.ts';
import { WheelworksError } from '../../support/errors.ts';

/**
 * Reads groups of a project.
 * @throws WheelworksError `config/bad-group` for one that is not there, includes itself or is no list of requirements;
 * `config/bad-pyproject`, `file/*`.
 */
export async function groupRequirements(
  directory: string,
  names: readonly string[],
): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const path = join(directory, 'pyproject.toml');
  const document = await readPyproject(path);
  const table = document?.['dependency-groups'];
  const groups = new Map(
    Object.entries(typeof table === 'object' && table !== null ? table : {}).map(
      ([name, members]: [string, unknown]) => [normalizeName(name), members],
    ),
  );
  return names.flatMap((name) => expand(name, { groups, path, within: [] }));
}

function expand(
  name: string,
  context: {
    readonly groups: ReadonlyMap<string, unknown>;
    readonly path: string;
    readonly within: readonly string[];
  },
): readonly string[] {
  const { groups, path, within } = context;
  const key = normalizeName(name);
  const members = groups.get(key);
  if (within.includes(key)) throw badGroup(`The group ${name} includes itself.`, path);
  if (!Array.isArray(members))
    throw badGroup(`[dependency-groups] has no list of requirements ${name}.`, path);
  return members.flatMap((member: unknown): readonly string[] => {
    if (typeof member === 'string') return [member];
    const included: unknown =
      typeof member === 'object' && member !== null && 'include-group' in member
        ? member['include-group']
        : undefined;
    if (typeof included !== 'string')
      throw badGroup(`The group ${name} has a member that is no requirement.`, path);
    return expand(included, { ...context, within: [...within, key] });
  });
}

function badGroup(message: string, path: string): WheelworksError {
  return new WheelworksError('config/bad-group', message, { path });
}
