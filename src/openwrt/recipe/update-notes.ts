/** What an update tells and does not write. */
import type { RecipeDefinition } from '../definition/index.ts';
import { compareVersions, tryParseVersion } from '../../packaging/index.ts';

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

/** That devices will not take the package for newer, where the versions can be compared. */
export function ageNotes(before: string | undefined, after: string): string[] {
  const [old, now] = [before ?? '', after].map(tryParseVersion);
  return old !== undefined && now !== undefined && compareVersions(now, old) < 0
    ? [`a downgrade: ${after} is older than ${before ?? ''}, and devices that have that keep it`]
    : [];
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
