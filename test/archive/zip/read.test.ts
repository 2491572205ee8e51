import { describe, expect, it } from 'vitest';
import { openZip, type ZipArchive } from '../../../src/archive/zip/index.ts';
import { openBytes, type RandomAccess } from '../../../src/support/random-access.ts';
import {
  buildZip,
  extraField,
  u64s,
  unicodePathField,
  type ZipSpec,
} from '../../support/zip-builder.ts';

function open(spec: ZipSpec): Promise<ZipArchive> {
  return openZip(openBytes(buildZip(spec), 'test.zip'));
}

async function text(archive: ZipArchive, path: string): Promise<string> {
  const entry = archive.get(path);
  if (entry === undefined) throw new Error(`no ${path}`);
  return Buffer.from(await archive.read(entry)).toString();
}

async function streamed(archive: ZipArchive, path: string): Promise<Buffer> {
  const entry = archive.get(path);
  if (entry === undefined) throw new Error(`no ${path}`);
  const pieces: Uint8Array[] = [];
  for await (const piece of archive.stream(entry)) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('openZip', () => {
  it('lists members in the order of the central directory with what it says of them', async () => {
    const archive = await open({
      members: [
        { name: 'pkg/', method: 0, mode: 0o040755 },
        { name: 'pkg/b.py', content: 'print()\n'.repeat(50), mode: 0o100755 },
        { name: 'pkg/a.txt', content: 'plain', method: 0 },
        { name: 'link', content: 'target', method: 0, mode: 0o120777 },
      ],
      comment: 'made by hand',
    });
    expect(archive.entries.map(({ path }) => path)).toEqual([
      'pkg/',
      'pkg/b.py',
      'pkg/a.txt',
      'link',
    ]);
    expect(archive.entries.map(({ isDirectory }) => isDirectory)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(archive.entries.map(({ isSymlink }) => isSymlink)).toEqual([false, false, false, true]);
    expect(archive.get('pkg/b.py')).toMatchObject({
      method: 8,
      size: 400,
      mode: 0o100755,
      index: 1,
    });
    expect(archive.get('pkg/b.py')?.compressedSize).toBeLessThan(400);
    expect(archive.get('pkg/a.txt')).toMatchObject({ method: 0, size: 5, compressedSize: 5 });
    expect(archive.get('absent')).toBeUndefined();
    expect(Buffer.from(archive.comment).toString()).toBe('made by hand');
    expect(archive.problems).toEqual([]);
  });

  it('opens an archive without members', async () => {
    expect((await open({ members: [] })).entries).toEqual([]);
  });

  it('has no mode for members made on other systems than Unix', async () => {
    const archive = await open({
      members: [{ name: 'a', central: { madeBy: 20, externalAttributes: 0o120777 * 65536 } }],
    });
    expect(archive.entries[0]).toMatchObject({ mode: 0, isSymlink: false });
  });

  it('takes case-only differences for different members', async () => {
    const archive = await open({
      members: [
        { name: 'A.py', content: '1' },
        { name: 'a.py', content: '2' },
      ],
    });
    expect(await text(archive, 'A.py')).toBe('1');
    expect(await text(archive, 'a.py')).toBe('2');
  });

  it('counts data in front of the archive into the offsets, as Python does', async () => {
    const prefix = Buffer.from('#!/bin/sh\nexec python3 "$0"\n');
    const archive = await open({ members: [{ name: 'a', content: 'body' }], prefix });
    expect(archive.structure.prefixLength).toBe(prefix.length);
    expect(await text(archive, 'a')).toBe('body');
  });

  it('finds the end record before trailing bytes and behind a comment of full length', async () => {
    const trailing = await open({
      members: [{ name: 'a', content: 'x' }],
      trailing: Buffer.alloc(100),
    });
    expect(trailing.structure.trailingLength).toBe(100);
    expect(await text(trailing, 'a')).toBe('x');
    const commented = await open({
      members: [{ name: 'a', content: 'y' }],
      comment: 'c'.repeat(0xffff),
    });
    expect(await text(commented, 'a')).toBe('y');
  });

  it('reads the directory in one read, and none when the tail holds it', async () => {
    const members = Array.from({ length: 2000 }, (_, index) => ({
      name: `file${index}.py`,
      content: 'x',
    }));
    const counting = countReads(openBytes(buildZip({ members }), 'many.zip'));
    expect((await openZip(counting)).entries).toHaveLength(2000);
    expect(counting.reads).toBe(2);
    const small = countReads(openBytes(buildZip({ members: members.slice(0, 100) }), 'few.zip'));
    await openZip(small);
    expect(small.reads).toBe(1);
  });

  it('closes its source', async () => {
    let closed = 0;
    const source = openBytes(buildZip({ members: [] }));
    const archive = await openZip({
      path: source.path,
      size: source.size,
      read: (o, l) => source.read(o, l),
      close: async () => void (closed += 1),
    });
    await archive.close();
    expect(closed).toBe(1);
  });
});

describe('member names', () => {
  it('are UTF-8 with bit 11 and code page 437 without', async () => {
    const archive = await open({
      members: [
        { name: 'größe/日本.txt', content: 'utf8' },
        { name: Buffer.from([0x81, 0xe1, 0xb0, 0xff]), flags: 0, content: 'dos' },
      ],
    });
    expect(archive.entries.map(({ path }) => path)).toEqual(['größe/日本.txt', 'üß░\u00a0']);
    expect(await text(archive, 'üß░\u00a0')).toBe('dos');
  });

  it('come from the Unicode path field where the header has only a legacy name', async () => {
    const legacy = Buffer.from([0x3f, 0x81]);
    const archive = await open({
      members: [{ name: legacy, flags: 0, extra: unicodePathField(legacy, '日ü'), content: 'z' }],
    });
    expect(await text(archive, '日ü')).toBe('z');
  });

  it('keep to the header when the Unicode path field is for another name', async () => {
    const archive = await open({
      members: [{ name: 'real', extra: unicodePathField('real', 'other', 12345), content: 'z' }],
    });
    expect(archive.entries[0]?.path).toBe('real');
  });
});

describe('read', () => {
  it('gives the content of stored, deflated and empty members', async () => {
    const archive = await open({
      members: [
        { name: 'stored', content: 'abc', method: 0 },
        { name: 'deflated', content: 'abc'.repeat(1000) },
        { name: 'empty', content: '' },
        { name: 'empty-stored', content: '', method: 0 },
      ],
    });
    expect(await text(archive, 'stored')).toBe('abc');
    expect(await text(archive, 'deflated')).toBe('abc'.repeat(1000));
    expect(await text(archive, 'empty')).toBe('');
    expect(await text(archive, 'empty-stored')).toBe('');
  });

  it('gives bytes that the caller may change', async () => {
    const archive = await open({ members: [{ name: 'a', content: 'abc', method: 0 }] });
    const entry = archive.entries[0];
    if (entry === undefined) throw new Error('no member');
    (await archive.read(entry)).fill(0);
    expect(await text(archive, 'a')).toBe('abc');
  });

  it.each(['signed', 'unsigned', 'signed64'] as const)(
    'reads members with a %s data descriptor',
    async (descriptor) => {
      const archive = await open({
        members: [
          { name: 'a', content: 'streamed'.repeat(9), descriptor },
          { name: 'b', content: 'next' },
        ],
      });
      expect(await text(archive, 'a')).toBe('streamed'.repeat(9));
      expect(await text(archive, 'b')).toBe('next');
    },
  );

  it('finds data behind local extra fields that the central header does not have', async () => {
    for (const length of [9, 200, 20_000, 65_531]) {
      const archive = await open({
        members: [
          {
            name: 'a',
            content: 'body',
            local: { extra: extraField(0x5455, Buffer.alloc(length)) },
          },
        ],
      });
      expect(await text(archive, 'a')).toBe('body');
    }
  });

  it('takes sizes and offsets from zip64 fields', async () => {
    const content = 'wide'.repeat(20);
    const max = 0xffffffff;
    const archive = await open({
      members: [
        { name: 'first', content: 'x' },
        {
          name: 'a',
          content,
          method: 0,
          local: {
            size: max,
            compressedSize: max,
            extra: extraField(1, u64s(content.length, content.length)),
          },
          // 30 + name + data of the first member.
          central: {
            size: max,
            compressedSize: max,
            offset: max,
            extra: extraField(1, u64s(content.length, content.length, 30 + 5 + 3)),
          },
        },
      ],
      zip64: {},
      end: { count: 0xffff, size: max, offset: max },
    });
    expect(await text(archive, 'a')).toBe(content);
  });

  it('refuses members over maxSize before reading them', async () => {
    const archive = await open({ members: [{ name: 'a', content: 'x'.repeat(100) }] });
    const entry = archive.entries[0];
    if (entry === undefined) throw new Error('no member');
    await expect(archive.read(entry, { maxSize: 99 })).rejects.toMatchObject({
      code: 'zip/too-large',
    });
    expect(await archive.read(entry, { maxSize: 100 })).toHaveLength(100);
  });

  it('takes one read a member', async () => {
    const source = countReads(
      openBytes(
        buildZip({
          members: [
            { name: 'a', content: 'abc' },
            { name: 'b', content: 'def' },
          ],
        }),
      ),
    );
    const archive = await openZip(source);
    source.reads = 0;
    await text(archive, 'b');
    expect(source.reads).toBe(1);
  });
});

describe('prefix', () => {
  it.each([0, 8])('gives the first bytes of a member of method %i', async (method) => {
    const content = Buffer.from('\x7fELF and much more '.repeat(5000), 'latin1');
    const archive = await open({ members: [{ name: 'a', content, method }] });
    const entry = archive.entries[0];
    if (entry === undefined) throw new Error('no member');
    const prefix = Buffer.from(await archive.prefix(entry, 64));
    expect(prefix.equals(content.subarray(0, 64))).toBe(true);
  });

  it('gives them behind long extra fields too, and all of what is shorter', async () => {
    const extra = extraField(0xd935, Buffer.alloc(16_000));
    const archive = await open({ members: [{ name: 'a', content: '\x7fELF', local: { extra } }] });
    const entry = archive.entries[0];
    if (entry === undefined) throw new Error('no member');
    expect(Buffer.from(await archive.prefix(entry, 64)).toString('latin1')).toBe('\x7fELF');
  });
});

describe('stream', () => {
  // Not compressible and not periodic, so that a piece out of place shows.
  const large = Buffer.alloc(9_000_000);
  let state = 1;
  for (let index = 0; index < large.length; index += 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    large[index] = index % 3 === 0 ? 0x41 : state >>> 24;
  }

  it.each([0, 8])('gives large members of method %i in pieces', async (method) => {
    const archive = await open({
      members: [
        { name: 'big', content: large, method },
        { name: 'end', content: 'end' },
      ],
    });
    const entry = archive.get('big');
    if (entry === undefined) throw new Error('no member');
    let pieces = 0;
    let longest = 0;
    for await (const piece of archive.stream(entry)) {
      pieces += 1;
      longest = Math.max(longest, piece.length);
    }
    expect(pieces).toBeGreaterThan(5);
    expect(longest).toBeLessThanOrEqual(1 << 20);
    expect((await streamed(archive, 'big')).equals(large)).toBe(true);
  });

  it('gives small members whole and empty ones not at all', async () => {
    const archive = await open({
      members: [
        { name: 'a', content: 'abc' },
        { name: 'none', content: '' },
      ],
    });
    expect((await streamed(archive, 'a')).toString()).toBe('abc');
    expect(await streamed(archive, 'none')).toHaveLength(0);
  });

  it('can be left before its end', async () => {
    const archive = await open({ members: [{ name: 'big', content: large }] });
    const entry = archive.entries[0];
    if (entry === undefined) throw new Error('no member');
    let first: Uint8Array | undefined;
    for await (const piece of archive.stream(entry)) {
      first = piece;
      break;
    }
    expect(Buffer.from(first ?? []).equals(large.subarray(0, first?.length))).toBe(true);
  });
});

function countReads(source: RandomAccess): RandomAccess & { reads: number } {
  return {
    path: source.path,
    size: source.size,
    reads: 0,
    read(offset, length) {
      this.reads += 1;
      return source.read(offset, length);
    },
    close: () => source.close(),
  };
}
