/** The standard library as a graph: of the releases' minors as data, of any tree by reading it. */
export { computeStandardLibrary, type StandardLibraryFacts } from './compute.ts';
export { libraryFromTree, type LibraryFromTreeOptions } from './from-tree.ts';
export { minorsWithModule, standardLibrary } from './load.ts';
export {
  libraryOf,
  tableOf,
  type StandardLibrary,
  type StandardLibraryTable,
  type StandardModule,
} from './model.ts';
