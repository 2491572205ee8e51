/** Large native files of real wheels, read without being held in memory: the same as read in memory, in one pass. */
import { basename } from 'node:path';
import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openZipFile } from '../../src/archive/zip/index.ts';
import { importsAndExports, readElf, type ElfFile } from '../../src/binary/elf/index.ts';
import { ByteBudget } from '../../src/support/byte-budget.ts';
import { useSparseElf } from '../../src/wheel/sparse-elf.ts';
import { localWheels } from '../support/local-wheels.ts';

const LARGE = 48 << 20;
const LARGEST = 140 << 20;
const WHEELS = 4;

/** What tools ask of a file. */
function contentOf(elf: ElfFile): unknown {
  const { sections, segments, needed, soname, known, notes, faults, versions, debug } = elf;
  return { sections, segments, needed, soname, known, notes, faults, versions, debug };
}

/** Wheel, member and the wheel's path. */
async function findLargeFiles(): Promise<[string, string, string][]> {
  const found: [string, string, string][] = [];
  for (const path of localWheels()) {
    if (found.length >= WHEELS) break;
    const { size: wheelSize } = statSync(path);
    if (wheelSize < 16e6 || wheelSize > 100e6) continue;
    const archive = await openZipFile(path);
    const large = archive.entries.find(({ size }) => size > LARGE && size < LARGEST);
    if (large !== undefined && (await archive.prefix(large, 4))[0] === 0x7f)
      found.push([basename(path), large.path, path]);
    await archive.close();
  }
  return found;
}

const found = await findLargeFiles();

describe.skipIf(found.length === 0)('large files of real wheels (skipped without any)', () => {
  it.each(found)('%s: %s', { timeout: 60_000 }, async (_, member, path) => {
    const archive = await openZipFile(path);
    try {
      const entry = archive.get(member);
      if (entry === undefined) throw new Error(`${path} has no ${member}`);
      const budget = new ByteBudget(1 << 30);
      const { value, passes } = await useSparseElf(
        { archive, entry, path: member, budget },
        (elf) => [contentOf(elf), importsAndExports(elf)],
      );
      const elf = readElf(await archive.read(entry), { path: member });
      expect(value).toEqual([contentOf(elf), importsAndExports(elf)]);
      expect(passes).toBe(1);
    } finally {
      await archive.close();
    }
  });
});
