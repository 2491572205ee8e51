import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ZipArchive, ZipEntry } from '../../src/archive/zip/index.ts';
import { PF, PT, SHT, readElf, type ElfFile } from '../../src/binary/elf/index.ts';
import { mapNatives, withWheel } from '../../src/wheel/index.ts';
import { useSparseElf } from '../../src/wheel/sparse-elf.ts';
import { ByteBudget } from '../../src/support/byte-budget.ts';
import { buildElf, type BuiltElf, type ElfPlan } from '../support/elf-builder.ts';
import { LIBRARY } from '../support/elf-samples.ts';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';

const hasCompiler = spawnSync('gcc', ['--version']).status === 0 && process.platform === 'linux';

const MEGABYTE = 1 << 20;

/** An archive with one member, which counts how often it is streamed. */
function memberOf(size: number, bytesAt: (offset: number, length: number) => Uint8Array) {
  const passes = { count: 0 };
  const archive = {
    prefix: async (_: ZipEntry, length: number) => bytesAt(0, Math.min(length, size)),
    async *stream() {
      passes.count += 1;
      for (let at = 0; at < size; at += MEGABYTE) yield bytesAt(at, Math.min(MEGABYTE, size - at));
    },
  };
  return { archive: archive as unknown as ZipArchive, entry: { size } as ZipEntry, passes };
}

/** The file, which can be asked for what was kept of it even when the reading is over, and the passes it took. */
async function readSparse(archive: ZipArchive, entry: ZipEntry) {
  const budget = new ByteBudget(512 * MEGABYTE);
  const { value, passes } = await useSparseElf(
    { archive, entry, path: 'x.so', budget },
    (elf) => elf,
  );
  return { elf: value, passes };
}

function inMemory(bytes: Uint8Array) {
  return memberOf(bytes.length, (offset, length) => bytes.subarray(offset, offset + length));
}

/** Everything that is read, without the source of the bytes. */
function contentOf(elf: ElfFile): unknown {
  const told = {
    ...elf,
    symbols: elf.symbols(),
    symbolTable: elf.symbolTable(),
    versionedSymbols: elf.versionedSymbols(),
  };
  return plain({ ...told, bytes: undefined, path: undefined });
}

/** Data alone: bytes by their digest, no functions. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return createHash('sha256').update(value).digest('hex');
  if (value instanceof Map) return [...value].map(plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => typeof each !== 'function');
  return Object.fromEntries(entries.map(([key, each]) => [key, plain(each)]));
}

const ODD_ORDER = ['.names', '.between', '.comment', '.padding'] as const;

/** A library whose tables lie 38 MB into the file, and 10 MB before its end. */
function withHiddenTables(plan: ElfPlan = {}): BuiltElf {
  const filler = { name: 'fill', type: 0x7777, descriptor: new Uint8Array(38 * MEGABYTE) };
  return buildElf({
    ...LIBRARY,
    notes: [filler, ...(LIBRARY.notes ?? [])],
    extraSections: [
      { name: '.padding', bytes: new Uint8Array(10 * MEGABYTE) },
      { name: '.comment', bytes: Buffer.from('GCC: (GNU) 15.1.0\0') },
    ],
    ...plan,
  });
}

/**
 * Program headers as those of a linker, changed one by one: type at 0, flags at 4, size in the file at 32, size in
 * memory at 40.
 */
function withSegments(
  built: BuiltElf,
  change: (segment: Buffer, type: number) => void,
): Uint8Array {
  const bytes = Buffer.from(built.bytes);
  const { offset, size } = built.place('segments');
  for (let at = offset; at < offset + size; at += 56) {
    const segment = bytes.subarray(at, at + 56);
    const isWritable = (segment.readUInt32LE(4) & PF.W) !== 0;
    // Data are followed by zero fill.
    if (segment.readUInt32LE(0) === PT.LOAD && isWritable)
      segment.writeBigUInt64LE(segment.readBigUInt64LE(32) + 4096n, 40);
    change(segment, segment.readUInt32LE(0));
  }
  return bytes;
}

/** The first segment has no code, as lld and newer GNU ld write it. */
function withoutCode(built: BuiltElf): Uint8Array {
  return withSegments(built, (segment, type) => {
    if (type === PT.LOAD) segment.writeUInt32LE(segment.readUInt32LE(4) & ~PF.X, 4);
  });
}

/**
 * The first segment has code, as older linkers write it: nobody expects tables behind so much of it. No program header
 * leads to the notes, so that the filler is not kept for its own sake.
 */
function withCode(built: BuiltElf): Uint8Array {
  return withSegments(built, (segment, type) => {
    if (type === PT.NOTE) segment.writeUInt32LE(0, 0);
    if (type === PT.LOAD) segment.writeUInt32LE(segment.readUInt32LE(4) | PF.X, 4);
  });
}

/** The names of the sections lie between others, among them that of a section which is known by its name alone. */
function withHiddenSectionNames(
  order: readonly ('.comment' | '.between' | '.names' | '.padding')[],
): BuiltElf {
  const make = (names: Uint8Array): BuiltElf => {
    const contents = {
      '.names': names,
      '.between': new Uint8Array(MEGABYTE),
      '.comment': Buffer.from('GCC: (GNU) 15.1.0\0'),
      '.padding': new Uint8Array(10 * MEGABYTE),
    };
    const extraSections = order.map((name) => ({
      name,
      bytes: contents[name],
      ...(name === '.names' ? { type: SHT.STRTAB } : {}),
    }));
    return withHiddenTables({ extraSections });
  };
  const draft = make(new Uint8Array(0));
  const { offset, size } = draft.place('.shstrtab');
  const built = make(draft.bytes.slice(offset, offset + size));
  const bytes = Buffer.from(built.bytes);
  const sections = built.place('sections').offset;
  let index = 0;
  while (bytes.readBigUInt64LE(sections + index * 64 + 24) !== BigInt(built.place('.names').offset))
    index += 1;
  bytes.writeUInt16LE(index, 62);
  return { ...built, bytes };
}

describe('useSparseElf', () => {
  const manyVersions = {
    versionNeeds: [
      { library: 'libc.so.6', versions: Array.from({ length: 30_000 }, (_, n) => `V_${n}`) },
    ],
    versionDefinitions: [],
    symbols: [],
  };
  const plans: [string, number, Uint8Array][] = [
    ['a table of half a megabyte', 2, withCode(withHiddenTables(manyVersions))],
    [
      'one that no section header names',
      3,
      withCode(withHiddenTables({ ...manyVersions, sections: false })),
    ],
    [
      'section names in the middle, as lld puts them',
      1,
      withoutCode(withHiddenSectionNames(['.comment', '.between', '.names', '.padding'])),
    ],
    ['a section far from all others', 2, withoutCode(withHiddenSectionNames(ODD_ORDER))],
    ['section names and tables in the middle', 2, withCode(withHiddenSectionNames(ODD_ORDER))],
    ['tables behind a long note', 1, withoutCode(withHiddenTables())],
    ['tables in the middle', 2, withCode(withHiddenTables())],
    ['no section headers', 2, withCode(withHiddenTables({ sections: false }))],
    ['everything at the beginning', 1, buildElf({ ...LIBRARY, sections: false }).bytes],
    ['nothing but a header', 1, buildElf().bytes],
  ];
  it.each(plans)('%s: the same as in memory, in passes: %i', async (_, most, bytes) => {
    const { archive, entry, passes } = inMemory(bytes);
    const sparse = await readSparse(archive, entry);
    expect(contentOf(sparse.elf)).toEqual(contentOf(readElf(bytes)));
    expect(passes.count).toBe(most);
    expect(sparse.passes).toBe(most);
  });

  it('refuses to make up what it has not kept', async () => {
    const { archive, entry } = inMemory(withCode(withHiddenTables({ sections: false })));
    const {
      elf: { bytes },
    } = await readSparse(archive, entry);
    expect(bytes.range(0, 4, 'magic')).toEqual(Buffer.from('\x7fELF', 'latin1'));
    expect(() => bytes.range(18 * MEGABYTE, 16, 'code')).toThrow(
      expect.objectContaining({ code: 'elf/part-too-large' }) as Error,
    );
  });

  it('leaves damaged symbols to whoever asks for them, as in memory', async () => {
    const built = buildElf(LIBRARY);
    const bytes = Buffer.from(built.bytes);
    // The name of the first real symbol.
    bytes.writeUInt32LE(0xffffff, built.place('.dynsym').offset + 24);
    const { archive, entry } = inMemory(bytes);
    const { elf } = await readSparse(archive, entry);
    expect(elf.needed).toEqual(LIBRARY.needed);
    expect(() => elf.symbols()).toThrow(
      expect.objectContaining({ code: 'elf/bad-string' }) as Error,
    );
  });

  it('refuses what is no ELF file', async () => {
    const { archive, entry } = inMemory(Buffer.alloc(30 * MEGABYTE));
    await expect(readSparse(archive, entry)).rejects.toMatchObject({
      code: 'elf/not-elf',
    });
  });

  it('passes on what is wrong with the archive', async () => {
    const bytes = buildElf(LIBRARY).bytes;
    let reads = 0;
    const { archive, entry } = memberOf(bytes.length, () => {
      reads += 1;
      // The headers are there, the rest is not.
      if (reads > 1) throw new Error('the disk is gone');
      return bytes;
    });
    await expect(readSparse(archive, entry)).rejects.toThrow('the disk is gone');
  });

  describe('of hostile files', () => {
    const size = 1100 * MEGABYTE;

    /** The image at the beginning of a file of a gigabyte that is otherwise empty. */
    function largeMember(image: Uint8Array) {
      const zeros = new Uint8Array(MEGABYTE);
      return memberOf(size, (offset, length) => {
        if (offset >= image.length) return zeros.subarray(0, length);
        const part = new Uint8Array(length);
        part.set(image.subarray(offset, offset + length));
        return part;
      });
    }

    it('does not keep a note that is as long as the file', async () => {
      const built = buildElf({ ...LIBRARY, sections: false });
      const bytes = Buffer.from(built.bytes);
      const { offset, size: length } = built.place('segments');
      for (let at = offset; at < offset + length; at += 56)
        if (bytes.readUInt32LE(at) === 4) bytes.writeBigUInt64LE(BigInt(size - 4096), at + 32);
      const { archive, entry } = largeMember(bytes);
      const { elf } = await readSparse(archive, entry);
      expect(elf.needed).toEqual(LIBRARY.needed);
    });

    it('does not keep a string table that is as long as the file', async () => {
      const built = buildElf({ ...LIBRARY, sections: false });
      const bytes = Buffer.from(built.bytes);
      const { offset, size: length } = built.place('.dynamic');
      for (let at = offset; at < offset + length; at += 16)
        if (bytes.readBigUInt64LE(at) === 10n)
          bytes.writeBigUInt64LE(BigInt(size - 131072), at + 8);
      // The read-only segment ends with the file, so that the table could be that long.
      const { offset: segments, size: all } = built.place('segments');
      for (let at = segments; at < segments + all; at += 56)
        if (bytes.readUInt32LE(at) === 1) bytes.writeBigUInt64LE(BigInt(size - 65536), at + 32);
      const { archive, entry } = largeMember(bytes);
      const { elf } = await readSparse(archive, entry);
      expect(elf.faults.map(({ code }) => code)).toContain('elf/part-too-large');
      expect(elf.segments.length).toBeGreaterThan(2);
    });

    it('gives up on tables that lead all over the file', async () => {
      const built = withHiddenTables({ sections: false });
      const bytes = Buffer.from(withCode(built));
      const needs = built.place('.gnu.version_r');
      // A chain of records through the filler in front, each 400 kB behind the one before.
      const step = 400_000;
      const start = 33 * MEGABYTE;
      const records = 9;
      for (let index = 0; index < records; index += 1) {
        const at = start + index * step;
        bytes.writeUInt16LE(1, at);
        bytes.writeUInt32LE(index === records - 1 ? 0 : step, at + 12);
      }
      const dynamic = built.place('.dynamic');
      for (let at = dynamic.offset; at < dynamic.offset + dynamic.size; at += 16) {
        const tag = bytes.readBigUInt64LE(at);
        if (tag === 0x6ffffffen)
          bytes.writeBigUInt64LE(BigInt(needs.address - needs.offset + start), at + 8);
        if (tag === 0x6fffffffn) bytes.writeBigUInt64LE(BigInt(records), at + 8);
      }
      const { archive, entry, passes } = inMemory(bytes);
      await expect(readSparse(archive, entry)).rejects.toMatchObject({
        code: 'elf/too-scattered',
      });
      expect(passes.count).toBe(7);
    });
  });
});

describe.skipIf(!hasCompiler)('a large library in a wheel (skipped without gcc)', () => {
  it('is read as it is read in memory', { timeout: 60_000 }, async () => {
    const directory = await scratch();
    const source = `
      #include <math.h>
      #include <stdlib.h>
      const char table[52 << 20] = {1};
      double compute(double x) { return sin(x) + (double)(size_t)malloc(1); }
    `;
    await writeFile(join(directory, 'big.c'), source);
    const library = join(directory, 'libbig.so');
    const flags = ['-shared', '-fPIC', '-O0', '-Wl,-soname,libbig.so.1', '-Wl,--build-id'];
    execFileSync('gcc', [...flags, '-o', library, join(directory, 'big.c'), '-lm']);
    const bytes = await readFile(library);
    expect(bytes.length).toBeGreaterThan(52 * MEGABYTE);
    const wheel = await writeWheelFile(directory, {
      files: { 'pkg/small.txt': '' },
      extra: [
        {
          name: 'pkg/libbig.so',
          content: bytes,
          data: deflateRawSync(bytes, { level: 1 }),
        },
      ],
    });
    const [found] = await withWheel(wheel, async (opened) =>
      mapNatives(opened, ({ elf, problem }) => ({
        problem,
        elf: elf === undefined ? undefined : contentOf(elf),
      })),
    );
    expect(found?.problem).toBeUndefined();
    expect(found?.elf).toEqual(contentOf(readElf(bytes)));
    expect(found?.elf).toMatchObject({ soname: 'libbig.so.1', needed: ['libm.so.6', 'libc.so.6'] });
  });
});
