import type { EventSink } from '../support/progress/events.ts';

/** What a project chooses once for all its releases; the description of the set keeps it. */
export interface SplitChoices {
  /** The most bytes a wheel may have. */
  readonly maxSize: number;
  /** Member paths of files that the package's own code loads, and asks `NAME_cache.path()` for. */
  readonly byPath: readonly string[];
  /**
   * Member paths of files that parts may carry where they are installed, for nothing finds them elsewhere. None by
   * default: when a version moves them first, an upgrade with pip removes them.
   */
  readonly inPlace?: readonly string[];
  /** Patterns of libraries that something else brings to the user's machine: the audit of the tags counts on it. */
  readonly exclude?: readonly string[];
  /** Environment variable that names the cache, such as `SEEKDB_CACHE`, besides those every set knows. */
  readonly cacheVariable?: string;
  /** Folder of the cache, such as `~/.seekdb/cache`. */
  readonly cacheDirectory?: string;
}

/** How wheels are split. */
export interface SplitOptions extends SplitChoices {
  /** Files worked on at once. Default: as many as there are processors. */
  readonly jobs?: number;
  readonly signal?: AbortSignal;
  readonly events?: EventSink;
  /** Time of every member. Default 1980-01-01. */
  readonly modified?: Date;
  /** Who makes the parts, for their WHEEL files: `wheelworks 1.0`. */
  readonly generator: string;
}

/** What PyPI takes for a file when nobody has asked for more: 100 MiB. */
export const DEFAULT_MAX_SIZE: number = 100 << 20;

/** The choices among options: what the description of the set keeps. */
export function choicesOf(options: SplitChoices): SplitChoices {
  const { maxSize, byPath, inPlace = [], exclude = [], cacheVariable, cacheDirectory } = options;
  return {
    maxSize,
    byPath,
    ...(inPlace.length === 0 ? {} : { inPlace }),
    ...(exclude.length === 0 ? {} : { exclude }),
    ...(cacheVariable === undefined ? {} : { cacheVariable }),
    ...(cacheDirectory === undefined ? {} : { cacheDirectory }),
  };
}
