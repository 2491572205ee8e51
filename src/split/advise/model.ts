/** What advice says: plain data, sizes in bytes. */
import type { ErrorReport } from '../../support/errors.ts';

/** Advice on the wheels of one release, or on one wheel. */
export interface Advice {
  /** Most bytes that the index takes for a file. */
  readonly maxSize: number;
  readonly wheels: readonly WheelAdvice[];
  /** What the wheels could save together; undefined for a single one. */
  readonly release: ReleaseAdvice | undefined;
  /** Text for those who can raise the limit; undefined when the index takes every wheel without. */
  readonly request: LimitRequest | undefined;
}

/** A request for a higher limit. */
export interface LimitRequest {
  /** Bytes a file. */
  readonly newLimit: number;
  /** Markdown. */
  readonly text: string;
}

/** What one wheel is made of, and what would make it smaller. */
export interface WheelAdvice {
  readonly path: string;
  readonly filename: string;
  /** Bytes of the wheel. */
  readonly size: number;
  readonly installedSize: number;
  readonly verdict: Verdict;
  /** What a split would come to; undefined for a wheel under the limit, or when it was not asked for. */
  readonly split: SplitOutlook | undefined;
  /** The largest saving of the download first. */
  readonly savings: readonly Saving[];
  /** The members that make the size, the largest first. */
  readonly members: readonly MemberShare[];
  /** Top folders and their totals, the largest first. */
  readonly folders: readonly FolderShare[];
  /** Native files that could not be read; what they could save is not known. */
  readonly problems: readonly ErrorReport[];
}

/** Whether the wheel can get under the limit. */
export interface Verdict {
  /**
   * `under`: it is already; `reachable`: savings are enough; `perhaps`: they are if those that need another build hold;
   * `too-large`: nothing known is enough.
   */
  readonly status: 'under' | 'reachable' | 'perhaps' | 'too-large';
  readonly maxSize: number;
  /** Bytes of the wheel when `savings` were made. */
  readonly after: number;
  /** Indexes into the wheel's savings: the fewest that are enough, or all that count when nothing is. */
  readonly savings: readonly number[];
}

/** A split of the wheel as it is, planned. */
export interface SplitOutlook {
  /** Wheels that users install instead of one; undefined when the split is refused. */
  readonly wheels: number | undefined;
  /** Why it is refused, by the wheel or by others of its release; empty when it is not. */
  readonly reasons: readonly ErrorReport[];
}

/** How a figure came about. */
export type Basis = 'measured' | 'estimated';

/** What a saving asks for: nothing is lost, somebody must decide, or the files must be built anew. */
export type Effort = 'none' | 'choice' | 'rebuild';

/** What kind of saving it is; stable, for scripts. */
export type SavingKind =
  | 'strip'
  | 'separate-debug'
  | 'deflate'
  | 'duplicate'
  | 'same-library'
  | 'leftover'
  | 'relr'
  | 'sysv-hash'
  | 'exports'
  | 'unwind-tables';

/** One way to save bytes. */
export interface Saving {
  readonly kind: SavingKind;
  readonly title: string;
  readonly effort: Effort;
  /** Bytes fewer on disk. */
  readonly installed: number;
  /** Bytes fewer to download. */
  readonly download: number;
  readonly installedBasis: Basis;
  readonly downloadBasis: Basis;
  /** How the download figure was got; undefined where members go whole, whose sizes the archive has. */
  readonly method?: string;
  /** The largest first. */
  readonly members: readonly SavedMember[];
  /** What the bytes prove. */
  readonly evidence: readonly string[];
  readonly remedy: string;
  /** What is lost or may go wrong. */
  readonly caution?: string;
  /** It is told, but the verdict does not count on it: the tag or something else forbids it. */
  readonly isExcluded?: boolean;
}

/** What a saving takes from one member. */
export interface SavedMember {
  readonly path: string;
  readonly installed: number;
  readonly download: number;
  /** The member goes whole. */
  readonly whole: boolean;
}

/** What a member takes. */
export interface MemberShare {
  readonly path: string;
  readonly installed: number;
  readonly download: number;
  /** Of the wheel's bytes, 0 to 1. */
  readonly share: number;
  /** The largest parts of a native file, by download. */
  readonly parts: readonly PartShare[];
}

/** Sections of a native file, under a common name. */
export interface PartShare {
  readonly name: string;
  readonly installed: number;
  readonly download: number;
}

/** What a folder takes. */
export interface FolderShare {
  readonly path: string;
  readonly files: number;
  readonly installed: number;
  readonly download: number;
  readonly share: number;
}

/** What the wheels of a release could save together. */
export interface ReleaseAdvice {
  /** Bytes of all files given. */
  readonly size: number;
  readonly abi3: readonly StableAbiAdvice[];
  readonly shared: readonly SharedAdvice[];
}

/** One abi3 wheel in place of several, for one platform. */
export interface StableAbiAdvice {
  /** Platform tags of the wheels. */
  readonly platform: string;
  /** File names of the wheels that one would replace, the oldest Python first. */
  readonly wheels: readonly string[];
  /** Bytes of the release that go. */
  readonly saves: number;
  /** Modules that use the stable ABI alone, and all of them. */
  readonly ready: number;
  readonly modules: number;
  /** The oldest release that has every stable symbol used: `3.9`. */
  readonly floor: string;
  /** Symbols outside of the stable ABI, with how many modules use each; the most used first. */
  readonly obstacles: readonly { readonly symbol: string; readonly modules: number }[];
}

/** Files that are the same in several wheels. */
export interface SharedAdvice {
  readonly platform: string;
  /** File names. */
  readonly wheels: readonly string[];
  /** Bytes of the release that one companion for all Pythons would save. */
  readonly saves: number;
  /** Bytes that each wheel would get smaller by. */
  readonly perWheel: number;
  readonly members: readonly string[];
}
