/** What came of a release, as data. */
import type {
  JobReport,
  LeftOut,
  MissingReport,
  SdistReport,
  WheelReport,
} from '../build/index.ts';
import type { SetCheck } from './check-set.ts';

export interface ReleaseReport {
  /** Name of the project. */
  readonly project: string;
  /** Names of its packages, a package after those that it needs. */
  readonly packages: readonly string[];
  readonly output: string;
  /** Folder to give to `pip install --index-url`; absent when there was no wheel to index. */
  readonly index?: string;
  /** Page to give to `pip install --find-links`. */
  readonly links?: string;
  readonly jobs: readonly JobReport[];
  readonly wheels: readonly WheelReport[];
  /** The sdists of the packages, where they were asked for. */
  readonly sdists: readonly SdistReport[];
  /** Wheels that a plan has besides, and that were not asked for. */
  readonly missing: readonly MissingReport[];
  /** What a check of the whole set says, as an index and its users will. */
  readonly checks: readonly SetCheck[];
  /** Wheels of earlier runs that are still in the index: of other projects, or for interpreters not asked for now. */
  readonly kept: readonly string[];
  /** Wheels of earlier runs that were taken away because their sources are no longer these. */
  readonly removed: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /** What concerns no single job. */
  readonly notices: readonly string[];
  readonly seconds: number;
  /** Every job has a wheel that installs and whose test passes. */
  readonly ok: boolean;
}
