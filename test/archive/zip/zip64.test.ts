/** Archives past the 16 and 32-bit limits, without writing gigabytes: sources that make up their bytes, sparse files. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  bytesSink,
  openZip,
  openZipFile,
  verifyZipFraming,
  writeZip,
  type ZipArchive,
  type ZipMember,
  type ZipSink,
} from '../../../src/archive/zip/index.ts';
import { encodeEnd, encodeLocalHeader, mayNeedZip64 } from '../../../src/archive/zip/encode.ts';
import { openBytes, type RandomAccess } from '../../../src/support/random-access.ts';
import { buildZip, extraField, u64s } from '../../support/zip-builder.ts';

const GIB = 2 ** 30;
const MAX32 = 0xffffffff;

/** Bytes at some offsets and zeros everywhere else. */
function sparseSource(
  size: number,
  pieces: readonly { offset: number; bytes: Uint8Array }[],
): RandomAccess {
  const zeros = Buffer.alloc(4 << 20);
  return {
    path: 'sparse.zip',
    size,
    async read(offset, length) {
      const hits = pieces.filter(
        (piece) => piece.offset < offset + length && offset < piece.offset + piece.bytes.length,
      );
      if (hits.length === 0 && length <= zeros.length) return zeros.subarray(0, length);
      const result = Buffer.alloc(length);
      for (const { offset: start, bytes } of hits) {
        const from = Math.max(start, offset);
        const to = Math.min(start + bytes.length, offset + length);
        result.set(bytes.subarray(from - start, to - start), from - offset);
      }
      return result;
    },
    async close() {},
  };
}

/** Keeps the pieces that are not all zeros, and where they lie. */
function sparseSink(): ZipSink & { size: number; pieces: { offset: number; bytes: Uint8Array }[] } {
  const zeros = Buffer.alloc(8 << 20);
  return {
    size: 0,
    pieces: [],
    async write(bytes) {
      if (bytes.length > 1 << 16 && zeros.compare(bytes, 0, bytes.length, 0, bytes.length) === 0) {
        this.size += bytes.length;
        return;
      }
      this.pieces.push({ offset: this.size, bytes: Buffer.from(bytes) });
      this.size += bytes.length;
    },
  };
}

/** An archive whose first member is `size` stored zeros, put together by hand; the second one lies behind it. */
function hugeArchive(size: number): RandomAccess {
  const wide = extraField(1, u64s(size, size));
  const offset = 30 + 4 + wide.length + size;
  const first = buildZip({
    members: [
      { name: 'huge', method: 0, local: { size: MAX32, compressedSize: MAX32, extra: wide } },
    ],
  });
  const rest = buildZip({
    members: [
      {
        name: 'huge',
        method: 0,
        localOnly: true,
      },
      { name: 'tail', content: 'behind', method: 0 },
    ],
  });
  const localTail = rest.subarray(34, 34 + 30 + 4 + 6);
  const directory = directoryOf([
    { name: 'huge', size: MAX32, compressedSize: MAX32, crc32: 0, extra: wide, offset: 0 },
    {
      name: 'tail',
      size: 6,
      compressedSize: 6,
      crc32: undefined,
      extra: extraField(1, u64s(offset)),
      offset: MAX32,
    },
  ]);
  const directoryOffset = offset + localTail.length;
  const end = endOf(2, directory.length, directoryOffset);
  return sparseSource(directoryOffset + directory.length + end.length, [
    { offset: 0, bytes: first.subarray(0, 34 + wide.length) },
    { offset, bytes: localTail },
    { offset: directoryOffset, bytes: Buffer.concat([directory, end]) },
  ]);
}

interface CentralSpec {
  name: string;
  size: number;
  compressedSize: number;
  crc32: number | undefined;
  extra: Uint8Array;
  offset: number;
}

function directoryOf(entries: readonly CentralSpec[]): Uint8Array {
  return Buffer.concat(
    entries.map(({ name, crc32, size, compressedSize, extra, offset }) => {
      const built = buildZip({
        members: [
          {
            name,
            method: 0,
            content: crc32 === undefined ? 'behind' : '',
            central: { size, compressedSize, extra, offset },
          },
        ],
      });
      const length = 46 + name.length + extra.length;
      return built.subarray(built.length - 22 - length, built.length - 22);
    }),
  );
}

function endOf(count: number, size: number, offset: number): Uint8Array {
  const position = offset + size;
  const built = buildZip({
    members: [],
    zip64: { count, size, offset, locatorOffset: position },
    end: { count, size, offset: MAX32 },
  });
  return built;
}

describe('more than 65,535 members', () => {
  const count = 70_000;

  it('are written with zip64 end records and read back', async () => {
    const content = Buffer.from('x');
    const members: ZipMember[] = Array.from({ length: count }, (_, index) => ({
      path: `d/${index}`,
      compress: false,
      source: { kind: 'bytes', bytes: content },
    }));
    const sink = bytesSink();
    await writeZip(sink, members);
    const archive = await openZip(openBytes(sink.bytes(), 'many.zip'));
    expect(archive.entries).toHaveLength(count);
    expect(archive.structure.zip64).toBeDefined();
    expect(archive.get('d/69999')?.index).toBe(69_999);
    expect(await verifyZipFraming(archive)).toEqual([]);
  });

  it.each([
    [{ count: 65_534, size: 1, offset: 1 }, 22],
    [{ count: 65_535, size: 1, offset: 1 }, 98],
    [{ count: 1, size: MAX32 - 1, offset: MAX32 - 1 }, 22],
    [{ count: 1, size: MAX32, offset: 1 }, 98],
    [{ count: 1, size: 1, offset: MAX32 }, 98],
  ])('the end of %j is %i bytes long', (directory, length) => {
    expect(encodeEnd(directory)).toHaveLength(length);
  });
});

describe('room for zip64 sizes', () => {
  it.each([
    [4 * GIB - 1, true],
    // Stored blocks, which is what deflate falls back to, add 5 bytes for each 64 KiB.
    [4 * GIB - 5 * 65_536, true],
    [3.9 * GIB, false],
    [0, false],
  ])('is kept for %i bytes: %s', (size, kept) => {
    expect(mayNeedZip64(size)).toBe(kept);
  });

  it('makes headers of one length, whatever sizes turn out', () => {
    const header = {
      rawPath: Buffer.from('large.so'),
      isDirectory: false,
      mode: 0o100755,
      modified: { date: 0x21, time: 0 },
      method: 8,
      crc32: 0,
      wideLocal: true,
    };
    const before = encodeLocalHeader({ ...header, size: 0, compressedSize: 0 });
    const after = encodeLocalHeader({ ...header, size: 5 * GIB, compressedSize: 7 });
    expect(before).toHaveLength(after.length);
  });
});

describe('more than 4 GiB', () => {
  async function behind(archive: ZipArchive): Promise<string> {
    const entry = archive.get('tail');
    if (entry === undefined) throw new Error('no tail');
    return Buffer.from(await archive.read(entry)).toString();
  }

  it('sizes and offsets are read', async () => {
    const archive = await openZip(hugeArchive(5 * GIB));
    expect(archive.get('huge')).toMatchObject({ size: 5 * GIB, compressedSize: 5 * GIB });
    expect(archive.get('tail')?.localHeaderOffset).toBeGreaterThan(5 * GIB);
    expect(await behind(archive)).toBe('behind');
    expect(await verifyZipFraming(archive)).toEqual([]);
  });

  it('content is not read at once', async () => {
    const archive = await openZip(hugeArchive(5 * GIB));
    const entry = archive.get('huge');
    if (entry === undefined) throw new Error('no member');
    await expect(archive.read(entry)).rejects.toMatchObject({ code: 'zip/too-large' });
    await expect(archive.read(entry, { maxSize: Infinity })).rejects.toMatchObject({
      code: 'zip/too-large',
    });
  });

  it('copies keep them, through zip64 fields where needed and nowhere else', async () => {
    const source = await openZip(hugeArchive(4 * GIB));
    const sink = sparseSink();
    await writeZip(
      sink,
      source.entries.map((entry) => ({
        path: entry.path,
        source: { kind: 'copy', archive: source, entry },
      })),
    );
    const copy = await openZip(sparseSource(sink.size, sink.pieces));
    expect(copy.get('huge')).toMatchObject({
      size: 4 * GIB,
      compressedSize: 4 * GIB,
      localHeaderOffset: 0,
    });
    expect(copy.get('tail')?.localHeaderOffset).toBe(4 * GIB + 30 + 4 + 20);
    expect(copy.entries.map(({ extra }) => extra.length)).toEqual([20, 12]);
    expect(await behind(copy)).toBe('behind');
    expect(await verifyZipFraming(copy)).toEqual([]);
  });

  it('just below it, nothing is zip64', async () => {
    const size = MAX32 - 1;
    const built = buildZip({
      members: [
        {
          name: 'big',
          method: 0,
          local: { size, compressedSize: size },
          central: { size, compressedSize: size },
        },
      ],
    });
    const header = built.subarray(0, 33);
    const directory = built.subarray(33);
    const patched = Buffer.from(directory);
    // The offset of the directory, which lies past the data, is over the limit: only the end is zip64.
    const central = patched.subarray(0, patched.length - 22);
    const end = endOf(1, central.length, 33 + size);
    const source = await openZip(
      sparseSource(33 + size + central.length + end.length, [
        { offset: 0, bytes: header },
        { offset: 33 + size, bytes: Buffer.concat([central, end]) },
      ]),
    );
    const sink = sparseSink();
    await writeZip(
      sink,
      source.entries.map((entry) => ({
        path: entry.path,
        source: { kind: 'copy', archive: source, entry },
      })),
    );
    const copy = await openZip(sparseSource(sink.size, sink.pieces));
    expect(copy.entries[0]).toMatchObject({ size, compressedSize: size });
    expect(copy.entries[0]?.extra).toHaveLength(0);
    expect(copy.structure.zip64).toBeDefined();
  });

  const hasPython = python(['-c', 'import zipfile']) !== undefined;

  it.skipIf(!hasPython)(
    "Python's zipfile reads the copy from a sparse file (needs python3)",
    async () => {
      const source = await openZip(hugeArchive(5 * GIB));
      const sink = sparseSink();
      await writeZip(
        sink,
        source.entries.map((entry) => ({
          path: entry.path,
          source: { kind: 'copy', archive: source, entry },
        })),
      );
      const folder = await mkdtemp(join(tmpdir(), 'wheelworks-zip64-'));
      try {
        const path = join(folder, 'sparse.zip');
        const handle = await open(path, 'w');
        for (const { offset, bytes } of sink.pieces)
          await handle.write(bytes, 0, bytes.length, offset);
        await handle.close();
        const script =
          'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print([i.file_size for i in z.infolist()], z.read("tail"))';
        expect(python(['-c', script, path])?.trim()).toBe(`[${5 * GIB}, 6] b'behind'`);
        const archive = await openZipFile(path);
        expect(await behind(archive)).toBe('behind');
        await archive.close();
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  );
});

function python(args: readonly string[]): string | undefined {
  try {
    return execFileSync('python3', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
