/** Recipes of OpenWrt's build system: written from definitions and sdists, and brought up to date. */
export type { DependsChange } from './compare-depends.ts';
export {
  deriveRecipe,
  type DerivedRecipe,
  type RecipeOptions,
  type WrittenFile,
} from './derive.ts';
export { findSdist, type FindSdistOptions } from './find-sdist.ts';
export { printMakefile } from './print-makefile.ts';
export { readSdistSubject, type SdistSubject } from './sdist-subject.ts';
export {
  updateRecipe,
  type RecipeUpdate,
  type UpdateOptions,
  type VariableChange,
} from './update.ts';
export { writeRecipe } from './write-recipe.ts';
