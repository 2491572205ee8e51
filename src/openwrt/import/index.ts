/** Recipes of the feed, read into definitions. */
export {
  importRecipe,
  type ImportNote,
  type ImportOptions,
  type ImportedRecipe,
} from './import.ts';
export { PACKAGE_FIELDS, PACKAGE_PARTS, RECIPE_FIELDS, type FieldRule } from './fields.ts';
export { splitWords } from './words.ts';
export { importRecipeFile, makefileAt } from './import-file.ts';
