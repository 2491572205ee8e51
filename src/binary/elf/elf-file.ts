import type { AddressMap } from './address-map.ts';
import type { ElfAbi } from './abi.ts';
import type { ElfAttributes } from './attributes.ts';
import type { ElfBytes } from './bytes.ts';
import type { ElfDebugInfo } from './debug-info.ts';
import type { ElfDynamic } from './dynamic.ts';
import type { ElfFault } from './faults.ts';
import type { ElfHashTables } from './hash-tables.ts';
import type { ElfHeader } from './header.ts';
import type { ElfKnownNotes } from './known-notes.ts';
import type { ElfKind, ElfLinking } from './linking.ts';
import type { ElfMachine } from './machine.ts';
import type { ElfNote } from './notes.ts';
import type { ElfRelocationTable } from './relocations.ts';
import type { ElfSection } from './sections.ts';
import type { ElfSegment } from './segments.ts';
import type { ElfSymbol, SymbolView } from './symbol-model.ts';
import type { ElfSymbolTable } from './symbol-table.ts';
import type { ElfVersionTables } from './version-model.ts';

/**
 * An ELF file as a loader sees it, with the file offset of everything an editor may want to change.
 *
 * Offsets and sizes are in bytes. Addresses and sizes of 2^53 and more, which nothing that can be loaded has, are
 * rounded.
 */
export interface ElfFile {
  readonly path: string | undefined;
  readonly bytes: ElfBytes;
  readonly header: ElfHeader;
  readonly class: 32 | 64;
  readonly byteOrder: 'little' | 'big';
  readonly kind: ElfKind;
  readonly machine: ElfMachine;
  /** e_flags decoded; undefined for processors that do not use it. */
  readonly abi: ElfAbi | undefined;
  readonly segments: readonly ElfSegment[];
  /** Empty when the file has no section headers or they are damaged; nothing a loader does depends on them. */
  readonly sections: readonly ElfSection[];
  /** Addresses to file offsets and back, through PT_LOAD alone. */
  readonly addresses: AddressMap;
  /** PT_INTERP: the loader of a program. */
  readonly interpreter: string | undefined;
  /** Undefined for static programs and object files. */
  readonly dynamic: ElfDynamic | undefined;
  /** DT_NEEDED in order, repeated ones too. */
  readonly needed: readonly string[];
  readonly soname: string | undefined;
  /**
   * DT_RPATH split at colons; empty without the tag. An empty element is the current directory; a loader ignores
   * DT_RPATH when there is DT_RUNPATH.
   */
  readonly rpath: readonly string[];
  /** DT_RUNPATH split at colons; empty without the tag. */
  readonly runpath: readonly string[];
  readonly linking: ElfLinking;
  readonly hashTables: ElfHashTables;
  readonly versions: ElfVersionTables;
  readonly relocations: readonly ElfRelocationTable[];
  readonly notes: readonly ElfNote[];
  readonly known: ElfKnownNotes;
  readonly attributes: ElfAttributes | undefined;
  readonly debug: ElfDebugInfo;
  /**
   * Damage that did not stop the reading; what a damaged part would have said is missing from the model. Complete
   * after `symbolTable()` was called, which may add to it.
   */
  readonly faults: readonly ElfFault[];
  /** Where the dynamic symbols are; undefined when there are none to be found. Found on the first call. */
  symbolTable(): ElfSymbolTable | undefined;
  /**
   * Shows the dynamic symbols without the empty first one, decoding what is asked for. Judging a file by its symbols is
   * a scan; the list of {@link ElfFile.symbols} costs ten times as much and stays in memory.
   * @throws WheelworksError `elf/truncated`, `elf/bad-string`, `elf/bad-versions` before the first visit when a table
   *   is damaged; of a damaged name, only where it is asked for.
   */
  scanSymbols(visit: (symbol: SymbolView) => void): void;
  /**
   * The dynamic symbols without the empty first one; read on the first call.
   * @throws WheelworksError `elf/truncated`, `elf/bad-string`, `elf/string-overlap`, `elf/bad-versions` when one of
   *   them is damaged.
   */
  symbols(): readonly ElfSymbol[];
  /** The versions this file needs, by library; both sorted. */
  versionedSymbols(): Record<string, readonly string[]>;
}
