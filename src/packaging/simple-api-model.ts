/**
 * What an index says of its projects and files.
 *
 * Specification: Simple repository API, version 1.4 (PEP 503, 592, 629, 658, 691, 700, 714, 740, 792).
 * https://packaging.python.org/specifications/simple-repository-api/
 */

/** The version of the API that we write. HTML is frozen there (PEP 833). */
export const SIMPLE_API_VERSION = '1.4';

/** Media types of pages, newest form first. */
export const SIMPLE_TYPES = {
  json: 'application/vnd.pypi.simple.v1+json',
  html: 'application/vnd.pypi.simple.v1+html',
  legacyHtml: 'text/html',
} as const;

/** Digests in lower-case hex, by the name that hashlib has for the algorithm. */
export type Hashes = Readonly<Record<string, string>>;

/** One file of a project. What an index does not tell is absent. */
export interface SimpleFile {
  readonly filename: string;
  /** As the page has it, without its fragment: relative ones start from the page. */
  readonly url: string;
  /** Empty when the index has none. */
  readonly hashes: Hashes;
  readonly requiresPython?: string;
  /** The METADATA of the wheel is at `<url>.metadata` (PEP 658, 714): its digests, or `true` where none is told. */
  readonly coreMetadata?: true | Hashes;
  /** Why it was yanked (PEP 592), or `true` where nobody says; absent when it was not. */
  readonly yanked?: true | string;
  readonly gpgSignature?: boolean;
  /** Bytes (PEP 700). */
  readonly size?: number;
  /** UTC, as in `2026-11-20T01:02:03.000000Z` (PEP 700). */
  readonly uploadTime?: string;
  /** Where its attestations are (PEP 740); absolute. */
  readonly provenance?: string;
}

/** Of a project (PEP 792). Archived and quarantined ones take no files; of quarantined ones none are offered. */
export type ProjectStatus = 'active' | 'archived' | 'quarantined' | 'deprecated';

export const PROJECT_STATUSES: readonly ProjectStatus[] = [
  'active',
  'archived',
  'quarantined',
  'deprecated',
];

/** A project's page. */
export interface SimpleProject {
  /** Normalised. */
  readonly name: string;
  /** Every version, also of files that are gone (PEP 700); absent where the page does not tell, as in HTML. */
  readonly versions?: readonly string[];
  readonly files: readonly SimpleFile[];
  readonly status?: { readonly status: ProjectStatus; readonly reason?: string };
}
