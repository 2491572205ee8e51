/**
 * Takes records of needed versions out of their chains.
 *
 * Specification: LSB Core 5.0, "Symbol Versioning". A record that names a library which is no longer needed makes
 * glibc's loader stop ("needed != NULL"); a version that no symbol uses is asked for all the same. Records are
 * unlinked where they stand; nothing moves.
 */
import { WheelworksError } from '../../../support/errors.ts';
import { SHT } from '../constants.ts';
import type { ElfFile } from '../elf-file.ts';
import type { ElfNeededVersion, ElfVersionNeed } from '../version-model.ts';
import type { Changes } from './changes.ts';
import type { PatchBuilder } from './patch-builder.ts';
import { readSymbols, symbolName } from './raw-symbols.ts';

/** The version records as they are to be. */
export interface NewVersions {
  /** What is left; undefined when nothing changes. */
  readonly needs: readonly ElfVersionNeed[] | undefined;
  /** Indexes of symbols that are bound to no version any more. */
  readonly unbound: readonly number[];
}

/** What is left of the version records. @throws WheelworksError `elf/edit-missing`. */
export function newVersions(
  elf: ElfFile,
  dropped: { readonly libraries: ReadonlySet<string>; readonly symbols: ReadonlySet<string> },
): NewVersions {
  const { needs, symbolVersions } = elf.versions;
  const gone = needs.filter(({ library }) => dropped.libraries.has(library));
  if (gone.length === 0 && dropped.symbols.size === 0) return { needs: undefined, unbound: [] };
  const symbols = readSymbols(elf);
  if (symbols === undefined || symbolVersions === undefined) {
    requireFound(elf, dropped.symbols, new Set());
    return { needs: needs.filter((need) => !gone.includes(need)), unbound: [] };
  }
  const goneIndexes = new Set(gone.flatMap(({ versions }) => versions.map(({ index }) => index)));
  const unbound: number[] = [];
  const cleared = new Set<number>();
  const used = new Set<number>();
  const found = new Set<string>();
  for (let index = 1; index < symbols.count; index += 1) {
    const version = symbols.version(index);
    const isNamed = version > LAST_RESERVED && symbols.isUndefined(index);
    const name = dropped.symbols.size > 0 && isNamed ? symbolName(elf, symbols, index) : undefined;
    const isCleared = name !== undefined && dropped.symbols.has(name);
    if (isCleared) {
      found.add(name);
      cleared.add(version);
    }
    if (isCleared || goneIndexes.has(version)) unbound.push(index);
    else used.add(version);
  }
  requireFound(elf, dropped.symbols, found);
  const isLeft = ({ index }: ElfNeededVersion): boolean => !cleared.has(index) || used.has(index);
  const left = needs.flatMap((need): readonly ElfVersionNeed[] => {
    if (gone.includes(need)) return [];
    const versions = need.versions.filter(isLeft);
    return versions.length === 0 && need.versions.length > 0 ? [] : [{ ...need, versions }];
  });
  return { needs: left, unbound };
}

/** VER_NDX_LOCAL and VER_NDX_GLOBAL are no versions. */
const LAST_RESERVED = 1;
const GLOBAL = 1;

function requireFound(elf: ElfFile, wanted: ReadonlySet<string>, found: ReadonlySet<string>): void {
  const missing = [...wanted].filter((symbol) => !found.has(symbol));
  if (missing.length === 0) return;
  throw new WheelworksError(
    'elf/edit-missing',
    `The file imports no versioned symbol ${missing.join(', ')}.`,
    elf.path === undefined ? {} : { path: elf.path },
  );
}

/** Writes what {@link newVersions} found out, but for the dynamic section. */
export function writeVersions(elf: ElfFile, versions: NewVersions, patch: PatchBuilder): void {
  const { symbolVersions } = elf.versions;
  if (symbolVersions !== undefined)
    for (const index of versions.unbound) patch.u16(symbolVersions.offset + 2 * index, GLOBAL);
  if (versions.needs === undefined) return;
  const left = versions.needs;
  for (const [place, need] of left.entries()) {
    const [first] = need.versions;
    patch.u16(need.offset + 2, need.versions.length);
    patch.u32(need.offset + 8, first === undefined ? 0 : first.offset - need.offset);
    patch.u32(need.offset + 12, distance(need, left[place + 1]));
    for (const [at, version] of need.versions.entries())
      patch.u32(version.offset + 12, distance(version, need.versions[at + 1]));
  }
  writeSection(elf, left, patch);
}

/** Writes the names of libraries, and of the file itself, where versions say them. */
export function writeVersionNames(
  { versionLibraries, ownDefinition }: Changes,
  indexes: ReadonlyMap<string, number>,
  patch: PatchBuilder,
): void {
  for (const [offset, name] of versionLibraries) patch.u32(offset + 4, indexes.get(name) ?? 0);
  if (ownDefinition === undefined) return;
  const { definition, name } = ownDefinition;
  patch.u32(definition.offset + 8, sysvHash(name));
  patch.u32(definition.nameOffset, indexes.get(name) ?? 0);
}

/** gABI "Hash table"; versions carry it of their names. */
function sysvHash(name: string): number {
  let hash = 0;
  for (const byte of Buffer.from(name, 'utf8')) {
    hash = ((hash << 4) + byte) >>> 0;
    const high = hash & 0xf0000000;
    hash = (hash ^ (high >>> 24)) & ~high;
  }
  return hash >>> 0;
}

interface Record {
  readonly offset: number;
}

function distance(record: Record, next: Record | undefined): number {
  return next === undefined ? 0 : next.offset - record.offset;
}

/** sh_info has the number of records, and tools read them from the section's start. */
function writeSection(elf: ElfFile, left: readonly ElfVersionNeed[], patch: PatchBuilder): void {
  const section = elf.sections.find(({ type }) => type === SHT.GNU_VERNEED);
  const [first] = elf.versions.needs;
  if (section === undefined || first === undefined || section.offset !== first.offset) return;
  const skipped = (left[0]?.offset ?? first.offset) - first.offset;
  const { is64 } = patch.layout;
  patch.word(section.headerOffset + (is64 ? 16 : 12), section.address + skipped);
  patch.word(section.headerOffset + (is64 ? 24 : 16), section.offset + skipped);
  patch.word(section.headerOffset + (is64 ? 32 : 20), section.size - skipped);
  patch.u32(section.headerOffset + (is64 ? 44 : 28), left.length);
}
