import { hex } from '../../support/byte-reader.ts';
import type { AddressMap, FileRange } from './address-map.ts';
import { DT } from './constants.ts';
import { valueOf, type ElfDynamic } from './dynamic.ts';
import type { ElfImage } from './image.ts';
import type {
  ElfVersionDefinition,
  ElfVersionName,
  ElfVersionNeed,
  ElfVersionTables,
} from './version-model.ts';
import { walkDefinitions, walkNeeds, type VersionTable } from './version-records.ts';

/** The symbol version tables (LSB Core 5.0, "Symbol Versioning"); a damaged one is a fault and read up to the damage. */
export function readVersions(
  image: ElfImage,
  dynamic: ElfDynamic | undefined,
  map: AddressMap,
): ElfVersionTables {
  const needs: ElfVersionNeed[] = [];
  const definitions: ElfVersionDefinition[] = [];
  const walk = (tag: number, name: string, read: (table: VersionTable) => void): void => {
    const address = valueOf(dynamic?.entries ?? [], tag);
    if (address === undefined || dynamic === undefined) return;
    image.log.attempt('versions', undefined, () => {
      const range = map.from(address);
      if (range === undefined || dynamic.strings === undefined)
        throw image.error(
          'elf/bad-versions',
          `${name} at address ${hex(address)} or its strings are not in the file.`,
          0,
        );
      read({ name, image, range, strings: dynamic.strings });
    });
  };
  walk(DT.VERNEED, 'DT_VERNEED', (table) => {
    walkNeeds(table, needs);
    checkCount(table, needs.length, valueOf(dynamic?.entries ?? [], DT.VERNEEDNUM));
  });
  walk(DT.VERDEF, 'DT_VERDEF', (table) => {
    walkDefinitions(table, definitions);
    checkCount(table, definitions.length, valueOf(dynamic?.entries ?? [], DT.VERDEFNUM));
  });
  return { needs, definitions, symbolVersions: locateSymbolVersions(image, dynamic, map) };
}

function locateSymbolVersions(
  image: ElfImage,
  dynamic: ElfDynamic | undefined,
  map: AddressMap,
): FileRange | undefined {
  const address = valueOf(dynamic?.entries ?? [], DT.VERSYM);
  if (address === undefined) return undefined;
  const range = map.from(address);
  if (range === undefined) {
    image.log.add('versions', 'elf/bad-versions', {
      message: `DT_VERSYM is at address ${hex(address)}, which no PT_LOAD fills from the file.`,
      evidence: `address ${hex(address)}`,
    });
  }
  return range;
}

/** Loaders follow the chain and ignore the count; a chain that stops early may hide versions from tools. */
function checkCount(table: VersionTable, found: number, declared: number | undefined): void {
  if (declared === undefined || declared === found) return;
  table.image.log.add('versions', 'elf/version-count', {
    message: `${table.name} has ${found} records, but the dynamic section says ${declared}.`,
    evidence: `offset ${hex(table.range.offset)}`,
  });
}

/** Version names by the index that symbols use. The base definition is no version of a symbol and is left out. */
export function versionNames(tables: ElfVersionTables): ReadonlyMap<number, ElfVersionName> {
  const names = new Map<number, ElfVersionName>();
  for (const definition of tables.definitions) {
    if (!definition.base)
      names.set(definition.index, { name: definition.name, library: undefined });
  }
  for (const need of tables.needs) {
    for (const version of need.versions) {
      names.set(version.index, { name: version.name, library: need.library });
    }
  }
  return names;
}

/** The needed versions by library, both in code unit order, repeated records merged. */
export function versionedSymbols(needs: readonly ElfVersionNeed[]): Record<string, string[]> {
  const libraries = new Map<string, Set<string>>();
  for (const { library, versions } of needs) {
    const names = libraries.get(library) ?? new Set();
    for (const version of versions) names.add(version.name);
    libraries.set(library, names);
  }
  const sorted = [...libraries].sort(([a], [b]) => (a < b ? -1 : 1));
  // Own properties even for a library named __proto__.
  return Object.fromEntries(sorted.map(([library, names]) => [library, [...names].sort()]));
}
