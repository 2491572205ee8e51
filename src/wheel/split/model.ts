/**
 * A wheel cut into a set: what the main wheel and its parts say of themselves.
 *
 * The main wheel keeps the name of the distribution and requires its parts (`NAME-part1`, ...) at exactly its version.
 * Libraries move into folders of the parts, other whole files into parts at the path they are installed at; a file over
 * the limit travels as slices of its deflate stream. The main wheel's `.dist-info/split.json` tells where everything went, so that `join` gives the original back.
 */

/** Name of the main wheel's description, below its `.dist-info`. */
export const SPLIT_FILE = 'split.json';
/** Name of a part's description, below its `.dist-info`. */
export const SPLIT_PART_FILE = 'split-part.json';
/** Name of the member with everything of the original file that no wheel of the set carries, below `.dist-info`. */
export const REBUILD_FILE = 'split-original.bin';

export const SPLIT_SCHEMA = 'wheelworks.split-set/1';
export const SPLIT_PART_SCHEMA = 'wheelworks.split-part/1';

/** Which wheel of a set: the distribution name of a part, or null for the main wheel. */
export type Carrier = string | null;

/** A file that wheels are told apart by. */
export interface FileIdentity {
  readonly filename: string;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal SHA-256. */
  readonly sha256: string;
}

/** A part as its main wheel knows it. */
export interface SplitPart {
  /** `NAME-partK`. */
  readonly distribution: string;
  readonly filename: string;
  /** Of the whole wheel file, hexadecimal. */
  readonly sha256: string;
}

/** One slice of a deflate stream: a member of a wheel of the set, header and slice. */
export interface SplitChunk {
  readonly distribution: Carrier;
  /** Member path in that wheel. */
  readonly path: string;
  /** Bytes of the member, its header among them. */
  readonly size: number;
  /** Of the member, header and slice, hexadecimal. */
  readonly sha256: string;
}

/** A file that was cut; its slices in order are one deflate stream (RFC 1951). */
export interface ChunkedFile {
  /** Member path in the original. */
  readonly path: string;
  /** Bytes of the file. */
  readonly size: number;
  /** Of the file, hexadecimal. */
  readonly sha256: string;
  /** How the original held it: `stored` files were deflated for the cut, `deflated` ones keep their stream. */
  readonly originalMethod: 'stored' | 'deflated';
  readonly crc32: number;
  readonly chunks: readonly SplitChunk[];
}

/** A whole file that a part carries. */
export interface MovedFile {
  /** In the original. */
  readonly path: string;
  readonly distribution: string;
  /** In the part; its own path when left out. Libraries lie below the part's own folder. */
  readonly to?: string | undefined;
}

/** A file that lies elsewhere in the main wheel. */
export interface RelocatedFile {
  readonly path: string;
  readonly to: string;
}

/** What a JSON document can hold. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** `split.json`. */
export interface SplitDescription {
  readonly original: FileIdentity;
  /** The limit the set was made for, in bytes. */
  readonly maxSize: number;
  /** What the splitter was told besides, in its own words; splitting the original again needs it. */
  readonly choices: Readonly<Record<string, JsonValue>>;
  readonly parts: readonly SplitPart[];
  readonly chunked: readonly ChunkedFile[];
  readonly moved: readonly MovedFile[];
  readonly relocated: readonly RelocatedFile[];
  /** Members of the main wheel that are others than in the original, or were not there. */
  readonly replaced: readonly string[];
  /** The member of the main wheel that {@link REBUILD_FILE} stands for. */
  readonly rebuild: { readonly member: string; readonly sha256: string };
}

/** `split-part.json`; nothing in it depends on one Python, as a part may serve several. */
export interface PartDescription {
  readonly of: { readonly distribution: string; readonly version: string };
  /** K of `NAME-partK`, from 1. */
  readonly part: number;
  /** What the part carries for the main wheel; SHA-256 of the member, hexadecimal. */
  readonly contents: readonly { readonly path: string; readonly sha256: string }[];
}
