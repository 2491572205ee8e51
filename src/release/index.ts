export { planRelease, type ReleasePlan, type ReleaseRequest } from './plan.ts';
export type { SetCheck } from './check-set.ts';
export type {
  BuildJob as ReleaseJob,
  JobReport,
  LeftOut,
  PartReport,
  TestOutcome,
  WheelOrigin,
  WheelReport,
} from '../build/index.ts';
export type { ReleaseReport } from './report.ts';
export { runRelease, type RunReleaseOptions } from './run.ts';
export { writeReleasePage } from './report-page.ts';
