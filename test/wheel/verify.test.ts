import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/support/finding.ts';
import { verifyWheel, withWheel, type VerifyOptions } from '../../src/wheel/index.ts';
import { scratch } from '../support/scratch.ts';
import { recordRow, wheelText, writeWheelFile, type WheelSpec } from '../support/wheel-builder.ts';

async function findings(spec: WheelSpec, options?: VerifyOptions): Promise<Finding[]> {
  const path = await writeWheelFile(await scratch(), spec);
  return withWheel(path, async (wheel) => verifyWheel(wheel, options), { lenient: true });
}

async function codes(spec: WheelSpec, options?: VerifyOptions): Promise<string[]> {
  return (await findings(spec, options)).map(
    ({ code, path = '' }) => `${code} ${path.replace(/^.*\.whl/, 'WHEEL')}`,
  );
}

/** Replaces the row of a path. */
function row(path: string, text: string): (rows: string[]) => string[] {
  return (rows) => rows.map((each) => (each.startsWith(`${path},`) ? text : each));
}

const CONTENT = 'x = 1\n';
const FILE = 'pkg/__init__.py';

describe('a wheel that agrees with itself', () => {
  const clean: [string, WheelSpec][] = [
    ['a plain one', {}],
    ['names in other spellings', { name: 'Foo_Bar', distInfo: 'foo.bar-1.0.0.dist-info' }],
    ['versions in other spellings', { version: '1.0', metadata: 'Name: pkg\nVersion: v1.0.0\n' }],
    [
      'scripts, data and headers in .data',
      {
        files: {
          'pkg-1.0.data/scripts/tool': '#!python\n',
          'pkg-1.0.data/data/share/man/man1/tool.1': '.TH\n',
          'pkg-1.0.data/headers/pkg.h': '\n',
        },
        executable: ['pkg-1.0.data/scripts/tool'],
      },
    ],
    [
      'signatures of RECORD, which it does not list',
      {
        extra: [{ name: 'pkg-1.0.dist-info/RECORD.jws' }, { name: 'pkg-1.0.dist-info/RECORD.p7s' }],
      },
    ],
    ['directory entries', { extra: [{ name: 'pkg/', mode: 0o40755 }] }],
    ['compressed tags and a build', { tags: 'py2.py3-none-any', build: '1' }],
    ['a build tag that only the file name has', { build: '1', wheel: wheelText('py3-none-any') }],
    ['tags in upper case', { tags: 'py3-none-Linux_X86_64' }],
    ['paths that need quotes', { files: { 'pkg/a,b"c.py': '' } }],
  ];
  it.each(clean)('%s', async (_, spec) => {
    expect(await findings(spec)).toEqual([]);
  });

  it.each(['sha384', 'sha512', 'sha3-256', 'blake2b512', 'blake2s256'])(
    'hashes better than SHA-256: %s',
    async (algorithm) => {
      const digest = createHash(algorithm).update(CONTENT).digest('base64url');
      const name = algorithm.replace('-', '_').replace(/^(blake2.)\d+$/, '$1');
      expect(await findings({ record: row(FILE, `${FILE},${name}=${digest},6`) })).toEqual([]);
      const wrong = row(FILE, `${FILE},${name}=${digest.replace(/^./, '_')},6`);
      expect(await codes({ record: wrong })).toEqual([`wheel/record-hash ${FILE}`]);
    },
  );
});

describe('each contradiction is found', () => {
  const wrong: [string, string[], WheelSpec][] = [
    [
      'content that is not that of the hash',
      [`wheel/record-hash ${FILE}`],
      { record: row(FILE, recordRow(FILE, 'x = 2\n')) },
    ],
    [
      'a size that is not that of the file',
      [`wheel/record-size ${FILE}`],
      { record: row(FILE, recordRow(FILE, CONTENT).replace(/6$/, '7')) },
    ],
    [
      'a file that RECORD does not list',
      ['wheel/record-unlisted pkg/extra.py'],
      { extra: [{ name: 'pkg/extra.py' }] },
    ],
    [
      'RECORD not listing itself',
      ['wheel/record-unlisted pkg-1.0.dist-info/RECORD'],
      { record: (rows) => rows.slice(0, -1) },
    ],
    [
      'a listed file that is not there',
      ['wheel/record-absent pkg/gone.py'],
      { record: (rows) => [...rows, recordRow('pkg/gone.py', '')] },
    ],
    [
      'a weak hash, told once',
      [`wheel/record-weak-hash ${FILE}`],
      { record: row(FILE, `${FILE},md5=bm90IGNoZWNrZWQgaGVyZQ,6`) },
    ],
    ['no hash, told once', [`wheel/record-no-hash ${FILE}`], { record: row(FILE, `${FILE},,6`) }],
    [
      'two rows for one file',
      ['record/duplicate pkg-1.0.dist-info/RECORD'],
      { record: (rows) => [...rows.slice(0, 1), ...rows] },
    ],
    [
      'a row that leads out of the folder',
      ['record/path-upwards pkg-1.0.dist-info/RECORD', 'wheel/record-absent ../evil'],
      { record: (rows) => [...rows, recordRow('../evil', '')] },
    ],
    ['no RECORD', ['wheel/no-record WHEEL'], { record: null }],
    [
      'another name in METADATA',
      ['wheel/metadata-name pkg-1.0.dist-info/METADATA'],
      { metadata: 'Name: other\nVersion: 1.0\n' },
    ],
    [
      'another version in METADATA',
      ['wheel/metadata-version pkg-1.0.dist-info/METADATA'],
      { metadata: 'Name: pkg\nVersion: 1.0.1\n' },
    ],
    [
      'neither in METADATA',
      [
        'wheel/metadata-name pkg-1.0.dist-info/METADATA',
        'wheel/metadata-version pkg-1.0.dist-info/METADATA',
      ],
      { metadata: '' },
    ],
    ['no METADATA', ['wheel/no-metadata WHEEL'], { metadata: null }],
    [
      'a .dist-info of another project',
      ['wheel/dist-info-name other-1.0.dist-info'],
      { distInfo: 'other-1.0.dist-info' },
    ],
    [
      'a .dist-info of another version',
      ['wheel/dist-info-name pkg-2.0.dist-info'],
      { distInfo: 'pkg-2.0.dist-info' },
    ],
    [
      'a .dist-info without a version',
      ['wheel/dist-info-name pkg.dist-info'],
      { distInfo: 'pkg.dist-info' },
    ],
    ['no WHEEL', ['wheel/no-wheel-file WHEEL'], { wheel: null }],
    [
      'other tags in WHEEL',
      ['wheel/tags-differ pkg-1.0.dist-info/WHEEL'],
      { wheel: wheelText('py2-none-any') },
    ],
    [
      'another build in WHEEL',
      ['wheel/build-differs pkg-1.0.dist-info/WHEEL'],
      { build: '1', wheel: wheelText('py3-none-any', '2') },
    ],
    [
      'a symbolic link',
      ['wheel/symlink pkg/link.so'],
      {
        files: { 'pkg/link.so': '../../etc/passwd' },
        members: (members) =>
          members.map((each) => (each.name === 'pkg/link.so' ? { ...each, mode: 0o120777 } : each)),
      },
    ],
    [
      'a file where a folder is needed',
      ['wheel/file-and-folder pkg'],
      { files: { pkg: '', [FILE]: CONTENT } },
    ],
    [
      'damaged content',
      ['zip/crc-mismatch WHEEL!pkg/__init__.py'],
      {
        members: (members) =>
          members.map((each) =>
            each.name === FILE ? { ...each, local: { crc32: 7 }, central: { crc32: 7 } } : each,
          ),
      },
    ],
  ];
  it.each(wrong)('%s', async (_, expected, spec) => {
    expect(await codes(spec)).toEqual(expected);
  });

  it('all of them at once, each with the effect that findings.md names', async () => {
    const found = await findings({
      metadata: 'Name: other\nVersion: 1.0\n',
      wheel: wheelText('py2-none-any'),
      record: (rows) => [...row(FILE, `${FILE},,7`)(rows), recordRow('pkg/gone.py', '')],
      extra: [{ name: 'pkg/extra.py' }],
    });
    expect(found.map(({ code, severity, effect }) => [code, severity, effect])).toEqual([
      ['wheel/metadata-name', 'error', 'users-break'],
      ['wheel/tags-differ', 'warning', 'advice'],
      ['wheel/record-unlisted', 'warning', 'index-warns'],
      ['wheel/record-absent', 'warning', 'index-warns'],
      ['wheel/record-no-hash', 'error', 'users-break'],
      ['wheel/record-size', 'error', 'users-break'],
    ]);
  });

  it('says which tags only one side has', async () => {
    const spec = { tags: 'py2.py3-none-any', wheel: wheelText('py3.cp312-none-any') };
    const [found] = await findings(spec);
    expect(found?.evidence).toBe(
      'only in the file name: py2-none-any; only in WHEEL: cp312-none-any',
    );
  });
});

describe('without contents', () => {
  it('hashes nothing, and tells the rest', async () => {
    const spec: WheelSpec = { record: row(FILE, recordRow(FILE, 'y = 1\n')) };
    expect(await codes(spec, { contents: false })).toEqual([]);
    expect(await codes(spec, { contents: true })).toHaveLength(1);
  });
});
