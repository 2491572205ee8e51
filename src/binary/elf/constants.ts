/**
 * Numbers of the System V gABI and the GNU, LLVM and Android extensions, under their names without prefix.
 * Sources: gABI 4.2 draft, elf.h of glibc 2.36, LLVM's DynamicTags.def (CREL, Android tags).
 */

/** e_type */
export const ET = { NONE: 0, REL: 1, EXEC: 2, DYN: 3, CORE: 4 } as const;

/** e_machine, where the reader has to know it. */
export const EM = {
  I386: 3,
  MIPS: 8,
  MIPS_RS3_LE: 10,
  PPC64: 21,
  S390: 22,
  ARM: 40,
  X86_64: 62,
  AARCH64: 183,
  RISCV: 243,
  LOONGARCH: 258,
  ALPHA: 0x9026,
  S390_OLD: 0xa390,
} as const;

/** p_type */
export const PT = {
  NULL: 0,
  LOAD: 1,
  DYNAMIC: 2,
  INTERP: 3,
  NOTE: 4,
  SHLIB: 5,
  PHDR: 6,
  TLS: 7,
  GNU_EH_FRAME: 0x6474e550,
  GNU_STACK: 0x6474e551,
  GNU_RELRO: 0x6474e552,
  GNU_PROPERTY: 0x6474e553,
  GNU_SFRAME: 0x6474e554,
} as const;

/** p_flags */
export const PF = { X: 1, W: 2, R: 4 } as const;

/** sh_type */
export const SHT = {
  NULL: 0,
  PROGBITS: 1,
  SYMTAB: 2,
  STRTAB: 3,
  RELA: 4,
  HASH: 5,
  DYNAMIC: 6,
  NOTE: 7,
  NOBITS: 8,
  REL: 9,
  DYNSYM: 11,
  RELR: 19,
  CREL: 0x40000014,
  GNU_ATTRIBUTES: 0x6ffffff5,
  GNU_HASH: 0x6ffffff6,
  GNU_VERDEF: 0x6ffffffd,
  GNU_VERNEED: 0x6ffffffe,
  GNU_VERSYM: 0x6fffffff,
  /** SHT_ARM_ATTRIBUTES and SHT_RISCV_ATTRIBUTES alike. */
  PROC_ATTRIBUTES: 0x70000003,
} as const;

/** sh_flags */
export const SHF = { WRITE: 1, ALLOC: 2, EXECINSTR: 4, TLS: 0x400, COMPRESSED: 0x800 } as const;

/** st_shndx, e_shstrndx */
export const SHN = { UNDEF: 0, ABS: 0xfff1, COMMON: 0xfff2, XINDEX: 0xffff } as const;

/** e_phnum when the real count is in section header 0. */
export const PN_XNUM = 0xffff as const;

/** d_tag */
export const DT = {
  NULL: 0,
  NEEDED: 1,
  PLTRELSZ: 2,
  PLTGOT: 3,
  HASH: 4,
  STRTAB: 5,
  SYMTAB: 6,
  RELA: 7,
  RELASZ: 8,
  RELAENT: 9,
  STRSZ: 10,
  SYMENT: 11,
  INIT: 12,
  FINI: 13,
  SONAME: 14,
  RPATH: 15,
  SYMBOLIC: 16,
  REL: 17,
  RELSZ: 18,
  RELENT: 19,
  PLTREL: 20,
  DEBUG: 21,
  TEXTREL: 22,
  JMPREL: 23,
  BIND_NOW: 24,
  INIT_ARRAY: 25,
  FINI_ARRAY: 26,
  INIT_ARRAYSZ: 27,
  FINI_ARRAYSZ: 28,
  RUNPATH: 29,
  FLAGS: 30,
  PREINIT_ARRAY: 32,
  PREINIT_ARRAYSZ: 33,
  SYMTAB_SHNDX: 34,
  RELRSZ: 35,
  RELR: 36,
  RELRENT: 37,
  CREL: 0x40000026,
  ANDROID_REL: 0x6000000f,
  ANDROID_RELSZ: 0x60000010,
  ANDROID_RELA: 0x60000011,
  ANDROID_RELASZ: 0x60000012,
  ANDROID_RELR: 0x6fffe000,
  ANDROID_RELRSZ: 0x6fffe001,
  ANDROID_RELRENT: 0x6fffe003,
  GNU_PRELINKED: 0x6ffffdf5,
  GNU_CONFLICTSZ: 0x6ffffdf6,
  GNU_LIBLISTSZ: 0x6ffffdf7,
  CHECKSUM: 0x6ffffdf8,
  GNU_HASH: 0x6ffffef5,
  TLSDESC_PLT: 0x6ffffef6,
  TLSDESC_GOT: 0x6ffffef7,
  GNU_CONFLICT: 0x6ffffef8,
  GNU_LIBLIST: 0x6ffffef9,
  CONFIG: 0x6ffffefa,
  DEPAUDIT: 0x6ffffefb,
  AUDIT: 0x6ffffefc,
  VERSYM: 0x6ffffff0,
  RELACOUNT: 0x6ffffff9,
  RELCOUNT: 0x6ffffffa,
  FLAGS_1: 0x6ffffffb,
  VERDEF: 0x6ffffffc,
  VERDEFNUM: 0x6ffffffd,
  VERNEED: 0x6ffffffe,
  VERNEEDNUM: 0x6fffffff,
  AUXILIARY: 0x7ffffffd,
  FILTER: 0x7fffffff,
} as const;

/** Bits of DT_FLAGS */
export const DF = { ORIGIN: 1, SYMBOLIC: 2, TEXTREL: 4, BIND_NOW: 8, STATIC_TLS: 16 } as const;

/** Bits of DT_FLAGS_1 */
export const DF_1 = {
  NOW: 0x1,
  GLOBAL: 0x2,
  NODELETE: 0x8,
  INITFIRST: 0x20,
  NOOPEN: 0x40,
  ORIGIN: 0x80,
  INTERPOSE: 0x400,
  NODEFLIB: 0x800,
  PIE: 0x08000000,
} as const;

/** n_type of notes named GNU */
export const NT_GNU = { ABI_TAG: 1, HWCAP: 2, BUILD_ID: 3, GOLD_VERSION: 4, PROPERTY: 5 } as const;

const DYNAMIC_TAG_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(DT).map(([name, tag]) => [tag, name]),
);

/** `NEEDED` for 1; undefined for tags of a processor or an operating system that the reader has no use for. */
export function dynamicTagName(tag: number): string | undefined {
  return DYNAMIC_TAG_NAMES.get(tag);
}

const SEGMENT_TYPE_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(PT).map(([name, type]) => [type, name]),
);

/** `LOAD` for 1; undefined for types the reader has no use for. */
export function segmentTypeName(type: number): string | undefined {
  return SEGMENT_TYPE_NAMES.get(type);
}
