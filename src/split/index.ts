export { DEFAULT_MAX_SIZE, type SplitChoices, type SplitOptions } from './options.ts';
export type {
  PartPlan,
  PlannedChunk,
  PlannedCut,
  PlannedEdit,
  PlannedGroup,
  PlannedMove,
  SplitPlan,
  WheelPlan,
  WheelSplit,
} from './plan.ts';
export { isRefused, refusalError, type RefusedRelease, type SplitRefusal } from './refused.ts';
export { recordedChoices } from './recorded.ts';
export {
  CACHE_DIRECTORY,
  CACHE_VARIABLE,
  isCacheDirectory,
  isCacheVariable,
  readSplitSettings,
  splitSettingsOf,
} from './settings.ts';
export { planSplits, splitWheels, type PlannedRelease, type SplitResult } from './split.ts';
export type { WrittenFile, WrittenRelease } from './writing/write-release.ts';
