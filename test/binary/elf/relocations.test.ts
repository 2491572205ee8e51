import { describe, expect, it } from 'vitest';
import { DT, readElf } from '../../../src/binary/elf/index.ts';
import { buildElf } from '../../support/elf-builder.ts';

const AT = 0x10040;

describe('relocation tables', () => {
  it.each([
    ['rela', { start: DT.RELA, size: DT.RELASZ }],
    ['rel', { start: DT.REL, size: DT.RELSZ }],
    ['relr', { start: DT.RELR, size: DT.RELRSZ }],
    ['android-rela', { start: DT.ANDROID_RELA, size: DT.ANDROID_RELASZ }],
    ['android-rel', { start: DT.ANDROID_REL, size: DT.ANDROID_RELSZ }],
    ['android-relr', { start: DT.ANDROID_RELR, size: DT.ANDROID_RELRSZ }],
  ])('of kind %s', (encoding, { start, size }) => {
    const tags = [
      [start, AT],
      [size, 0x48],
    ] as const;
    const elf = readElf(buildElf({ tags }).bytes);
    expect(elf.relocations).toMatchObject([
      { encoding, plt: false, address: AT, offset: 0x40, size: 0x48 },
    ]);
  });

  it('of kind crel, whose size is not in the dynamic section', () => {
    const elf = readElf(buildElf({ tags: [[DT.CREL, AT]] }).bytes);
    expect(elf.relocations).toMatchObject([{ encoding: 'crel', offset: 0x40, size: undefined }]);
  });

  it('of calls, in the kind that DT_PLTREL names', () => {
    const tables = [DT.REL, DT.RELA].map((kind) => {
      const tags = [
        [DT.JMPREL, AT],
        [DT.PLTRELSZ, 0x30],
        [DT.PLTREL, kind],
      ] as const;
      return readElf(buildElf({ class: 32, tags }).bytes).relocations;
    });
    expect(tables).toMatchObject([
      [{ encoding: 'rel', plt: true, entrySize: 8, size: 0x30 }],
      [{ encoding: 'rela', plt: true, entrySize: 12, size: 0x30 }],
    ]);
  });

  it('that are not in the file are a fault', () => {
    const tags = [
      [DT.RELA, 0x7000000],
      [DT.RELASZ, 24],
    ] as const;
    const elf = readElf(buildElf({ tags }).bytes);
    expect(elf.relocations[0]?.offset).toBeUndefined();
    expect(elf.faults.map(({ code }) => code)).toEqual(['elf/relocations-unmapped']);
  });
});
