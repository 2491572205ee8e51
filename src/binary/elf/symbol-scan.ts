import type { FileRange } from './address-map.ts';
import { SHN } from './constants.ts';
import type { ElfCursor } from './cursor.ts';
import type { ElfImage } from './image.ts';
import { StringTable } from './strings.ts';
import type {
  ElfSymbolVersion,
  SymbolBinding,
  SymbolType,
  SymbolView,
  SymbolVisibility,
} from './symbol-model.ts';
import type { ElfSymbolTable } from './symbol-table.ts';
import { VERSION_HIDDEN, type ElfVersionName } from './version-model.ts';

/** What symbols are read with. */
export interface SymbolSources {
  readonly table: ElfSymbolTable;
  readonly strings: StringTable | undefined;
  readonly symbolVersions: FileRange | undefined;
  readonly versions: ReadonlyMap<number, ElfVersionName>;
}

/**
 * Shows all dynamic symbols (gABI "Symbol Table") in their order, without the empty first one, through one view that
 * decodes what it is asked for: large libraries have half a million symbols, of which most readers want a few.
 * @throws WheelworksError `elf/truncated`, `elf/bad-string` or `elf/bad-versions` before the first visit when a table
 *   is damaged, and what `visit` throws.
 */
export function scanSymbols(
  image: ElfImage,
  sources: SymbolSources,
  visit: (symbol: SymbolView) => void,
): void {
  const { table } = sources;
  if (table.count <= 1) return;
  const view = new TableView(image, sources);
  for (let index = 1; index < table.count; index += 1) {
    view.moveTo(index);
    visit(view);
  }
}

const TYPES: readonly (SymbolType | undefined)[] = [
  'notype',
  'object',
  'func',
  'section',
  'file',
  'common',
  'tls',
  ...Array.from({ length: 3 }, () => undefined),
  'ifunc',
];

const BINDINGS: readonly (SymbolBinding | undefined)[] = [
  'local',
  'global',
  'weak',
  ...Array.from({ length: 7 }, () => undefined),
  'unique',
];

const VISIBILITIES: readonly SymbolVisibility[] = ['default', 'internal', 'hidden', 'protected'];

/** Where the fields behind st_name stand in an entry; both classes have the same ones in another order. */
interface EntryLayout {
  readonly info: number;
  readonly value: number;
  readonly size: number;
}

const LAYOUT_64: EntryLayout = { info: 4, value: 8, size: 16 };
const LAYOUT_32: EntryLayout = { info: 12, value: 4, size: 8 };

class TableView implements SymbolView {
  index = 0;
  section = 0;
  versionIndex: number | undefined;
  hidden = false;
  readonly #cursor: ElfCursor;
  readonly #strings: StringTable;
  readonly #versions: ElfCursor | undefined;
  readonly #versionOf: (index: number, hidden: boolean) => ElfSymbolVersion | undefined;
  readonly #layout: EntryLayout;
  readonly #entrySize: number;
  #info = 0;
  #other = 0;

  constructor(image: ElfImage, sources: SymbolSources) {
    const { table, strings } = sources;
    if (strings === undefined)
      throw image.error('elf/bad-string', 'The symbols have no string table.', table.offset);
    this.#entrySize = table.entrySize;
    this.#layout = image.layout.is64 ? LAYOUT_64 : LAYOUT_32;
    this.#cursor = image.cursor(table.offset, table.count * table.entrySize, 'dynamic symbols');
    this.#versions = openSymbolVersions(image, sources);
    this.#versionOf = versionLookup(sources.versions);
    // What overlapping strings may cost is limited for each scan by itself: many scans of a sane file are no attack.
    this.#strings = new StringTable(image, strings.range, 'dynamic string table');
  }

  moveTo(index: number): void {
    this.index = index;
    const cursor = this.#cursor.seek(index * this.#entrySize + this.#layout.info, 'symbol');
    this.#info = cursor.u8('st_info');
    this.#other = cursor.u8('st_other');
    this.section = cursor.u16('st_shndx');
    if (this.#versions === undefined) return;
    const versym = this.#versions.u16('DT_VERSYM');
    this.versionIndex = versym & ~VERSION_HIDDEN;
    this.hidden = (versym & VERSION_HIDDEN) !== 0;
  }

  get binding(): SymbolBinding {
    return BINDINGS[this.#info >>> 4] ?? 'other';
  }

  get type(): SymbolType {
    return TYPES[this.#info & 15] ?? 'other';
  }

  get visibility(): SymbolVisibility {
    return VISIBILITIES[this.#other & 3] ?? 'default';
  }

  get defined(): boolean {
    return this.section !== SHN.UNDEF;
  }

  get value(): number {
    return this.#field(this.#layout.value, 'st_value').word('st_value');
  }

  get size(): number {
    return this.#field(this.#layout.size, 'st_size').word('st_size');
  }

  name(): string {
    return this.#strings.at(this.#field(0, 'st_name').u32('st_name'), 'symbol name');
  }

  nameHash(): number {
    return this.#strings.hashAt(this.#field(0, 'st_name').u32('st_name'), 'symbol name');
  }

  version(): ElfSymbolVersion | undefined {
    if (this.versionIndex === undefined) return undefined;
    return this.#versionOf(this.versionIndex, this.hidden);
  }

  #field(offset: number, field: string): ElfCursor {
    return this.#cursor.seek(this.index * this.#entrySize + offset, field);
  }
}

/** Stands at the version of symbol 1. */
function openSymbolVersions(image: ElfImage, sources: SymbolSources): ElfCursor | undefined {
  const { table, symbolVersions } = sources;
  if (symbolVersions === undefined) return undefined;
  if (table.count * 2 > symbolVersions.length) {
    throw image.error(
      'elf/bad-versions',
      `DT_VERSYM must have an entry for each of ${table.count} symbols, but its segment ends before.`,
      symbolVersions.offset,
    );
  }
  return image.cursor(symbolVersions.offset, table.count * 2, 'DT_VERSYM').skip(2, 'symbol 0');
}

/** Thousands of symbols share a few versions, so each is made once. */
function versionLookup(
  names: ReadonlyMap<number, ElfVersionName>,
): (index: number, hidden: boolean) => ElfSymbolVersion | undefined {
  const made = new Map<number, ElfSymbolVersion>();
  return (index, isHidden) => {
    const key = isHidden ? index | VERSION_HIDDEN : index;
    const known = made.get(key);
    if (known !== undefined) return known;
    const named = names.get(index);
    if (named === undefined) return undefined;
    const hidden = named.library === undefined && isHidden;
    const version = { name: named.name, library: named.library, hidden };
    made.set(key, version);
    return version;
  };
}
