/** Forged and damaged .ipk and .apk: always an error with a code, in bounded time and memory. */
import { createHash, randomBytes } from 'node:crypto';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readApk, readApkIndex, writeApk } from '../../src/archive/apk/index.ts';
import { bytesBehindGzip } from '../../src/archive/tar/gzip-end.ts';
import { AdbWriter } from '../../src/archive/apk/write-value.ts';
import { readIpk, writeIpk } from '../../src/archive/ipk/index.ts';
import { FileTree } from '../../src/archive/tree/index.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import { demoPackage, fileEntry } from '../archive/apk/samples.ts';
import { archive, directory, member, pax, symlink } from '../archive/tar/tar-bytes.ts';
import { startCpuTime } from '../support/cpu-time.ts';

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'read';
  } catch (error) {
    if (error instanceof WheelworksError) return error.code;
    throw error;
  }
}

const apkCode = (bytes: Uint8Array): Promise<string> => codeOf(readApk(bytes, 'x.apk'));
const ipkCode = (bytes: Uint8Array): Promise<string> => codeOf(readIpk(bytes, 'x.ipk'));

/** A file of apk from blocks, each padded to eight bytes. */
function container(
  blocks: readonly (readonly [type: number, content: Uint8Array])[],
  schema = 'pckg',
): Buffer {
  const parts = blocks.flatMap(([type, content]) => {
    const header = Buffer.alloc(4);
    header.writeUInt32LE(type * 2 ** 30 + 4 + content.length);
    return [header, content, Buffer.alloc((8 - ((4 + content.length) % 8)) % 8)];
  });
  return Buffer.concat([Buffer.from(`ADB.${schema}`), ...parts]);
}

type Words = (writer: AdbWriter) => number;

/** A package whose paths are what is written here, with a true identity left out. */
function packageOf(paths: Words, data: readonly Uint8Array[] = []): Buffer {
  const writer = new AdbWriter();
  const info = writer.object([writer.blob('a'), writer.blob('1')]);
  const payload = writer.finish(writer.object([info, paths(writer)]));
  return container([[0, payload], ...data.map((each) => [2, each] as const)]);
}

const acl: Words = (writer) =>
  writer.object([writer.int(0o644), writer.blob('root'), writer.blob('root')]);
const file =
  (
    name: string,
    slots: { readonly size?: number; readonly text?: string; readonly target?: Buffer } = {},
  ): Words =>
  (writer) => {
    const hash = createHash('sha256')
      .update(slots.text ?? '')
      .digest();
    const target = slots.target === undefined ? 0 : writer.blob(slots.target);
    return writer.object([
      writer.blob(name),
      acl(writer),
      writer.int(slots.size ?? 0),
      0,
      writer.blob(hash),
      target,
    ]);
  };
const folder =
  (name: string, files: readonly Words[]): Words =>
  (writer) =>
    writer.object([
      writer.blob(name),
      acl(writer),
      writer.object(files.map((each) => each(writer))),
    ]);
const paths =
  (...folders: readonly Words[]): Words =>
  (writer) =>
    writer.object(folders.map((each) => each(writer)));
const block = (directoryIndex: number, fileIndex: number, text: string): Buffer => {
  const place = Buffer.alloc(8);
  place.writeUInt32LE(directoryIndex, 0);
  place.writeUInt32LE(fileIndex, 4);
  return Buffer.concat([place, Buffer.from(text)]);
};
const link = (kind: number, target: string): Buffer =>
  Buffer.concat([Buffer.from([kind & 0xff, kind >> 8]), Buffer.from(target)]);

describe('containers of apk', () => {
  it.each([
    ['empty', Buffer.alloc(0), 'apk/not-apk'],
    ['a package of apk 2', gzipSync('x'), 'apk/not-apk'],
    ['its magic alone', Buffer.from('ADB.'), 'apk/truncated'],
    ['without blocks', container([]), 'apk/truncated'],
    ['an index', container([[0, Buffer.alloc(8)]], 'indx'), 'apk/schema'],
    ['of a schema nobody knows', container([[0, Buffer.alloc(8)]], 'abcd'), 'apk/schema'],
    ['compressed with zstd', Buffer.from('ADBc\x02\x03'), 'apk/compression'],
    ['compressed with something else', Buffer.from('ADBc\x09\x03'), 'apk/compression'],
    ['compressed with nothing said', Buffer.from('ADBc'), 'apk/truncated'],
    ['rubbish that should inflate', Buffer.from('ADBd\xff\xff\xff\xff', 'latin1'), 'apk/damaged'],
    ['data before the database', container([[2, block(1, 1, 'x')]]), 'apk/bad-block'],
    [
      'two databases',
      container([
        [0, Buffer.alloc(8)],
        [0, Buffer.alloc(8)],
      ]),
      'apk/bad-block',
    ],
    [
      'a signature behind data',
      container([
        [0, Buffer.alloc(8)],
        [2, block(1, 1, '')],
        [1, Buffer.alloc(8)],
      ]),
      'apk/bad-block',
    ],
  ])('%s', async (_, bytes, code) => {
    expect(await apkCode(bytes)).toBe(code);
  });

  it('that inflate to far more than they are', async () => {
    const bomb = deflateRawSync(Buffer.alloc(24 << 20));
    expect(await apkCode(Buffer.concat([Buffer.from('ADBd'), bomb]))).toBe('apk/bomb');
  });

  it('that something follows', async () => {
    const { bytes } = await writeApk(demoPackage(), { mtime: 0 });
    expect(await apkCode(Buffer.concat([bytes, Buffer.from('more')]))).toBe('apk/damaged');
    const { bytes: plain } = await writeApk(demoPackage(), { mtime: 0, compression: 'none' });
    expect(await apkCode(Buffer.concat([plain, Buffer.from('more')]))).toBe('apk/truncated');
  });

  it('that are cut anywhere, or have a bit turned over, never read as the package they were', async () => {
    const { bytes } = await writeApk(demoPackage(), { mtime: 0, compression: 'none' });
    const whole = await readApk(bytes, 'x');
    for (let length = 0; length < bytes.length; length += 1)
      expect(await apkCode(bytes.subarray(0, length))).not.toBe('read');
    for (let place = 8; place < bytes.length; place += 3) {
      const turned = Buffer.from(bytes);
      turned[place] = (turned[place] ?? 0) ^ (1 << (place % 8));
      const code = await apkCode(turned);
      // Padding between blocks says nothing.
      const isPadding = code === 'read' && (await readApk(turned, 'x')).digest === whole.digest;
      expect(code !== 'read' || isPadding, `offset ${place}`).toBe(true);
    }
  });
});

describe('databases of apk', () => {
  /** A payload of a root value and the words behind the header. */
  const payload = (root: number, words: readonly number[]): Buffer => {
    const bytes = Buffer.alloc(8 + words.length * 4);
    bytes.writeUInt32LE(root >>> 0, 4);
    for (const [index, word] of words.entries()) bytes.writeUInt32LE(word >>> 0, 8 + index * 4);
    return container([[0, bytes]]);
  };
  const OBJECT = 0xe0000000;

  it.each([
    ['cut short', container([[0, Buffer.alloc(4)]]), 'apk/bad-value'],
    [
      'of another version',
      container([[0, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])]]),
      'apk/bad-value',
    ],
    ['with nothing in it', payload(0, []), 'apk/bad-schema'],
    ['with an offset past the end', payload(OBJECT + 0x0ffffff0, [2]), 'apk/bad-value'],
    ['with an offset into the header', payload(OBJECT, [2]), 'apk/bad-value'],
    ['with an object of a huge count', payload(OBJECT + 8, [0xffffffff, 0]), 'apk/bad-value'],
    ['with an object without a count', payload(OBJECT + 8, [0]), 'apk/bad-value'],
    ['with an object in itself', payload(OBJECT + 8, [2, OBJECT + 8]), 'apk/bad-value'],
    ['with a cycle of two', payload(OBJECT + 16, [2, OBJECT + 16, 2, OBJECT + 8]), 'apk/bad-value'],
    [
      'with a string longer than all',
      payload(OBJECT + 12, [0xffffffff, 2, 0xa0000008]),
      'apk/bad-value',
    ],
    ['with a type nobody knows', payload(OBJECT + 8, [2, 0x50000000]), 'apk/bad-value'],
    ['with a special nobody knows', payload(OBJECT + 8, [2, 7]), 'apk/bad-value'],
    [
      'with a number beyond all sizes',
      payload(OBJECT + 16, [0xffffffff, 0xffffffff, 2, 0x30000008]),
      'apk/bad-value',
    ],
    ['with a number for its root', payload(0x10000001, []), 'apk/bad-schema'],
  ])('%s', async (_, bytes, code) => {
    expect(await apkCode(bytes)).toBe(code);
  });

  it('whose objects lie over each other cost no more than their size', async () => {
    // Every word is the count of an object that covers the rest: read one by one they would be half a million squared.
    const words = Array.from({ length: 500_000 }, (_, index) =>
      index % 2 === 0 ? 1000 : OBJECT + 8 + index * 4,
    );
    const root = [1000, ...Array.from({ length: 999 }, (_, index) => OBJECT + 8 + index * 8)];
    const bytes = payload(OBJECT + 8 + words.length * 4, [...words, ...root]);
    const spent = startCpuTime();
    expect(await apkCode(bytes)).toBe('apk/bad-value');
    expect(spent()).toBeLessThan(5000);
  });

  it('that list the same files in a thousand folders stop at a limit', async () => {
    const many = (writer: AdbWriter): number => {
      const files = writer.object(
        Array.from({ length: 3000 }, (_, index) => file(String(index).padStart(5, '0'))(writer)),
      );
      const folders = Array.from({ length: 1000 }, (_, index) =>
        writer.object([writer.blob(String(index).padStart(5, '0')), acl(writer), files]),
      );
      return writer.object(folders);
    };
    expect(await apkCode(packageOf(many))).toBe('apk/too-many-entries');
  });
});

describe('files of apk', () => {
  it.each([
    ['above the root', packageOf(paths(folder('..', [file('x')]))), 'apk/unsafe-path'],
    ['at an absolute path', packageOf(paths(folder('/etc', [file('x')]))), 'apk/unsafe-path'],
    [
      'with a folder in their name',
      packageOf(paths(folder('', [file('a/../../x')]))),
      'apk/unsafe-path',
    ],
    ['named ..', packageOf(paths(folder('a', [file('..')]))), 'apk/unsafe-path'],
    ['with backslashes', packageOf(paths(folder('', [file('a\\b')]))), 'apk/unsafe-path'],
    [
      'without a name',
      packageOf(paths(folder('a', [(writer) => writer.object([0, acl(writer)])]))),
      'apk/bad-schema',
    ],
    ['out of order', packageOf(paths(folder('', [file('b'), file('a')]))), 'apk/unsorted'],
    ['there twice', packageOf(paths(folder('', [file('a'), file('a')]))), 'apk/unsorted'],
    ['in folders out of order', packageOf(paths(folder('b', []), folder('a', []))), 'apk/unsorted'],
    [
      'below a link',
      packageOf(
        paths(folder('', [file('a', { target: link(0xa000, '/etc') })]), folder('a', [file('x')])),
      ),
      'apk/path-conflict',
    ],
    [
      'that are devices',
      packageOf(paths(folder('', [file('a', { target: link(0x2000, '12345678') })]))),
      'apk/special-file',
    ],
    [
      'that are links to nothing said',
      packageOf(paths(folder('', [file('a', { target: link(0xa000, '') })]))),
      'apk/bad-schema',
    ],
    [
      'that are other names of nothing',
      packageOf(paths(folder('', [file('a', { target: link(0x8000, 'b') })]))),
      'apk/unsafe-link',
    ],
    [
      'without their data',
      packageOf(paths(folder('', [file('a', { size: 1, text: 'x' })]))),
      'apk/truncated',
    ],
    [
      'with data of another',
      packageOf(paths(folder('', [file('a', { size: 1, text: 'x' })])), [block(1, 2, 'x')]),
      'apk/bad-block',
    ],
    [
      'with data of another size',
      packageOf(paths(folder('', [file('a', { size: 1, text: 'x' })])), [block(1, 1, 'xx')]),
      'apk/bad-block',
    ],
    [
      'with other data',
      packageOf(paths(folder('', [file('a', { size: 1, text: 'x' })])), [block(1, 1, 'y')]),
      'apk/hash-mismatch',
    ],
    [
      'with a block without a place',
      packageOf(paths(folder('', [file('a', { size: 1, text: 'x' })])), [Buffer.alloc(4)]),
      'apk/bad-block',
    ],
    ['that nobody lists', packageOf(paths(folder('', [])), [block(1, 1, 'x')]), 'apk/bad-block'],
    [
      'that are fine',
      packageOf(paths(folder('', [file('a', { size: 1, text: 'x' })])), [block(1, 1, 'x')]),
      'read',
    ],
  ])('%s', async (_, bytes, code) => {
    expect(await apkCode(bytes)).toBe(code);
  });

  it('of a package that was changed are told by its identity', async () => {
    const { bytes } = await writeApk(demoPackage(), { mtime: 0, compression: 'none' });
    const changed = Buffer.from(
      Buffer.from(bytes).toString('latin1').replace('python3-demo', 'python3-evil'),
      'latin1',
    );
    expect(await apkCode(changed)).toBe('apk/identity');
  });

  it.each(['', '../x', 'a b', 'a\nb', '.x'])('of a package named %j are not read', async (name) => {
    const writer = new AdbWriter();
    const info = writer.object([writer.blob(name), writer.blob('1')]);
    expect(await apkCode(container([[0, writer.finish(writer.object([info]))]]))).toBe(
      'apk/bad-schema',
    );
  });

  it('in an index are refused', async () => {
    const bytes = container(
      [
        [0, Buffer.alloc(8)],
        [2, block(1, 1, 'x')],
      ],
      'indx',
    );
    expect(await codeOf(readApkIndex(bytes, 'x.adb'))).toBe('apk/bad-block');
  });
});

/** What does not get smaller. */
const NOISE = randomBytes(5 << 20);

const CONTROL = 'Package: a\nVersion: 1\nArchitecture: all\n';

/** An .ipk from the bytes of its members; those given here stand in the place of good ones. */
function ipk(members: Readonly<Record<string, Uint8Array | string>> = {}): Buffer {
  const all: Record<string, Uint8Array | string> = {
    'debian-binary': '2.0\n',
    'control.tar.gz': gzipSync(archive(member({ name: './control', content: CONTROL }))),
    'data.tar.gz': gzipSync(archive(directory('./'), member({ name: './a', content: 'x' }))),
    ...members,
  };
  return gzipSync(
    archive(...Object.entries(all).map(([name, content]) => member({ name, content }))),
  );
}

const controlOf = (...members: readonly Uint8Array[]): Buffer =>
  ipk({ 'control.tar.gz': gzipSync(archive(...members)) });
const dataOf = (...members: readonly Uint8Array[]): Buffer =>
  ipk({ 'data.tar.gz': gzipSync(archive(...members)) });
const XZ = Buffer.from('fd377a585a000004', 'hex');

describe('an .ipk', () => {
  it.each([
    ['that is fine', ipk(), 'read'],
    ['that is empty', Buffer.alloc(0), 'ipk/not-ipk'],
    ['that is a .deb', Buffer.from('!<arch>\ndebian-binary'), 'ipk/ar-container'],
    ['that is an .apk', Buffer.from('ADB.pckg'), 'ipk/not-ipk'],
    ['of another version', ipk({ 'debian-binary': '3.0\n' }), 'ipk/format-version'],
    [
      'without its version',
      gzipSync(archive(member({ name: 'data.tar.gz' }))),
      'ipk/missing-member',
    ],
    ['with data in xz', ipk({ 'data.tar.gz': XZ }), 'ipk/compression'],
    ['with control in xz', ipk({ 'control.tar.gz': XZ }), 'ipk/compression'],
    ['with a member in xz', ipk({ 'data.tar.xz': XZ }), 'ipk/compression'],
    ['with something else in it', ipk({ 'evil.sh': '' }), 'ipk/unknown-member'],
    ['without a control file', controlOf(member({ name: 'postinst' })), 'ipk/missing-member'],
    [
      'with a link for its control file',
      controlOf(symlink('control', '/etc/passwd')),
      'ipk/unknown-member',
    ],
    [
      'without a name',
      controlOf(member({ name: 'control', content: 'Version: 1\nArchitecture: all\n' })),
      'ipk/bad-control',
    ],
    [
      'with a name that leads elsewhere',
      controlOf(member({ name: 'control', content: CONTROL.replace('a\n', '../a\n') })),
      'ipk/bad-control',
    ],
    [
      'that keeps a file elsewhere',
      controlOf(
        member({ name: 'control', content: CONTROL }),
        member({ name: 'conffiles', content: '/../etc/x\n' }),
      ),
      'ipk/bad-conffiles',
    ],
    ['with a file above the root', dataOf(member({ name: '../a' })), 'tar/unsafe-path'],
    ['with a file at an absolute path', dataOf(member({ name: '/a' })), 'tar/unsafe-path'],
    [
      'with a file below a link',
      dataOf(symlink('a', '/etc'), member({ name: 'a/passwd' })),
      'tar/path-conflict',
    ],
    ['with pax headers', dataOf(pax({ path: 'long' }), member({ name: 'a' })), 'tar/pax-header'],
    ['that is cut short', ipk().subarray(0, 100), 'tar/truncated'],
  ])('%s', async (_, bytes, code) => {
    expect(await ipkCode(bytes)).toBe(code);
  });

  it('that unpacks to far more than it is', async () => {
    const bomb = gzipSync(Buffer.alloc(32 << 20));
    expect(await ipkCode(ipk({ 'data.tar.gz': bomb }))).toBe('tar/bomb');
    expect(await ipkCode(ipk({ 'control.tar.gz': gzipSync(Buffer.alloc(8 << 20)) }))).toBe(
      'tar/bomb',
    );
  });

  it('that something follows says how much', async () => {
    const small = ipk();
    const large = ipk({
      'data.tar.gz': gzipSync(archive(member({ name: './a', content: NOISE }))),
    });
    expect(large.length).toBeGreaterThan(4 << 20);
    for (const bytes of [small, large])
      for (const [more, evidence] of [
        ['X', '1 byte more'],
        ['\x1f', '1 byte more'],
        ['rubbish', '7 bytes more'],
        ['\x1f\x8brubbish that is no gzip', '25 bytes more'],
      ] as const)
        await expect(
          readIpk(Buffer.concat([bytes, Buffer.from(more, 'latin1')]), 'x.ipk'),
        ).rejects.toMatchObject({
          code: 'tar/bad-gzip',
          message: 'Something follows the compressed data of x.ipk.',
          evidence,
        });
    // With every field that a header can have.
    const header = Buffer.from('1f8b081e00000000000302007878', 'hex');
    const named = Buffer.concat([header, Buffer.from('name\0comment\0CC'), small.subarray(10)]);
    expect(await ipkCode(named)).toBe('tar/bad-gzip');
    expect(bytesBehindGzip(named)).toBe(0);
    expect(bytesBehindGzip(Buffer.concat([named, Buffer.from('ab')]))).toBe(2);
    expect(bytesBehindGzip(small.subarray(0, -1))).toBeUndefined();
    expect(bytesBehindGzip(Buffer.concat([small, small, Buffer.from('a')]))).toBe(1);
  });

  it('without a name says so', async () => {
    const content = 'Version: 1\nArchitecture: all\n';
    await expect(
      readIpk(controlOf(member({ name: 'control', content })), 'x.ipk'),
    ).rejects.toMatchObject({ evidence: 'there is no Package' });
  });

  it('that is cut anywhere is not read', async () => {
    const tree = FileTree.from([['a', fileEntry('x')]]);
    const control = new Map(
      CONTROL.trim()
        .split('\n')
        .map((line) => line.split(': ') as [string, string]),
    );
    const { bytes } = await writeIpk({ control, tree, conffiles: [], scripts: {} }, { mtime: 0 });
    for (let length = 0; length < bytes.length; length += 7)
      expect(await ipkCode(bytes.subarray(0, length))).not.toBe('read');
  });
});
