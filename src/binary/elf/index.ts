/** Reading ELF files: `readElf` and the model it gives. */
export { readElf } from './read-elf.ts';
export type { ElfFile } from './elf-file.ts';
export { checkRange, memoryBytes, type ElfBytes } from './bytes.ts';
export { loadFault, type ElfFault, type ElfPart } from './faults.ts';
export type { ElfHeader, ElfHeaderTable } from './header.ts';
export type { ArmAbi, ElfAbi, LoongArchAbi, MipsAbi, PpcAbi, RiscvAbi, S390Abi } from './abi.ts';
export type { ElfMachine } from './machine.ts';
export { MACHINES, type MachineFacts } from './data/machines.ts';
export type { ElfSegment } from './segments.ts';
export type { ElfSection } from './sections.ts';
export type { AddressMap, FileRange } from './address-map.ts';
export { valueOf, type ElfDynamic, type ElfDynamicEntry } from './dynamic.ts';
export { gnuHash, type ElfStringTableRange, type StringTable } from './strings.ts';
export type { ElfGnuHash, ElfHashTables, ElfSysvHash } from './hash-tables.ts';
export type { ElfSymbolTable, SymbolCountSource } from './symbol-table.ts';
export type {
  ElfSymbol,
  ElfSymbolVersion,
  SymbolBinding,
  SymbolType,
  SymbolView,
  SymbolVisibility,
} from './symbol-model.ts';
export {
  importsAndExports,
  isExport,
  isImport,
  listImports,
  type ElfExport,
  type ElfImport,
  type ElfImportsAndExports,
} from './imports-exports.ts';
export type {
  ElfNeededVersion,
  ElfVersionDefinition,
  ElfVersionName,
  ElfVersionNeed,
  ElfVersionTables,
} from './version-model.ts';
export type { ElfKind, ElfLinking } from './linking.ts';
export type { ElfRelocationTable, RelocationEncoding } from './relocations.ts';
export type { ElfNote } from './notes.ts';
export type { ElfAbiTag, ElfKnownNotes } from './known-notes.ts';
export type { GnuProperties, GnuProperty, X86Level } from './gnu-property.ts';
export type { ElfAttributes } from './attributes.ts';
export type { ElfDebugInfo } from './debug-info.ts';
export { applyPatch, isUnchanged, type ElfPatch, type PatchWrite } from './patch.ts';
export type { ElfEdit } from './edit/model.ts';
export { planElfEdit } from './edit/plan-edit.ts';
export { measureStrip, type StripMeasure } from './strip/layout.ts';
export { planDebugLink, type DebugLink } from './strip/plan-debug-link.ts';
export {
  debugFileBytes,
  planDebugFile,
  type ElfCopy,
  type ElfDebugFile,
} from './strip/plan-debug-file.ts';
export { planStrip } from './strip/plan-strip.ts';
export { DF, DF_1, DT, EM, ET, NT_GNU, PF, PT, SHF, SHN, SHT } from './constants.ts';
