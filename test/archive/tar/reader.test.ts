import { describe, expect, it } from 'vitest';
import { readTar, type ReadTarOptions } from '../../../src/archive/tar/index.ts';
import {
  archive,
  collect,
  directory,
  gnuLong,
  hardlink,
  member,
  pax,
  stream,
  symlink,
} from './tar-bytes.ts';

interface Seen {
  path: string;
  type: string;
  content?: string;
  [key: string]: unknown;
}

async function read(
  bytes: Uint8Array,
  options: ReadTarOptions = {},
  chunkSize?: number,
): Promise<Seen[]> {
  const seen: Seen[] = [];
  for await (const entry of readTar(stream(bytes, chunkSize), options)) {
    const { content, bytes: _bytes, ...header } = entry;
    seen.push({
      ...header,
      ...(entry.type === 'file' ? { content: (await collect(content())).toString() } : {}),
    });
  }
  return seen;
}

const SMALL = archive(
  directory('pkg-1.0/'),
  member({
    name: 'pkg-1.0/PKG-INFO',
    content: 'Metadata-Version: 2.1\n',
    mode: 0o640,
    mtime: 1_600_000_000,
  }),
  member({ name: 'pkg-1.0/run.sh', content: 'x'.repeat(1000), mode: 0o100755 }),
  symlink('pkg-1.0/link', 'run.sh'),
  hardlink('pkg-1.0/again', 'pkg-1.0/run.sh'),
  member({ name: 'pkg-1.0/empty' }),
);

describe('readTar', () => {
  it('gives every member with its facts and its content', async () => {
    expect(await read(SMALL)).toEqual([
      { path: 'pkg-1.0', type: 'directory', size: 0, mode: 0o755, mtime: 1_700_000_000, offset: 0 },
      {
        path: 'pkg-1.0/PKG-INFO',
        type: 'file',
        size: 22,
        mode: 0o640,
        mtime: 1_600_000_000,
        offset: 512,
        content: 'Metadata-Version: 2.1\n',
      },
      {
        path: 'pkg-1.0/run.sh',
        type: 'file',
        size: 1000,
        mode: 0o755,
        mtime: 1_700_000_000,
        offset: 1536,
        content: 'x'.repeat(1000),
      },
      expect.objectContaining({
        path: 'pkg-1.0/link',
        type: 'symlink',
        linkTarget: 'run.sh',
        size: 0,
      }),
      expect.objectContaining({
        path: 'pkg-1.0/again',
        type: 'hardlink',
        linkTarget: 'pkg-1.0/run.sh',
      }),
      expect.objectContaining({ path: 'pkg-1.0/empty', type: 'file', size: 0, content: '' }),
    ]);
  });

  it.each([1, 7, 511, 512, 513, 100_000])(
    'sees the same in chunks of %d bytes',
    async (chunkSize) => {
      expect(await read(SMALL, {}, chunkSize)).toEqual(await read(SMALL));
    },
  );

  it('skips what is not read, or not read to its end', async () => {
    const paths: string[] = [];
    for await (const entry of readTar(stream(SMALL, 100))) {
      paths.push(entry.path);
      for await (const _ of entry.content()) break;
    }
    expect(paths).toHaveLength(6);
  });

  it('gives a whole content at once, up to a limit', async () => {
    for await (const entry of readTar(stream(SMALL, 100), { path: 'a.tar' })) {
      if (entry.path !== 'pkg-1.0/run.sh') continue;
      await expect(entry.bytes(999)).rejects.toMatchObject({
        code: 'tar/member-too-large',
        path: 'a.tar!pkg-1.0/run.sh',
      });
      expect((await entry.bytes(1000)).toString()).toBe('x'.repeat(1000));
      await expect(entry.bytes(1000)).rejects.toThrow('was read before');
    }
  });

  it('takes reading a member too late for a mistake of the program', async () => {
    const members = readTar(stream(SMALL));
    await members.next();
    const second = await members.next();
    await members.next();
    await expect(second.value?.bytes(100)).rejects.toThrow('too late');
    await members.return();
  });

  it('does not mix the content of two members when one is read on too late', async () => {
    const members = readTar(stream(SMALL, 100));
    await members.next();
    await members.next();
    const third = await members.next();
    const chunks = third.value?.content()[Symbol.asyncIterator]();
    await chunks?.next();
    await members.next();
    await expect(chunks?.next()).rejects.toThrow('too late');
    await members.return();
  });

  it('closes its source, however the loop ends', async () => {
    const closed: string[] = [];
    async function* source(name: string): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        yield* stream(SMALL, 100);
      } finally {
        closed.push(name);
      }
    }
    for await (const _ of readTar(source('left'))) break;
    await read(await collect(source('read')));
    const failing = readTar(source('failed'), { maxMembers: 1 });
    await expect(collect(failing as unknown as AsyncIterable<Uint8Array>)).rejects.toMatchObject({
      code: 'tar/too-many-members',
    });
    expect(closed).toEqual(['left', 'read', 'failed']);
  });

  it('passes on what the source throws', async () => {
    async function* source(): AsyncGenerator<Uint8Array, void, undefined> {
      yield SMALL.subarray(0, 700);
      throw new Error('the network broke');
    }
    await expect(async () => {
      for await (const entry of readTar(source())) await entry.bytes(1e6);
    }).rejects.toThrow('the network broke');
  });

  it('reads an empty archive', async () => {
    expect(await read(archive())).toEqual([]);
  });

  it('lets padding and rubbish behind the end be', async () => {
    const rubbish = Buffer.from('rubbish that is no header'.repeat(100));
    expect(await read(Buffer.concat([SMALL, new Uint8Array(9000)]))).toHaveLength(6);
    expect(await read(Buffer.concat([SMALL, rubbish]))).toHaveLength(6);
    expect(await read(SMALL.subarray(0, -512))).toHaveLength(6);
  });

  it('normalises names', async () => {
    const bytes = archive(directory('./'), directory('./a/'), member({ name: './a//b/./c' }));
    expect((await read(bytes)).map(({ path }) => path)).toEqual(['a', 'a/b/c']);
  });

  it('takes a folder twice, as after appending', async () => {
    const bytes = archive(directory('a/'), member({ name: 'a/b' }), directory('a'));
    expect(await read(bytes)).toHaveLength(3);
  });
});

describe('formats', () => {
  it('reads the prefix of a POSIX header, and not of a GNU one', async () => {
    const posix = archive(member({ prefix: 'long/way', name: 'file' }));
    const gnu = archive(member({ prefix: 'long/way', name: 'file', magic: 'ustar  \0' }));
    const v7 = archive(member({ name: 'file', magic: '', prefix: 'rubbish' }));
    expect((await read(posix))[0]?.path).toBe('long/way/file');
    expect((await read(gnu))[0]?.path).toBe('file');
    expect((await read(v7))[0]?.path).toBe('file');
  });

  it('reads V7 folders, which are marked by a slash only', async () => {
    const bytes = archive(
      member({ name: 'old/', type: '\0', magic: '' }),
      member({ name: 'old/x', type: '\0', magic: '' }),
    );
    expect((await read(bytes)).map(({ type }) => type)).toEqual(['directory', 'file']);
  });

  it('takes contiguous files for files', async () => {
    expect(await read(archive(member({ type: '7', content: 'abc' })))).toMatchObject([
      { type: 'file', content: 'abc' },
    ]);
  });

  it('reads names that fill their fields', async () => {
    const name = 'n'.repeat(100);
    const prefix = 'p'.repeat(155);
    expect((await read(archive(member({ name, prefix }))))[0]?.path).toBe(`${prefix}/${name}`);
  });

  it('reads GNU long names and link targets', async () => {
    const name = `${'long/'.repeat(60)}file`;
    const target = `${'d/'.repeat(100)}target`;
    const bytes = archive(
      gnuLong(name),
      member({ name: name.slice(0, 100), content: 'abc', magic: 'ustar  \0' }),
      gnuLong(target, 'K'),
      gnuLong(`${name}2`),
      member({ name: 'cut', type: '2', linkName: target.slice(0, 100), magic: 'ustar  \0' }),
      member({ name: 'plain' }),
    );
    expect(await read(bytes)).toMatchObject([
      { path: name, content: 'abc' },
      { path: `${name}2`, linkTarget: target },
      { path: 'plain' },
    ]);
  });

  it('reads pax records for one member', async () => {
    const bytes = archive(
      pax({ path: 'ünïcode/漢字', mtime: '1700000000.25', size: '3', comment: 'none' }),
      member({ name: 'short', size: 0 }).subarray(0, 512),
      Buffer.concat([Buffer.from('abc'), Buffer.alloc(509)]),
      pax({ linkpath: 'ünïcode/漢字' }),
      member({ name: 'link', type: '2', linkName: 'x' }),
      member({ name: 'after' }),
    );
    expect(await read(bytes)).toMatchObject([
      { path: 'ünïcode/漢字', mtime: 1_700_000_000.25, size: 3, content: 'abc' },
      { path: 'link', linkTarget: 'ünïcode/漢字' },
      { path: 'after', mtime: 1_700_000_000 },
    ]);
  });

  it('reads global pax records, until they are replaced or taken back', async () => {
    const bytes = archive(
      pax({ mtime: '100', comment: 'a git commit' }, 'g'),
      member({ name: 'a' }),
      pax({ mtime: '200' }),
      member({ name: 'b' }),
      member({ name: 'c' }),
      pax({ mtime: '' }),
      member({ name: 'd' }),
      pax({ mtime: '300' }, 'g'),
      member({ name: 'e' }),
      pax({ mtime: '' }, 'g'),
      member({ name: 'f' }),
    );
    expect((await read(bytes)).map(({ mtime }) => mtime)).toEqual([
      100, 200, 100, 1_700_000_000, 300, 1_700_000_000,
    ]);
  });

  it('applies a global path to what follows', async () => {
    const bytes = archive(pax({ path: 'other' }, 'g'), member({ name: 'named' }));
    expect((await read(bytes))[0]?.path).toBe('other');
  });

  it('keeps the size of a member from the headers between', async () => {
    // TARmageddon (CVE-2025-62518): the pax size is the file's, not the long name's.
    const bytes = archive(
      pax({ size: '600' }),
      gnuLong('long-name'),
      member({ name: 'cut', size: 0 }).subarray(0, 512),
      Buffer.concat([Buffer.from('y'.repeat(600)), Buffer.alloc(424)]),
      member({ name: 'after' }),
    );
    expect(await read(bytes)).toMatchObject([
      { path: 'long-name', content: 'y'.repeat(600) },
      { path: 'after' },
    ]);
  });

  it('accepts old signed checksums', async () => {
    const bytes = Buffer.from(archive(member({ name: 'é' })));
    const header = bytes.subarray(0, 512);
    header.fill(' ', 148, 156);
    const signed = header.reduce((sum, byte) => sum + (byte < 128 ? byte : byte - 256), 0);
    header.write(`${signed.toString(8).padStart(6, '0')}\0 `, 148);
    expect((await read(bytes))[0]?.path).toBe('é');
  });

  it('reports links that lead anywhere when asked', async () => {
    const bytes = archive(symlink('etc', '/etc'), symlink('up', '../../x'));
    expect(await read(bytes, { linkTargets: 'any' })).toMatchObject([
      { linkTarget: '/etc' },
      { linkTarget: '../../x' },
    ]);
  });

  it('takes links that climb but stay inside', async () => {
    const bytes = archive(
      symlink('a/b/link', '../../c/d'),
      symlink('a/self', '.'),
      symlink('a/root', '..'),
    );
    expect((await read(bytes)).map(({ linkTarget }) => linkTarget)).toEqual([
      '../../c/d',
      '.',
      '..',
    ]);
  });
});
