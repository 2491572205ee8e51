/** The dynamic symbols as numbers in the file, for whoever has to change or to keep what they refer to. */
import { SHN } from '../constants.ts';
import type { ElfFile } from '../elf-file.ts';

const STT_TLS = 6;

/** Fields of the symbols by index, the empty first one included. */
export interface RawSymbols {
  readonly count: number;
  /** st_name: index into the dynamic string table. */
  nameIndex(index: number): number;
  /** st_shndx is SHN_UNDEF: the symbol is imported. */
  isUndefined(index: number): boolean;
  /** st_value */
  value(index: number): number;
  /** Whether st_value is an address: not in thread-local storage, not a plain number, not imported. */
  isPlace(index: number): boolean;
  /** Without the hidden bit; 1 where the file has no versions. */
  version(index: number): number;
  /** File offset of the symbol. */
  offset(index: number): number;
}

/** Reads the tables at once; undefined when there are no symbols, or nothing tells how many. */
export function readSymbols(elf: ElfFile): RawSymbols | undefined {
  const table = elf.symbolTable();
  if (table === undefined || table.countFrom === 'none') return undefined;
  const { offset, entrySize, count } = table;
  const little = elf.byteOrder === 'little';
  const symbols = viewOf(elf.bytes.range(offset, entrySize * count, 'dynamic symbols'));
  const is64 = elf.class === 64;
  const { symbolVersions } = elf.versions;
  const versioned = Math.min(count, Math.floor((symbolVersions?.length ?? 0) / 2));
  const versions = viewOf(
    symbolVersions === undefined
      ? new Uint8Array(0)
      : elf.bytes.range(symbolVersions.offset, 2 * versioned, 'symbol versions'),
  );
  return {
    count,
    nameIndex: (index) => symbols.getUint32(index * entrySize, little),
    isUndefined: (index) => symbols.getUint16(index * entrySize + (is64 ? 6 : 14), little) === 0,
    value: (index) =>
      is64
        ? Number(symbols.getBigUint64(index * entrySize + 8, little))
        : symbols.getUint32(index * entrySize + 4, little),
    isPlace: (index) => {
      const at = index * entrySize;
      const section = symbols.getUint16(at + (is64 ? 6 : 14), little);
      const type = symbols.getUint8(at + (is64 ? 4 : 12)) & 0xf;
      return section !== SHN.UNDEF && section !== SHN.ABS && type !== STT_TLS;
    },
    version: (index) => (index < versioned ? versions.getUint16(2 * index, little) & 0x7fff : 1),
    offset: (index) => offset + index * entrySize,
  };
}

/** @throws WheelworksError `elf/bad-string`. */
export function symbolName(elf: ElfFile, symbols: RawSymbols, index: number): string | undefined {
  return elf.dynamic?.strings?.at(symbols.nameIndex(index), 'st_name');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
