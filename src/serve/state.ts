/** What an index remembers, as storage, rules and pages see it. */
import type { FormEntry, ProjectStatus } from '../packaging/index.ts';

/** A file that was taken. */
export interface StoredFile {
  readonly filename: string;
  /** Normalised. */
  readonly project: string;
  /** In normal form. */
  readonly version: string;
  readonly kind: 'wheel' | 'sdist';
  readonly size: number;
  /** Digests in lower-case hex; BLAKE2b of 32 bytes, as PyPI has it. */
  readonly sha256: string;
  readonly blake2b256: string;
  readonly md5: string;
  /** UTC, as in `2026-11-20T01:02:03.000000Z`. */
  readonly uploadTime: string;
  readonly requiresPython?: string;
  /** Of the METADATA of a wheel, which is served beside it. */
  readonly metadataSha256?: string;
  /** A provenance document is served for it. */
  readonly hasProvenance?: boolean;
  /** Why it was yanked, or `true`. */
  readonly yanked?: true | string;
  /** Who uploaded it: `token 1`, `GitHub owner/repository`. */
  readonly uploader: string;
}

/** A release: all files whose versions are equal, however they are spelt. */
export interface StoredRelease {
  /** In the normal form of the first file. */
  readonly version: string;
  /** UTC, of the first file. */
  readonly created: string;
  /** Metadata of the first file, as its form had it: what the index says of the release. */
  readonly metadata: readonly FormEntry[];
}

export interface StoredProject {
  /** As the first upload, or whoever reserved it, spelt it. */
  readonly name: string;
  readonly normalizedName: string;
  /** UTC. */
  readonly created: string;
  /** Who may upload: names of tokens, or `*` for everybody who may upload at all. */
  readonly owners: readonly string[];
  readonly status?: { readonly status: ProjectStatus; readonly reason?: string };
  /** Bytes, where they are not the usual ones. */
  readonly fileLimit?: number;
  readonly totalLimit?: number;
  /** By `releaseKey` of the version. */
  readonly releases: ReadonlyMap<string, StoredRelease>;
  /** By file name, in the order of uploads. */
  readonly files: ReadonlyMap<string, StoredFile>;
}

/** The whole of it at one moment; what it gives out is never changed afterwards. */
export interface IndexState {
  /** By normalised name. */
  readonly projects: ReadonlyMap<string, StoredProject>;
  /** Names of files that were deleted: they never come back. */
  readonly deletedFilenames: ReadonlySet<string>;
  /** Normalised names that nobody may take. */
  readonly prohibitedNames: ReadonlySet<string>;
  file(filename: string): StoredFile | undefined;
  /** The file with these bytes, by BLAKE2b. */
  fileByContent(blake2b256: string): StoredFile | undefined;
}

/** Who sends a request. */
export interface Identity {
  /** `token 1`, or what a trusted publisher is called. */
  readonly name: string;
  /** Normalised names of the projects that it may upload to; undefined for all. */
  readonly projects?: readonly string[];
  /** Came by trusted publishing: only such uploads carry attestations. */
  readonly publisher?: Readonly<Record<string, unknown>> & { readonly kind: string };
}

/** An upload as it was received: everything read, nothing believed. */
export interface ReceivedUpload {
  /** Every field that came as text, in order, with all its values. */
  readonly form: ReadonlyMap<string, readonly string[]>;
  /** Names of fields other than `content` and `gpg_signature` that came as files. */
  readonly strayFiles: readonly string[];
  readonly content?: ReceivedFile;
}

export interface ReceivedFile {
  /** As the client named it. */
  readonly filename: string;
  readonly contentType: string | undefined;
  /** Where its bytes are for now; named `filename` only when that is safe as a name. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly blake2b256: string;
  readonly md5: string;
  /** It was larger than the largest file that is read, and is not all there. */
  readonly isCut: boolean;
}
