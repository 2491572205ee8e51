import type { FileRange } from './address-map.ts';

/** One version that a file needs of a library: Elf_Vernaux. */
export interface ElfNeededVersion {
  readonly name: string;
  /** vna_hash: the SysV hash of the name, which loaders compare first. */
  readonly hash: number;
  /** vna_flags */
  readonly flags: number;
  /** VER_FLG_WEAK: a loader only warns when the library lacks it. */
  readonly weak: boolean;
  /** vna_other without the hidden bit: the index by which symbols name this version. */
  readonly index: number;
  /** vna_name: index of the name in the dynamic string table. */
  readonly nameIndex: number;
  /** File offset of this record. */
  readonly offset: number;
}

/** The versions that a file needs of one library: Elf_Verneed. */
export interface ElfVersionNeed {
  readonly library: string;
  readonly versions: readonly ElfNeededVersion[];
  /** vn_file: index of the library's name in the dynamic string table. */
  readonly libraryIndex: number;
  /** File offset of this record. */
  readonly offset: number;
}

/** A version that a file defines: Elf_Verdef. */
export interface ElfVersionDefinition {
  readonly name: string;
  /** The versions it inherits from. */
  readonly parents: readonly string[];
  /** vda_name of each of them. */
  readonly parentIndexes: readonly number[];
  readonly hash: number;
  readonly flags: number;
  /** VER_FLG_BASE: names the file itself, not a version of its symbols. */
  readonly base: boolean;
  readonly weak: boolean;
  /** vd_ndx without the hidden bit. */
  readonly index: number;
  /** vda_name of the definition's own name. */
  readonly nameIndex: number;
  /** File offset of the Elf_Verdaux with that name. */
  readonly nameOffset: number;
  /** File offset of this record. */
  readonly offset: number;
}

/** Where the version tables are. */
export interface ElfVersionTables {
  readonly needs: readonly ElfVersionNeed[];
  readonly definitions: readonly ElfVersionDefinition[];
  /** DT_VERSYM: one 16-bit version index for each dynamic symbol. */
  readonly symbolVersions: FileRange | undefined;
}

/** What a version index of a symbol stands for. */
export interface ElfVersionName {
  readonly name: string;
  /** The library it is needed of; undefined for a version the file defines. */
  readonly library: string | undefined;
}

/** Bit 15 of a version index: only a reference that names the version finds the symbol. */
export const VERSION_HIDDEN = 0x8000 as const;
