export { buildWheel, type BuiltWheel, type BuildWheelOptions } from './build-wheel.ts';
export {
  cleanEnvironment,
  sourceDateEpoch,
  withTemporaryFolder,
  withAbsolutePaths,
  type Environment,
} from './environment.ts';
export { FRONTENDS, type FrontendName } from './frontend.ts';
export { openLog, type LogFile } from './log-file.ts';
export { installingHere, withoutPipConfiguration } from './pip-environment.ts';
export type { SourceEntry } from './source-entry.ts';
export { isInside } from './source-links.ts';
export { readSources, type SourceTree } from './source-tree.ts';
