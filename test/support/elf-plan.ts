/** A dynamic symbol to be written. Versions are those of the plan, by name. */
export interface SymbolPlan {
  readonly name: string;
  /** STB_*; 1 (global) if not given. */
  readonly binding?: number;
  /** STT_*; 2 (function) if not given. */
  readonly type?: number;
  /** STV_*; 0 (default) if not given. */
  readonly visibility?: number;
  /** st_shndx; 0 (undefined) if not given. */
  readonly section?: number;
  readonly value?: number;
  readonly size?: number;
  readonly version?: string;
  /** `sym@V` of a version that is defined here. */
  readonly hidden?: boolean;
}

/** What an image is to contain. Everything has a default; nothing but a header and an empty dynamic section is left. */
export interface ElfPlan {
  readonly class?: 32 | 64;
  readonly byteOrder?: 'little' | 'big';
  readonly machine?: number;
  readonly type?: number;
  readonly flags?: number;
  readonly osAbi?: number;
  readonly interpreter?: string;
  readonly needed?: readonly string[];
  readonly soname?: string;
  readonly rpath?: string;
  readonly runpath?: string;
  /** Further dynamic entries, written before the terminator. */
  readonly tags?: readonly (readonly [tag: number, value: number])[];
  readonly symbols?: readonly SymbolPlan[];
  readonly versionNeeds?: readonly {
    readonly library: string;
    readonly versions: readonly (string | { readonly name: string; readonly weak: true })[];
  }[];
  /** The first is the base definition of the file itself. */
  readonly versionDefinitions?: readonly {
    readonly name: string;
    readonly parents?: readonly string[];
  }[];
  readonly hash?: 'gnu' | 'sysv' | 'both' | 'none';
  readonly notes?: readonly NotePlan[];
  /** Sections that are not loaded. */
  readonly extraSections?: readonly {
    readonly name: string;
    readonly type?: number;
    readonly flags?: number;
    readonly bytes: Uint8Array;
  }[];
  /** Whether section headers are written; true if not given. */
  readonly sections?: boolean;
  /** PT_GNU_STACK with or without execution; no PT_GNU_STACK if not given. */
  readonly execStack?: boolean;
  readonly relro?: boolean;
  /** Zero entries behind the terminator of the dynamic section. */
  readonly spareEntries?: number;
  readonly baseAddress?: number;
  /** Of the two PT_LOAD, in bytes, a power of two; 4096 if not given. */
  readonly alignment?: number;
}

export interface NotePlan {
  readonly name: string;
  readonly type: number;
  readonly descriptor: Uint8Array;
  /** 4 if not given. */
  readonly alignment?: 4 | 8;
}
