export { planRelease, type ReleasePlan, type ReleaseRequest } from './plan.ts';
export type { SetCheck } from './check-set.ts';
export type {
  JobReport,
  LeftOut,
  ReleaseJob,
  ReleaseReport,
  TestOutcome,
  WheelOrigin,
  WheelReport,
} from './report.ts';
export { runRelease, type RunReleaseOptions } from './run.ts';
