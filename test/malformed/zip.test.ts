/** Hostile and broken archives: an error with a code, never a crash, never more memory than the file deserves. */
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openZip, type ZipArchive } from '../../src/archive/zip/index.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import { openBytes } from '../../src/support/random-access.ts';
import {
  buildZip,
  extraField,
  u64s,
  unicodePathField,
  type MemberSpec,
  type ZipSpec,
} from '../support/zip-builder.ts';

const MAX32 = 0xffffffff;

function open(spec: ZipSpec, lenient = false): Promise<ZipArchive> {
  return openZip(openBytes(buildZip(spec), 'hostile.zip'), { lenient });
}

/** The code opening fails with. */
async function openCode(spec: ZipSpec | Uint8Array): Promise<string | undefined> {
  const bytes = spec instanceof Uint8Array ? spec : buildZip(spec);
  return codeOf(openZip(openBytes(bytes, 'hostile.zip')));
}

/** The code reading the first member fails with, at once and as a stream. */
async function readCodes(member: MemberSpec): Promise<(string | undefined)[]> {
  const archive = await open({ members: [member] });
  const entry = archive.entries[0];
  if (entry === undefined) throw new Error('no member');
  const drain = async (): Promise<void> => {
    for await (const piece of archive.stream(entry)) expect(piece.length).toBeGreaterThan(0);
  };
  return [await codeOf(archive.read(entry)), await codeOf(drain())];
}

async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof WheelworksError) return error.code;
    throw error;
  }
}

describe('files that are no archives', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['less than an end record', Buffer.alloc(21)],
    ['zeros', Buffer.alloc(200_000)],
    ['a member without a directory', buildZip({ members: [{ name: 'a' }] }).subarray(0, 40)],
    ['text', Buffer.from('<!DOCTYPE html><title>404</title>'.repeat(100))],
  ])('%s', async (_, bytes) => {
    expect(await openCode(bytes)).toBe('zip/not-a-zip');
  });

  it('an archive cut anywhere', async () => {
    const whole = buildZip({
      members: [
        { name: 'a', content: 'abc' },
        { name: 'b', content: 'def' },
      ],
    });
    for (let length = 0; length < whole.length; length += 1) {
      expect(await openCode(whole.subarray(0, length)), `cut at ${length}`).toMatch(/^zip\//);
    }
  });

  it('an archive with any one byte flipped opens or fails with a code', async () => {
    const whole = buildZip({
      members: [
        { name: 'a', content: 'abc' },
        { name: 'b/c', content: 'def' },
      ],
      zip64: {},
    });
    for (let index = 0; index < whole.length; index += 1) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const bytes = Buffer.from(whole);
        bytes[index] = (bytes[index] ?? 0) ^ flip;
        const readAll = async (): Promise<void> => {
          const archive = await openZip(openBytes(bytes));
          for (const entry of archive.entries) await archive.read(entry);
        };
        expect((await codeOf(readAll())) ?? 'zip/none', `byte ${index}`).toMatch(/^zip\//);
      }
    }
  });
});

describe('end records', () => {
  const members: MemberSpec[] = [{ name: 'a', content: 'abc' }];
  const inner = buildZip({ members: [] });

  it.each<[string, string, ZipSpec]>([
    ['zip/truncated', 'a comment that runs past the end', { members, end: { commentLength: 10 } }],
    [
      'zip/ambiguous-end',
      'an end record inside the comment of another',
      { members, comment: inner },
    ],
    ['zip/multi-disk', 'a disk number', { members, end: { disk: 1 } }],
    ['zip/multi-disk', 'a directory on another disk', { members, end: { directoryDisk: 1 } }],
    ['zip/count-mismatch', 'fewer entries than counted', { members, end: { count: 2 } }],
    ['zip/count-mismatch', 'more entries than counted', { members, end: { count: 0 } }],
    [
      'zip/count-mismatch',
      'other entries on this disk',
      { members, end: { countOnDisk: 0, count: 1 } },
    ],
    [
      'zip/count-mismatch',
      'an absurd count',
      { members, zip64: { count: 2 ** 52 }, end: { count: 0xffff } },
    ],
    [
      'zip/bad-directory',
      'a directory larger than the file',
      { members, end: { size: 0x7fffffff } },
    ],
    [
      'zip/bad-directory',
      'a directory behind the end record',
      { members, end: { offset: 0x7fffffff } },
    ],
    ['zip/bad-directory', 'a directory size one short', { members, end: { size: 46, offset: 34 } }],
    [
      'zip/bad-directory',
      'bytes between directory and end record',
      { members, afterDirectory: Buffer.alloc(7) },
    ],
    [
      'zip/bad-directory',
      'maxima without a zip64 record',
      { members, end: { size: MAX32, offset: MAX32 } },
    ],
    [
      'zip/bad-directory',
      'the end record twice',
      { members, trailing: buildZip({ members }).subarray(-22) },
    ],
  ])('%s: %s', async (code, _, spec) => {
    expect(await openCode(spec)).toBe(code);
  });

  it('are searched within their 64 KiB only', async () => {
    expect(await openCode({ members, trailing: Buffer.alloc(70_000) })).toBe('zip/not-a-zip');
  });

  it('in great numbers cost no time', async () => {
    const end = buildZip({ members: [] });
    const flood = Buffer.concat(Array.from({ length: 3000 }, () => end));
    expect(await openCode(flood)).toBeUndefined();
  });
});

describe('zip64', () => {
  const members: MemberSpec[] = [{ name: 'a', content: 'abc' }];
  const size = buildZip({ members }).length;

  it.each<[string, string, ZipSpec]>([
    ['zip/bad-zip64', 'a locator that points elsewhere', { members, zip64: { locatorOffset: 0 } }],
    [
      'zip/bad-zip64',
      'a locator that points past the file',
      { members, zip64: { locatorOffset: 2 ** 40 } },
    ],
    [
      'zip/bad-zip64',
      'a locator without a record',
      { members, afterDirectory: Buffer.concat([Buffer.from('PK\x06\x07'), Buffer.alloc(16)]) },
    ],
    ['zip/bad-zip64', 'a record of impossible size', { members, zip64: { recordSize: 43 } }],
    ['zip/bad-zip64', 'a count that contradicts the end record', { members, zip64: { count: 2 } }],
    [
      'zip/bad-zip64',
      'an offset that contradicts the end record',
      { members, zip64: { offset: 1 } },
    ],
    ['zip/multi-disk', 'several disks', { members, zip64: { disks: 2 } }],
    ['zip/bad-directory', 'a record without a locator', { members, zip64: { noLocator: true } }],
    [
      'zip/bad-directory',
      'a directory of 2^50 bytes',
      { members, zip64: { size: 2 ** 50 }, end: { size: MAX32 } },
    ],
  ])('%s: %s', async (code, _, spec) => {
    expect(await openCode(spec)).toBe(code);
  });

  it('fields must hold what they stand for', async () => {
    for (const extra of [extraField(1, new Uint8Array(0)), extraField(1, u64s(3).subarray(0, 7))]) {
      const spec = { members: [{ name: 'a', content: 'abc', central: { size: MAX32, extra } }] };
      expect(await openCode(spec)).toBe('zip/bad-zip64');
    }
  });

  it('values beyond any file are refused', async () => {
    const extra = extraField(1, u64s(2n ** 63n));
    expect(await openCode({ members: [{ name: 'a', central: { offset: MAX32, extra } }] })).toBe(
      'zip/bad-zip64',
    );
  });

  it('maxima without a field are taken at their word and lead nowhere', async () => {
    expect(await openCode({ members: [{ name: 'a', central: { offset: MAX32 } }] })).toBe(
      'zip/out-of-bounds',
    );
    expect(size).toBeLessThan(MAX32);
  });
});

describe('central directories', () => {
  it('larger than allowed are not read', async () => {
    const bytes = buildZip({
      members: Array.from({ length: 100 }, (_, index) => ({ name: `m${index}` })),
    });
    const opening = openZip(openBytes(bytes), { maxDirectorySize: 1000 });
    expect(await codeOf(opening)).toBe('zip/directory-too-large');
  });

  it('with a wrong signature among the entries', async () => {
    expect(
      await openCode({
        members: [{ name: 'a' }, { name: 'b', central: { signature: 0x02014b51 } }],
      }),
    ).toBe('zip/bad-directory');
  });

  it('with a member on another disk', async () => {
    expect(await openCode({ members: [{ name: 'a', central: { disk: 3 } }] })).toBe(
      'zip/multi-disk',
    );
  });
});

describe('unsafe names', () => {
  it.each([
    '',
    '/etc/passwd',
    '//server/share',
    '../up',
    'a/../../up',
    'a/..',
    '..',
    './a',
    'a/./b',
    'a//b',
    '/',
    'a//',
    'C:/windows',
    'c:relative',
    'a\\b',
    '..\\up',
    'nul\0.py',
    'line\nbreak',
    'esc\u001b[31m',
    'del\u007f',
  ])('%j', async (name) => {
    const members = [{ name, content: 'x' }];
    expect(await openCode({ members })).toBe('zip/unsafe-path');
    const archive = await open({ members }, true);
    expect(archive.entries[0]?.path).toBe(name);
    expect(archive.problems.map(({ code }) => code)).toEqual(['zip/unsafe-path']);
  });

  it('do not reach the terminal through the error', async () => {
    const archive = await open({ members: [{ name: 'esc\u001b[31m\0' }] }, true);
    expect(archive.problems[0]?.path).toBe('hostile.zip!esc\\x1b[31m\\x00');
  });

  it.each(['a/b.py', 'a/', '..a', 'a..', '...', 'a b', 'ab:c', 'é', '-', '~'])(
    'but not %j',
    async (name) => {
      expect(await openCode({ members: [{ name }] })).toBeUndefined();
    },
  );

  it('that claim UTF-8 and are not', async () => {
    const members = [{ name: Buffer.from([0x61, 0xff, 0xfe]), flags: 0x800 }];
    expect(await openCode({ members })).toBe('zip/bad-name');
    expect((await open({ members }, true)).entries[0]?.path).toBe('a\ufffd\ufffd');
  });

  it('that differ between header and Unicode path field', async () => {
    const members = [{ name: 'safe.py', extra: unicodePathField('safe.py', 'evil.py') }];
    expect(await openCode({ members })).toBe('zip/ambiguous-name');
    const twice = Buffer.concat([
      unicodePathField('safe.py', 'safe.py'),
      unicodePathField('safe.py', 'evil.py'),
    ]);
    expect(await openCode({ members: [{ name: 'safe.py', extra: twice }] })).toBe(
      'zip/ambiguous-name',
    );
    const traversal = [
      {
        name: Buffer.from([0x81]),
        flags: 0,
        extra: unicodePathField(Buffer.from([0x81]), '../up'),
      },
    ];
    expect(await openCode({ members: traversal })).toBe('zip/unsafe-path');
  });
});

describe('duplicates', () => {
  const members: MemberSpec[] = [
    { name: 'a', content: 'first' },
    { name: 'a', content: 'second' },
  ];

  it('are refused, and listed when lenient, the last one winning as in Python', async () => {
    expect(await openCode({ members })).toBe('zip/duplicate-entry');
    const archive = await open({ members }, true);
    expect(archive.entries).toHaveLength(2);
    const entry = archive.get('a');
    if (entry === undefined) throw new Error('no member');
    expect(entry.index).toBe(1);
    expect(Buffer.from(await archive.read(entry)).toString()).toBe('second');
  });

  it('in great numbers do not flood the reader', async () => {
    const many = Array.from({ length: 5000 }, () => ({ name: 'a' }));
    expect((await open({ members: many }, true)).problems).toHaveLength(1000);
  });
});

describe('overlapping members', () => {
  it('that share one local header', async () => {
    const members: MemberSpec[] = [
      { name: 'a', content: 'abc' },
      { name: 'b', content: 'abc', centralOnly: true },
    ];
    expect(await openCode({ members })).toBe('zip/overlapping-members');
  });

  it('that quote the next header as their data (Fifield, 2019)', async () => {
    const second: MemberSpec = { name: 'b', content: 'x'.repeat(50), method: 0 };
    const quoted = 30 + 1 + 50;
    const members: MemberSpec[] = [
      {
        name: 'a',
        method: 0,
        content: '',
        local: { size: quoted, compressedSize: quoted },
        central: { size: quoted, compressedSize: quoted },
      },
      second,
    ];
    expect(await openCode({ members })).toBe('zip/overlapping-members');
    const archive = await open({ members }, true);
    const codes = await Promise.all(archive.entries.map((entry) => codeOf(archive.read(entry))));
    expect(codes).toEqual(['zip/overlapping-members', undefined]);
  });

  it('that overlap only by their local extra fields', async () => {
    const members: MemberSpec[] = [
      { name: 'a', method: 0, content: 'abc' },
      { name: 'b', method: 0, content: 'def' },
    ];
    const bytes = Buffer.from(buildZip({ members }));
    // The extra length of the first local header: what the central directory knows still fits.
    bytes.writeUInt16LE(20, 28);
    const archive = await openZip(openBytes(bytes));
    const [first] = archive.entries;
    if (first === undefined) throw new Error('no member');
    expect(await codeOf(archive.read(first))).toBe('zip/overlapping-members');
  });

  it('that reach into the central directory or start in it', async () => {
    for (const central of [{ compressedSize: 60 }, { offset: 60 }, { offset: 0x7fffffff }]) {
      const members = [{ name: 'a', method: 0, content: 'abc', central }];
      expect(await openCode({ members })).toBe('zip/out-of-bounds');
      const archive = await open({ members }, true);
      const [entry] = archive.entries;
      if (entry === undefined) throw new Error('no member');
      expect(await codeOf(archive.read(entry))).toMatch(
        /^zip\/(overlapping-members|corrupt-data)$/,
      );
    }
  });
});

describe('headers that disagree', () => {
  it.each<[string, MemberSpec]>([
    ['name', { name: 'a', local: { name: 'b' } }],
    ['name length', { name: 'a', local: { name: 'ab' } }],
    ['method', { name: 'a', content: 'abc', local: { method: 0 } }],
    ['encryption', { name: 'a', local: { flags: 1 } }],
    ['UTF-8 bit', { name: 'a', local: { flags: 0x800 } }],
    ['descriptor bit', { name: 'a', local: { flags: 8 } }],
    ['CRC', { name: 'a', local: { crc32: 1 } }],
    ['size', { name: 'a', local: { size: 1 } }],
    ['compressed size', { name: 'a', local: { compressedSize: 1 } }],
    [
      'CRC of a streamed member',
      { name: 'a', content: 'abc', descriptor: 'signed', local: { crc32: 1 } },
    ],
    ['zip64 size', { name: 'a', local: { size: MAX32, extra: extraField(1, u64s(8)) } }],
  ])('on %s', async (_, member) => {
    expect(await readCodes({ content: 'content', ...member })).toEqual([
      'zip/header-mismatch',
      'zip/header-mismatch',
    ]);
  });

  it('or a local header that is not there', async () => {
    expect(await readCodes({ name: 'a', local: { signature: 0x04034b51 } })).toEqual([
      'zip/bad-local-header',
      'zip/bad-local-header',
    ]);
  });
});

describe('unreadable members', () => {
  it.each<[string, string, MemberSpec]>([
    ['zip/encrypted', 'encrypted', { name: 'a', flags: 1 }],
    ['zip/encrypted', 'strongly encrypted', { name: 'a', flags: 0x41 }],
    ['zip/encrypted', 'with masked headers', { name: 'a', flags: 0x2000 }],
    ['zip/unsupported-method', 'bzip2', { name: 'a', method: 12 }],
    ['zip/unsupported-method', 'zstd', { name: 'a', method: 93 }],
    [
      'zip/corrupt-data',
      'stored with two sizes',
      { name: 'a', method: 0, content: 'abc', local: { size: 4 }, central: { size: 4 } },
    ],
  ])('%s: %s', async (code, _, member) => {
    expect(await readCodes({ content: 'x', ...member })).toEqual([code, code]);
    expect((await open({ members: [member] })).entries[0]?.path).toBe('a');
  });
});

describe('damaged and lying content', () => {
  const zeros = deflateRawSync(Buffer.alloc(50_000_000));

  it.each<[string, string, MemberSpec]>([
    [
      'zip/crc-mismatch',
      'a wrong CRC',
      { content: 'abc', local: { crc32: 1 }, central: { crc32: 1 }, name: 'a' },
    ],
    [
      'zip/crc-mismatch',
      'a wrong CRC of stored data',
      { content: 'abc', method: 0, local: { crc32: 1 }, central: { crc32: 1 }, name: 'a' },
    ],
    [
      'zip/corrupt-data',
      'less content than claimed',
      { content: 'abc', local: { size: 4 }, central: { size: 4 }, name: 'a' },
    ],
    [
      'zip/corrupt-data',
      'more content than claimed',
      { content: 'abc', local: { size: 2 }, central: { size: 2 }, name: 'a' },
    ],
    [
      'zip/corrupt-data',
      'content where none is claimed',
      { content: 'abc', local: { size: 0 }, central: { size: 0 }, name: 'a' },
    ],
    [
      'zip/corrupt-data',
      'no deflate data',
      { content: 'abc', data: Buffer.from([0xff, 0xff, 0xff]), name: 'a' },
    ],
    [
      'zip/corrupt-data',
      'deflate data cut off',
      { content: 'abcabcabc', data: deflateRawSync('abcabcabc').subarray(0, -3), name: 'a' },
    ],
    [
      'zip/corrupt-data',
      'bytes behind the deflate data',
      {
        content: 'abc',
        data: Buffer.concat([deflateRawSync('abc'), Buffer.from('hidden')]),
        name: 'a',
      },
    ],
    ['zip/corrupt-data', 'no data at all', { content: '', data: Buffer.alloc(0), name: 'a' }],
    [
      'zip/bomb',
      'more than deflate can hold',
      {
        content: '',
        data: deflateRawSync('abc'),
        local: { size: 1e9 },
        central: { size: 1e9 },
        name: 'a',
      },
    ],
    [
      'zip/corrupt-data',
      'a bomb behind a small claim',
      { content: '', data: zeros, local: { size: 10 }, central: { size: 10 }, name: 'a' },
    ],
    [
      'zip/corrupt-data',
      'a bomb that ends a megabyte late',
      {
        content: '',
        data: zeros,
        local: { size: 49_000_000 },
        central: { size: 49_000_000 },
        name: 'a',
      },
    ],
    [
      'zip/corrupt-data',
      'a bomb that ends a byte early',
      {
        content: '',
        data: zeros,
        local: { size: 50_000_001 },
        central: { size: 50_000_001 },
        name: 'a',
      },
    ],
  ])('%s: %s', async (code, _, member) => {
    expect(await readCodes(member)).toEqual([code, code]);
  });

  it('of large members shows in the stream', async () => {
    const content = Buffer.alloc(6_000_000, 'random enough '.repeat(7));
    const data = deflateRawSync(content, { level: 0 });
    const flipped = Buffer.from(data);
    flipped[5_000_000] = (flipped[5_000_000] ?? 0) ^ 1;
    expect(await readCodes({ name: 'a', content, data: flipped })).toEqual([
      'zip/crc-mismatch',
      'zip/crc-mismatch',
    ]);
    expect(await readCodes({ name: 'a', content, data: data.subarray(0, -2_000_000) })).toEqual([
      'zip/corrupt-data',
      'zip/corrupt-data',
    ]);
    expect(
      await readCodes({ name: 'a', content, data: Buffer.concat([data, Buffer.alloc(9)]) }),
    ).toEqual(['zip/corrupt-data', 'zip/corrupt-data']);
  });

  it('stops a stream as soon as it exceeds its claim', async () => {
    const archive = await open({
      members: [
        {
          name: 'a',
          content: '',
          data: zeros,
          local: { size: 5_000_000 },
          central: { size: 5_000_000 },
        },
      ],
    });
    const [entry] = archive.entries;
    if (entry === undefined) throw new Error('no member');
    let received = 0;
    const drain = async (): Promise<void> => {
      for await (const piece of archive.stream(entry)) received += piece.length;
    };
    expect(await codeOf(drain())).toBe('zip/corrupt-data');
    expect(received).toBeLessThanOrEqual(5_000_000);
  });
});

describe('errors', () => {
  it('name archive, member and place', async () => {
    const archive = await open({
      members: [{ name: 'pkg/a.py', content: 'x', local: { name: 'pkg/b.py' } }],
    });
    const [entry] = archive.entries;
    if (entry === undefined) throw new Error('no member');
    await expect(archive.read(entry)).rejects.toMatchObject({
      code: 'zip/header-mismatch',
      path: 'hostile.zip!pkg/a.py',
      evidence: 'local pkg/b.py, central pkg/a.py, at 0x0',
    });
  });
});
