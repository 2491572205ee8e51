import { execFileSync } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { mkdtemp, open, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bytesSink,
  fileSink,
  openZip,
  openZipFile,
  verifyZipFraming,
  writeZip,
  type WrittenMember,
  type WriteZipOptions,
  type ZipArchive,
  type ZipMember,
} from '../../../src/archive/zip/index.ts';
import { openBytes } from '../../../src/support/random-access.ts';
import { buildZip, extraField, type MemberSpec } from '../../support/zip-builder.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wheelworks-zip-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function bytes(
  path: string,
  content: string | Uint8Array,
  more: Partial<ZipMember> = {},
): ZipMember {
  return { path, source: { kind: 'bytes', bytes: Buffer.from(content) }, ...more };
}

async function write(
  members: readonly ZipMember[],
  options?: WriteZipOptions,
): Promise<Uint8Array> {
  const sink = bytesSink();
  const { size } = await writeZip(sink, members, options);
  expect(sink.bytes()).toHaveLength(size);
  return sink.bytes();
}

async function writeAndOpen(
  members: readonly ZipMember[],
  options?: WriteZipOptions,
): Promise<ZipArchive> {
  return openZip(openBytes(await write(members, options), 'written.zip'));
}

async function content(archive: ZipArchive, path: string): Promise<Buffer> {
  const entry = archive.get(path);
  if (entry === undefined) throw new Error(`no ${path}`);
  return Buffer.from(await archive.read(entry));
}

function copies(archive: ZipArchive): ZipMember[] {
  return archive.entries.map((entry) => ({
    path: entry.path,
    source: { kind: 'copy', archive, entry },
  }));
}

function codeOf(members: readonly ZipMember[]): Promise<unknown> {
  return write(members).then(
    () => undefined,
    (error: unknown) => (error as { code?: unknown }).code,
  );
}

/** Text that deflates, and bytes that do not, in the size of many blocks. */
const LARGE_TEXT = Buffer.from(
  Array.from(
    { length: 600_000 },
    (_, index) => `line ${(index * 7919) % 1_000_003} of the text\n`,
  ).join(''),
);
const LARGE_NOISE = randomFillSync(Buffer.alloc(18 << 20));

describe('writeZip', () => {
  it('writes members in the given order with mode, time and content', async () => {
    const archive = await writeAndOpen([
      bytes('z.py', 'print()\n'.repeat(100)),
      bytes('bin/tool', 'x', { mode: 0o755 }),
      bytes('a/', ''),
      bytes('ü.txt', ''),
    ]);
    expect(archive.entries.map(({ path, mode }) => [path, mode])).toEqual([
      ['z.py', 0o100644],
      ['bin/tool', 0o100755],
      ['a/', 0o040755],
      ['ü.txt', 0o100644],
    ]);
    expect(archive.entries.map(({ flags }) => flags)).toEqual([0, 0, 0, 0x800]);
    // 1980-01-01 00:00:00.
    expect(archive.entries[0]?.modified).toEqual({ date: 0x21, time: 0 });
    expect((await content(archive, 'z.py')).toString()).toBe('print()\n'.repeat(100));
  });

  it('leaves an archive without members readable', async () => {
    expect((await writeAndOpen([])).entries).toEqual([]);
  });

  it('stores what deflate does not make smaller, and what it is told to', async () => {
    const archive = await writeAndOpen([
      bytes('short', 'ab'),
      bytes('noise', randomFillSync(Buffer.alloc(5000))),
      bytes('text', 'ab'.repeat(500)),
      bytes('asked', 'ab'.repeat(500), { compress: false }),
      bytes('empty', ''),
    ]);
    expect(archive.entries.map(({ method }) => method)).toEqual([0, 0, 8, 0, 0]);
  });

  it('writes the time as UTC, clamped to what MS-DOS can say', async () => {
    const modifiedOf = async (modified: Date): Promise<unknown> =>
      (await writeAndOpen([bytes('a', 'x')], { modified })).entries[0]?.modified;
    expect(await modifiedOf(new Date(Date.UTC(2026, 10, 21, 13, 45, 59)))).toEqual({
      date: (46 << 9) | (11 << 5) | 21,
      time: (13 << 11) | (45 << 5) | 29,
    });
    expect(await modifiedOf(new Date(0))).toEqual({ date: 0x21, time: 0 });
    expect(await modifiedOf(new Date(Date.UTC(2200, 0, 1)))).toEqual({
      date: (127 << 9) | (12 << 5) | 31,
      time: (23 << 11) | (59 << 5) | 29,
    });
  });

  it('tells what it wrote, with the SHA-256 of content it saw', async () => {
    const sink = bytesSink();
    const { members } = await writeZip(sink, [bytes('a', 'abc'), bytes('b', 'b'.repeat(1000))]);
    expect(members[0]).toEqual({
      path: 'a',
      size: 3,
      compressedSize: 3,
      crc32: 0x352441c2,
      method: 0,
      localHeaderOffset: 0,
      sha256: 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0',
    });
    expect(members[1]).toMatchObject({ size: 1000, method: 8, localHeaderOffset: 34 });
  });

  it('asks late members when all before them are written', async () => {
    let seen: readonly WrittenMember[] = [];
    const archive = await writeAndOpen([
      bytes('a', 'abc'),
      {
        path: 'RECORD',
        source: {
          kind: 'late',
          bytes: async (written) => ((seen = [...written]), Buffer.from(`${written.length}`)),
        },
      },
      bytes('after', 'x'),
    ]);
    expect(seen.map(({ path }) => path)).toEqual(['a']);
    expect((await content(archive, 'RECORD')).toString()).toBe('1');
    expect(archive.entries.map(({ path }) => path)).toEqual(['a', 'RECORD', 'after']);
  });

  it('reads files', async () => {
    const path = join(folder, 'module.so');
    await writeFile(path, 'native code '.repeat(1000));
    const archive = await writeAndOpen([
      { path: 'pkg/module.so', mode: 0o755, source: { kind: 'file', path } },
    ]);
    expect((await content(archive, 'pkg/module.so')).toString()).toBe('native code '.repeat(1000));
  });

  it('reports the bytes written as they grow to the size of the archive', async () => {
    const seen: number[] = [];
    const written = await write(
      [bytes('a', randomFillSync(Buffer.alloc(3_000_000))), bytes('b', 'x')],
      { onProgress: (n) => seen.push(n) },
    );
    expect(seen.length).toBeGreaterThan(1);
    expect(seen).toEqual([...seen].sort((left, right) => left - right));
    expect(seen.at(-1)).toBe(written.length);
  });

  it('gives the same bytes whatever the concurrency', async () => {
    const members = [
      ...Array.from({ length: 50 }, (_, index) =>
        bytes(`m${index}`, `text ${index} `.repeat(index * 100)),
      ),
      bytes('large', LARGE_TEXT),
    ];
    const one = await write(members, { concurrency: 1 });
    expect(Buffer.compare(one, await write(members, { concurrency: 7 }))).toBe(0);
    expect(Buffer.compare(one, await write(members, { level: 1 }))).not.toBe(0);
  });
});

describe('large members', () => {
  const members = [
    bytes('text', LARGE_TEXT),
    bytes('noise', LARGE_NOISE),
    bytes('plain', LARGE_TEXT, { compress: false }),
    bytes('end', 'end'),
  ];

  it('are deflated in blocks to one stream, or stored when not worth it', async () => {
    const archive = await writeAndOpen(members);
    expect(archive.entries.map(({ method }) => method)).toEqual([8, 0, 0, 0]);
    expect((await content(archive, 'text')).equals(LARGE_TEXT)).toBe(true);
    expect((await content(archive, 'noise')).equals(LARGE_NOISE)).toBe(true);
    expect((await content(archive, 'end')).toString()).toBe('end');
    expect(await verifyZipFraming(archive)).toEqual([]);
  });

  it('have the digest of their content', async () => {
    const { members: written } = await writeZip(bytesSink(), members);
    for (const [index, expected] of [LARGE_TEXT, LARGE_NOISE].entries()) {
      expect(written[index]?.sha256).toBe(
        createHash('sha256').update(expected).digest('base64url'),
      );
    }
  });

  it('give the same bytes through a sink that cannot patch', async () => {
    const pieces: Uint8Array[] = [];
    await writeZip({ write: async (piece) => void pieces.push(Buffer.from(piece)) }, members);
    expect(Buffer.compare(Buffer.concat(pieces), await write(members))).toBe(0);
  });

  it('come from files as well', async () => {
    const path = join(folder, 'large.bin');
    await writeFile(path, LARGE_TEXT);
    const [first] = members;
    const fromFile = await write([{ path: 'text', source: { kind: 'file', path } }]);
    expect(Buffer.compare(fromFile, await write(first === undefined ? [] : [first]))).toBe(0);
  });
});

describe('file sink', () => {
  it('writes the bytes that the sink in memory gets', async () => {
    const members = [
      ...Array.from({ length: 600 }, (_, index) => bytes(`m${index}`, `${index}`)),
      bytes('large', LARGE_TEXT),
      bytes('z', 'z'),
    ];
    const path = join(folder, 'sink.zip');
    const handle = await open(path, 'w');
    const { size } = await writeZip(fileSink(handle), members);
    await handle.close();
    expect((await stat(path)).size).toBe(size);
    const archive = await openZipFile(path);
    try {
      const onDisk = await archive.source.read(0, size);
      expect(Buffer.compare(onDisk, await write(members))).toBe(0);
    } finally {
      await archive.close();
    }
  });

  it('goes on after writes that took less than they were given', async () => {
    const target = Buffer.alloc(100_000);
    const put = (piece: Uint8Array, position: number, most: number): number => {
      const taken = piece.subarray(0, most);
      target.set(taken, position);
      return taken.length;
    };
    const handle = {
      write: async (piece: Uint8Array, offset: number, length: number, position: number) => ({
        bytesWritten: put(piece.subarray(offset, offset + length), position, 7),
      }),
      writev: async (pieces: readonly Uint8Array[], position: number) => ({
        bytesWritten: put(Buffer.concat(pieces), position, 50),
      }),
    };
    const members = Array.from({ length: 20 }, (_, index) =>
      bytes(`m${index}`, `content ${index}`),
    );
    const { size } = await writeZip(
      fileSink(handle as unknown as Parameters<typeof fileSink>[0]),
      members,
    );
    expect(Buffer.compare(target.subarray(0, size), await write(members))).toBe(0);
  });
});

describe('raw copies', () => {
  const sourceMembers: MemberSpec[] = [
    {
      name: 'pkg/a.py',
      content: 'a = 1\n'.repeat(30),
      mode: 0o100755,
      extra: extraField(0x5455, Buffer.alloc(9)),
    },
    { name: 'pkg/streamed', content: 'streamed '.repeat(30), descriptor: 'signed' },
    { name: 'pkg/stored', content: 'stored', method: 0, central: { comment: 'note' } },
    { name: 'dos', content: 'x'.repeat(40), central: { madeBy: 20 } },
  ];
  const openSource = (): Promise<ZipArchive> =>
    openZip(
      openBytes(buildZip({ members: sourceMembers, prefix: Buffer.from('stub') }), 'source.zip'),
    );

  it('take over compressed data, sizes, CRC and mode under clean headers', async () => {
    const source = await openSource();
    const copy = await writeAndOpen(copies(source));
    for (const entry of source.entries) {
      expect(copy.get(entry.path)).toMatchObject({
        method: entry.method,
        crc32: entry.crc32,
        size: entry.size,
        compressedSize: entry.compressedSize,
      });
      expect((await content(copy, entry.path)).equals(await content(source, entry.path))).toBe(
        true,
      );
    }
    expect(copy.entries.map(({ mode }) => mode)).toEqual([0o100755, 0o100644, 0o100644, 0o100644]);
    expect(
      copy.entries.every(
        ({ flags, extra, commentLength }) =>
          flags === 0 && extra.length === 0 && commentLength === 0,
      ),
    ).toBe(true);
    expect(await verifyZipFraming(copy)).toEqual([]);
  });

  it('can be reordered, renamed, given another mode and mixed with new members', async () => {
    const source = await openSource();
    const [a, , stored] = source.entries;
    if (a === undefined || stored === undefined) throw new Error('no member');
    const copy = await writeAndOpen([
      { path: 'new/stored', mode: 0o600, source: { kind: 'copy', archive: source, entry: stored } },
      bytes('between', 'b'),
      { path: 'new/ä.py', source: { kind: 'copy', archive: source, entry: a } },
    ]);
    expect(copy.entries.map(({ path, mode }) => [path, mode])).toEqual([
      ['new/stored', 0o100600],
      ['between', 0o100644],
      ['new/ä.py', 0o100755],
    ]);
    expect((await content(copy, 'new/ä.py')).toString()).toBe('a = 1\n'.repeat(30));
  });

  it('come from several archives', async () => {
    const first = await openSource();
    const second = await openZip(
      openBytes(buildZip({ members: [{ name: 'other', content: 'o' }] })),
    );
    const copy = await writeAndOpen([...copies(first), ...copies(second)]);
    expect((await content(copy, 'other')).toString()).toBe('o');
    expect(copy.entries).toHaveLength(5);
  });

  it('have no digest, as nobody looked at the content', async () => {
    const { members } = await writeZip(bytesSink(), copies(await openSource()));
    expect(members.map(({ sha256 }) => sha256)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('read neighbours together and long members in pieces', async () => {
    const members: MemberSpec[] = [
      ...Array.from({ length: 300 }, (_, index) => ({
        name: `m${index}`,
        content: `content ${index}`,
      })),
      { name: 'long', content: LARGE_NOISE, method: 0 },
      { name: 'last', content: 'last' },
    ];
    const memory = openBytes(buildZip({ members }), 'counted.zip');
    const lengths: number[] = [];
    const source = await openZip({
      path: memory.path,
      size: memory.size,
      read(offset, length) {
        lengths.push(length);
        return memory.read(offset, length);
      },
      close: () => memory.close(),
    });
    lengths.length = 0;
    const copy = await writeAndOpen(copies(source));
    // 300 members, the header of the long one, its pieces, the last one.
    expect(lengths.length).toBeLessThan(10);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(4 << 20);
    expect((await content(copy, 'long')).equals(LARGE_NOISE)).toBe(true);
    expect((await content(copy, 'm299')).toString()).toBe('content 299');
    expect((await content(copy, 'last')).toString()).toBe('last');
  });

  it('refuse what cannot be read, before the first byte is written', async () => {
    for (const [code, member] of [
      ['zip/encrypted', { name: 'a', flags: 1 }],
      ['zip/unsupported-method', { name: 'a', method: 14 }],
    ] as const) {
      const source = await openZip(openBytes(buildZip({ members: [member] })));
      let writes = 0;
      const writing = writeZip({ write: async () => void (writes += 1) }, copies(source));
      await expect(writing).rejects.toMatchObject({ code });
      expect(writes).toBe(0);
    }
  });

  it('refuse members whose headers disagree or that overlap', async () => {
    const mismatch = await openZip(
      openBytes(buildZip({ members: [{ name: 'a' }, { name: 'b', local: { name: 'c' } }] })),
    );
    expect(await codeOf(copies(mismatch))).toBe('zip/header-mismatch');
    const members: MemberSpec[] = [
      { name: 'a', content: 'abc' },
      { name: 'b', content: 'abc', centralOnly: true },
    ];
    const overlap = await openZip(openBytes(buildZip({ members })), { lenient: true });
    expect(await codeOf(copies(overlap))).toBe('zip/overlapping-members');
  });
});

describe('refused members', () => {
  it.each<[string, string, ZipMember[]]>([
    ['zip/duplicate-entry', 'two of one name', [bytes('a', '1'), bytes('b', '2'), bytes('a', '3')]],
    ['zip/unsafe-path', 'a path that climbs out', [bytes('../a', '')]],
    ['zip/unsafe-path', 'a backslash', [bytes('a\\b', '')]],
    ['zip/bad-name', 'half a character', [bytes('a\ud800', '')]],
    ['zip/bad-name', 'a name over 65,535 bytes', [bytes('ü'.repeat(32_768), '')]],
    ['zip/bad-mode', 'a mode beyond 16 bits', [bytes('a', '', { mode: 0o1000000 })]],
    ['zip/bad-mode', 'a negative mode', [bytes('a', '', { mode: -1 })]],
    ['zip/directory-with-content', 'a directory with content', [bytes('a/', 'x')]],
    [
      'file/not-found',
      'a missing file',
      [{ path: 'a', source: { kind: 'file', path: '/nonexistent/file' } }],
    ],
  ])('%s: %s', async (code, _, members) => {
    expect(await codeOf(members)).toBe(code);
  });

  it('but names of exactly 65,535 bytes are written', async () => {
    const archive = await writeAndOpen([bytes('x'.repeat(0xffff), 'long')]);
    expect((await content(archive, 'x'.repeat(0xffff))).toString()).toBe('long');
  });

  it('zip/file-changed: a file that shrank or grew since it was measured', async () => {
    for (const [name, before, after] of [
      ['small', 100, 50],
      ['grown', 100, 200],
      ['large', 20 << 20, 19 << 20],
    ] as const) {
      const path = join(folder, name);
      await writeFile(path, Buffer.alloc(before));
      const members: ZipMember[] = [
        // Runs after all sizes were taken and before the file is opened: its turn comes first.
        {
          path: 'first',
          source: {
            kind: 'late',
            bytes: async () => (await truncate(path, after), Buffer.alloc(1)),
          },
        },
        ...Array.from(
          { length: 8 },
          (_, index) =>
            ({
              path: `late${index}`,
              source: { kind: 'late', bytes: () => Buffer.alloc(1) },
            }) as const,
        ),
        { path: 'file', source: { kind: 'file', path } },
      ];
      await expect(writeZip(bytesSink(), members, { concurrency: 1 })).rejects.toMatchObject({
        code: 'zip/file-changed',
        path,
      });
    }
  });
});

describe('failures while writing', () => {
  it('end the work and leave nothing running', async () => {
    let writes = 0;
    const sink = {
      async write() {
        writes += 1;
        throw new Error('disk full');
      },
    };
    const members = Array.from({ length: 40 }, (_, index) =>
      bytes(`m${index}`, randomFillSync(Buffer.alloc(1_500_000))),
    );
    await expect(writeZip(sink, members)).rejects.toThrow('disk full');
    const after = writes;
    await new Promise((resolve) => setImmediate(resolve));
    expect(writes).toBe(after);
  });

  it('of a late member are passed on', async () => {
    const late: ZipMember = {
      path: 'RECORD',
      source: {
        kind: 'late',
        bytes: () => {
          throw new Error('no record');
        },
      },
    };
    await expect(write([bytes('a', 'x'), late])).rejects.toThrow('no record');
  });
});

const hasPython = ((): boolean => {
  try {
    execFileSync('python3', ['-c', 'import zipfile']);
    return true;
  } catch {
    return false;
  }
})();

describe('code page 437', () => {
  it.skipIf(!hasPython)('decodes as in Python (needs python3)', async () => {
    const raw = Buffer.from(Array.from({ length: 128 }, (_, index) => index + 128));
    const expected = execFileSync('python3', [
      '-c',
      'import sys; sys.stdout.buffer.write(bytes(range(128,256)).decode("cp437").encode())',
    ]).toString();
    const archive = await openZip(openBytes(buildZip({ members: [{ name: raw, flags: 0 }] })));
    expect(archive.entries[0]?.path).toBe(expected);
  });
});
