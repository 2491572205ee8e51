/** What came of a release, as data. */
import type { BuildReport } from '../build/index.ts';
import type { SetCheck } from './check-set.ts';

/** What came of its builds, and what was made of them; `ok` when every job has a wheel that installs and whose test passes. */
export interface ReleaseReport extends BuildReport {
  /** Name of the project. */
  readonly project: string;
  /** Folder to give to `pip install --index-url`; absent when there was no wheel to index. */
  readonly index?: string;
  /** Page to give to `pip install --find-links`. */
  readonly links?: string;
  /** What a check of the whole set says, as an index and its users will. */
  readonly checks: readonly SetCheck[];
}
