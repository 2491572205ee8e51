import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openZipFile } from '../../src/archive/zip/index.ts';
import { extractZip } from '../../src/unpack/extract-zip.ts';
import { planUnpack, unpackDistribution, type UnpackOptions } from '../../src/unpack/index.ts';
import { archive, member, symlink } from '../archive/tar/tar-bytes.ts';
import { scratch } from '../support/scratch.ts';
import { recordHash, recordRow, writeWheelFile, type WheelSpec } from '../support/wheel-builder.ts';
import { buildZip } from '../support/zip-builder.ts';

const isWindows = process.platform === 'win32';
const FILE = 'pkg/__init__.py';

async function unpack(
  path: string,
  options: Partial<UnpackOptions> = {},
): Promise<{ output: string; files: number; size: number; directory: string }> {
  const directory = options.directory ?? (await scratch());
  return { ...(await unpackDistribution(path, { ...options, directory })), directory };
}

/** Expects a refusal that leaves nothing behind. */
async function refusal(spec: WheelSpec, options: Partial<UnpackOptions> = {}): Promise<unknown> {
  const directory = await scratch();
  const path = await writeWheelFile(await scratch(), spec);
  const error: unknown = await unpack(path, { ...options, directory }).catch(
    (caught: unknown) => caught,
  );
  expect(await readdir(directory)).toEqual([]);
  return error;
}

/** Paths of all files below a folder, sorted. */
async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

describe('a wheel', () => {
  it('becomes the folder NAME-VERSION of its file name', async () => {
    const path = await writeWheelFile(await scratch(), {
      name: 'foo_bar',
      build: '1',
      distInfo: 'Foo.Bar-1.0.dist-info',
      files: {
        [FILE]: 'x = 1\n',
        'pkg/sub/data': Buffer.alloc(100),
        'Foo.Bar-1.0.data/data/x': '',
      },
    });
    const { output, files, directory } = await unpack(path);
    expect(output).toBe(join(directory, 'foo_bar-1.0'));
    expect(files).toBe(6);
    expect(await filesBelow(output)).toEqual([
      'Foo.Bar-1.0.data/data/x',
      'Foo.Bar-1.0.dist-info/METADATA',
      'Foo.Bar-1.0.dist-info/RECORD',
      'Foo.Bar-1.0.dist-info/WHEEL',
      FILE,
      'pkg/sub/data',
    ]);
    expect(await readFile(join(output, FILE), 'utf8')).toBe('x = 1\n');
    expect(await planUnpack(path, directory)).toEqual({
      path,
      output,
      files,
      size: expect.any(Number) as number,
    });
  });

  it('has its directory entries made too, and its long content whole', async () => {
    const content = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 253));
    const path = await writeWheelFile(await scratch(), {
      files: { 'pkg/big': content },
      extra: [{ name: 'pkg/empty/', mode: 0o40700 }],
    });
    const { output, size } = await unpack(path);
    expect((await stat(join(output, 'pkg/empty'))).isDirectory()).toBe(true);
    expect(Buffer.compare(await readFile(join(output, 'pkg/big')), content)).toBe(0);
    expect(size).toBeGreaterThan(content.length);
  });

  it.skipIf(isWindows)('gets modes 755 and 644, whatever the umask and the archive', async () => {
    const path = await writeWheelFile(await scratch(), {
      files: { 'pkg/tool': 'x', 'pkg/plain': 'x' },
      members: (members) =>
        members.map((each) => ({
          ...each,
          mode: each.name === 'pkg/tool' ? 0o104711 : each.name === 'pkg/plain' ? 0 : 0o100600,
        })),
    });
    const old = process.umask(0o077);
    try {
      const { output } = await unpack(path);
      const modes = await Promise.all(
        ['pkg/tool', 'pkg/plain', 'pkg', 'pkg-1.0.dist-info/RECORD'].map(async (name) =>
          ((await stat(join(output, name))).mode & 0o7777).toString(8),
        ),
      );
      expect(modes).toEqual(['755', '644', '755', '644']);
    } finally {
      process.umask(old);
    }
  });

  it('tells how far it is, up to the planned size', async () => {
    const path = await writeWheelFile(await scratch(), {
      files: Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`pkg/${n}`, 'x'.repeat(n)])),
    });
    const seen: number[] = [];
    const onProgress = (done: number): unknown => seen.push(done);
    const { directory } = await unpack(path, { onProgress, jobs: 4 });
    expect(seen).toEqual([...seen].sort((left, right) => left - right));
    expect(seen).toHaveLength(33);
    expect(seen.at(-1)).toBe((await planUnpack(path, directory)).size);
  });

  it('gives the same tree however many are written at once', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 200 }, (_, n) => [`p${n % 7}/d${n % 3}/${n}.txt`, `content ${n}`]),
    );
    const path = await writeWheelFile(await scratch(), { files });
    const { output } = await unpack(path, { jobs: 16 });
    for (const [name, content] of Object.entries(files))
      expect(await readFile(join(output, name), 'utf8')).toBe(content);
  });

  it('is not unpacked over a folder that is there, unless told to', async () => {
    const path = await writeWheelFile(await scratch());
    const { directory, output } = await unpack(path);
    await writeFile(join(output, 'mine'), 'kept');
    await expect(unpack(path, { directory })).rejects.toMatchObject({ code: 'file/exists' });
    expect(await readFile(join(output, 'mine'), 'utf8')).toBe('kept');
    await unpack(path, { directory, replace: true });
    expect(existsSync(join(output, 'mine'))).toBe(false);
    expect(await readdir(directory)).toEqual(['pkg-1.0']);
  });

  it('leaves the old folder when the new one cannot be made', async () => {
    const directory = await scratch();
    const { output } = await unpack(await writeWheelFile(await scratch()), { directory });
    const broken = await writeWheelFile(await scratch(), {
      record: (rows) => [recordRow(FILE, 'other'), ...rows.slice(1)],
    });
    await expect(unpack(broken, { directory, replace: true })).rejects.toMatchObject({
      code: 'unpack/record-mismatch',
    });
    expect(await readFile(join(output, FILE), 'utf8')).toBe('x = 1\n');
    expect(await readdir(directory)).toEqual(['pkg-1.0']);
  });

  it('does not replace a file of that name', async () => {
    const directory = await scratch();
    await writeFile(join(directory, 'pkg-1.0'), '');
    const path = await writeWheelFile(await scratch());
    for (const replace of [true, false])
      await expect(unpack(path, { directory, replace })).rejects.toMatchObject({
        code: 'file/not-a-directory',
      });
  });

  it('stops when it is told to, and leaves nothing', async () => {
    const abort = new AbortController();
    const onProgress = (): void => abort.abort();
    const error = await refusal({}, { signal: abort.signal, onProgress, jobs: 1 });
    expect(error).toMatchObject({ name: 'AbortError' });
  });
});

describe('a wheel that differs from RECORD', () => {
  const wrong: [string, string, WheelSpec][] = [
    ['another hash', 'unpack/record-mismatch', { record: withRow(recordRow(FILE, 'y = 2\n')) }],
    [
      'another, better hash',
      'unpack/record-mismatch',
      { record: withRow(`${FILE},${recordHash('y = 2\n', 'sha512')},6`) },
    ],
    ['no row', 'unpack/not-in-record', { extra: [{ name: 'pkg/extra.pth' }] }],
    ['no hash', 'unpack/not-in-record', { record: withRow(`${FILE},,6`) }],
    [
      'a hash that proves nothing',
      'unpack/not-in-record',
      { record: withRow(`${FILE},${recordHash('x = 1\n', 'md5')},6`) },
    ],
    ['no RECORD', 'wheel/no-record', { record: null }],
  ];
  function withRow(text: string): (rows: string[]) => string[] {
    return (rows) => rows.map((row) => (row.startsWith(`${FILE},`) ? text : row));
  }

  it.each(wrong)('by %s is refused, but not with verify off: %s', async (_, code, spec) => {
    expect(await refusal(spec)).toMatchObject({ code });
    const { output } = await unpack(await writeWheelFile(await scratch(), spec), { verify: false });
    expect(existsSync(join(output, FILE))).toBe(true);
  });

  it('names the member and both hashes', async () => {
    expect(await refusal({ record: withRow(recordRow(FILE, 'y = 2\n')) })).toMatchObject({
      path: expect.stringMatching(/\.whl!pkg\/__init__\.py$/) as string,
      evidence: `RECORD ${recordHash('y = 2\n')}, file ${recordHash('x = 1\n').slice(7)}`,
    });
  });

  it('by being a bomb is refused, too', async () => {
    const spec: WheelSpec = { files: { 'pkg/zeros': new Uint8Array(65 << 20) } };
    expect(await refusal(spec)).toMatchObject({ code: 'zip/bomb' });
    const path = await writeWheelFile(await scratch(), spec);
    expect((await unpack(path, { verify: false })).files).toBe(4);
  });

  it('by signatures of RECORD is in order', async () => {
    const spec = { extra: [{ name: 'pkg-1.0.dist-info/RECORD.jws' }] };
    expect((await unpack(await writeWheelFile(await scratch(), spec))).files).toBe(5);
  });
});

describe('a hostile wheel', () => {
  const hostile: [string, string, WheelSpec][] = [
    [
      'a link to an absolute path',
      'wheel/symlink',
      {
        extra: [{ name: 'pkg/link', content: '/etc/passwd', mode: 0o120777 }],
      },
    ],
    [
      'a file and a folder of one name',
      'unpack/name-collision',
      {
        files: { a: 'x', 'a/b': 'y' },
      },
    ],
    [
      'a folder entry and a file of one name',
      'unpack/name-collision',
      {
        files: { 'pkg/a': 'x' },
        extra: [{ name: 'pkg/a/', mode: 0o40755 }],
      },
    ],
    [
      'content that is not what its CRC says',
      'zip/crc-mismatch',
      {
        members: (members) =>
          members.map((each) =>
            each.name === FILE ? { ...each, local: { crc32: 1 }, central: { crc32: 1 } } : each,
          ),
      },
    ],
    ['the same file twice', 'zip/duplicate-entry', { extra: [{ name: FILE }] }],
    ['a member outside', 'zip/unsafe-path', { files: { '../../x': '' } }],
  ];
  it.each(hostile)('with %s leaves nothing: %s', async (_, code, spec) => {
    expect(await refusal(spec, { verify: false })).toMatchObject({
      code,
      // Never a path in the temporary folder, which nobody knows.
      path: expect.stringMatching(/pkg-1\.0-py3-none-any\.whl/) as string,
    });
  });

  it.skipIf(isWindows)('with a name too long for the file system leaves nothing', async () => {
    const name = `pkg/${'x'.repeat(300)}`;
    expect(await refusal({ files: { [name]: '' } })).toMatchObject({
      code: 'file/name-too-long',
      path: expect.stringContaining('.whl!pkg/xxx') as string,
    });
  });

  it('with two members that are one file here overwrites neither', async () => {
    // On a file system that tells case apart, the same name twice is what collides.
    const path = await writeWheelFile(await scratch(), { extra: [{ name: FILE, content: 'y' }] });
    const archive = await openZipFile(path, { lenient: true });
    await expect(extractZip(archive, await scratch(), { jobs: 1 })).rejects.toMatchObject({
      code: 'unpack/name-collision',
      path: `${path}!${FILE}`,
    });
    await archive.close();
  });

  it('with names that differ only in case becomes both files, or none', async () => {
    const spec = { files: { 'pkg/a.py': '1', 'pkg/A.py': '2' } };
    const path = await writeWheelFile(await scratch(), spec);
    const directory = await scratch();
    const outcome = await unpack(path, { directory }).then(
      async ({ output }) => (await readdir(join(output, 'pkg'))).sort(),
      (error: unknown) => (error as { code: string }).code,
    );
    expect([['A.py', 'a.py'], 'unpack/name-collision']).toContainEqual(outcome);
  });
});

describe('an sdist', () => {
  const info = 'Metadata-Version: 2.1\nName: pkg\nVersion: 1.0\n';

  async function sdist(name: string, bytes: Uint8Array): Promise<string> {
    const path = join(await scratch(), name);
    await writeFile(path, bytes);
    return path;
  }

  it('of either format becomes the folder of its file name, whatever its own top folder is', async () => {
    const tar = await sdist(
      'pkg-1.0.tar.gz',
      gzipSync(
        archive(
          member({ name: 'home/PKG-INFO', content: info }),
          member({ name: 'home/configure', content: 'x', mode: 0o755 }),
          symlink('home/link', 'configure'),
        ),
      ),
    );
    const zip = await sdist(
      'pkg-1.0.zip',
      buildZip({
        members: [
          { name: 'home/' },
          { name: 'home/PKG-INFO', content: info },
          { name: 'home/sub/configure', content: 'x', mode: 0o100755 },
        ],
      }),
    );
    for (const [path, names] of [
      [tar, ['PKG-INFO', 'configure', 'link']],
      [zip, ['PKG-INFO', 'sub/configure']],
    ] as const) {
      const { output, directory, files } = await unpack(path);
      expect(output).toBe(join(directory, 'pkg-1.0'));
      expect(await filesBelow(output)).toEqual(names);
      expect(files).toBe(names.length);
      expect(await planUnpack(path, directory)).toMatchObject({ path, output, files });
    }
  });

  it('does not choose which folder is replaced', async () => {
    const directory = await scratch();
    await mkdir(join(directory, 'important'));
    await writeFile(join(directory, 'important/file'), '');
    const bytes = gzipSync(archive(member({ name: 'important/PKG-INFO', content: info })));
    await unpack(await sdist('pkg-1.0.tar.gz', bytes), { directory, replace: true });
    expect(await filesBelow(directory)).toEqual(['important/file', 'pkg-1.0/PKG-INFO']);
  });

  it.each([
    ['a link that leads out', symlink('pkg-1.0/link', '../../x'), 'tar/unsafe-link'],
    ['a member outside', member({ name: 'pkg-1.0/../../x' }), 'tar/unsafe-path'],
    ['a device', member({ name: 'pkg-1.0/null', type: '3' }), 'tar/special-file'],
  ])('with %s leaves nothing', async (_, part, code) => {
    const bytes = gzipSync(archive(member({ name: 'pkg-1.0/PKG-INFO', content: info }), part));
    const path = await sdist('pkg-1.0.tar.gz', bytes);
    const directory = await scratch();
    await expect(unpack(path, { directory })).rejects.toMatchObject({ code });
    expect(await readdir(directory)).toEqual([]);
  });

  it('tells how far it is and stops when it is told to', async () => {
    const parts = Array.from({ length: 5 }, (_, n) =>
      member({ name: `pkg-1.0/${n}`, content: 'x'.repeat(100) }),
    );
    const bytes = gzipSync(archive(member({ name: 'pkg-1.0/PKG-INFO', content: info }), ...parts));
    const path = await sdist('pkg-1.0.tar.gz', bytes);
    const directory = await scratch();
    const abort = new AbortController();
    const seen: number[] = [];
    const onProgress = (done: number): void => {
      seen.push(done);
      if (done > 200) abort.abort();
    };
    await expect(
      unpack(path, { directory, onProgress, signal: abort.signal }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect(seen).toEqual([0, info.length, info.length + 100, info.length + 200]);
    expect(await readdir(directory)).toEqual([]);
  });
});
