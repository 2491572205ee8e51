/** The sources of a project as data. */

/** One thing to copy; `path` is relative to the root of the sources, with `/`. */
export type SourceEntry =
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly executable: boolean;
      readonly modified: Date;
      /** Absolute path of its bytes: outside the sources for a link that leads out of them. */
      readonly content: string;
    }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  /** A folder without anything to copy in it; a git repository is none without some of its own. */
  | { readonly kind: 'folder'; readonly path: string }
  /** A git object store, which is referred to instead of copied; `store` is absolute. */
  | { readonly kind: 'git-objects'; readonly path: string; readonly store: string };

export interface SourceListing {
  /** Sorted by path. */
  readonly entries: readonly SourceEntry[];
  /** Folders that have a `.git`, relative. */
  readonly repositories: readonly string[];
}
