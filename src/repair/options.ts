import type { Baseline } from '../platform/index.ts';
import type { EventSink } from '../support/progress/events.ts';

/** How to repair; what a user of auditwheel knows has the same meaning. */
export interface RepairOptions {
  /**
   * The platform tag to reach, with its architecture or without: `manylinux_2_28`. Default `auto`: the one that most
   * systems satisfy.
   */
  readonly plat?: string;
  /** Write the tag that was asked for alone, where the wheel would earn a better one as well. Default false. */
  readonly onlyPlat?: boolean;
  /** Write the earned tags into file name and WHEEL. Default true. */
  readonly updateTags?: boolean;
  /** Libraries that something else brings: by the name they are needed by, or by where they are. */
  readonly isExcluded?: (nameOrPath: string) => boolean;
  /** What the folder of grafted libraries has behind the name of the distribution. Default `.libs`. */
  readonly librarySuffix?: string;
  /** Take symbols and debug sections out of every native file. Default false. */
  readonly strip?: boolean;
  /** Do not ask for which x86-64 level files were built. Default false. */
  readonly ignoreIsa?: boolean;
  /** Say of every native file that it needs no executable stack. Default false. */
  readonly clearExecutableStack?: boolean;
  /**
   * What becomes of a wheel without native code for Linux: it is kept as it is, kept when its tag is `any`, or refused.
   * Default `keep`.
   */
  readonly withoutNatives?: 'keep' | 'keep-any' | 'refuse';
  /** False refuses wheels that native files would have to be changed for. Default true. */
  readonly editing?: boolean;
  /** Baselines to reach in place of the published ones. */
  readonly baselines?: readonly Baseline[];
  /** Write a software bill of materials (PEP 770) of what is grafted. Default true. */
  readonly sbom?: boolean;
  /** Copy the licence files of the packages that grafted libraries belong to. Default false. */
  readonly licenses?: boolean;
  /** zlib level of what is compressed anew, 0 to 9. Default 6. */
  readonly level?: number;
  /** Write the wheel anew also where it needs nothing, for fixed times and order of its members. Default false. */
  readonly rewrite?: boolean;
  /** Time of every member. Default 1980-01-01. */
  readonly modified?: Date;
  /** Files worked on at once. Default: as many as there are processors. */
  readonly jobs?: number;
  readonly signal?: AbortSignal;
  readonly events?: EventSink;
}

/** Where the repaired wheel goes. */
export interface RepairPlace {
  /** Made when it is not there. */
  readonly directory: string;
  /** The repaired wheel takes the place of the given one, which is removed when the new one is complete. */
  readonly inPlace?: boolean;
}
