/** On what a package depends, by analysis: imports, `Requires-Dist`, libraries; with the reason of each. */
export { analyseDependencies, type DependencyOptions } from './analyse.ts';
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
