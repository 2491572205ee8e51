/** Packages out of wheels and folders. */
export type {
  DependencySubject,
  FindDependencies,
  PackLayout,
  PackOptions,
  PackPlan,
  PackSize,
  PlannedPackage,
  SizeAdvice,
} from './model.ts';
export { planPack } from './plan.ts';
export { wheelFromSdist, type SdistBuild } from './from-sdist.ts';
export { packReport, type PackReport } from './report.ts';
export { refuseSameFiles, replacedFiles, writePlan, type ReplacedFiles } from './write.ts';
export { withAnalysis, type AnalysisOptions } from './find-dependencies.ts';
export { readTargetFeed } from './target-feed.ts';
