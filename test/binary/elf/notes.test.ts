import { describe, expect, it } from 'vitest';
import { EM, readElf, type GnuProperties } from '../../../src/binary/elf/index.ts';
import { buildElf, type ElfPlan, type NotePlan } from '../../support/elf-builder.ts';
import { LAYOUTS } from '../../support/elf-samples.ts';
import { ByteWriter, type Layout } from '../../support/elf-writer.ts';

function layoutOf(plan: ElfPlan): Layout {
  return { is64: plan.class !== 32, littleEndian: plan.byteOrder !== 'big' };
}

function words(plan: ElfPlan, ...values: number[]): Uint8Array {
  const writer = new ByteWriter(layoutOf(plan));
  for (const value of values) writer.u32(value);
  return writer.bytes();
}

/** An NT_GNU_PROPERTY_TYPE_0 note of 4-byte properties. */
function propertyNote(plan: ElfPlan, ...properties: (readonly [number, number])[]): NotePlan {
  const alignment = plan.class === 32 ? 4 : 8;
  const writer = new ByteWriter(layoutOf(plan));
  for (const [type, value] of properties) writer.u32(type).u32(4).u32(value).align(alignment);
  return { name: 'GNU', type: 5, descriptor: writer.bytes(), alignment };
}

function properties(
  plan: ElfPlan,
  ...list: (readonly [number, number])[]
): GnuProperties | undefined {
  const elf = readElf(buildElf({ ...plan, notes: [propertyNote(plan, ...list)] }).bytes);
  expect(elf.faults).toEqual([]);
  return elf.known.properties;
}

describe.each(LAYOUTS)('notes of $class-bit $byteOrder-endian', (layout) => {
  it('are read from segments, whatever their length', () => {
    const notes = [
      { name: 'GNU', type: 3, descriptor: Uint8Array.of(1, 2, 3) },
      { name: 'Odd', type: 77, descriptor: new Uint8Array() },
      { name: '', type: 78, descriptor: Uint8Array.of(9) },
    ];
    for (const sections of [true, false]) {
      const built = buildElf({ ...layout, notes, sections });
      const elf = readElf(built.bytes);
      expect(elf.notes.map(({ name, type }) => [name, type])).toEqual([
        ['GNU', 3],
        ['Odd', 77],
        ['', 78],
      ]);
      expect(elf.notes[0]?.offset).toBe(built.place('.note.0').offset);
      expect(elf.known.buildId).toBe('010203');
      expect(elf.faults).toEqual([]);
    }
  });

  it('have their descriptor where their alignment puts it', () => {
    for (const alignment of [4, 8] as const) {
      const descriptor = Uint8Array.of(1, 2, 3);
      const built = buildElf({
        ...layout,
        notes: [{ name: 'SEVENTH', type: 9, descriptor, alignment }],
      });
      const [note] = readElf(built.bytes).notes;
      expect([...(note?.descriptor ?? [])]).toEqual([1, 2, 3]);
      expect(note?.descriptorOffset).toBe(
        built.place('.note.0').offset + (alignment === 8 ? 24 : 20),
      );
    }
  });

  it('tell the oldest kernel', () => {
    const note = { name: 'GNU', type: 1, descriptor: words(layout, 0, 5, 19, 0) };
    const { abiTag } = readElf(buildElf({ ...layout, notes: [note] }).bytes).known;
    expect(abiTag).toEqual({ os: 'linux', version: '5.19.0' });
  });

  it('carry properties aligned to the class', () => {
    const machine = layout.class === 64 ? EM.AARCH64 : EM.I386;
    const type = layout.class === 64 ? 0xc0000000 : 0xc0000002;
    const found = properties({ ...layout, machine }, [2, 0], [type, 3]);
    expect(found?.features).toEqual(layout.class === 64 ? ['bti', 'pac'] : ['ibt', 'shstk']);
    expect(found?.all.map((each) => each.type)).toEqual([2, type]);
  });
});

describe('notes', () => {
  it('of sections that are not loaded are read as well, those of SystemTap are not', () => {
    const header = words({}, 8, 4, 3);
    const probe = Buffer.concat([header, Buffer.from('stapsdt\0'), words({}, 1)]);
    const go = Buffer.concat([words({}, 4, 8, 4), Buffer.from('Go\0\0'), Buffer.from('id/of/go')]);
    const elf = readElf(
      buildElf({
        extraSections: [
          { name: '.note.stapsdt', type: 7, bytes: probe },
          { name: '.note.go.buildid', type: 7, bytes: go },
        ],
      }).bytes,
    );
    expect(elf.notes.map(({ name }) => name)).toEqual(['Go']);
    expect(elf.known.goBuildId).toBe('id/of/go');
  });

  it('tell the API level of Android', () => {
    const note = { name: 'Android', type: 1, descriptor: words({}, 24, 0, 0) };
    expect(readElf(buildElf({ notes: [note] }).bytes).known.androidApi).toBe(24);
  });

  it('end without a fault where padding is too short for another note', () => {
    const note = { name: 'GNU', type: 3, descriptor: new Uint8Array(10), alignment: 8 } as const;
    expect(readElf(buildElf({ notes: [note] }).bytes).faults).toEqual([]);
  });
});

describe('x86 properties', () => {
  const X86 = { machine: EM.X86_64 };

  it('name the needed and the used level', () => {
    expect(properties(X86, [0xc0008002, 0b111], [0xc0010002, 0b1111])).toMatchObject({
      x86Needed: ['baseline', 'v2', 'v3'],
      x86Used: ['baseline', 'v2', 'v3', 'v4'],
      features: [],
    });
  });

  it('name control-flow protection', () => {
    expect(properties(X86, [0xc0000002, 2])?.features).toEqual(['shstk']);
  });

  it('mean nothing on other processors', () => {
    expect(properties({ machine: EM.RISCV }, [0xc0008002, 4])).toMatchObject({
      x86Needed: [],
      features: [],
    });
    expect(properties({ machine: EM.RISCV }, [0xc0000000, 3])?.features).toEqual([
      'cfi-lp-unlabeled',
      'cfi-ss',
    ]);
  });

  it('that are longer than their note are a fault', () => {
    const note = { name: 'GNU', type: 5, descriptor: words({}, 0xc0000002, 400), alignment: 8 };
    const elf = readElf(buildElf({ notes: [note as NotePlan] }).bytes);
    expect(elf.known.properties).toBeUndefined();
    expect(elf.faults.map(({ part }) => part)).toEqual(['notes']);
  });
});
