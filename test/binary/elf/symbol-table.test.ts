import { describe, expect, it } from 'vitest';
import { EM, ET, readElf } from '../../../src/binary/elf/index.ts';
import { buildElf, type ElfPlan } from '../../support/elf-builder.ts';
import { LAYOUTS } from '../../support/elf-samples.ts';
import { overwrite } from '../../support/elf-writer.ts';

const SYMBOLS = [
  { name: 'needed_one' },
  { name: 'needed_two' },
  ...Array.from({ length: 20 }, (_, index) => ({ name: `defined_${index}`, section: 5 })),
];

describe.each(LAYOUTS)('the number of symbols of $class-bit $byteOrder-endian', (layout) => {
  it.each([
    ['gnu', true, 'gnu-hash'],
    ['gnu', false, 'gnu-hash'],
    ['sysv', false, 'sysv-hash'],
    ['both', true, 'sysv-hash'],
    ['none', true, 'section'],
    ['none', false, 'next-table'],
  ] as const)('with hash %s, sections %s', (hash, sections, countFrom) => {
    const elf = readElf(buildElf({ ...layout, hash, sections, symbols: SYMBOLS }).bytes);
    expect(elf.symbolTable()?.countFrom).toBe(countFrom);
    expect(
      elf
        .symbols()
        .map((symbol) => symbol.name)
        .sort(),
    ).toEqual(SYMBOLS.map((symbol) => symbol.name).sort());
  });
});

describe('the number of symbols', () => {
  const onlyNeeded: ElfPlan = { symbols: [{ name: 'puts' }, { name: 'exit' }] };

  it('is not taken from an empty GNU hash table', () => {
    const withSections = readElf(buildElf(onlyNeeded).bytes);
    expect(withSections.symbolTable()).toMatchObject({ count: 3, countFrom: 'section' });
    const without = readElf(buildElf({ ...onlyNeeded, sections: false }).bytes);
    expect(without.symbolTable()).toMatchObject({ count: 3, countFrom: 'next-table' });
    expect(without.symbols().map(({ name }) => name)).toEqual(['puts', 'exit']);
  });

  it('is in a tag of its own on MIPS', () => {
    const tags = [[0x70000011, 2]] as const;
    const plan = { ...onlyNeeded, hash: 'none', tags } as const;
    const elf = readElf(buildElf({ ...plan, machine: EM.MIPS, sections: false }).bytes);
    expect(elf.symbolTable()).toMatchObject({ count: 2, countFrom: 'mips-tag' });
    // The same number means something else elsewhere.
    const other = readElf(buildElf({ ...plan, machine: EM.AARCH64 }).bytes);
    expect(other.symbolTable()).toMatchObject({ count: 3, countFrom: 'section' });
  });

  it('uses 8-byte words of DT_HASH on s390x and alpha only', () => {
    const sizes = [EM.S390, EM.ALPHA, EM.X86_64].map((machine) => {
      const elf = readElf(buildElf({ ...onlyNeeded, hash: 'sysv', machine }).bytes);
      expect(elf.symbols()).toHaveLength(2);
      return elf.hashTables.sysv?.wordSize;
    });
    expect(sizes).toEqual([8, 8, 4]);
  });

  it('is nothing in a file without program headers', () => {
    const object = buildElf({ type: ET.REL });
    overwrite(object, { offset: 56, width: 2 }, 0);
    const elf = readElf(object.bytes);
    expect(elf.dynamic).toBeUndefined();
    expect(elf.symbolTable()).toBeUndefined();
    expect(elf.symbols()).toEqual([]);
    expect(elf.faults).toEqual([]);
  });
});
