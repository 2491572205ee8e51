/** What an update tells and does not write. */
import type { RecipeDefinition } from '../definition/index.ts';

/** Licence and files that are no longer what the recipe says. */
export function notesOf(before: RecipeDefinition, after: RecipeDefinition): string[] {
  const notes: string[] = [];
  const [old, now] = [before, after].map(({ recipe }) => [...recipe.license].sort().join(' '));
  if (now !== undefined && now !== '' && old !== now)
    notes.push(`PKG_LICENSE is ${old || 'empty'}; the sdist says ${now}`);
  const missing = after.recipe['license-files'].filter(
    (file) => !before.recipe['license-files'].includes(file),
  );
  if (missing.length > 0) notes.push(`PKG_LICENSE_FILES lacks ${missing.join(' ')}`);
  return notes;
}

/** What the file is called, where nothing could be written of it. */
export function nameNotes(before: RecipeDefinition, after: RecipeDefinition): string[] {
  const [oldName, newName] = [before, after].map(
    ({ source }) => source['source-name'] ?? source.pypi ?? '',
  );
  const isNew =
    before.source['source-name'] === undefined &&
    before.source.pypi !== undefined &&
    oldName !== newName;
  return isNew ? [`the file is called ${newName ?? ''} now: set PYPI_SOURCE_NAME`] : [];
}
