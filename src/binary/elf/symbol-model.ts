import type { ElfVersionName } from './version-model.ts';

/** st_info's lower half. Values without a name here are `other`. */
export type SymbolType =
  'notype' | 'object' | 'func' | 'section' | 'file' | 'common' | 'tls' | 'ifunc' | 'other';

/** st_info's upper half. `unique` is GNU's: one definition in the whole process. */
export type SymbolBinding = 'local' | 'global' | 'weak' | 'unique' | 'other';

/** st_other's lower two bits. */
export type SymbolVisibility = 'default' | 'internal' | 'hidden' | 'protected';

/** The version of a symbol. A defined symbol of a needed version is a copy that a program has of a library's data. */
export interface ElfSymbolVersion extends ElfVersionName {
  /** `sym@V`, found only by references that name V; false for `sym@@V`. Always false for needed versions. */
  readonly hidden: boolean;
}

/** What an entry of the symbol table says by itself. */
interface SymbolFields {
  /** In the symbol table; the empty first symbol, 0, is never shown. */
  readonly index: number;
  readonly binding: SymbolBinding;
  readonly type: SymbolType;
  readonly visibility: SymbolVisibility;
  /** st_shndx: 0 for undefined, 0xfff1 absolute, 0xfff2 common. */
  readonly section: number;
  readonly defined: boolean;
  /** Address, or offset in thread-local storage; rounded from 2^53 on. */
  readonly value: number;
  /** Bytes. */
  readonly size: number;
  /** The entry of DT_VERSYM without the hidden bit: 0 local, 1 global; undefined without DT_VERSYM. */
  readonly versionIndex: number | undefined;
}

/** One dynamic symbol. */
export interface ElfSymbol extends SymbolFields {
  readonly name: string;
  /** Undefined for symbols without version, and when the index names none that the file has. */
  readonly version: ElfSymbolVersion | undefined;
}

/**
 * The symbol that a scan stands at. One object serves all symbols: it is valid during the visit, and whoever wants to
 * keep something takes it out. What is not asked for is not decoded.
 */
export interface SymbolView extends SymbolFields {
  /** The hidden bit of DT_VERSYM as written; false without DT_VERSYM. */
  readonly hidden: boolean;
  /** @throws WheelworksError `elf/bad-string`, `elf/string-overlap`. */
  name(): string;
  /** {@link gnuHash} of the name, without decoding it. @throws WheelworksError as {@link SymbolView.name}. */
  nameHash(): number;
  /** Undefined for symbols without version, and when the index names none that the file has. */
  version(): ElfSymbolVersion | undefined;
}
