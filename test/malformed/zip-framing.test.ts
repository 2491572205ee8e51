/**
 * The framing check against PyPI's list of accepted and refused archives: one case for each class that the names of
 * warehouse's samples (tests/unit/utils/zipdata) describe, built here byte by byte. What opening already refuses counts
 * as refused.
 */
import { describe, expect, it } from 'vitest';
import {
  bytesSink,
  openZip,
  verifyZipCompression,
  verifyZipFraming,
  writeZip,
} from '../../src/archive/zip/index.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import type { Finding } from '../../src/support/finding.ts';
import { openBytes, type RandomAccess } from '../../src/support/random-access.ts';
import {
  buildZip,
  extraField,
  u64s,
  unicodePathField,
  type MemberSpec,
  type ZipSpec,
} from '../support/zip-builder.ts';

const MAX32 = 0xffffffff;
const A: MemberSpec = { name: 'pkg/a.py', content: 'a = 1\n'.repeat(20) };
const B: MemberSpec = { name: 'pkg/b.py', content: 'b = 2\n' };
const STORED: MemberSpec = { name: 's', content: 'stored', method: 0 };

async function findings(spec: ZipSpec, lenient = false): Promise<Finding[]> {
  const archive = await openZip(openBytes(buildZip(spec), 'hostile.whl'), { lenient });
  return verifyZipFraming(archive);
}

async function codes(spec: ZipSpec, lenient = false): Promise<string[]> {
  return (await findings(spec, lenient)).map(({ code }) => code);
}

describe('accepted', () => {
  it.each<[string, ZipSpec]>([
    ['no members', { members: [] }],
    ['deflated and stored members', { members: [A, B, STORED] }],
    ['directories', { members: [{ name: 'pkg/', method: 0 }, A] }],
    ['an archive comment', { members: [A], comment: 'release' }],
    ['names outside ASCII with bit 11', { members: [{ name: 'naïve/日本.py' }] }],
    [
      'extra fields of other kinds',
      { members: [{ ...A, extra: extraField(0x5455, Buffer.alloc(9)) }] },
    ],
    ['a zip64 end record', { members: [A], zip64: {} }],
    [
      'zip64 sizes that are needed for nothing',
      {
        members: [
          {
            ...STORED,
            local: { size: MAX32, compressedSize: MAX32, extra: extraField(1, u64s(6, 6)) },
          },
        ],
      },
    ],
    [
      'one zip64 size that stands for both of a stored member',
      {
        members: [
          {
            ...STORED,
            local: { size: MAX32, compressedSize: MAX32, extra: extraField(1, u64s(6)) },
          },
        ],
      },
    ],
    [
      'an empty zip64 field',
      { members: [{ ...STORED, local: { extra: extraField(1, Buffer.alloc(0)) } }] },
    ],
    [
      'a Unicode path that repeats the name',
      { members: [{ ...A, extra: unicodePathField('pkg/a.py', 'pkg/a.py') }] },
    ],
  ])('%s', async (_, spec) => {
    expect(await findings(spec)).toEqual([]);
  });

  it('whatever writeZip writes', async () => {
    const sink = bytesSink();
    await writeZip(sink, [
      { path: 'ü/', source: { kind: 'bytes', bytes: new Uint8Array(0) } },
      { path: 'ü/a.py', source: { kind: 'bytes', bytes: Buffer.from('x'.repeat(99)) } },
      { path: 'large', source: { kind: 'bytes', bytes: Buffer.alloc(17 << 20, 'abc') } },
    ]);
    expect(await verifyZipFraming(await openZip(openBytes(sink.bytes())))).toEqual([]);
  });
});

describe('refused: framing', () => {
  it.each<[string, string[], ZipSpec]>([
    [
      'data in front that offsets do not count',
      ['zip/prefix-data'],
      { members: [A], prefix: Buffer.from('#!python\n') },
    ],
    [
      'data in front that offsets count',
      ['zip/prefix-data'],
      { members: [{ ...A, before: Buffer.from('MZ stub') }] },
    ],
    ['data in front of nothing', ['zip/prefix-data'], { members: [], prefix: Buffer.from('stub') }],
    [
      'another archive in front',
      ['zip/unlisted-member', 'zip/unknown-bytes'],
      { members: [A], prefix: buildZip({ members: [B] }) },
    ],
    [
      'bytes between members',
      ['zip/unknown-bytes'],
      { members: [A, { ...B, before: Buffer.from('gap') }] },
    ],
    [
      'bytes before the directory',
      ['zip/unknown-bytes'],
      { members: [A], beforeDirectory: Buffer.alloc(100) },
    ],
    ['bytes after the end', ['zip/trailing-data'], { members: [A], trailing: Buffer.from('\n') }],
    [
      'a member the directory does not list',
      ['zip/unlisted-member'],
      { members: [A, { ...B, localOnly: true }] },
    ],
    [
      'two of them in a row',
      ['zip/unlisted-member', 'zip/unlisted-member'],
      { members: [{ ...A, localOnly: true }, { ...B, localOnly: true }, STORED] },
    ],
    [
      'an unlisted duplicate',
      ['zip/unlisted-member'],
      { members: [{ ...A, localOnly: true, content: 'evil' }, A] },
    ],
    [
      'no local header where one is listed',
      ['zip/bad-local-header'],
      { members: [{ ...A, local: { signature: 0x11111111 } }, B] },
    ],
  ])('%s', async (_, expected, spec) => {
    expect(await codes(spec)).toEqual(expected);
  });

  it('says where, and that an unlisted member shadows a listed one', async () => {
    const [finding] = await findings({ members: [A, { ...A, content: 'evil', localOnly: true }] });
    expect(finding).toMatchObject({
      code: 'zip/unlisted-member',
      severity: 'error',
      effect: 'index-rejects',
      path: 'hostile.whl!pkg/a.py',
    });
    expect(finding?.evidence).toContain('another member of this name is listed');
    const [gap] = await findings({ members: [STORED, { ...B, before: Buffer.alloc(5) }] });
    // 30 bytes of header, 1 of name, 6 of data.
    expect(gap?.evidence).toBe('5 bytes at 0x25');
  });

  it('but what only seeking readers fail on breaks users, not the upload', async () => {
    const effects = async (spec: ZipSpec): Promise<unknown[]> =>
      (await findings(spec, true)).map(({ code, effect }) => [code, effect]);
    expect(await effects({ members: [{ name: '../up' }] })).toEqual([
      ['zip/unsafe-path', 'users-break'],
    ]);
    const renamed = { name: 'a', extra: unicodePathField('a', 'b') };
    expect(await effects({ members: [renamed] })).toEqual([['zip/ambiguous-name', 'users-break']]);
    const shared = { members: [A, { ...A, name: 'z', centralOnly: true }] };
    expect(await effects(shared)).toContainEqual(['zip/overlapping-members', 'users-break']);
  });

  it('overlaps and duplicates, of which lenient opening tells', async () => {
    const shared = { members: [A, { ...A, name: 'pkg/z.py', centralOnly: true }] };
    expect(await codes(shared, true)).toContain('zip/overlapping-members');
    expect(await codes({ members: [A, A] }, true)).toEqual(['zip/duplicate-entry']);
    await expect(codes({ members: [A, A] })).rejects.toMatchObject({ code: 'zip/duplicate-entry' });
  });
});

describe('refused: streaming', () => {
  it.each(['signed', 'unsigned', 'signed64'] as const)(
    'a %s data descriptor',
    async (descriptor) => {
      expect(await codes({ members: [{ ...A, descriptor }, B] })).toEqual(['zip/data-descriptor']);
    },
  );

  it('a descriptor that is missing or lies', async () => {
    const missing = { members: [{ ...A, descriptor: Buffer.alloc(0) }, B] };
    expect(await codes(missing)).toEqual(['zip/data-descriptor', 'zip/header-mismatch']);
    const lying = { members: [{ ...A, descriptor: Buffer.alloc(16, 7) }, B] };
    expect(await codes(lying)).toEqual([
      'zip/data-descriptor',
      'zip/header-mismatch',
      'zip/unknown-bytes',
    ]);
  });
});

describe('refused: names', () => {
  it.each<[string, string[], MemberSpec]>([
    ['not UTF-8 under bit 11', ['zip/bad-name'], { name: Buffer.from([0x61, 0xff]), flags: 0x800 }],
    ['outside ASCII without bit 11', ['zip/legacy-name'], { name: 'naïve', flags: 0 }],
    ['a NUL', ['zip/unsafe-path'], { name: 'a\0b' }],
    ['a control character', ['zip/unsafe-path'], { name: 'a\u0007b' }],
    ['a DEL', ['zip/unsafe-path'], { name: 'a\u007fb' }],
    [
      'another name in the local header',
      ['zip/header-mismatch'],
      { name: 'a', local: { name: 'b' } },
    ],
  ])('%s', async (_, expected, member) => {
    expect(await codes({ members: [member] }, true)).toEqual(expected);
  });
});

describe('refused: sizes', () => {
  it('that differ between the headers', async () => {
    expect(await codes({ members: [{ ...A, local: { size: 1 } }, B] })).toEqual([
      'zip/header-mismatch',
    ]);
    expect(await codes({ members: [{ ...A, local: { compressedSize: 1 } }, B] })).toEqual([
      'zip/header-mismatch',
    ]);
  });

  it('while what only readers compare breaks users, not the upload', async () => {
    for (const local of [{ crc32: 1 }, { method: 0 }, { flags: 1 }]) {
      const [finding, ...rest] = await findings({ members: [{ ...A, local }] });
      expect(finding).toMatchObject({ code: 'zip/header-mismatch', effect: 'users-break' });
      expect(rest).toEqual([]);
    }
  });

  it.each<[string, ZipSpec]>([
    ['the number of entries', { members: [A, B], end: { count: 1 } }],
    ['the number of entries on this disk', { members: [A, B], end: { countOnDisk: 1, count: 2 } }],
    [
      'the number of zip64 entries on this disk',
      {
        members: [A, B],
        zip64: { countOnDisk: 1, count: 2 },
        end: { count: 0xffff, countOnDisk: 0xffff },
      },
    ],
  ])('in the end record: %s', async (_, spec) => {
    expect(await codes(spec, true)).toEqual(['zip/count-mismatch']);
  });

  it.each<[string, string, ZipSpec]>([
    ['the directory offset', 'zip/bad-directory', { members: [A], end: { offset: 0x7fffffff } }],
    ['the directory size', 'zip/bad-directory', { members: [A], end: { size: 20 } }],
  ])('in the end record: %s, which opening refuses', async (_, code, spec) => {
    await expect(codes(spec, true)).rejects.toMatchObject({ code });
  });

  it('as the directory offset, when it makes the rest a prefix', async () => {
    expect(await codes({ members: [A], prefix: Buffer.alloc(3) })).toEqual(['zip/prefix-data']);
  });
});

describe('refused: extra fields', () => {
  const zip64 = (length: number): Uint8Array => extraField(1, Buffer.alloc(length));
  const path = unicodePathField('pkg/a.py', 'pkg/a.py');

  it.each<[string, Partial<MemberSpec>]>([
    ['two zip64 fields', { local: { extra: Buffer.concat([zip64(0), zip64(0)]) } }],
    ['two Unicode paths', { local: { extra: Buffer.concat([path, path]) } }],
    ['a field that is cut off', { local: { extra: Buffer.from([0x55, 0x54, 0x09, 0x00, 0x01]) } }],
    ['bytes too few for a field', { local: { extra: Buffer.alloc(3) } }],
    ['a zip64 field of 4 bytes', { local: { extra: zip64(4) } }],
    ['a zip64 field of 32 bytes', { local: { extra: zip64(32) } }],
    ['a zip64 field of 8 bytes on a deflated member', { local: { extra: zip64(8) } }],
    [
      'a Unicode path that is not UTF-8',
      { local: { extra: unicodePathField('x', Buffer.from([0xff])) } },
    ],
    [
      'a Unicode path with a control character',
      { local: { extra: unicodePathField('x', 'a\u0001') } },
    ],
    [
      'a zip64 field with another compressed size',
      { local: { extra: extraField(1, u64s(120, 7)) } },
    ],
  ])('%s', async (_, member) => {
    expect(await codes({ members: [{ ...A, ...member }, B] })).toEqual(['zip/bad-extra-field']);
  });

  it('a zip64 field of one size on a stored member, unless it is its size', async () => {
    const one = (size: number): MemberSpec => ({
      ...STORED,
      local: { extra: extraField(1, u64s(size)) },
    });
    expect(await codes({ members: [one(6)] })).toEqual([]);
    expect(await codes({ members: [one(7)] })).toEqual(['zip/bad-extra-field']);
  });

  it('a version that Python does not know', async () => {
    const asking = (versionNeeded: number): ZipSpec => ({
      members: [{ ...A, central: { versionNeeded } }],
    });
    expect(await codes(asking(63))).toEqual([]);
    expect(await codes(asking(64), true)).toEqual(['zip/unsupported-version']);
    await expect(codes(asking(64))).rejects.toMatchObject({ code: 'zip/unsupported-version' });
  });

  it('in central headers, what Python does not open', async () => {
    for (const extra of [
      Buffer.from([0x55, 0x54, 0x09, 0x00, 0x01]),
      extraField(0x7075, Buffer.alloc(4)),
    ]) {
      const spec = { members: [{ ...A, central: { extra } }] };
      await expect(codes(spec)).rejects.toMatchObject({ code: 'zip/bad-extra-field' });
      expect(await codes(spec, true)).toEqual(['zip/bad-extra-field']);
    }
    expect(await codes({ members: [{ ...A, central: { extra: Buffer.alloc(3) } }] })).toEqual([]);
  });
});

describe('refused: comments and zip64', () => {
  it('a comment on a member', async () => {
    expect(await codes({ members: [{ ...A, central: { comment: 'hello' } }] })).toEqual([
      'zip/entry-comment',
    ]);
  });

  it('extensible data in the zip64 end record', async () => {
    expect(await codes({ members: [A], zip64: { extensible: Buffer.alloc(8) } })).toEqual([
      'zip/zip64-extra-data',
    ]);
  });

  it.each<[string, string, ZipSpec]>([
    [
      'a zip64 record without locator',
      'zip/bad-directory',
      { members: [A], zip64: { noLocator: true } },
    ],
    [
      'a locator that points elsewhere',
      'zip/bad-zip64',
      { members: [A], zip64: { locatorOffset: 1 } },
    ],
  ])('%s, which opening refuses', async (_, code, spec) => {
    await expect(codes(spec, true)).rejects.toMatchObject({ code });
  });
});

describe('the list of findings', () => {
  it('keeps one cause from drowning the others', async () => {
    const members: MemberSpec[] = Array.from({ length: 500 }, (_, index) => ({
      name: `m${index}`,
      descriptor: 'signed',
    }));
    const list = await findings({ members, trailing: Buffer.alloc(1) });
    expect(list.filter(({ code }) => code === 'zip/data-descriptor')).toHaveLength(20);
    expect(list.at(-1)?.message).toContain('480 more');
    expect(list.map(({ code }) => code)).toContain('zip/trailing-data');
  });

  it('stays short over a file of nothing but unlisted headers', async () => {
    const flood = buildZip({
      members: Array.from({ length: 20_000 }, () => ({ name: 'x', method: 0 })),
    });
    const list = await findings({ members: [A], prefix: flood.subarray(0, 20_000 * 31) });
    expect(list.length).toBeLessThan(30);
  });
});

describe('reading for the check', () => {
  it('fetches many small members with one read', async () => {
    const members = Array.from({ length: 400 }, (_, index) => ({
      name: `m${index}`,
      content: 'x',
    }));
    const source = openBytes(buildZip({ members }));
    let reads = 0;
    const counting: RandomAccess = {
      ...source,
      path: 'x',
      size: source.size,
      read: (offset, length) => ((reads += 1), source.read(offset, length)),
      close: () => source.close(),
    };
    const archive = await openZip(counting);
    reads = 0;
    expect(await verifyZipFraming(archive)).toEqual([]);
    expect(reads).toBeLessThan(5);
  });

  it('lets errors of the file through', async () => {
    const source = openBytes(buildZip({ members: [A] }), 'gone.whl');
    const archive = await openZip(source);
    const failing = {
      ...archive,
      source: {
        ...source,
        path: 'gone.whl',
        size: source.size,
        close: () => source.close(),
        read: async () => {
          throw new WheelworksError('file/io', 'broken');
        },
      },
    };
    await expect(verifyZipFraming(failing)).rejects.toMatchObject({ code: 'file/io' });
  });
});

describe('verifyZipCompression', () => {
  it('accepts what PyPI accepts', async () => {
    expect(
      verifyZipCompression(await openZip(openBytes(buildZip({ members: [A, STORED] })))),
    ).toEqual([]);
  });

  it('refuses other methods than stored and deflated', async () => {
    const archive = await openZip(openBytes(buildZip({ members: [{ ...A, method: 14 }] })));
    expect(verifyZipCompression(archive)).toMatchObject([
      { code: 'zip/unsupported-method', effect: 'index-rejects' },
    ]);
  });

  it('refuses a ratio over 50, but only from 64 MiB of content on', async () => {
    const zeros = (megabytes: number): MemberSpec => ({
      name: `z${megabytes}`,
      content: Buffer.alloc(megabytes << 20),
    });
    const open = async (size: number): Promise<Finding[]> =>
      verifyZipCompression(await openZip(openBytes(buildZip({ members: [zeros(size)] }))));
    expect(await open(64)).toEqual([]);
    expect(await open(65)).toMatchObject([{ code: 'zip/bomb', effect: 'index-rejects' }]);
  });
});
