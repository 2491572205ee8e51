import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  applyPatch,
  isUnchanged,
  planElfEdit,
  readElf,
  type ElfPatch,
} from '../../../../src/binary/elf/index.ts';
import { checkEdited } from '../../../support/elf-edit-check.ts';
import {
  LINKER_OPTIONS,
  buildSample,
  hasCompiler,
  systemLibraries,
} from '../../../support/elf-edit-files.ts';
import { randomEdits, randomNumbers } from '../../../support/elf-edit-random.ts';
import { LAYOUTS, demoLibrary } from '../../../support/elf-samples.ts';

const SEED = Number(process.env['WHEELWORKS_SEED'] ?? 20_261_123);

/** Edits a file several times at random, each result the next one's start; says what was wrong with which list. */
function editRepeatedly(
  bytes: Uint8Array,
  rounds: number,
  seed: number,
): { pairs: number; problems: readonly string[] } {
  const random = randomNumbers(seed);
  let current = bytes;
  for (let round = 0; round < rounds; round += 1) {
    // Half of them start from the file itself, half from what was edited already.
    const start = random() < 0.5 ? bytes : current;
    const elf = readElf(start);
    const edits = randomEdits(elf, random);
    const patch = planElfEdit(elf, edits);
    const edited = applyPatch(start, patch);
    const problems = [...patchFaults(patch, start.length), ...checkEdited(start, edited, edits)];
    const again = planElfEdit(
      readElf(edited),
      edits.filter(({ kind }) => kind === 'rpath' || kind === 'runpath' || kind === 'soname'),
    );
    if (!isUnchanged(again, edited.length))
      problems.push('the same edits once more change the file');
    if (problems.length > 0)
      return {
        pairs: round + 1,
        problems: [...problems, JSON.stringify(edits), `seed ${seed} round ${round}`],
      };
    current = edited;
  }
  return { pairs: rounds, problems: [] };
}

function patchFaults({ size, writes }: ElfPatch, old: number): string[] {
  let end = 0;
  for (const { offset, bytes } of writes) {
    if (offset < end) return ['writes overlap'];
    end = offset + bytes.length;
  }
  return end > size || size < old ? ['the patch is larger than its file, or the file shrank'] : [];
}

describe('edited as asked, and nothing else changed', () => {
  const libraries = systemLibraries();
  it.skipIf(libraries.length === 0)(
    'libraries of this machine (skipped where there are none)',
    () => {
      const random = randomNumbers(SEED);
      let pairs = 0;
      const deadline = performance.now() + 12_000;
      // A loaded machine goes on until it has done enough to tell something.
      while (performance.now() < deadline || pairs <= 100) {
        const path = libraries[Math.floor(random() * libraries.length)] ?? '';
        const done = editRepeatedly(
          new Uint8Array(readFileSync(path)),
          6,
          Math.floor(random() * 2 ** 32),
        );
        expect([path, ...done.problems]).toEqual([path]);
        pairs += done.pairs;
      }
      expect(pairs).toBeGreaterThan(100);
    },
    60_000,
  );

  it.skipIf(!hasCompiler()).each(LINKER_OPTIONS)(
    'a library linked %s (skipped without gcc, or where its linker cannot)',
    (name, options) => {
      const bytes = buildSample(name, options);
      if (bytes === undefined) return;
      expect(editRepeatedly(bytes, 60, SEED).problems).toEqual([]);
    },
  );

  it.each(LAYOUTS)('class $class, $byteOrder-endian', (layout) => {
    const { bytes } = demoLibrary(layout);
    expect(editRepeatedly(bytes, 80, SEED).problems).toEqual([]);
  });
});

describe('the check itself', () => {
  it('finds what is not as asked', () => {
    const { bytes } = demoLibrary();
    expect(checkEdited(bytes, bytes, [])).toEqual([]);
    expect(checkEdited(bytes, bytes, [{ kind: 'soname', name: 'libother.so' }])).not.toEqual([]);
    expect(checkEdited(bytes, bytes, [{ kind: 'rpath', entries: ['$ORIGIN'] }])).not.toEqual([]);
  });

  it('finds a byte that changed, a symbol that is lost, a segment that lies wrong', () => {
    const built = demoLibrary();
    const change = (offset: number, by: number): Uint8Array => {
      const copy = Uint8Array.from(built.bytes);
      copy[offset] = (copy[offset] ?? 0) + by;
      return copy;
    };
    const text = built.place('.dynsym');
    expect(checkEdited(built.bytes, change(text.offset + 24 * 4 + 16, 1), [])).not.toEqual([]);
    const gnu = readElf(built.bytes).hashTables.gnu?.offset ?? 0;
    expect(checkEdited(built.bytes, change(gnu + 40, 5), [])).not.toEqual([]);
    const { headerOffset } = readElf(built.bytes).segments.find(({ type }) => type === 1) ?? {
      headerOffset: 0,
    };
    expect(checkEdited(built.bytes, change(headerOffset + 4, 1), [])).not.toEqual([]);
  });
});
