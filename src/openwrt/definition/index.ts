/** `openwrt.toml`: a recipe and its packages as data. */
export { definitionNotes } from './check.ts';
export { parseRecipeDependency, type RecipeDependency } from './depends.ts';
export { printDefinition } from './print.ts';
export { DEFINITION_FILE, definitionOf, readDefinition } from './read.ts';
export { usualIncludes } from './includes.ts';
export { isOverwritten, placeOf, usualPlace } from './places.ts';
export {
  TABLES,
  type RecipeDefinition,
  type RecipeInput,
  type RecipePackage,
  type RecipeVariable,
} from './schema.ts';
export { variantsOf, type RecipeVariant, type VariantPackage } from './variants.ts';
