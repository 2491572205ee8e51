import { hex } from '../../support/byte-reader.ts';
import type { FileRange } from './address-map.ts';
import type { ElfImage } from './image.ts';
import type { StringTable } from './strings.ts';
import type { ElfNeededVersion, ElfVersionDefinition, ElfVersionNeed } from './version-model.ts';

const VERSION_INDEX = 0x7fff;
const FLAG_BASE = 1;
const FLAG_WEAK = 2;

const NEED_SIZE = 16;
const DEFINITION_SIZE = 20;
const DEFINITION_NAME_SIZE = 8;

/** A table of version records to be read. */
export interface VersionTable {
  readonly name: string;
  readonly image: ElfImage;
  readonly range: FileRange;
  readonly strings: StringTable;
}

/** Reads DT_VERNEED into `needs`, which keeps what was read before any damage. */
export function walkNeeds(table: VersionTable, needs: ElfVersionNeed[]): void {
  const { image, range, strings } = table;
  const budget = new NameBudget(table, NEED_SIZE);
  const record = { size: NEED_SIZE, field: 'vn_next', nextAt: 12 };
  for (const offset of chain(table, 0, record)) {
    const cursor = image.cursor(offset, NEED_SIZE, 'Elf_Verneed').skip(2, 'vn_version');
    const count = cursor.u16('vn_cnt');
    const libraryIndex = cursor.u32('vn_file');
    const distance = cursor.u32('vn_aux');
    const first = offset + distance - range.offset;
    const versions: ElfNeededVersion[] = [];
    needs.push({ library: strings.at(libraryIndex, 'vn_file'), versions, libraryIndex, offset });
    if (distance === 0) continue;
    for (const at of chain(table, first, { size: NEED_SIZE, field: 'vna_next', nextAt: 12 })) {
      budget.spend(at);
      versions.push(readNeeded(image, at, strings));
    }
    if (versions.length !== count) {
      image.log.add('versions', 'elf/version-count', {
        message: `A record of ${table.name} has ${versions.length} versions, but vn_cnt says ${count}.`,
        evidence: `offset ${hex(offset)}`,
      });
    }
  }
}

function readNeeded(image: ElfImage, offset: number, strings: StringTable): ElfNeededVersion {
  const cursor = image.cursor(offset, NEED_SIZE, 'Elf_Vernaux');
  const hash = cursor.u32('vna_hash');
  const flags = cursor.u16('vna_flags');
  const index = cursor.u16('vna_other') & VERSION_INDEX;
  const nameIndex = cursor.u32('vna_name');
  return {
    name: strings.at(nameIndex, 'vna_name'),
    hash,
    flags,
    weak: (flags & FLAG_WEAK) !== 0,
    index,
    nameIndex,
    offset,
  };
}

/** Reads DT_VERDEF into `definitions`, which keeps what was read before any damage. */
export function walkDefinitions(table: VersionTable, definitions: ElfVersionDefinition[]): void {
  const budget = new NameBudget(table, DEFINITION_NAME_SIZE);
  const record = { size: DEFINITION_SIZE, field: 'vd_next', nextAt: 16 };
  for (const offset of chain(table, 0, record)) {
    definitions.push(readDefinition(table, offset, budget));
  }
}

function readDefinition(
  table: VersionTable,
  offset: number,
  budget: NameBudget,
): ElfVersionDefinition {
  const { image, range, strings } = table;
  const cursor = image.cursor(offset, DEFINITION_SIZE, 'Elf_Verdef').skip(2, 'vd_version');
  const flags = cursor.u16('vd_flags');
  const index = cursor.u16('vd_ndx') & VERSION_INDEX;
  const count = cursor.u16('vd_cnt');
  const hash = cursor.u32('vd_hash');
  const first = offset + cursor.u32('vd_aux') - range.offset;
  const names: Pick<ElfVersionDefinition, 'name' | 'nameIndex' | 'nameOffset'>[] = [];
  const record = { size: DEFINITION_NAME_SIZE, field: 'vda_next', nextAt: 4 };
  if (count > 0) {
    for (const at of chain(table, first, record)) {
      budget.spend(at);
      const nameIndex = image.cursor(at, 4, 'vda_name').u32('vda_name');
      names.push({ name: strings.at(nameIndex, 'vda_name'), nameIndex, nameOffset: at });
      if (names.length === count) break;
    }
  }
  const [own, ...parents] = names;
  if (own === undefined)
    throw image.error('elf/bad-versions', 'A version definition has no name.', offset);
  return {
    ...own,
    parents: parents.map(({ name }) => name),
    parentIndexes: parents.map(({ nameIndex }) => nameIndex),
    hash,
    flags,
    base: (flags & FLAG_BASE) !== 0,
    weak: (flags & FLAG_WEAK) !== 0,
    index,
    offset,
  };
}

/**
 * Follows a chain of records by their distances. Every record lies behind the one before and does not overlap it, so
 * the chain ends with the segment at the latest.
 */
function* chain(
  table: VersionTable,
  start: number,
  record: { readonly size: number; readonly field: string; readonly nextAt: number },
): Generator<number> {
  const { image, range, name } = table;
  let inside = start;
  for (;;) {
    if (inside + record.size > range.length) {
      throw image.error(
        'elf/bad-versions',
        `A record of ${name} is past the end of its segment.`,
        range.offset + range.length,
      );
    }
    const offset = range.offset + inside;
    yield offset;
    const next = image.cursor(offset + record.nextAt, 4, record.field).u32(record.field);
    if (next === 0) return;
    if (next < record.size) {
      throw image.error(
        'elf/bad-versions',
        `${record.field} is ${next}, so records of ${name} would overlap.`,
        offset,
      );
    }
    inside += next;
  }
}

/**
 * The names below the records may not be shared between records in a sane file; all chains together are limited to
 * what fits in the segment, or n records could each have the same n names.
 */
class NameBudget {
  readonly #table: VersionTable;
  #left: number;

  constructor(table: VersionTable, size: number) {
    this.#table = table;
    this.#left = Math.floor(table.range.length / size);
  }

  spend(offset: number): void {
    this.#left -= 1;
    if (this.#left >= 0) return;
    throw this.#table.image.error(
      'elf/bad-versions',
      `The records of ${this.#table.name} share their names, as only forged ones do.`,
      offset,
    );
  }
}
