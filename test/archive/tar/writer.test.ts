import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  readTar,
  writeTar,
  writeTarGz,
  type TarInput,
  type WriteTarOptions,
} from '../../../src/archive/tar/index.ts';
import { stream } from './tar-bytes.ts';

const OPTIONS: WriteTarOptions = { mtime: 1_700_000_000, path: 'out.tar.gz' };

async function written(
  members: readonly TarInput[],
  options: WriteTarOptions = OPTIONS,
  write = writeTar,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  await write(
    async (bytes) => {
      chunks.push(Uint8Array.from(bytes));
    },
    members,
    options,
  );
  return Buffer.concat(chunks);
}

function file(path: string, content = ''): TarInput {
  return { type: 'file', path, content: Buffer.from(content) };
}

async function headersOf(bytes: Uint8Array): Promise<{ path: string; [key: string]: unknown }[]> {
  const headers: { path: string }[] = [];
  for await (const { content: _c, bytes: _b, ...header } of readTar(stream(bytes)))
    headers.push(header);
  return headers;
}

describe('writeTar', () => {
  it('gives the same bytes for the same members in any order', async () => {
    const members: TarInput[] = [
      { type: 'directory', path: 'a' },
      file('a/b', 'content'),
      file('a-b'),
      { type: 'symlink', path: 'a/l', target: 'b' },
      { type: 'file', path: 'a/x', executable: true, content: Buffer.from('#!') },
    ];
    const first = await written(members);
    const second = await written([...members].reverse());
    expect(first.equals(second)).toBe(true);
    expect(await headersOf(first)).toMatchObject([
      { path: 'a', type: 'directory', mode: 0o755, mtime: 1_700_000_000 },
      { path: 'a-b', type: 'file', mode: 0o644 },
      { path: 'a/b', type: 'file', size: 7 },
      { path: 'a/l', type: 'symlink', linkTarget: 'b' },
      { path: 'a/x', mode: 0o755 },
    ]);
  });

  it('writes plain ustar where that is enough', async () => {
    const longest = `${'d'.repeat(155)}/${'n'.repeat(100)}`;
    const bytes = await written([file(longest), file('n'.repeat(100))]);
    expect(bytes.length).toBe(4 * 512);
    expect(bytes.subarray(257, 265).toString('latin1')).toBe('ustar\x0000');
    expect((await headersOf(bytes)).map(({ path }) => path)).toEqual([longest, 'n'.repeat(100)]);
  });

  it.each([
    ['a name that cannot be cut', 'n'.repeat(101)],
    ['a folder too deep for the prefix', `${'d/'.repeat(100)}${'n'.repeat(60)}/x`.repeat(2)],
    ['a name that is not ASCII', 'naïve.py'],
    ['a very long name', `${'very-long/'.repeat(300)}x`],
  ])('adds a pax header for %s', async (_, path) => {
    const bytes = await written([file(path, 'abc')]);
    expect(String.fromCharCode(bytes[156] ?? 0)).toBe('x');
    expect(await headersOf(bytes)).toMatchObject([{ path, size: 3 }]);
  });

  it.each(['n'.repeat(100), `p/${'n'.repeat(100)}`, `p/q/${'n'.repeat(99)}`])(
    'does not cut a folder at the slash of its end: %s',
    async (path) => {
      const bytes = await written([{ type: 'directory', path }]);
      expect(await headersOf(bytes)).toMatchObject([{ path, type: 'directory' }]);
    },
  );

  it('adds a pax header for a long link target, and for a size that does not fit', async () => {
    const target = 't'.repeat(101);
    expect(await headersOf(await written([{ type: 'symlink', path: 'l', target }]))).toMatchObject([
      { path: 'l', linkTarget: target },
    ]);
    const size = 8 ** 11;
    const chunks: Uint8Array[] = [];
    const stop = new Error('seen enough');
    const writing = writeTar(
      async (bytes) => {
        chunks.push(Uint8Array.from(bytes));
        if (chunks.length === 2) throw stop;
      },
      [{ type: 'file', path: 'huge', size, content: () => stream(Buffer.alloc(100)) }],
      OPTIONS,
    );
    await expect(writing).rejects.toBe(stop);
    const bytes = Buffer.concat(chunks);
    const members = readTar(stream(bytes));
    expect((await members.next()).value).toMatchObject({ path: 'huge', size });
    // Nothing of a number that is cut off, which a reader without pax would believe.
    expect(bytes.subarray(1024 + 124, 1024 + 136).toString('latin1')).toBe('00000000000\0');
  });

  it('streams contents, and notices when they are not as long as announced', async () => {
    const make = (size: number): TarInput => ({
      type: 'file',
      path: 'f',
      size,
      content: () => stream(Buffer.from('0123456789'), 3),
    });
    const bytes = await written([make(10)]);
    for await (const member of readTar(stream(bytes)))
      expect((await member.bytes(99)).toString()).toBe('0123456789');
    for (const size of [9, 11])
      await expect(written([make(size)])).rejects.toMatchObject({
        code: 'tar/size-mismatch',
        path: 'out.tar.gz!f',
      });
  });

  it.each([
    ['tar/unsafe-path', [file('/abs')]],
    ['tar/unsafe-path', [file('a/../../b')]],
    ['tar/unsafe-path', [file('a\\b')]],
    ['tar/unsafe-path', [file('')]],
    ['tar/unsafe-path', [file('a\0b')]],
    ['tar/duplicate', [file('a'), file('./a')]],
    ['tar/path-conflict', [file('a'), file('a/b')]],
    ['tar/unsafe-link', [{ type: 'symlink', path: 'l', target: '../x' }]],
  ] as [string, TarInput[]][])(
    'refuses to write what it would not read: %s',
    async (code, members) => {
      await expect(written(members)).rejects.toMatchObject({ code });
    },
  );

  it.each([-1, 0.5, Number.NaN, 2 ** 33])('refuses the time %d', async (mtime) => {
    await expect(written([file('a')], { mtime })).rejects.toMatchObject({ code: 'tar/bad-time' });
  });
});

describe('writeTarGz', () => {
  it('is the same archive, compressed, under a fixed header', async () => {
    const members = [file('a', 'x'.repeat(100_000)), file('b')];
    const packed = await written(members, OPTIONS, writeTarGz);
    expect(gunzipSync(packed).equals(await written(members))).toBe(true);
    expect([...packed.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0x00, 0xf1, 0x53, 0x65, 2, 255]);
    expect((await written(members, OPTIONS, writeTarGz)).equals(packed)).toBe(true);
  });

  it('passes on a failing content and a failing sink', async () => {
    const failing: TarInput = {
      type: 'file',
      path: 'f',
      size: 10,
      async *content() {
        yield Buffer.from('01');
        throw new Error('cannot be read');
      },
    };
    await expect(written([failing], OPTIONS, writeTarGz)).rejects.toThrow('cannot be read');
    const broken = writeTarGz(() => Promise.reject(new Error('disk broke')), [file('a')], OPTIONS);
    await expect(broken).rejects.toThrow('disk broke');
  });
});
