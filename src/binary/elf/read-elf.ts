import { decodeAbi } from './abi.ts';
import { createAddressMap } from './address-map.ts';
import { readAttributes } from './attributes.ts';
import { memoryBytes, type ElfBytes } from './bytes.ts';
import { DT, PT } from './constants.ts';
import { readDebugInfo } from './debug-info.ts';
import { readDynamic, type ElfDynamic } from './dynamic.ts';
import type { ElfFile } from './elf-file.ts';
import { readHashTables } from './hash-tables.ts';
import { openImage, readHeader } from './header.ts';
import type { ElfImage } from './image.ts';
import { decodeKnownNotes } from './known-notes.ts';
import { kindOf, readLinking } from './linking.ts';
import { describeMachine } from './machine.ts';
import { readNotes } from './notes.ts';
import { readRelocations } from './relocations.ts';
import { readSections } from './sections.ts';
import { readSegments, type ElfSegment } from './segments.ts';
import type { ElfSymbol, SymbolView } from './symbol-model.ts';
import { scanSymbols } from './symbol-scan.ts';
import { locateSymbols, type ElfSymbolTable } from './symbol-table.ts';
import { collectSymbols } from './symbols.ts';
import { readVersions, versionedSymbols, versionNames } from './versions.ts';

/**
 * Reads an ELF file of any class, byte order and processor the way a loader does: through its program headers.
 * Symbols are read when they are asked for, everything else at once. Time and memory are proportional to the file,
 * whatever it claims.
 *
 * Damage to what loaders do not need, or that leaves the rest readable, is in `faults`.
 * @throws WheelworksError `elf/not-elf`; `elf/bad-ident`, `elf/truncated` or `elf/bad-program-headers` when the header
 *   or the program headers cannot be read.
 */
export function readElf(
  source: Uint8Array | ElfBytes,
  options: { readonly path?: string } = {},
): ElfFile {
  const { path } = options;
  const image = openImage(source instanceof Uint8Array ? memoryBytes(source, path) : source, path);
  const header = readHeader(image);
  checkHeader(image, header.version);
  const abi = decodeAbi(header);
  const segments = readSegments(image, header);
  const sections = readSections(image, header);
  const addresses = createAddressMap(segments, image.size);
  const dynamic = readDynamic(image, segments, addresses);
  const hashTables = readHashTables(image, header, { dynamic, map: addresses });
  const versions = readVersions(image, dynamic, addresses);
  const notes = readNotes(image, segments, sections);

  let table: { readonly found: ElfSymbolTable | undefined } | undefined;
  const symbolTable = (): ElfSymbolTable | undefined => {
    const sources = { header, dynamic, hashTables, sections, map: addresses };
    table ??= { found: locateSymbols(image, sources) };
    return table.found;
  };
  const scan = (visit: (symbol: SymbolView) => void): void => {
    const found = symbolTable();
    if (found === undefined) return;
    const { symbolVersions } = versions;
    const sources = { strings: dynamic?.strings, symbolVersions, versions: versionNames(versions) };
    scanSymbols(image, { table: found, ...sources }, visit);
  };
  let symbols: readonly ElfSymbol[] | undefined;

  return {
    path,
    bytes: image.bytes,
    header,
    class: header.class,
    byteOrder: header.byteOrder,
    kind: kindOf(header, dynamic),
    machine: describeMachine(header, abi),
    abi,
    segments,
    sections,
    addresses,
    interpreter: readInterpreter(image, segments),
    dynamic,
    needed: textsOf(dynamic, DT.NEEDED),
    soname: textsOf(dynamic, DT.SONAME).at(-1),
    rpath: searchPath(dynamic, DT.RPATH),
    runpath: searchPath(dynamic, DT.RUNPATH),
    linking: readLinking(segments, dynamic),
    hashTables,
    versions,
    relocations: readRelocations(image, dynamic, addresses),
    notes,
    known: decodeKnownNotes(image, header, notes),
    attributes: readAttributes(image, header, sections),
    debug: readDebugInfo(image, sections),
    faults: image.log.faults,
    symbolTable,
    scanSymbols: scan,
    symbols: () => (symbols ??= collectSymbols(scan)),
    versionedSymbols: () => versionedSymbols(versions.needs),
  };
}

function checkHeader(image: ElfImage, version: number): void {
  if (version === 1) return;
  image.log.add('header', 'elf/bad-version', {
    message: `e_version is ${version}; there is only version 1.`,
    evidence: 'offset 0x14',
  });
}

/** PATH_MAX; kernels refuse longer ones. */
const LONGEST_INTERPRETER = 4096;

function readInterpreter(image: ElfImage, segments: readonly ElfSegment[]): string | undefined {
  const segment = segments.find((each) => each.type === PT.INTERP);
  if (segment === undefined || segment.fileSize === 0) return undefined;
  return image.log.attempt('segments', undefined, () => {
    const size = Math.min(segment.fileSize, LONGEST_INTERPRETER);
    const bytes = image.range(segment.offset, size, 'PT_INTERP');
    const end = bytes.indexOf(0);
    if (end === -1) {
      const message = `PT_INTERP has no string of less than ${LONGEST_INTERPRETER} bytes.`;
      throw image.error('elf/bad-interpreter', message, segment.offset);
    }
    return Buffer.from(bytes.buffer, bytes.byteOffset, end).toString('utf8');
  });
}

function textsOf(dynamic: ElfDynamic | undefined, tag: number): string[] {
  const entries = dynamic?.entries ?? [];
  return entries.flatMap((entry) =>
    entry.tag === tag && entry.text !== undefined ? [entry.text] : [],
  );
}

/** Of repeated tags the last counts, as in loaders. */
function searchPath(dynamic: ElfDynamic | undefined, tag: number): string[] {
  return textsOf(dynamic, tag).at(-1)?.split(':') ?? [];
}
