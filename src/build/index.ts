export type { BuildWheelOptions } from './build-setting.ts';
export { buildWheel, type BuiltWheel } from './build-wheel.ts';
export {
  compilerCache,
  type CacheUse,
  type CompilerCacheChoice,
  pathMapFlags,
  type BuildCache,
  type CacheCounts,
  type CompilerCache,
} from './compiler-cache.ts';
export {
  openContainerPlace,
  readyImage,
  type ContainerPlace,
  type ContainerPlaceOptions,
  type ReadyImage,
} from './containers/index.ts';
export {
  cleanEnvironment,
  sourceDateEpoch,
  withTemporaryFolder,
  withAbsolutePaths,
  type Environment,
} from './environment.ts';
export {
  failedJobFolder,
  failedJobs,
  readFailedJob,
  writeFailedJob,
  type FailedJob,
  type FailedJobName,
} from './failed-job.ts';
export { FRONTENDS, type FrontendName } from './frontend.ts';
export { openLog, type LogFile } from './log-file.ts';
export { installingHere, withoutPipConfiguration } from './pip-environment.ts';
export type { SourceEntry } from './source-entry.ts';
export { runsHere } from './runs-here.ts';
export { isInside } from './source-links.ts';
export { readSources, type SourceTree } from './source-tree.ts';
export type { Containers } from './container-jobs.ts';
export type { BuildJob, LeftOut } from './job.ts';
export type { PackageBuild } from './package-build.ts';
export {
  makePackages,
  withRun,
  type MadePackage,
  type RunOptions,
  type Running,
} from './packages.ts';
export type { RepairSource } from './finish-wheel.ts';
export { openHostPlace } from './host-place.ts';
export { prepareBuild, type BuildRequest, type BuildRun } from './prepare.ts';
export {
  jobReport,
  missingJobReports,
  missingReports,
  partReports,
  sdistReports,
  wheelReport,
  type JobReport,
  type MissingReport,
  type PartReport,
  type SdistReport,
  type TestOutcome,
  type WheelOrigin,
  type WheelReport,
} from './report.ts';
export { writeReportPage, type ReportExtras } from './report-page/index.ts';
export { runBuild, type BuildReport } from './run-build.ts';
export { testOnly } from './test-only.ts';
export { choosePip, installArguments, pipCommand, type PipChoice } from './testing/pip.ts';
export { fillPlaceholders, usesPip } from './placeholders.ts';
export { testAll, type TestResult } from './testing/tests.ts';
export { rankOf, serves, takenTags } from './supported.ts';
export { filesOf, type WheelFile } from './wheel-files.ts';
export { excludedFrom, filePath, publishSet, type Published, type WheelSet } from './wheel-set.ts';
export type { BuildPlace, PlaceProcess } from './place.ts';
export { openJobShell, type JobShell, type ShellOptions } from './shell.ts';
