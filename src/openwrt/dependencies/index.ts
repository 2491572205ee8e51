/** On what a package depends, by analysis: imports, `Requires-Dist`, libraries; with the reason of each. */
export { analyseDependencies, explainModule, type DependencyOptions } from './analyse.ts';
export { extrasOf, refuseUnknownExtras } from './extras.ts';
export { findReaderPython } from './find-reader.ts';
export { readSubject, reportOfInput, type InputSubject } from './subject-of-input.ts';
export type { Way } from './ways.ts';
export {
  computeStandardLibrary,
  libraryFromTree,
  standardLibrary,
  type StandardLibrary,
} from './stdlib/index.ts';
export { withImportScanner } from './imports/scanner.ts';
export type { DependencyFeed, FeedEntry } from './feed.ts';
export type {
  Dependency,
  DependencyReport,
  ImpliedDependency,
  Reason,
  Step,
  Suggestion,
  UnmetImport,
} from './model.ts';
