/**
 * Where the variables of a recipe stand among the files of the build system: a file that sets some itself must come before
 * what replaces them, and before what uses them.
 */
import { usualIncludes } from './includes.ts';
import type { RecipeDefinition } from './schema.ts';

/** What pypi.mk sets where the recipe says PYPI_NAME, whatever was set before it. */
const OF_PYPI: ReadonlySet<string> = new Set(['PKG_BUILD_DIR', 'HOST_BUILD_DIR']);

/** The include that a variable of a key stands behind; undefined: before all but those that come first. */
export function placeOf(name: string, definition: RecipeDefinition): string | undefined {
  const said = definition.place.find(({ variables }) => variables.includes(name));
  return said?.after ?? usualPlace(name, definition);
}

/** As `placeOf`, where the definition does not say it. */
export function usualPlace(name: string, definition: RecipeDefinition): string | undefined {
  if (!OF_PYPI.has(name) || definition.source.pypi === undefined) return undefined;
  return usualIncludes(definition).find(isPypi);
}

/** Whether a variable that is set before these includes does not last, in a recipe with PYPI_NAME. */
export function isOverwritten(name: string, includes: readonly string[]): boolean {
  return OF_PYPI.has(name) && includes.some(isPypi);
}

function isPypi(path: string): boolean {
  return /(?:^|\/)pypi\.mk$/.test(path);
}
