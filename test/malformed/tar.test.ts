import { gzipSync } from 'node:zlib';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractTar, gunzip, readTar, type ReadTarOptions } from '../../src/archive/tar/index.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import {
  END,
  archive,
  collect,
  directory,
  gnuLong,
  hardlink,
  member,
  pax,
  record,
  stream,
  symlink,
} from '../archive/tar/tar-bytes.ts';
import { scratch } from '../support/scratch.ts';

/** Reads everything, contents too. */
async function readAll(bytes: Uint8Array, options: ReadTarOptions = {}): Promise<number> {
  let members = 0;
  for await (const entry of readTar(stream(bytes), { path: 'evil.tar', ...options })) {
    for await (const _ of entry.content()) {
      // Only to be read.
    }
    members += 1;
  }
  return members;
}

const file = member({ name: 'file', content: 'x'.repeat(600) });

/** Each trap by name, with the code it must end in. */
const TRAPS: Record<string, readonly [code: string, bytes: Uint8Array]> = {
  'nothing at all': ['tar/truncated', new Uint8Array(0)],
  'half a header': ['tar/truncated', file.subarray(0, 300)],
  'half a content': ['tar/truncated', file.subarray(0, 900)],
  'a content without its padding': ['tar/truncated', file.subarray(0, 1112)],
  'no end mark': ['tar/truncated', file],
  'a size far past the end': ['tar/truncated', archive(member({ size: 8 ** 11 - 1 }))],
  'an extended header and no member': ['tar/truncated', archive(pax({ path: 'x' }))],
  'half an extended header': ['tar/truncated', pax({ path: 'x' }).subarray(0, 515)],

  'something else': ['tar/not-a-tar', Buffer.from('<!DOCTYPE html>'.repeat(100))],
  'a wrong checksum': ['tar/bad-checksum', archive(member({ checksum: '0001234\0' }))],
  'a checksum that is no number': ['tar/bad-checksum', archive(member({ checksum: 'zzzzzzzz' }))],
  'a damaged second header': [
    'tar/bad-checksum',
    Buffer.concat([file, Buffer.alloc(512, 'x'), END]),
  ],

  'a size in decimal': ['tar/bad-number', archive(member({ size: '00000000999\0' }))],
  'a size with rubbish behind it': [
    'tar/bad-number',
    archive(member({ size: '0000007\x0077777' })),
  ],
  'a size with a sign': ['tar/bad-number', archive(member({ size: '-0000000001' }))],
  'a negative size in base 256': [
    'tar/bad-number',
    archive(member({ size: Buffer.alloc(12, 0xff) })),
  ],
  'a size beyond all numbers': [
    'tar/bad-number',
    archive(member({ size: Buffer.from([0x80, ...Buffer.alloc(11, 0xff)]) })),
  ],
  'a time that is no number': ['tar/bad-number', archive(member({ mtime: 'yesterday' }))],

  'a pax record longer than its header': [
    'tar/bad-pax',
    archive(member({ type: 'x', content: '99 path=a\n' }), file),
  ],
  'a pax record without end': [
    'tar/bad-pax',
    archive(member({ type: 'x', content: '10 path=a!' }), file),
  ],
  'a pax length of zero': [
    'tar/bad-pax',
    archive(member({ type: 'x', content: '0 path=a\n' }), file),
  ],
  'a pax size that is no number': ['tar/bad-pax', archive(pax({ size: '1e3' }), file)],
  'a negative pax size': ['tar/bad-pax', archive(pax({ size: '-1' }), file)],
  'a pax size beyond all numbers': [
    'tar/bad-pax',
    archive(pax({ size: '9'.repeat(16) }), member({ size: 0 })),
  ],
  'a pax time that is no number': ['tar/bad-pax', archive(pax({ mtime: 'NaN' }), file)],

  'an empty name': ['tar/bad-name', archive(member({ name: '' }))],
  'a name that is not UTF-8': [
    'tar/bad-name',
    archive(member({ name: Buffer.from([0x66, 0xff, 0xfe]) })),
  ],
  'a NUL in a pax name': ['tar/bad-name', archive(pax({ path: 'safe\0/../../evil' }), file)],
  'a NUL in a GNU name': ['tar/bad-name', archive(gnuLong('safe\0evil'), file)],
  'an empty link target': ['tar/bad-name', archive(symlink('l', ''))],

  'an absolute name': ['tar/unsafe-path', archive(member({ name: '/etc/passwd' }))],
  'a name that climbs out': ['tar/unsafe-path', archive(member({ name: '../evil' }))],
  'a name that climbs out later': [
    'tar/unsafe-path',
    archive(member({ name: 'a/b/../../../evil' })),
  ],
  'a name that ends in ..': ['tar/unsafe-path', archive(directory('a/..'))],
  'a Windows drive': ['tar/unsafe-path', archive(member({ name: 'C:evil' }))],
  'a Windows path': ['tar/unsafe-path', archive(member({ name: String.raw`a\..\..\evil` }))],
  'a network path': ['tar/unsafe-path', archive(member({ name: String.raw`\\host\share` }))],
  'a pax name that climbs out': ['tar/unsafe-path', archive(pax({ path: '../../evil' }), file)],
  'a global name that climbs out': ['tar/unsafe-path', archive(pax({ path: '/evil' }, 'g'), file)],
  'a GNU name that climbs out': ['tar/unsafe-path', archive(gnuLong('../evil'), file)],
  'a prefix that climbs out': ['tar/unsafe-path', archive(member({ prefix: '..', name: 'evil' }))],
  'a file in place of the root': ['tar/unsafe-path', archive(member({ name: '.' }))],
  'a link in place of the root': ['tar/unsafe-path', archive(symlink('./.', 'a'))],

  'a link to an absolute path': ['tar/unsafe-link', archive(symlink('l', '/etc'))],
  'a link out of the archive': ['tar/unsafe-link', archive(symlink('a/l', '../../etc'))],
  'a link that climbs behind a name': [
    'tar/unsafe-link',
    archive(symlink('a/b/l', 'c/../../../../etc')),
  ],
  'a link through a link': [
    'tar/unsafe-link',
    archive(symlink('a/b/up', '../..'), symlink('a/b/out', 'up/../../etc')),
  ],
  'a link to a Windows drive': ['tar/unsafe-link', archive(symlink('l', 'C:\\Windows'))],
  'a link with backslashes': ['tar/unsafe-link', archive(symlink('l', String.raw`..\..\etc`))],
  'a pax link target outside': [
    'tar/unsafe-link',
    archive(pax({ linkpath: '/etc' }), symlink('l', 'a')),
  ],
  'a GNU link target outside': [
    'tar/unsafe-link',
    archive(gnuLong('/etc', 'K'), symlink('l', 'a')),
  ],
  'a hard link outside': ['tar/unsafe-link', archive(hardlink('l', '../../etc/passwd'))],
  'an absolute hard link': ['tar/unsafe-link', archive(hardlink('l', '/etc/passwd'))],
  'a hard link to nothing': [
    'tar/unsafe-link',
    archive(hardlink('l', 'later'), member({ name: 'later' })),
  ],
  'a hard link to itself': ['tar/unsafe-link', archive(hardlink('l', 'l'))],
  'a hard link to a folder': ['tar/unsafe-link', archive(directory('d'), hardlink('l', 'd'))],
  'a hard link to a symbolic one': [
    'tar/unsafe-link',
    archive(symlink('s', 'file'), hardlink('l', 's')),
  ],

  'a file twice': ['tar/duplicate', archive(file, file)],
  'a file twice under two spellings': ['tar/duplicate', archive(file, member({ name: './/file' }))],
  'a folder and then a file': ['tar/duplicate', archive(directory('a'), member({ name: 'a' }))],
  'a file that was implied to be a folder': [
    'tar/duplicate',
    archive(member({ name: 'a/b' }), member({ name: 'a' })),
  ],
  'a file over a link': ['tar/duplicate', archive(symlink('a', 'b'), member({ name: 'a' }))],
  'a file through a link': [
    'tar/path-conflict',
    archive(symlink('a', 'b'), member({ name: 'a/evil' })),
  ],
  'a file deep below a link': [
    'tar/path-conflict',
    archive(symlink('a', 'b'), member({ name: 'a/b/c/evil' })),
  ],
  'a file below a file': ['tar/path-conflict', archive(file, member({ name: 'file/x' }))],

  'a character device': ['tar/special-file', archive(member({ type: '3' }))],
  'a block device': ['tar/special-file', archive(member({ type: '4' }))],
  'a named pipe': ['tar/special-file', archive(member({ type: '6' }))],
  'a GNU sparse file': ['tar/sparse', archive(member({ type: 'S' }))],
  'a pax sparse file': ['tar/sparse', archive(pax({ 'GNU.sparse.major': '1' }), file)],
  'a sparse file of star': ['tar/sparse', archive(pax({ 'SCHILY.realsize': '99' }), file)],
  'sparse files all over': ['tar/sparse', archive(pax({ 'GNU.sparse.name': 'x' }, 'g'), file)],
  'a multi-volume archive': ['tar/unknown-type', archive(member({ type: 'M' }))],
  'a volume label': ['tar/unknown-type', archive(member({ type: 'V' }))],
  'a type nobody knows': ['tar/unknown-type', archive(member({ type: '?' }))],

  'two sizes': ['tar/ambiguous', archive(pax({ size: '5' }), file)],
  'two names': ['tar/ambiguous', archive(pax({ path: 'a' }), gnuLong('b'), file)],
  'two link targets': [
    'tar/ambiguous',
    archive(gnuLong('b', 'K'), pax({ linkpath: 'c' }), symlink('l', 'a')),
  ],
  'two extended headers': ['tar/ambiguous', archive(pax({ path: 'a' }), pax({ path: 'b' }), file)],
  'two long names': ['tar/ambiguous', archive(gnuLong('a'), gnuLong('b'), file)],
  'a folder with content': [
    'tar/ambiguous',
    archive(member({ name: 'd', type: '5', content: 'hidden' })),
  ],
  'a link with content': [
    'tar/ambiguous',
    archive(member({ type: '2', linkName: 'a', content: 'hidden' })),
  ],
  'a hard link with content': [
    'tar/ambiguous',
    archive(file, member({ name: 'l', type: '1', linkName: 'file', content: 'y' })),
  ],
  'a file named like a folder': ['tar/ambiguous', archive(member({ name: 'dir/' }))],
  'an old folder with content': [
    'tar/ambiguous',
    archive(member({ name: 'dir/', type: '\0', content: 'x' })),
  ],

  'a second archive behind the end': [
    'tar/hidden-members',
    Buffer.concat([archive(file), archive(file)]),
  ],
  'a member behind one zero block': [
    'tar/hidden-members',
    Buffer.concat([file, new Uint8Array(512), file, END]),
  ],
};

describe('traps', () => {
  it.each(Object.entries(TRAPS))('%s', async (_, [code, bytes]) => {
    const error = await readAll(bytes).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(WheelworksError);
    expect(error).toMatchObject({ code, path: expect.stringMatching(/^evil\.tar/) as string });
  });

  it.each(Object.entries(TRAPS))('%s, unpacked, leaves nothing outside', async (_, [, bytes]) => {
    const parent = await scratch();
    const target = join(parent, 'one', 'target');
    await expect(extractTar(stream(bytes), target)).rejects.toBeInstanceOf(WheelworksError);
    await rm(target, { recursive: true });
    expect(await readdir(parent, { recursive: true })).toEqual(['one']);
  });
});

describe('limits', () => {
  it('stops at too many members, and at too many folders that names imply', async () => {
    const many = archive(...Array.from({ length: 20 }, (_, n) => member({ name: `f${n}` })));
    expect(await readAll(many, { maxMembers: 20 })).toBe(20);
    await expect(readAll(many, { maxMembers: 19 })).rejects.toMatchObject({
      code: 'tar/too-many-members',
    });
    const deep = archive(pax({ path: 'a/'.repeat(2000) + 'x' }), file);
    await expect(readAll(deep, { maxMembers: 1000 })).rejects.toMatchObject({
      code: 'tar/too-many-members',
    });
  });

  it('does not even read an extended header that is too large', async () => {
    const bomb = member({ type: 'x', size: 8 ** 11 - 1 });
    await expect(readAll(bomb)).rejects.toMatchObject({ code: 'tar/metadata-limit' });
    const long = member({ type: 'L', size: 2 ** 30 });
    await expect(readAll(long)).rejects.toMatchObject({ code: 'tar/metadata-limit' });
  });

  it('stops at a name longer than any system opens', async () => {
    for (const header of [pax({ path: 'n'.repeat(4097) }), gnuLong('n'.repeat(4097))])
      await expect(readAll(archive(header, file))).rejects.toMatchObject({
        code: 'tar/metadata-limit',
      });
    expect(await readAll(archive(pax({ path: 'n'.repeat(4096) }), file))).toBe(1);
  });

  it('counts all global headers together, empty ones too', async () => {
    const globals = Array.from({ length: 40 }, (_, n) => pax({ comment: String(n) }, 'g'));
    expect(await readAll(archive(...globals, file), { maxMetadata: 40 * 1024 })).toBe(1);
    const empty = Array.from({ length: 100 }, () => member({ type: 'g' }));
    await expect(readAll(archive(...empty, file), { maxMetadata: 20_000 })).rejects.toMatchObject({
      code: 'tar/metadata-limit',
    });
  });

  it('is quick with many records in every header', async () => {
    const records = Array.from({ length: 5000 }, (_, n) => record(`key${n}`, '')).join('');
    const global = Array.from({ length: 5000 }, (_, n) => record(`global${n}`, 'v')).join('');
    const parts = [member({ type: 'g', content: global })];
    for (let n = 0; n < 20; n += 1)
      parts.push(member({ type: 'x', content: records }), member({ name: `f${n}` }));
    expect(await readAll(archive(...parts))).toBe(20);
  });
});

describe('gzip', () => {
  function unpacked(bytes: Uint8Array, limits = {}): Promise<Buffer> {
    return collect(gunzip(stream(bytes, 1000), 'evil.tar.gz', limits));
  }

  const packed = gzipSync(Buffer.from('text that is long enough to be cut in two '.repeat(50)));

  it('that is cut off is truncated, wherever', async () => {
    for (let length = 2; length < packed.length; length += 1)
      await expect(unpacked(packed.subarray(0, length))).rejects.toMatchObject({
        code: 'tar/truncated',
        path: 'evil.tar.gz',
      });
  });

  it('that is damaged is refused', async () => {
    const wrongCrc = Buffer.from(packed);
    wrongCrc.writeUInt32LE(1, packed.length - 8);
    const wrongSize = Buffer.from(packed);
    wrongSize.writeUInt32LE(1, packed.length - 4);
    const wrongMethod = Buffer.from(packed);
    wrongMethod[2] = 7;
    for (const bytes of [wrongCrc, wrongSize, wrongMethod])
      await expect(unpacked(bytes)).rejects.toMatchObject({ code: 'tar/bad-gzip' });
  });

  it('with rubbish behind it is refused, however the chunks fall', async () => {
    const followed = Buffer.concat([packed, Buffer.from('rubbish')]);
    for (const size of [1, 10, packed.length, packed.length + 1, 100_000])
      await expect(collect(gunzip(stream(followed, size), 'x'))).rejects.toMatchObject({
        code: 'tar/bad-gzip',
      });
  });

  it.each([
    ['bzip2', 'BZh91AY&SY'],
    ['xz', '\xfd7zXZ\0'],
    ['a zip file', 'PK\x03\x04'],
    ['an HTML page', '<html>'],
  ])('that is %s is named', async (name, magic) => {
    await expect(unpacked(Buffer.from(magic, 'latin1'))).rejects.toMatchObject({
      code: 'tar/bad-gzip',
      message: expect.stringContaining(name) as string,
    });
  });

  it('bombs are stopped, by their size and by their ratio', async () => {
    const zeros = gzipSync(Buffer.alloc(4 << 20));
    await expect(unpacked(zeros, { maxOutput: 1 << 20 })).rejects.toMatchObject({
      code: 'tar/bomb',
    });
    await expect(unpacked(zeros, { ratioFloor: 1 << 20 })).rejects.toMatchObject({
      code: 'tar/bomb',
    });
    expect(await unpacked(zeros, { ratioFloor: 1 << 20, maxRatio: 2000 })).toHaveLength(4 << 20);
  });

  it('bombs are stopped by default', async () => {
    const zeros = gzipSync(Buffer.alloc(16 << 20));
    const bomb = Buffer.concat(Array.from({ length: 8 }, () => zeros));
    let seen = 0;
    const reading = async (): Promise<void> => {
      for await (const chunk of gunzip(stream(bomb), 'x')) seen += chunk.length;
    };
    await expect(reading()).rejects.toMatchObject({ code: 'tar/bomb' });
    expect(seen).toBeLessThanOrEqual(65 << 20);
  });
});

describe('anything at all', () => {
  const good = archive(
    directory('pkg/'),
    pax({ path: 'pkg/ünïcode', mtime: '1.5' }),
    member({ name: 'x', content: 'content' }),
    gnuLong('pkg/long'),
    member({ name: 'y', content: 'z'.repeat(700), magic: 'ustar  \0' }),
    symlink('pkg/l', 'long'),
  );

  async function endsWell(bytes: Uint8Array): Promise<boolean> {
    try {
      await readAll(bytes);
      return true;
    } catch (error) {
      return error instanceof WheelworksError && error.code.startsWith('tar/');
    }
  }

  it('cut anywhere is an error with a code', async () => {
    for (let length = 0; length < good.length - 512; length += 37)
      await expect(readAll(good.subarray(0, length))).rejects.toMatchObject({
        code: 'tar/truncated',
      });
  });

  it('changed anywhere is read or refused, never a crash', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        async (changes, repair) => {
          const bytes = Buffer.from(good);
          for (const [at, value] of changes) bytes[at] = value;
          // With the checksums made right again the damage gets further.
          if (repair)
            for (let at = 0; at < bytes.length; at += 512)
              repairChecksum(bytes.subarray(at, at + 512));
          return endsWell(bytes);
        },
      ),
      { numRuns: 400 },
    );
  });
});

function repairChecksum(header: Buffer): void {
  if (header.subarray(257, 262).toString() !== 'ustar') return;
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
}
