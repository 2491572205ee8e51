/** What a check may be told. */
import type { Audit } from '../audit/index.ts';
import type { Cache } from '../support/cache.ts';
import type { LayoutOptions } from './contents/layout.ts';
import type { PathOptions } from './contents/paths.ts';
import type { RstRenderers } from './description/index.ts';
import type { IndexedState } from './index-rules/indexed.ts';
import type { ReleaseOptions } from './release-set/release-set.ts';

export interface CheckOptions extends LayoutOptions, PathOptions {
  /** Inflate every member and compare its hash with RECORD. Default true. */
  readonly contents?: boolean;
  /** Audit native files. Default true. */
  readonly natives?: boolean;
  /** Make the SHA-256 of the file, which rules over several files and those of an index need. Default true. */
  readonly digest?: boolean;
  /** Of the very native files of this wheel, when somebody has it already. */
  readonly audit?: Audit;
  readonly jobs?: number;
  /** Bytes that the index takes for a file; default 100 MiB. */
  readonly maxSize?: number;
  /** Absolute paths of Pythons that may have docutils, which judges reStructuredText. */
  readonly pythons?: readonly string[];
  /** Where verdicts on descriptions are kept from run to run. */
  readonly cache?: Cache;
  /** In place of `pythons`: those that stay for many files. */
  readonly renderers?: RstRenderers;
  /** Modules of the source tree, below the folder with the packages; not compared when left out. */
  readonly sourceModules?: readonly string[];
  readonly signal?: AbortSignal;
}

/** For a check of several files. */
export interface CheckSetOptions extends CheckOptions, ReleaseOptions {
  /** Whether findings of a code are left out. */
  readonly isIgnored?: (code: string) => boolean;
  /** What an index has of the projects; not compared when left out. */
  readonly indexed?: IndexedState;
}
