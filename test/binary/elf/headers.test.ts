import { describe, expect, it } from 'vitest';
import { PT, SHT, readElf } from '../../../src/binary/elf/index.ts';
import type { BuiltElf } from '../../support/elf-builder.ts';
import { demoLibrary, LAYOUTS } from '../../support/elf-samples.ts';
import { overwrite } from '../../support/elf-writer.ts';

/** Where the fields of the ELF header and of section header 0 are. */
function fields(built: BuiltElf): {
  phnum: number;
  shnum: number;
  shstrndx: number;
  zeroSize: number;
  zeroLink: number;
  zeroInfo: number;
  word: 4 | 8;
} {
  const { is64 } = built.layout;
  const zero = built.place('sections').offset;
  return {
    phnum: is64 ? 56 : 44,
    shnum: is64 ? 60 : 48,
    shstrndx: is64 ? 62 : 50,
    zeroSize: zero + (is64 ? 32 : 20),
    zeroLink: zero + (is64 ? 40 : 24),
    zeroInfo: zero + (is64 ? 44 : 28),
    word: is64 ? 8 : 4,
  };
}

describe.each(LAYOUTS)('headers of $class-bit $byteOrder-endian', (layout) => {
  it('are read with their places', () => {
    const built = demoLibrary(layout);
    const elf = readElf(built.bytes);
    const dynamic = elf.segments.find(({ type }) => type === PT.DYNAMIC);
    const place = built.place('.dynamic');
    expect(dynamic).toMatchObject({
      typeName: 'DYNAMIC',
      offset: place.offset,
      address: place.address,
      fileSize: place.size,
      readable: true,
      writable: true,
      executable: false,
    });
    const dynsym = elf.sections.find(({ name }) => name === '.dynsym');
    expect(dynsym).toMatchObject({
      type: SHT.DYNSYM,
      offset: built.place('.dynsym').offset,
      address: built.place('.dynsym').address,
      entrySize: layout.class === 64 ? 24 : 16,
      info: 1,
    });
    expect(elf.sections[dynsym?.link ?? -1]?.name).toBe('.dynstr');
  });

  it('are counted in section header 0 when 16 bits do not suffice', () => {
    const built = demoLibrary(layout);
    const plain = readElf(built.bytes);
    const at = fields(built);
    overwrite(built, { offset: at.phnum, width: 2 }, 0xffff);
    overwrite(built, { offset: at.shnum, width: 2 }, 0);
    overwrite(built, { offset: at.shstrndx, width: 2 }, 0xffff);
    overwrite(built, { offset: at.zeroSize, width: at.word }, plain.sections.length);
    overwrite(built, { offset: at.zeroLink, width: 4 }, plain.sections.length - 1);
    overwrite(built, { offset: at.zeroInfo, width: 4 }, plain.segments.length);
    const elf = readElf(built.bytes);
    expect(elf.faults).toEqual([]);
    expect(elf.segments).toEqual(plain.segments);
    expect(elf.sections.map(({ name }) => name)).toEqual(plain.sections.map(({ name }) => name));
    expect(elf.needed).toEqual(plain.needed);
  });
});
