/** A split as plain data: what becomes of every wheel, which parts carry what, and why. */
import type { Finding } from '../support/finding.ts';
import type { SplitChoices } from './options.ts';

/** What is done to the wheels of one release. */
export interface SplitPlan {
  /** As the metadata spells it. */
  readonly project: string;
  readonly version: string;
  readonly choices: SplitChoices;
  /** In the order of the inputs. */
  readonly wheels: readonly WheelPlan[];
  /** By number, then by file name. */
  readonly parts: readonly PartPlan[];
  readonly findings: readonly Finding[];
}

/** One input: kept as it is when it is under the limit, else the main wheel of a set. */
export interface WheelPlan {
  /** The input. */
  readonly path: string;
  /** Of the main wheel: that of the input. */
  readonly filename: string;
  /** Bytes of the input. */
  readonly originalSize: number;
  /** Undefined when the wheel is under the limit and stays as it is. */
  readonly split?: WheelSplit;
}

/** What becomes of a wheel over the limit. */
export interface WheelSplit {
  /** Bytes that the main wheel has at most. */
  readonly size: number;
  /** Requirements that are added: `name-part1==1.0`. */
  readonly pins: readonly string[];
  /** File names of the parts that go with it, by number. */
  readonly parts: readonly string[];
  readonly moved: readonly PlannedMove[];
  readonly edited: readonly PlannedEdit[];
  readonly chunked: readonly PlannedCut[];
  readonly relocated: readonly PlannedRelocation[];
  /** Python files that load a module from the cache. */
  readonly stubs: readonly PlannedStub[];
  readonly groups: readonly PlannedGroup[];
  /** Bytes of all files once installed, the parts' among them. */
  readonly installedSize: number;
  /** Bytes that the joiner needs in the cache; 0 when nothing was cut. */
  readonly cacheSize: number;
  /** What the audit says of each platform tag; null where no baseline stands behind it. */
  readonly claims: readonly { readonly tag: string; readonly holds: boolean | null }[];
}

/** A whole file that a part carries. */
export interface PlannedMove {
  readonly path: string;
  /** Where it is in the part: below the part's own folder for libraries, else at its own path. */
  readonly to: string;
  readonly size: number;
  readonly compressedSize: number;
  /** File name of the part. */
  readonly part: string;
}

/** A native file of the main wheel that is given a search path, for a library that it needs has moved. */
export interface PlannedEdit {
  readonly path: string;
  readonly size: number;
  /** Bytes of its original, as compressed: the main wheel keeps them for the way back. */
  readonly compressedSize: number;
  /** Libraries that it needs and that moved, by their original paths. */
  readonly finds: readonly string[];
  /** Entries that are added behind those it has. */
  readonly entries: readonly string[];
}

/** A file that is cut into slices of its deflate stream. */
export interface PlannedCut {
  readonly path: string;
  readonly size: number;
  /** Bytes of the deflate stream. */
  readonly compressedSize: number;
  /** Hexadecimal, as RECORD has it. */
  readonly sha256: string;
  /** `module`: imported through a stub; `needed`: by native files; `asked`: by the package's code. */
  readonly reach: 'module' | 'needed' | 'asked';
  /** Number among the cut files of one level: names of its chunks and windows. */
  readonly number: number;
  /** Where windows of its restart points go: the file name of a part, or null for the main wheel. */
  readonly windows: string | null;
  readonly chunks: readonly PlannedChunk[];
}

/** A slice of a deflate stream. */
export interface PlannedChunk {
  readonly index: number;
  /** File name of the part, or null for the main wheel. */
  readonly part: string | null;
  /** Member path. */
  readonly member: string;
  /** Where the slice begins in the stream, and its bytes. */
  readonly offset: number;
  readonly length: number;
}

/** A module that must be loaded from the cache beside a file that was cut. */
export interface PlannedRelocation {
  readonly path: string;
  readonly to: string;
}

export interface PlannedStub {
  /** `pkg/_big.py`. */
  readonly path: string;
  /** The module that it loads, by its original path. */
  readonly loads: string;
}

/** Files that find each other only side by side: one entry of the cache. */
export interface PlannedGroup {
  /** Needed ones first, cut ones last. */
  readonly files: readonly {
    readonly path: string;
    readonly size: number;
    readonly from: 'installed' | 'own' | 'chunks';
  }[];
  /** Path to the paths of the group that it needs. */
  readonly needs: Readonly<Record<string, readonly string[]>>;
  /** Paths that stubs and `path()` ask for. */
  readonly entries: readonly string[];
}

/** How far a part is shared. */
export type PartScope =
  /** By every wheel of the release. */
  | 'release'
  /** By the wheels of one platform, whatever their Python. */
  | 'platform'
  /** It belongs to one wheel. */
  | 'wheel';

export interface PartPlan {
  /** K of `NAME-partK`. */
  readonly number: number;
  readonly distribution: string;
  readonly filename: string;
  readonly tag: string;
  readonly scope: PartScope;
  /** Bytes that it has at most. */
  readonly size: number;
  /** Inputs that it serves. */
  readonly serves: readonly string[];
  /** Whole files: their paths in the original and in the part. */
  readonly members: readonly { readonly path: string; readonly to: string }[];
  /** Slices. */
  readonly chunks: readonly { readonly path: string; readonly member: string }[];
}
