/** What can be changed in an ELF file that is linked already. */

/**
 * One change. Names of libraries are those of DT_NEEDED, whole. All changes of a file are given at once and made
 * together; their order does not matter, and two that contradict each other are refused.
 */
export type ElfEdit =
  /** Also renames the library in the records of needed symbol versions. */
  | { readonly kind: 'replace-needed'; readonly from: string; readonly to: string }
  /** Put after those that are there; one that is there already is not added again. */
  | { readonly kind: 'add-needed'; readonly name: string }
  /** Symbols that were bound to versions of the library are bound to none. */
  | { readonly kind: 'remove-needed'; readonly name: string }
  /** The whole list, in its order. Versions needed of libraries that are no longer named go, as with `remove-needed`. */
  | { readonly kind: 'set-needed'; readonly names: readonly string[] }
  /** Also the name of the version definition that stands for the file itself; undefined removes DT_SONAME. */
  | { readonly kind: 'soname'; readonly name: string | undefined }
  /** DT_RPATH; no entries remove it. */
  | { readonly kind: 'rpath'; readonly entries: readonly string[] }
  /** DT_RUNPATH; no entries remove it. */
  | { readonly kind: 'runpath'; readonly entries: readonly string[] }
  /** Renames a library in the records of needed symbol versions alone. */
  | { readonly kind: 'rename-version-library'; readonly from: string; readonly to: string }
  /** Binds an imported symbol to no version; versions that no symbol needs any more are no longer asked for. */
  | { readonly kind: 'clear-version'; readonly symbol: string }
  /** Says that no executable stack is needed. */
  | { readonly kind: 'clear-executable-stack' };
