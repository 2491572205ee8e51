import { describe, expect, it } from 'vitest';
import { memoryBytes, readElf, type ElfBytes } from '../../../src/binary/elf/index.ts';
import { buildElf } from '../../support/elf-builder.ts';
import { demoLibrary, LAYOUTS, LIBRARY } from '../../support/elf-samples.ts';

describe.each(LAYOUTS)('readElf of $class-bit $byteOrder-endian', (layout) => {
  const built = demoLibrary(layout);
  const elf = readElf(built.bytes, { path: 'libdemo.so' });

  it('reads the header', () => {
    expect(elf.class).toBe(layout.class);
    expect(elf.byteOrder).toBe(layout.byteOrder);
    expect(elf.header.machine).toBe(layout.machine);
    expect(elf.header.type).toBe(3);
    expect(elf.kind).toBe('shared-library');
    expect(elf.path).toBe('libdemo.so');
    expect(elf.faults).toEqual([]);
  });

  it('reads names and search paths', () => {
    expect(elf.soname).toBe('libdemo.so.1');
    expect(elf.needed).toEqual(['libm.so.6', 'libc.so.6']);
    expect(elf.rpath).toEqual(['/opt/lib']);
    expect(elf.runpath).toEqual(['$ORIGIN/../lib', '']);
  });

  it('reads symbols with their versions', () => {
    const symbols = new Map(elf.symbols().map((symbol) => [symbol.name, symbol]));
    expect(symbols.size).toBe(LIBRARY.symbols?.length);
    expect(symbols.get('malloc')).toMatchObject({
      binding: 'global',
      type: 'func',
      defined: false,
      section: 0,
      version: { name: 'GLIBC_2.17', library: 'libc.so.6', hidden: false },
    });
    expect(symbols.get('sin')).toMatchObject({
      binding: 'weak',
      version: { name: 'GLIBC_2.29', library: 'libm.so.6' },
    });
    expect(symbols.get('unversioned')).toMatchObject({
      type: 'notype',
      version: undefined,
      versionIndex: 1,
    });
    expect(symbols.get('demo_run')).toMatchObject({
      defined: true,
      section: 7,
      value: 0x1230,
      size: 16,
      version: { name: 'DEMO_2', library: undefined, hidden: false },
    });
    expect(symbols.get('demo_run_old')?.version).toEqual({
      name: 'DEMO_1',
      library: undefined,
      hidden: true,
    });
    expect(symbols.get('demo_state')).toMatchObject({ type: 'tls', visibility: 'protected' });
    expect(symbols.get('demo_pick')).toMatchObject({ type: 'ifunc', binding: 'unique' });
  });

  it('keeps the file offset of everything an editor may change', () => {
    const { dynamic } = elf;
    const place = built.place('.dynamic');
    expect(dynamic?.offset).toBe(place.offset);
    expect(dynamic?.address).toBe(place.address);
    expect(dynamic?.size).toBe(place.size);
    expect(dynamic?.spareEntries).toBe(4);
    const entries = dynamic?.entries ?? [];
    for (const [index, entry] of entries.entries()) {
      expect(entry.offset).toBe(place.offset + index * (dynamic?.entrySize ?? 0));
    }
    expect(dynamic?.terminatorOffset).toBe(
      place.offset + entries.length * (dynamic?.entrySize ?? 0),
    );
    expect(dynamic?.strings?.range).toEqual(built.place('.dynstr'));
    expect(elf.versions.needs[0]?.offset).toBe(built.place('.gnu.version_r').offset);
    expect(elf.versions.definitions[0]?.offset).toBe(built.place('.gnu.version_d').offset);
    expect(elf.segments[0]?.headerOffset).toBe(built.place('segments').offset);
    expect(elf.sections[0]?.headerOffset).toBe(built.place('sections').offset);
  });

  it('gives string indices that lead back to the strings', () => {
    const strings = elf.dynamic?.strings;
    const need = elf.versions.needs[1];
    expect(strings?.at(need?.libraryIndex ?? -1, 'library')).toBe('libc.so.6');
    expect(strings?.at(need?.versions[0]?.nameIndex ?? -1, 'version')).toBe('GLIBC_2.4');
    const soname = elf.dynamic?.entries.find((entry) => entry.tagName === 'SONAME');
    expect(strings?.at(soname?.value ?? -1, 'soname')).toBe('libdemo.so.1');
  });

  it('reads the same without section headers', () => {
    const bare = readElf(demoLibrary({ ...layout, sections: false }).bytes);
    expect(bare.faults).toEqual([]);
    expect(bare.sections).toEqual([]);
    expect(bare.needed).toEqual(elf.needed);
    expect(bare.versionedSymbols()).toEqual(elf.versionedSymbols());
    expect(bare.symbols()).toEqual(elf.symbols());
    expect(bare.known.buildId).toBe('deadbeef');
  });
});

describe('readElf', () => {
  it.each(['little', 'big'] as const)(
    'reads values of more than 32 bits, %s-endian',
    (byteOrder) => {
      const symbols = [{ name: 'far', section: 1, value: 0x7f0012345678, size: 0x1_0000_0001 }];
      const built = buildElf({ byteOrder, symbols, baseAddress: 0x5555_0000_0000 });
      const elf = readElf(built.bytes);
      expect(elf.symbols()[0]).toMatchObject({ value: 0x7f0012345678, size: 0x1_0000_0001 });
      expect(elf.dynamic?.address).toBe(built.place('.dynamic').address);
      expect(elf.faults).toEqual([]);
    },
  );

  it('gives needed versions by library, sorted', () => {
    expect(readElf(demoLibrary().bytes).versionedSymbols()).toEqual({
      'libc.so.6': ['GLIBC_2.17', 'GLIBC_2.4'],
      'libm.so.6': ['GLIBC_2.29'],
    });
  });

  it('takes a library named __proto__ for a library', () => {
    const versionNeeds = [{ library: '__proto__', versions: ['X_1'] }];
    const versioned = readElf(buildElf({ versionNeeds }).bytes).versionedSymbols();
    expect(Object.entries(versioned)).toEqual([['__proto__', ['X_1']]]);
  });

  it('tells programs from libraries', () => {
    const kinds = [
      readElf(buildElf({ type: 1 }).bytes).kind,
      readElf(buildElf({ type: 2, interpreter: '/lib/ld.so' }).bytes).kind,
      // A libc has an interpreter, too.
      readElf(buildElf({ interpreter: '/lib/ld.so' }).bytes).kind,
      readElf(buildElf({ tags: [[0x6ffffffb, 0x08000000]] }).bytes).kind,
      readElf(buildElf({ tags: [[21, 0]] }).bytes).kind,
      readElf(buildElf({ type: 4 }).bytes).kind,
      readElf(buildElf({ type: 0xfe00 }).bytes).kind,
    ];
    expect(kinds).toEqual([
      'relocatable',
      'executable',
      'shared-library',
      'pie',
      'pie',
      'core',
      'other',
    ]);
  });

  it('reads the interpreter of a program', () => {
    const interpreter = '/lib/ld-musl-x86_64.so.1';
    expect(readElf(buildElf({ interpreter }).bytes).interpreter).toBe(interpreter);
    expect(readElf(buildElf().bytes).interpreter).toBeUndefined();
  });

  it('asks a sparse source for small ranges only', () => {
    const built = demoLibrary();
    // As if a gigabyte of code and data followed.
    const size = 2 ** 30;
    let asked = 0;
    const sparse: ElfBytes = {
      size,
      range(offset, length, field) {
        asked += length;
        return memoryBytes(built.bytes).range(offset, length, field);
      },
    };
    const elf = readElf(sparse);
    expect(elf.symbols()).toHaveLength(7);
    expect(elf.faults).toEqual([]);
    expect(asked).toBeLessThan(2 * built.bytes.length);
  });

  it('reads symbols once', () => {
    const elf = readElf(demoLibrary().bytes);
    expect(elf.symbols()).toBe(elf.symbols());
  });
});
