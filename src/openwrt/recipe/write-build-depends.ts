/** PKG_BUILD_DEPENDS of a recipe with what a new sdist requires besides; nothing is ever taken out. */
import { splitWords } from '../import/index.ts';
import { parseMakefile } from '../makefile/index.ts';
import { addBefore, changeAssignment } from './edit-makefile.ts';

const NAME = 'PKG_BUILD_DEPENDS';

/** The text with more words, on the line that there is or on one of its own; undefined where there is no one place. */
export function addBuildDepends(text: string, missing: readonly string[]): string | undefined {
  const { statements } = parseMakefile(text, '');
  const sets = statements.filter((each) => each.kind === 'assignment' && each.name === NAME);
  const [only] = sets;
  if (only?.kind === 'assignment' && sets.length === 1 && only.operator !== '+=')
    return changeAssignment(text, {
      line: only.line,
      name: NAME,
      to: [...splitWords(only.value), ...missing],
    });
  // Set under a condition, or piece by piece: only who wrote that knows where.
  if (text.includes(NAME)) return undefined;
  const include = statements.find(
    (each) => each.kind === 'include' && !each.paths.some((path) => path.endsWith('rules.mk')),
  );
  if (include === undefined) return undefined;
  return addBefore(text, include.line, [`${NAME}:=${missing.join(' ')}`, '']);
}
