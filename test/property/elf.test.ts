import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EM, readElf, type ElfBytes } from '../../src/binary/elf/index.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import { buildElf, type ElfPlan } from '../support/elf-builder.ts';
import { fuzzElf } from '../support/elf-fuzz.ts';
import { demoLibrary, LAYOUTS } from '../support/elf-samples.ts';
import { countingBytes, isProportional, readEverything } from '../support/elf-work.ts';

/** Reads all of a file: whether it could be read, was refused with a code, or took more work than its size warrants. */
function survive(bytes: Uint8Array): 'read' | 'refused' | 'too much work' {
  const { source, work } = countingBytes(bytes);
  const outcome = tryReading(source);
  return isProportional(work, bytes.length) ? outcome : 'too much work';
}

function tryReading(source: ElfBytes): 'read' | 'refused' {
  try {
    readEverything(source);
    return 'read';
  } catch (error) {
    if (error instanceof WheelworksError) return 'refused';
    throw error;
  }
}

describe.each(LAYOUTS)('a damaged $class-bit $byteOrder-endian file', (layout) => {
  const { bytes } = demoLibrary({ ...layout, interpreter: '/lib/ld.so' });

  it('is read or refused with a code wherever it is cut off', () => {
    const outcomes = new Set<string>();
    for (let length = 0; length < bytes.length; length += 1) {
      outcomes.add(survive(bytes.subarray(0, length)));
    }
    // Without its section headers, which come last, it can be read.
    expect(outcomes).toEqual(new Set(['read', 'refused']));
  });

  it('is read or refused with a code whatever byte is wrong', () => {
    const outcomes = new Set<string>();
    for (let offset = 0; offset < bytes.length; offset += 1) {
      const damaged = bytes.slice();
      damaged[offset] = (damaged[offset] ?? 0) ^ 0xff;
      outcomes.add(survive(damaged));
    }
    expect(outcomes).toEqual(new Set(['read', 'refused']));
  });

  it('never gains facts by losing its end', () => {
    const whole = readElf(bytes);
    for (let length = 64; length < bytes.length; length += 7) {
      const cut = readOrUndefined(bytes.subarray(0, length));
      if (cut === undefined || cut.faults.length > 0) continue;
      expect(cut.needed).toEqual(whole.needed);
      expect(cut.versionedSymbols()).toEqual(whole.versionedSymbols());
    }
  });
});

function readOrUndefined(bytes: Uint8Array): ReturnType<typeof readElf> | undefined {
  try {
    return readElf(bytes);
  } catch {
    return undefined;
  }
}

it('a sample of mutated files is read or refused with a code', () => {
  const seeds = LAYOUTS.map((layout) => ({
    name: `${layout.class} ${layout.byteOrder}`,
    bytes: demoLibrary(layout).bytes,
  }));
  const result = fuzzElf(seeds, { cases: 4000, seed: 20_261_121 });
  expect(result.returned).toBeGreaterThan(1000);
  expect(result.faulty).toBeGreaterThan(500);
  expect(result.refused.size).toBeGreaterThan(3);
});

const name = fc
  .array(fc.constantFrom('a', 'b', 'l', 'so', '_', 'Z', '0', '9', '.', '+', '-', 'ψ'), {
    minLength: 1,
    maxLength: 40,
  })
  .map((characters) => characters.join(''));

const plan: fc.Arbitrary<ElfPlan> = fc.record({
  class: fc.constantFrom(32, 64),
  byteOrder: fc.constantFrom('little', 'big'),
  machine: fc.constantFrom(EM.X86_64, EM.S390, EM.MIPS, EM.ARM, EM.LOONGARCH),
  sections: fc.boolean(),
  hash: fc.constantFrom('gnu', 'sysv', 'both'),
  needed: fc.array(name, { maxLength: 5 }),
  soname: name,
  runpath: name,
  spareEntries: fc.integer({ min: 0, max: 6 }),
  versionNeeds: fc.array(
    fc.record({ library: name, versions: fc.uniqueArray(name, { minLength: 1, maxLength: 5 }) }),
    { minLength: 1, maxLength: 4 },
  ),
  symbols: fc.uniqueArray(
    fc.record({
      name,
      binding: fc.constantFrom(1, 2),
      section: fc.constant(5),
      value: fc.integer({ min: 0, max: 0x7fffffff }),
      size: fc.integer({ min: 0, max: 0x7fffffff }),
    }),
    { selector: (symbol) => symbol.name, minLength: 1, maxLength: 30 },
  ),
});

describe('an image built from any plan', () => {
  it('is read as planned', () => {
    fc.assert(
      fc.property(plan, (planned) => {
        const elf = readElf(buildElf(planned).bytes);
        expect(elf.faults).toEqual([]);
        expect(elf.needed).toEqual(planned.needed);
        expect(elf.soname).toBe(planned.soname);
        expect(elf.runpath.join(':')).toBe(planned.runpath);
        expect(elf.dynamic?.spareEntries).toBe(planned.spareEntries);
        expect(
          elf.versions.needs.map(({ library, versions }) => ({
            library,
            versions: versions.map((version) => version.name),
          })),
        ).toEqual(planned.versionNeeds);
        const byName = (a: { name: string }, b: { name: string }): number =>
          a.name < b.name ? -1 : 1;
        const read = elf.symbols().map((symbol) => ({
          name: symbol.name,
          binding: symbol.binding === 'weak' ? 2 : 1,
          section: symbol.section,
          value: symbol.value,
          size: symbol.size,
        }));
        expect(read.sort(byName)).toEqual([...(planned.symbols ?? [])].sort(byName));
      }),
      { numRuns: 200 },
    );
  });

  it('maps every address of its parts to where they are, and back', () => {
    fc.assert(
      fc.property(plan, (planned) => {
        const built = buildElf(planned);
        const { addresses } = readElf(built.bytes);
        for (const [part, place] of built.places) {
          if (place.address === 0 || place.size === 0) continue;
          expect([part, addresses.toOffset(place.address, place.size)]).toEqual([
            part,
            place.offset,
          ]);
          expect(addresses.toAddress(place.offset)).toBe(place.address);
        }
      }),
      { numRuns: 50 },
    );
  });
});
