/** What is audited, whatever it came as: a wheel, a single file, a folder, an installed distribution. */
import type { TagSet } from '../packaging/index.ts';
import type { NativeFacts } from './facts.ts';
import type { ArchiveFacts } from './subjects/archives.ts';

/** Where the files of a subject came from. */
export type SubjectKind = 'wheel' | 'file' | 'folder' | 'installed';

/** What a wheel is in a set that another wheel was split into; what it needs may lie in the others. */
export type SetRole =
  | { readonly role: 'main' }
  | {
      readonly role: 'part';
      /** Name and version of the wheel that was split. */
      readonly of: string;
      /** From 1. */
      readonly part: number;
    };

/** Something with native files that are installed and loaded together. */
export interface Subject {
  /** The wheel, file or folder as the user named it; for an installed distribution its `.dist-info` folder. */
  readonly path: string;
  readonly kind: SubjectKind;
  /** The folder of this machine that the paths of its files start from; undefined for what lies in an archive. */
  readonly folder?: string;
  /** Name and version for people; undefined for files and folders. */
  readonly name: string | undefined;
  /** The tags of the file name, or of the WHEEL file of an installed distribution; undefined when nothing claims any. */
  readonly tags: TagSet | undefined;
  readonly natives: readonly NativeFacts[];
  /** Every file, native or not, folders and symbolic links left out. */
  readonly members: readonly MemberFacts[];
  /** Archives among the members. */
  readonly archives: readonly ArchiveFacts[];
  /** Symbolic links: installers write them as small text files, so what they stand for is not there. */
  readonly symlinks: readonly string[];
  /** Symbolic link to where it leads, as written; what could not be read is left out. */
  readonly linkTargets?: ReadonlyMap<string, string>;
  /** Further paths of native files: symbolic links that a loader follows, to the path in `natives`. */
  readonly aliases?: ReadonlyMap<string, string>;
  /** Paths that RECORD lists; undefined where there is no readable RECORD. */
  readonly recorded: ReadonlySet<string> | undefined;
  /** Root-Is-Purelib of the WHEEL file; undefined without one. */
  readonly rootIsPurelib: boolean | undefined;
  /** Of a wheel of a set that is judged without the others. */
  readonly inSet?: SetRole;
}

/** A file of the subject. */
export interface MemberFacts {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes it takes in the archive; undefined outside of one. */
  readonly compressedSize: number | undefined;
  /** CRC-32 as the archive has it; undefined outside of one. */
  readonly crc32: number | undefined;
}
