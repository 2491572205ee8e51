/** Tables of `[tool]` whose name is nearly that of one that is read: nobody else tells of them, their tools are unknown. */
import { editDistance } from '../support/closest-name.ts';
import type { UnhonouredOption } from './model.ts';

const READ = ['cibuildwheel', 'wheelworks'] as const;
/** Two slips; at three, names of other tools are near. */
const MOST_SLIPS = 2;

/**
 * The tables that seem to be misspelt, each with the name that is meant.
 * @param tool `[tool]` of a pyproject.toml.
 * @param path of that file.
 */
export function misspeltTables(tool: object, path: string): readonly UnhonouredOption[] {
  return Object.keys(tool).flatMap((name) => {
    const meant = READ.some((each) => each === name) ? undefined : meantBy(name);
    if (meant === undefined) return [];
    return [
      {
        code: 'plan/unknown-table' as const,
        option: `tool.${name}`,
        where: `${path} [tool.${name}]`,
        reason: `nothing reads this table; did you mean [tool.${meant}]?`,
      },
    ];
  });
}

/** Capitals and separators are no slips: `CIBuildWheel`, `wheel-works`. */
function meantBy(name: string): string | undefined {
  const plain = name.toLowerCase().replaceAll(/[-_. ]/g, '');
  return READ.find((each) => editDistance(plain, each) <= MOST_SLIPS);
}
