import { createHash } from 'node:crypto';
import { link, mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ZipArchive } from '../../src/archive/zip/index.ts';
import { parseMetadata, parseTagSet } from '../../src/packaging/index.ts';
import {
  draftFromWheel,
  editDraft,
  openWheel,
  readRecord,
  verifyWheel,
  withWheel,
  writeWheel,
  type WheelEdit,
  type WriteWheelOptions,
  type WrittenWheel,
} from '../../src/wheel/index.ts';
import { scratch } from '../support/scratch.ts';
import { recordHash, recordRow, writeWheelFile, type WheelSpec } from '../support/wheel-builder.ts';

const FILE = 'pkg/__init__.py';
const CONTENT = 'x = 1\n';
const REBUILD: WheelEdit = { kind: 'build', build: '1' };

async function derive(
  path: string,
  edits: readonly WheelEdit[] = [REBUILD],
  options: WriteWheelOptions & { directory?: string } = {},
): Promise<WrittenWheel> {
  const { directory = await scratch(), ...rest } = options;
  return withWheel(path, async (wheel) =>
    writeWheel(editDraft(await draftFromWheel(wheel), edits), directory, rest),
  );
}

/** Writes a wheel, derives another from it, and expects that one to be consistent. */
async function derived(spec: WheelSpec, edits?: readonly WheelEdit[]): Promise<string> {
  const { path } = await derive(await writeWheelFile(await scratch(), spec), edits);
  await withWheel(path, async (wheel) => {
    expect(await verifyWheel(wheel)).toEqual([]);
  });
  return path;
}

/** The compressed bytes of every member, as they lie in the file. */
async function payloads(path: string): Promise<Map<string, string>> {
  const wheel = await openWheel(path);
  const bytes = await readFile(path);
  const found = wheel.archive.entries.map((entry): [string, string] => {
    const at = entry.localHeaderOffset;
    const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    return [entry.path, bytes.subarray(start, start + entry.compressedSize).toString('hex')];
  });
  await wheel.archive.close();
  return new Map(found);
}

async function inArchive<Result>(
  path: string,
  look: (archive: ZipArchive) => Promise<Result>,
): Promise<Result> {
  return withWheel(path, async ({ archive }) => look(archive));
}

async function recordOf(path: string): Promise<string> {
  return inArchive(path, async (archive) => {
    const record = archive.entries.find((entry) => entry.path.endsWith('.dist-info/RECORD'));
    return record === undefined ? '' : Buffer.from(await archive.read(record)).toString();
  });
}

async function refusal(spec: WheelSpec, edits?: readonly WheelEdit[]): Promise<unknown> {
  const directory = await scratch();
  const path = await writeWheelFile(await scratch(), spec);
  const error: unknown = await derive(path, edits, { directory }).catch(
    (caught: unknown) => caught,
  );
  expect(await readdir(directory)).toEqual([]);
  return error;
}

describe('a derived wheel', () => {
  const many: WheelSpec = {
    files: {
      [FILE]: CONTENT,
      'pkg/data.txt': 'many words '.repeat(1000),
      'pkg/empty': '',
      'pkg-1.0.data/scripts/tool': '#!python\n',
    },
    executable: ['pkg-1.0.data/scripts/tool'],
  };

  it('has the compressed bytes of the old one, but for WHEEL, METADATA and RECORD', async () => {
    const origin = await writeWheelFile(await scratch(), {
      ...many,
      // As no compressor of ours would do it.
      members: (members) =>
        members.map((each) => ({ ...each, method: each.name === FILE ? 0 : 8 })),
    });
    const written = await derive(origin);
    expect(written).toMatchObject({ copied: 4, compressed: 3 });
    const [before, after] = [await payloads(origin), await payloads(written.path)];
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    for (const path of Object.keys(many.files ?? {}))
      expect([path, after.get(path)]).toEqual([path, before.get(path)]);
  });

  it('tells its name, size and place', async () => {
    const directory = await scratch();
    const origin = await writeWheelFile(await scratch(), many);
    const written = await derive(origin, [REBUILD], { directory });
    expect(written.filename).toBe('pkg-1.0-1-py3-none-any.whl');
    expect(written.path).toBe(join(directory, written.filename));
    expect(written.size).toBe((await stat(written.path)).size);
  });

  it('has its members in the order of the path, .dist-info behind them, RECORD last', async () => {
    const path = await derived({
      ...many,
      files: { 'zzz.py': '', ...many.files, 'pkg-1.0.dist-info/zzz': '', 'Aaa.py': '' },
    });
    expect(
      await inArchive(path, async (archive) => archive.entries.map((each) => each.path)),
    ).toEqual([
      'Aaa.py',
      'pkg-1.0.data/scripts/tool',
      FILE,
      'pkg/data.txt',
      'pkg/empty',
      'zzz.py',
      'pkg-1.0.dist-info/METADATA',
      'pkg-1.0.dist-info/WHEEL',
      'pkg-1.0.dist-info/zzz',
      'pkg-1.0.dist-info/RECORD',
    ]);
  });

  it('keeps what is executable so, and makes all other modes those of plain files', async () => {
    const path = await derived({
      files: { 'pkg/a': 'a', 'pkg/b': 'b', 'pkg/c': 'c', 'pkg/d': 'd', 'pkg/e': 'e' },
      members: (members) => {
        const modes: Record<string, number> = {
          'pkg/a': 0o104711,
          'pkg/b': 0o100600,
          'pkg/c': 0,
          'pkg/d': 0o100664,
          'pkg/e': 0o100654,
        };
        return members.map((each) => ({ ...each, mode: modes[String(each.name)] ?? 0o100644 }));
      },
    });
    const modes = await inArchive(path, async (archive) =>
      ['a', 'b', 'c', 'd', 'e'].map((name) => archive.get(`pkg/${name}`)?.mode.toString(8)),
    );
    expect(modes).toEqual(['100755', '100644', '100644', '100644', '100755']);
  });

  it('has no directory entries, signatures or archive comment', async () => {
    const path = await derived({
      extra: [{ name: 'pkg/', mode: 0o40755 }, { name: 'pkg-1.0.dist-info/RECORD.jws' }],
      zip: { comment: 'made by hand' },
    });
    await inArchive(path, async (archive) => {
      expect(archive.entries.map((each) => each.path)).toHaveLength(4);
      expect(archive.comment).toHaveLength(0);
    });
  });

  it('lists everything in RECORD, sorted', async () => {
    const path = await derived(many, [
      { kind: 'add', path: 'pkg/new.py', bytes: Buffer.from('new\n') },
      { kind: 'rename', from: 'pkg/data.txt', to: 'pkg/words.txt' },
      { kind: 'remove', path: 'pkg/empty' },
    ]);
    const rows = (await recordOf(path)).trimEnd().split('\n');
    expect(rows).toEqual([
      recordRow('pkg-1.0.data/scripts/tool', '#!python\n'),
      expect.stringMatching(/^pkg-1.0.dist-info\/METADATA,sha256=/),
      expect.stringMatching(/^pkg-1.0.dist-info\/WHEEL,sha256=/),
      recordRow(FILE, CONTENT),
      recordRow('pkg/new.py', 'new\n'),
      recordRow('pkg/words.txt', 'many words '.repeat(1000)),
      'pkg-1.0.dist-info/RECORD,,',
    ]);
  });

  it('with another version has renamed folders and rows', async () => {
    const path = await derived(many, [{ kind: 'version', version: '1.0+local' }]);
    expect(await recordOf(path)).toContain('\npkg-1.0+local.dist-info/WHEEL,sha256=');
    expect(await recordOf(path)).toContain('pkg-1.0+local.data/scripts/tool,sha256=');
  });

  it('with other metadata has no other content changed', async () => {
    const crcs = async (path: string): Promise<Map<string, number>> =>
      inArchive(
        path,
        async ({ entries }) => new Map(entries.map((each) => [each.path, each.crc32])),
      );
    const origin = await writeWheelFile(await scratch(), many);
    const metadata = parseMetadata(Buffer.from('Name: pkg\nVersion: 1.0\nSummary: other\n'));
    const { path } = await derive(origin, [{ kind: 'metadata', metadata }]);
    const before = await crcs(origin);
    const changed = [...(await crcs(path))].filter(([name, crc]) => before.get(name) !== crc);
    expect(changed.map(([name]) => name)).toEqual([
      'pkg-1.0.dist-info/METADATA',
      'pkg-1.0.dist-info/RECORD',
    ]);
  });
});

describe('the rows of the old RECORD', () => {
  function withRow(text: string): WheelSpec {
    return { record: (rows) => rows.map((row) => (row.startsWith(`${FILE},`) ? text : row)) };
  }

  it('with a SHA-256 and the right size are believed, right or wrong: nothing wrong is made right', async () => {
    const lie = `${FILE},${recordHash('y = 1\n')},6`;
    const origin = await writeWheelFile(await scratch(), withRow(lie));
    const { path } = await derive(origin);
    expect(await recordOf(path)).toContain(lie);
    await withWheel(path, async (wheel) => {
      expect((await verifyWheel(wheel)).map(({ code }) => code)).toEqual(['wheel/record-hash']);
    });
  });

  const renewed: [string, string][] = [
    ['another size', `${FILE},${recordHash(CONTENT)},7`],
    ['no size', `${FILE},${recordHash(CONTENT)},`],
    ['a better hash', `${FILE},${recordHash(CONTENT, 'sha512')},6`],
    ['a weak hash', `${FILE},${recordHash(CONTENT, 'md5')},6`],
    ['no hash', `${FILE},,`],
    ['base64 padding', `${FILE},${recordHash(CONTENT)}=,6`],
    ['no row', `other.py,${recordHash(CONTENT)},6`],
  ];
  it.each(renewed)('with %s are made anew', async (_, text) => {
    expect(await recordOf(await derived(withRow(text)))).toContain(recordRow(FILE, CONTENT));
  });

  const tampered: [string, string][] = [
    ['another size and another SHA-256', `${FILE},${recordHash('x = 12\n')},7`],
    ['another SHA-512', `${FILE},${recordHash('y = 1\n', 'sha512')},6`],
    ['a cut-off SHA-256', `${FILE},${recordHash(CONTENT).slice(0, -1)},6`],
  ];
  it.each(tampered)('with %s show that the file was changed: refused', async (_, text) => {
    const error = await refusal(withRow(text));
    expect(error).toMatchObject({
      code: 'wheel/record-mismatch',
      path: expect.stringMatching(/\.whl!pkg\/__init__\.py$/) as string,
    });
  });

  it.each(['METADATA', 'WHEEL'])('that %s contradicts are not made good', async (name) => {
    const path = `pkg-1.0.dist-info/${name}`;
    const record = (rows: string[]): string[] =>
      rows.map((row) => (row.startsWith(path) ? recordRow(path, 'as it was\n') : row));
    expect(await refusal({ record })).toMatchObject({
      code: 'wheel/record-mismatch',
      path: expect.stringContaining(path) as string,
    });
  });

  it('of a renamed file go with it', async () => {
    // Were it read again, the damage would show.
    const origin = await writeWheelFile(await scratch(), {
      members: (members) =>
        members.map((each) =>
          each.name === FILE ? { ...each, local: { crc32: 1 }, central: { crc32: 1 } } : each,
        ),
    });
    const { path } = await derive(origin, [{ kind: 'rename', from: FILE, to: 'pkg/moved.py' }]);
    expect(await recordOf(path)).toContain(recordRow('pkg/moved.py', CONTENT));
  });
});

describe('the same wheel', () => {
  async function digest(path: string): Promise<string> {
    return createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  }

  it('gives the same bytes each time, whatever order and times its members had', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [
        `pkg/m${index}.py`,
        `x = ${index}\n`.repeat(index),
      ]),
    );
    const digests = new Set<string>();
    for (const members of [
      undefined,
      (given: never[]) => [...given].reverse(),
      (given: object[]) =>
        given.map((each) => ({ ...each, local: { time: 5 }, central: { time: 5 } })),
    ]) {
      const spec = { files, ...(members === undefined ? {} : { members }) } as WheelSpec;
      const origin = await writeWheelFile(await scratch(), spec);
      const edits: WheelEdit[] = [
        REBUILD,
        { kind: 'add', path: 'a.bin', bytes: Buffer.alloc(3e5, 'ab') },
      ];
      digests.add(await digest((await derive(origin, edits)).path));
      digests.add(await digest((await derive(origin, edits)).path));
    }
    expect(digests.size).toBe(1);
  });

  it('has the time that it is given, or 1980', async () => {
    const origin = await writeWheelFile(await scratch());
    const times = async (path: string): Promise<unknown> =>
      inArchive(path, async ({ entries }) => [
        ...new Set(entries.map(({ modified }) => `${modified.date} ${modified.time}`)),
      ]);
    expect(await times((await derive(origin)).path)).toEqual([`${(1 << 5) | 1} 0`]);
    const modified = new Date('2024-02-29T12:34:56Z');
    const date = ((2024 - 1980) << 9) | (2 << 5) | 29;
    const time = (12 << 11) | (34 << 5) | (56 / 2);
    expect(await times((await derive(origin, [REBUILD], { modified })).path)).toEqual([
      `${date} ${time}`,
    ]);
  });
});

describe('writeWheel', () => {
  it('replaces a file of the name, or refuses to', async () => {
    const directory = await scratch();
    const origin = await writeWheelFile(await scratch());
    const target = join(directory, 'pkg-1.0-1-py3-none-any.whl');
    await writeFile(target, 'old');
    await expect(derive(origin, [REBUILD], { directory, replace: false })).rejects.toMatchObject({
      code: 'file/exists',
      path: target,
    });
    expect(await readFile(target, 'utf8')).toBe('old');
    await derive(origin, [REBUILD], { directory });
    expect((await stat(target)).size).toBeGreaterThan(100);
    expect(await readdir(directory)).toEqual(['pkg-1.0-1-py3-none-any.whl']);
  });

  it('never writes over the wheel that it reads, however that is reached', async () => {
    const directory = await scratch();
    const origin = await writeWheelFile(directory);
    const before = await readFile(origin);
    const around = join(await scratch(), 'around');
    await symlink(directory, around);
    const elsewhere = await scratch();
    await link(origin, join(elsewhere, 'pkg-1.0-1-py3-none-any.whl'));
    for (const [folder, edits] of [
      [directory, []],
      [around, []],
      [elsewhere, [REBUILD]],
    ] as const) {
      await expect(derive(origin, edits, { directory: folder })).rejects.toMatchObject({
        code: 'wheel/output-is-input',
      });
    }
    expect(await readFile(origin)).toEqual(before);
  });

  it('says which folder is missing', async () => {
    const directory = join(await scratch(), 'none');
    const origin = await writeWheelFile(await scratch());
    await expect(derive(origin, [REBUILD], { directory })).rejects.toMatchObject({
      code: 'file/not-found',
      path: directory,
    });
  });

  it('refuses a folder in place of the file', async () => {
    const directory = await scratch();
    await mkdir(join(directory, 'pkg-1.0-1-py3-none-any.whl'));
    const origin = await writeWheelFile(await scratch());
    await expect(derive(origin, [REBUILD], { directory })).rejects.toMatchObject({
      code: 'file/is-a-directory',
    });
  });

  it('stops when it is told to and leaves nothing', async () => {
    const directory = await scratch();
    const origin = await writeWheelFile(await scratch());
    const abort = new AbortController();
    abort.abort();
    await expect(
      derive(origin, [REBUILD], { directory, signal: abort.signal }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect(await readdir(directory)).toEqual([]);
  });

  it('stops at the very end, too', async () => {
    const directory = await scratch();
    const origin = await writeWheelFile(await scratch());
    const abort = new AbortController();
    let calls = 0;
    const onProgress = (): void => {
      calls += 1;
      abort.abort();
    };
    await expect(
      derive(origin, [REBUILD], { directory, signal: abort.signal, onProgress }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect(calls).toBe(1);
    expect(await readdir(directory)).toEqual([]);
  });

  it('stops in the middle, too', async () => {
    const directory = await scratch();
    const origin = await writeWheelFile(await scratch(), {
      files: Object.fromEntries(
        Array.from({ length: 8 }, (_, index) => [`pkg/${index}.bin`, Buffer.alloc(2 << 20, index)]),
      ),
      members: (members) => members.map((each) => ({ ...each, method: 0 })),
    });
    const abort = new AbortController();
    const progress: number[] = [];
    const onProgress = (done: number): void => {
      progress.push(done);
      abort.abort();
    };
    await expect(
      derive(origin, [REBUILD], { directory, signal: abort.signal, onProgress }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect(progress).toHaveLength(1);
    expect(await readdir(directory)).toEqual([]);
  });

  const broken: [string, string, WheelSpec][] = [
    ['no RECORD', 'wheel/no-record', { record: null }],
    ['no METADATA', 'wheel/no-metadata', { metadata: null }],
    ['no WHEEL', 'wheel/no-wheel-file', { wheel: null }],
    [
      'a newer format',
      'packaging/wheel-version',
      { wheel: 'Wheel-Version: 2.0\nRoot-Is-Purelib: true\n' },
    ],
    ['a link', 'wheel/symlink', { extra: [{ name: 'pkg/link', content: '/etc', mode: 0o120777 }] }],
    ['an encrypted member', 'zip/encrypted', { extra: [{ name: 'pkg/secret', flags: 1 }] }],
    [
      'a member in another compression',
      'zip/unsupported-method',
      { extra: [{ name: 'pkg/x', method: 12, data: Buffer.alloc(3) }] },
    ],
    [
      'two data folders of the new version',
      'zip/duplicate-entry',
      {
        files: { 'pkg-1.0.data/data/x': '', 'pkg-1.0+l.data/data/x': '' },
      },
    ],
  ];
  it.each(broken)('refuses a wheel with %s and leaves nothing: %s', async (_, code, spec) => {
    expect(await refusal(spec, [{ kind: 'version', version: '1.0+l' }])).toMatchObject({ code });
  });

  it('reads its own output as its input again', async () => {
    const tags = parseTagSet('py3-none-any');
    const first = await derived({}, [{ kind: 'tags', tags: parseTagSet('py2-none-any') }]);
    const second = await derive(first, [{ kind: 'tags', tags }]);
    await withWheel(second.path, async (wheel) => {
      expect((await readRecord(wheel)).findings).toEqual([]);
    });
  });
});
