import { describe, expect, it } from 'vitest';
import { DT, PT, readElf, type ElfFile } from '../../src/binary/elf/index.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import { buildElf, type BuiltElf, type ElfPlan } from '../support/elf-builder.ts';
import { demoLibrary, LAYOUTS } from '../support/elf-samples.ts';
import { countingBytes, isProportional, readEverything } from '../support/elf-work.ts';
import { overwrite } from '../support/elf-writer.ts';

/** The code `work` fails with; an error that is none of ours is thrown on. */
function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof WheelworksError) return error.code;
    throw error;
  }
  return 'nothing';
}

function faultCodes(elf: ElfFile): string[] {
  return elf.faults.map(({ code }) => code);
}

/** Writes the value of a dynamic entry. */
function setTag(built: BuiltElf, tag: number, value: number | bigint): void {
  const entry = readElf(built.bytes).dynamic?.entries.find((each) => each.tag === tag);
  if (entry === undefined) throw new Error(`no tag ${tag}`);
  const width = built.layout.is64 ? 8 : 4;
  overwrite(built, { offset: entry.offset + width, width }, value);
}

type SegmentField = 'offset' | 'address' | 'fileSize' | 'memorySize';
const WIDE_FIELDS = { offset: 8, address: 16, fileSize: 32, memorySize: 40 };
const NARROW_FIELDS = { offset: 4, address: 8, fileSize: 16, memorySize: 20 };

/** Writes a field of the first program header of a type. */
function setSegment(
  built: BuiltElf,
  at: { type: number; field: SegmentField },
  value: number | bigint,
): void {
  const segment = readElf(built.bytes).segments.find(({ type }) => type === at.type);
  if (segment === undefined) throw new Error(`no segment ${at.type}`);
  const { is64 } = built.layout;
  const inside = (is64 ? WIDE_FIELDS : NARROW_FIELDS)[at.field];
  overwrite(built, { offset: segment.headerOffset + inside, width: is64 ? 8 : 4 }, value);
}

describe('what is no ELF file', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['three bytes', Uint8Array.of(0x7f, 0x45, 0x4c)],
    ['text', Buffer.from('#!/bin/sh\necho hello\n')],
    ['zeros', new Uint8Array(1000)],
  ])('%s', (_, bytes) => {
    expect(codeOf(() => readElf(bytes))).toBe('elf/not-elf');
  });

  it('has neither class nor byte order', () => {
    for (const [offset, value] of [
      [4, 0],
      [4, 3],
      [5, 0],
      [5, 3],
    ] as const) {
      const { bytes } = demoLibrary();
      bytes[offset] = value;
      expect(codeOf(() => readElf(bytes))).toBe('elf/bad-ident');
    }
  });
});

describe.each(LAYOUTS)('damaged headers of $class-bit $byteOrder-endian', (layout) => {
  const is64 = layout.class === 64;

  it('a file cut inside its header', () => {
    const { bytes } = demoLibrary(layout);
    const path = 'pkg/mod.so';
    const cut = bytes.slice(0, 40);
    expect(() => readElf(cut, { path })).toThrow(
      expect.objectContaining({ code: 'elf/truncated', path }),
    );
  });

  it('program headers past the end', () => {
    const built = demoLibrary(layout);
    overwrite(built, { offset: is64 ? 32 : 28, width: 4 }, 0xfffffff0);
    expect(codeOf(() => readElf(built.bytes))).toBe('elf/truncated');
  });

  it('more program headers than the file has bytes', () => {
    const built = demoLibrary(layout);
    overwrite(built, { offset: is64 ? 56 : 44, width: 2 }, 0xfffe);
    expect(codeOf(() => readElf(built.bytes))).toBe('elf/truncated');
  });

  it('four billion program headers by extended numbering', () => {
    const built = demoLibrary(layout);
    overwrite(built, { offset: is64 ? 56 : 44, width: 2 }, 0xffff);
    const zero = built.place('sections').offset;
    overwrite(built, { offset: zero + (is64 ? 44 : 28), width: 4 }, 0xffffffff);
    expect(codeOf(() => readElf(built.bytes))).toBe('elf/truncated');
  });

  it('program headers of another size', () => {
    const built = demoLibrary(layout);
    overwrite(built, { offset: is64 ? 54 : 42, width: 2 }, is64 ? 32 : 56);
    expect(codeOf(() => readElf(built.bytes))).toBe('elf/bad-program-headers');
  });

  it.each([
    ['past the end', { wide: 40, narrow: 32, width: 4 }, 0xfffffff0, 'elf/truncated'],
    ['of another size', { wide: 58, narrow: 46, width: 2 }, 7, 'elf/bad-section-headers'],
    ['too many', { wide: 60, narrow: 48, width: 2 }, 0xff00, 'elf/truncated'],
    ['named by no section', { wide: 62, narrow: 50, width: 2 }, 0xff, 'elf/bad-section-headers'],
    ['named by no strings', { wide: 62, narrow: 50, width: 2 }, 1, 'elf/bad-section-headers'],
  ] as const)('section headers %s leave the dynamic view whole', (_, at, value, code) => {
    const built = demoLibrary(layout);
    overwrite(built, { offset: is64 ? at.wide : at.narrow, width: at.width }, value);
    const elf = readElf(built.bytes);
    expect(faultCodes(elf)).toEqual([code]);
    expect(elf.faults[0]?.part).toBe('sections');
    const whole = readElf(demoLibrary(layout).bytes);
    expect(elf.needed).toEqual(whole.needed);
    expect(elf.versionedSymbols()).toEqual(whole.versionedSymbols());
    expect(elf.symbols()).toEqual(whole.symbols());
  });

  it('four billion section headers by extended numbering', () => {
    const built = demoLibrary(layout);
    overwrite(built, { offset: is64 ? 60 : 48, width: 2 }, 0);
    const zero = built.place('sections').offset;
    overwrite(built, { offset: zero + (is64 ? 32 : 20), width: 4 }, 0xffffffff);
    const elf = readElf(built.bytes);
    // In a big-endian file the four bytes are the upper half of the count.
    expect(faultCodes(elf)).toEqual(['elf/truncated']);
    expect(elf.needed).toHaveLength(2);
  });

  it('a section past the end', () => {
    const built = demoLibrary(layout);
    const header = built.place('sections').offset + (is64 ? 64 : 40);
    overwrite(built, { offset: header + (is64 ? 24 : 16), width: 4 }, 0x7fffffff);
    expect(faultCodes(readElf(built.bytes))).toContain('elf/section-past-end');
  });
});

describe('values of more than 53 bits', () => {
  const HUGE = 0xfffffffffffffff0n;

  it.each([
    ['e_phoff', 32, 'elf/truncated'],
    ['e_shoff', 40, 'nothing'],
  ] as const)('in %s', (_, offset, code) => {
    const built = demoLibrary();
    overwrite(built, { offset, width: 8 }, HUGE);
    expect(codeOf(() => readEverything(built.bytes))).toBe(code);
  });

  it.each(['offset', 'address', 'fileSize', 'memorySize'] as const)(
    'in p_%s of PT_LOAD',
    (field) => {
      const built = demoLibrary();
      setSegment(built, { type: PT.LOAD, field }, HUGE);
      const elf = readElf(built.bytes);
      expect(elf.faults.length).toBeGreaterThan(0);
      expect(elf.addresses.toOffset(0x10000)).not.toBe(Number.NaN);
    },
  );

  it.each([
    DT.STRTAB,
    DT.STRSZ,
    DT.SYMTAB,
    DT.HASH,
    DT.GNU_HASH,
    DT.VERNEED,
    DT.VERDEF,
    DT.VERSYM,
    DT.NEEDED,
  ])('in dynamic entry %i', (tag) => {
    const built = demoLibrary();
    setTag(built, tag, HUGE);
    const elf = readElf(built.bytes);
    codeOf(() => elf.symbols());
    expect(elf.faults.length).toBeGreaterThan(0);
  });
});

describe('a damaged dynamic section', () => {
  it('without DT_NULL is read to the end of its segment', () => {
    const built = demoLibrary({ sections: false });
    const place = built.place('.dynamic');
    for (let offset = place.offset; offset < place.offset + place.size; offset += 16) {
      overwrite(built, { offset, width: 8 }, DT.DEBUG);
    }
    const elf = readElf(built.bytes);
    expect(faultCodes(elf)).toContain('elf/dynamic-unterminated');
    expect(elf.dynamic?.terminatorOffset).toBeUndefined();
  });

  it('that goes on behind PT_DYNAMIC is read as a loader reads it', () => {
    const built = demoLibrary();
    setSegment(built, { type: PT.DYNAMIC, field: 'fileSize' }, 16);
    const elf = readElf(built.bytes);
    expect(elf.needed).toEqual(['libm.so.6', 'libc.so.6']);
    expect(faultCodes(elf)).toEqual(['elf/dynamic-unterminated']);
  });

  it('at an address that is not mapped is missing', () => {
    const built = demoLibrary();
    setSegment(built, { type: PT.DYNAMIC, field: 'address' }, 0x7000000);
    const elf = readElf(built.bytes);
    expect(elf.dynamic).toBeUndefined();
    expect(faultCodes(elf)).toEqual(['elf/dynamic-unmapped']);
    expect(elf.symbols()).toEqual([]);
  });

  it('shown at another offset than its address is the one at the address', () => {
    const built = demoLibrary();
    setSegment(built, { type: PT.DYNAMIC, field: 'offset' }, 0);
    const elf = readElf(built.bytes);
    expect(elf.needed).toEqual(['libm.so.6', 'libc.so.6']);
    expect(faultCodes(elf)).toEqual(['elf/dynamic-ambiguous']);
  });

  it('beside another one is the last, as for loaders', () => {
    const built = demoLibrary();
    const stack = readElf(built.bytes).segments.find(({ type }) => type === PT.GNU_STACK);
    const at = stack?.headerOffset ?? 0;
    overwrite(built, { offset: at, width: 4 }, PT.DYNAMIC);
    overwrite(built, { offset: at + 32, width: 8 }, 16);
    const elf = readElf(built.bytes);
    expect(faultCodes(elf)).toContain('elf/dynamic-ambiguous');
    expect(elf.needed).toEqual([]);
  });
});

describe('damaged strings', () => {
  it.each([
    ['unmapped', DT.STRTAB, 0x7000000, 'elf/strings-unmapped'],
    ['longer than their segment', DT.STRSZ, 0x7000000, 'elf/strings-past-end'],
  ])('%s are a fault', (_, tag, value, code) => {
    const built = demoLibrary();
    setTag(built, tag, value);
    expect(faultCodes(readElf(built.bytes))).toContain(code);
  });

  it('longer than their segment are read as far as they go', () => {
    const built = demoLibrary();
    setTag(built, DT.STRSZ, 0x7000000);
    const elf = readElf(built.bytes);
    expect(elf.needed).toEqual(['libm.so.6', 'libc.so.6']);
    expect(elf.faults).toHaveLength(1);
  });

  it('of which the end is kept secret by DT_STRSZ are not half-read', () => {
    const built = demoLibrary();
    setTag(built, DT.STRSZ, 8);
    const elf = readElf(built.bytes);
    // `libm.so.6` starts inside but does not end there.
    expect(elf.needed).toEqual([]);
    expect(faultCodes(elf)).toContain('elf/bad-string');
    expect(codeOf(() => elf.symbols())).toBe('elf/bad-string');
  });

  it('leave the other entries whole', () => {
    const built = demoLibrary();
    setTag(built, DT.NEEDED, 0xffffff);
    const elf = readElf(built.bytes);
    expect(elf.needed).toEqual(['libc.so.6']);
    expect(elf.dynamic?.entries[0]).toMatchObject({ tagName: 'NEEDED', text: undefined });
    expect(elf.faults).toMatchObject([{ code: 'elf/bad-string', part: 'strings' }]);
  });

  it('that overlap without end are refused before they fill the memory', () => {
    const name = 'x'.repeat(50_000);
    const symbols = Array.from({ length: 5000 }, (_, index) => ({ name: `s${index}`, section: 3 }));
    const built = buildElf({ symbols: [{ name, section: 3 }, ...symbols], hash: 'sysv' });
    const table = built.place('.dynsym');
    const long = readElf(built.bytes).symbols()[0];
    expect(long?.name).toBe(name);
    for (let index = 2; index < 5000; index += 1) {
      overwrite(built, { offset: table.offset + index * 24, width: 4 }, index);
    }
    const elf = readElf(built.bytes);
    expect(codeOf(() => elf.symbols())).toBe('elf/string-overlap');
  });
});

describe('damaged hash tables and symbols', () => {
  const hash = (plan: ElfPlan): BuiltElf => demoLibrary({ hash: 'gnu', ...plan });

  it('a million symbols that are not there', () => {
    const built = hash({ hash: 'sysv' });
    const { offset } = built.place('.hash');
    overwrite(built, { offset: offset + 4, width: 4 }, 1_000_000);
    const elf = readElf(built.bytes);
    expect(faultCodes(elf)).toEqual(['elf/bad-hash']);
    expect(elf.symbols()).toHaveLength(7);
  });

  it('symbols that would reach into the next table', () => {
    const built = hash({ hash: 'sysv', sections: false });
    overwrite(built, { offset: built.place('.hash').offset + 4, width: 4 }, 20);
    const elf = readElf(built.bytes);
    expect(elf.symbols()).toHaveLength(7);
    expect(faultCodes(elf)).toEqual(['elf/phantom-symbols']);
  });

  it('symbols that one of two hash tables hides', () => {
    const built = hash({ hash: 'both', sections: false });
    overwrite(built, { offset: built.place('.hash').offset + 4, width: 4 }, 1);
    const elf = readElf(built.bytes);
    expect(elf.symbols()).toHaveLength(7);
    expect(faultCodes(elf)).toEqual(['elf/symbol-count']);
  });

  it('symbols that both the hash table and its section hide from each other', () => {
    const built = hash({ hash: 'sysv' });
    overwrite(built, { offset: built.place('.hash').offset + 4, width: 4 }, 2);
    const elf = readElf(built.bytes);
    expect(elf.symbols()).toHaveLength(7);
    expect(faultCodes(elf)).toEqual(['elf/symbol-count']);
  });

  it.each([
    ['four billion buckets', 0, 0xffffffff],
    ['a Bloom filter of 32 GB', 8, 0xffffffff],
    ['a first symbol behind its buckets', 4, 0xffff],
  ])('a GNU hash table with %s', (_, inside, value) => {
    const built = hash({});
    overwrite(built, { offset: built.place('.gnu.hash').offset + inside, width: 4 }, value);
    const elf = readElf(built.bytes);
    // The section header still tells.
    expect(elf.symbols()).toHaveLength(7);
    expect(faultCodes(elf)).toEqual(['elf/bad-hash']);
  });

  it('a GNU hash chain that never ends', () => {
    const built = hash({});
    const { offset, size } = built.place('.gnu.hash');
    const chains = offset + 16 + 8 + 12;
    for (let at = chains; at < offset + size; at += 4)
      overwrite(built, { offset: at, width: 4 }, 2);
    // Everything behind is made even, too, so that the walk finds no end by chance.
    const end = built.place('.dynamic').offset + built.place('.dynamic').size;
    const { source, work } = countingBytes(built.bytes);
    const elf = readElf(source);
    codeOf(() => elf.symbols());
    expect(isProportional(work, end)).toBe(true);
  });

  it('symbols at an address that is not mapped', () => {
    const built = hash({});
    setTag(built, DT.SYMTAB, 0x7000000);
    const elf = readElf(built.bytes);
    expect(elf.symbols()).toEqual([]);
    expect(faultCodes(elf)).toEqual(['elf/symbols-unmapped']);
  });

  it('symbols of another size', () => {
    const built = hash({});
    setTag(built, DT.SYMENT, 7);
    const elf = readElf(built.bytes);
    expect(elf.symbols()).toHaveLength(7);
    expect(faultCodes(elf)).toEqual(['elf/symbol-size']);
  });
});

describe('damaged versions', () => {
  it.each([
    ['a chain that goes nowhere', 12, 0xffffff00, 'elf/bad-versions'],
    ['records that overlap', 12, 1, 'elf/bad-versions'],
    ['a chain cut short', 12, 0, 'elf/version-count'],
    ['a count that lies', 2, 0x0700, 'elf/version-count'],
    ['names at the end of the world', 8, 0xffffff00, 'elf/bad-versions'],
    ['no library', 4, 0xffffff00, 'elf/bad-string'],
  ])('%s', (_, inside, value, code) => {
    const built = demoLibrary();
    const { offset } = built.place('.gnu.version_r');
    overwrite(built, { offset: offset + inside, width: inside === 2 ? 2 : 4 }, value);
    const elf = readElf(built.bytes);
    expect(elf.faults).toMatchObject([{ code, part: 'versions' }]);
  });

  it.each([
    ['a chain that goes nowhere', 16, 0xffffff00],
    ['records that overlap', 16, 8],
    ['names that are not there', 12, 0xffffff00],
  ])('definitions with %s', (_, inside, value) => {
    const built = demoLibrary();
    const { offset } = built.place('.gnu.version_d');
    overwrite(built, { offset: offset + inside, width: 4 }, value);
    const elf = readElf(built.bytes);
    expect(elf.faults).toMatchObject([{ code: 'elf/bad-versions', part: 'versions' }]);
    expect(elf.versions.needs).toHaveLength(2);
  });

  it('a thousand records that share a thousand names', () => {
    const records = 2000;
    const versionNeeds = Array.from({ length: records }, () => ({
      library: 'libc.so.6',
      versions: ['GLIBC_2.4'],
    }));
    const built = buildElf({ versionNeeds });
    const { offset } = built.place('.gnu.version_r');
    for (let index = 0; index < records; index += 1) {
      const record = offset + index * 32;
      // Each record starts at the first name, each name leads to the next record's.
      overwrite(built, { offset: record + 8, width: 4 }, records * 32 - 16 - index * 32);
      overwrite(built, { offset: record + 16 + 12, width: 4 }, index === records - 1 ? 0 : 32);
    }
    for (let index = 0; index < records / 2; index += 1) {
      overwrite(
        built,
        { offset: offset + index * 32 + 8, width: 4 },
        16 + (records / 2 - index) * 32,
      );
    }
    const { source, work } = countingBytes(built.bytes);
    const elf = readElf(source);
    expect(elf.faults.map(({ message }) => message).join()).toContain('share their names');
    expect(isProportional(work, built.bytes.length)).toBe(true);
  });

  it('fewer version entries than symbols', () => {
    const built = demoLibrary({ sections: false });
    const { address, size } = built.place('.dynamic');
    setTag(built, DT.VERSYM, address + size - 4);
    const elf = readElf(built.bytes);
    expect(codeOf(() => elf.symbols())).toBe('elf/bad-versions');
  });

  it('symbols of a version that does not exist', () => {
    const built = demoLibrary();
    const { offset } = built.place('.gnu.version');
    overwrite(built, { offset: offset + 2, width: 2 }, 0x7fff);
    const [first] = readElf(built.bytes).symbols();
    expect(first).toMatchObject({ version: undefined, versionIndex: 0x7fff });
  });
});

describe('damaged segments', () => {
  it('that end behind the file are cut off and named', () => {
    const built = demoLibrary();
    setSegment(built, { type: PT.LOAD, field: 'fileSize' }, 0x40000000);
    const elf = readElf(built.bytes);
    expect(faultCodes(elf)).toContain('elf/segment-past-end');
    expect(elf.needed).toHaveLength(2);
  });

  it('that cannot be mapped are named', () => {
    const built = demoLibrary();
    setSegment(built, { type: PT.LOAD, field: 'address' }, 0x10008);
    expect(faultCodes(readElf(built.bytes))).toContain('elf/segment-alignment');
  });

  it('out of order are named', () => {
    const built = demoLibrary();
    setSegment(built, { type: PT.LOAD, field: 'address' }, 0x7000000);
    expect(faultCodes(readElf(built.bytes))).toContain('elf/segments-unsorted');
  });

  it('with less memory than file are named', () => {
    const built = demoLibrary();
    setSegment(built, { type: PT.LOAD, field: 'memorySize' }, 1);
    expect(faultCodes(readElf(built.bytes))).toEqual(['elf/segment-size']);
  });

  it('with an interpreter that does not end are named', () => {
    const built = buildElf({ interpreter: '/lib/ld.so' });
    setSegment(built, { type: PT.INTERP, field: 'fileSize' }, 4);
    const elf = readElf(built.bytes);
    expect(elf.interpreter).toBeUndefined();
    expect(faultCodes(elf)).toEqual(['elf/bad-interpreter']);
  });
});

describe('damaged notes', () => {
  it.each([
    ['a name', 0],
    ['a descriptor', 4],
  ])('%s of four gigabytes', (_, inside) => {
    const built = demoLibrary();
    overwrite(built, { offset: built.place('.note.0').offset + inside, width: 4 }, 0xfffffff0);
    const elf = readElf(built.bytes);
    expect(faultCodes(elf)).toContain('elf/bad-note');
    // The other note is in a segment of its own.
    expect(elf.known.abiTag).toBeDefined();
    expect(elf.known.buildId).toBeUndefined();
  });

  it('a thousand segments over the same notes', () => {
    const descriptor = new Uint8Array(20_000);
    const notes = Array.from({ length: 1000 }, () => ({
      name: 'X',
      type: 1,
      descriptor: new Uint8Array(),
    }));
    const built = buildElf({ notes: [...notes, { name: 'X', type: 2, descriptor }] });
    const { segments } = readElf(built.bytes);
    const first = segments.find(({ type }) => type === PT.NOTE);
    for (const segment of segments.filter(({ type }) => type === PT.NOTE)) {
      overwrite(built, { offset: segment.headerOffset + 8, width: 8 }, first?.offset ?? 0);
      overwrite(built, { offset: segment.headerOffset + 32, width: 8 }, 16_016 + 20_000);
    }
    const { source, work } = countingBytes(built.bytes);
    const elf = readElf(source);
    expect(elf.notes.length).toBeGreaterThan(1000);
    expect(isProportional(work, built.bytes.length)).toBe(true);
  });

  it('of a build id that is no build id', () => {
    const note = { name: 'GNU', type: 3, descriptor: new Uint8Array(1_000_000) };
    const { known } = readElf(buildElf({ notes: [note] }).bytes);
    expect(known.buildId?.length).toBeLessThan(10_000);
  });
});

describe('faults', () => {
  it('do not grow with what a forged file has of them', () => {
    const needed = Array.from({ length: 5000 }, (_, index) => `lib${index}.so`);
    const built = buildElf({ needed });
    setTag(built, DT.STRSZ, 1);
    const elf = readElf(built.bytes);
    expect(elf.needed).toEqual([]);
    expect(elf.faults.length).toBe(100);
  });
});
