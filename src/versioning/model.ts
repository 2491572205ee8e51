/** The words of versioning: what is asked, and what comes back. */
import type { Version } from '../packaging/index.ts';

/** What a version is made for. `custom` is a suffix of the user's own. */
export type VersionKind = 'stable' | 'rc' | 'dev' | 'custom';

/** Every kind, in the order help lists them. */
export const VERSION_KINDS: readonly ['stable', 'rc', 'dev', 'custom'] = [
  'stable',
  'rc',
  'dev',
  'custom',
];

/** How candidates are numbered: by the UTC date with a counter for further ones of a day, or 1, 2, 3. */
export type RcScheme = 'date' | 'counter';

/** Which number of a release goes up. */
export type Bump = 'patch' | 'minor' | 'major';

/** A file that holds a version, and where in it. */
export interface VersionFile {
  /** Absolute. */
  readonly path: string;
  /** A JSON or TOML key (`a.b`), a Python or CMake name; undefined: the usual one of such a file. */
  readonly key?: string;
  /** The package it belongs to; undefined: the name in the pyproject.toml beside it, or that of its folder. */
  readonly name?: string;
}

/** What one package says of its own version. */
export interface PackageVersion {
  /** Unique among those of a run. */
  readonly name: string;
  /** Its name on an index; null when no file and no option tells it. */
  readonly project: string | null;
  /** Absolute; null when the version comes from tags. */
  readonly path: string | null;
  /** The key it was found under; null where the whole file is the version. */
  readonly key: string | null;
  /** As it was written. */
  readonly text: string;
  readonly version: Version;
  /** Epoch, release and post-release of it. */
  readonly base: Version;
}

/** A tag that names a version. */
export interface VersionTag {
  readonly name: string;
  readonly version: Version;
  /** The commit, in full. */
  readonly commit: string;
  /** Whether HEAD has it in its history. */
  readonly isReachable: boolean;
}

/** Something that a user should know though it stops nothing. */
export interface VersionNote {
  readonly code:
    'behind' | 'dirty' | 'disagreement' | 'dropped' | 'greater-tag' | 'no-git' | 'shallow';
  readonly message: string;
}
