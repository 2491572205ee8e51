import { normalizeName, type SimpleFile } from '../packaging/index.ts';

/** What an index says of one file, and what its name says; the page writers need nothing else. */
export interface IndexedFile {
  /** `spam-1.0-cp312-cp312-manylinux_2_17_x86_64.whl`. */
  readonly filename: string;
  /** Normalised project name (PEP 503). */
  readonly project: string;
  /** Version in normal form. */
  readonly version: string;
  readonly size: number;
  readonly sha256: string;
  readonly requiresPython?: string;
  /** SHA-256 of the METADATA served beside the file as `<filename>.metadata` (PEP 658, PEP 714); wheels only. */
  readonly metadataSha256?: string;
  /** Its size in bytes. */
  readonly metadataSize?: number;
}

/** What people want to know of a project, from the metadata of one of its files. */
export interface ProjectFacts {
  /** As its author writes it. */
  readonly name: string;
  readonly summary?: string;
  /** Home page, changelog and the like; any text: whoever links to them looks first. */
  readonly links: readonly ProjectLink[];
}

/** An address with its name. */
export interface ProjectLink {
  readonly label: string;
  readonly url: string;
}

/** A distribution that was read. */
export interface DescribedFile {
  readonly file: IndexedFile;
  readonly facts: ProjectFacts;
  /** METADATA byte for byte; wheels only. */
  readonly metadata?: Uint8Array;
}

/** A file as pages name it; what only the page can know is added by whoever makes it. */
export function simpleFileOf(
  file: IndexedFile,
  url: string,
  more: Partial<Pick<SimpleFile, 'uploadTime' | 'yanked' | 'provenance'>> = {},
): SimpleFile {
  const { filename, sha256, size, requiresPython, metadataSha256 } = file;
  return {
    filename,
    url,
    hashes: { sha256 },
    size,
    ...(requiresPython === undefined ? {} : { requiresPython }),
    ...(metadataSha256 === undefined ? {} : { coreMetadata: { sha256: metadataSha256 } }),
    ...more,
  };
}

/** A name in a URL. `+` is escaped, since some object stores read it as a space. */
export function urlPart(name: string): string {
  return encodeURIComponent(name);
}

/** The name of a project's folder. */
export function projectFolder(name: string): string {
  return `${urlPart(normalizeName(name))}/`;
}
