import { describe, expect, it } from 'vitest';
import { parseMetadata, parseTagSet, printMetadata } from '../../src/packaging/index.ts';
import { openBytes } from '../../src/support/random-access.ts';
import { parseWheelFilename } from '../../src/packaging/index.ts';
import {
  draftFilename,
  draftFromWheel,
  editDraft,
  memberPath,
  openWheelSource,
  zipMembers,
  type WheelDraft,
  type WheelEdit,
} from '../../src/wheel/index.ts';
import { buildWheel, wheelText, type WheelSpec } from '../support/wheel-builder.ts';

async function draftOf(spec: WheelSpec = {}): Promise<WheelDraft> {
  const { bytes, filename } = buildWheel(spec);
  return draftFromWheel(await openWheelSource(openBytes(bytes), parseWheelFilename(filename)));
}

async function edited(edits: WheelEdit[], spec?: WheelSpec): Promise<WheelDraft> {
  return editDraft(await draftOf(spec), edits);
}

function text(document: WheelDraft['metadata']): string {
  return Buffer.from(printMetadata(document)).toString();
}

const bytes = Buffer.from('new\n');
const paths = (draft: WheelDraft): string[] => zipMembers(draft).map(({ path }) => path);

describe('editDraft', () => {
  it('without edits changes nothing, not even a WHEEL that contradicts the file name', async () => {
    const draft = await draftOf({ wheel: wheelText('py2-none-any') });
    expect(editDraft(draft, [])).toEqual(draft);
  });

  it('adds, replaces, removes and renames', async () => {
    const draft = await edited(
      [
        { kind: 'add', path: 'pkg/new.py', bytes },
        { kind: 'add', path: 'pkg/run', bytes, executable: true },
        { kind: 'replace', path: 'pkg/tool', bytes },
        { kind: 'remove', path: 'pkg/old.py' },
        { kind: 'rename', from: 'pkg/a.py', to: 'pkg/sub/b.py' },
      ],
      {
        files: { 'pkg/a.py': 'a', 'pkg/old.py': '', 'pkg/tool': 'old' },
        executable: ['pkg/tool'],
      },
    );
    expect(
      [...draft.members].map(([path, { mode, source }]) => [path, mode.toString(8), source.kind]),
    ).toEqual([
      ['pkg/new.py', '644', 'bytes'],
      ['pkg/run', '755', 'bytes'],
      ['pkg/tool', '755', 'bytes'],
      ['pkg/sub/b.py', '644', 'copy'],
    ]);
  });

  it('leaves the draft that it was given alone', async () => {
    const draft = await draftOf();
    const before = [...draft.members.keys()];
    editDraft(draft, [{ kind: 'remove', path: 'pkg/__init__.py' }]);
    expect([...draft.members.keys()]).toEqual(before);
  });

  it('new tags are those of the file name and of WHEEL, whose other lines stay', async () => {
    const wheel =
      'Wheel-Version: 1.0\nGenerator: odd (1)\nRoot-Is-Purelib: false\nTag: py3-none-any\nX-Own: 1\n';
    const tags = parseTagSet('cp311.cp312-abi3-win_amd64');
    const draft = await edited([{ kind: 'tags', tags }], { wheel });
    expect(draftFilename(draft)).toBe('pkg-1.0-cp311.cp312-abi3-win_amd64.whl');
    expect(text(draft.wheelFile.document)).toBe(
      wheel.replace(
        'Tag: py3-none-any\n',
        'Tag: cp311-abi3-win_amd64\nTag: cp312-abi3-win_amd64\n',
      ),
    );
  });

  it('sends the root to platlib, in WHEEL alone', async () => {
    const draft = await edited([{ kind: 'root', isPurelib: false }]);
    expect(draft.wheelFile.rootIsPurelib).toBe(false);
    expect(text(draft.wheelFile.document)).toBe(
      wheelText('py3-none-any').replace('Root-Is-Purelib: true', 'Root-Is-Purelib: false'),
    );
    const twice: WheelEdit[] = [
      { kind: 'root', isPurelib: false },
      { kind: 'root', isPurelib: true },
    ];
    await expect(edited(twice)).rejects.toMatchObject({ code: 'wheel/edit-conflict' });
  });

  it('new tags put a build tag right that WHEEL had wrong', async () => {
    const tags = parseTagSet('py3-none-any');
    const draft = await edited([{ kind: 'tags', tags }], {
      build: '3',
      wheel: wheelText('py3-none-any', '2'),
    });
    expect(draft.wheelFile.build).toBe('3');
  });

  it('sets and removes the build tag, in any order with other edits', async () => {
    const tags = parseTagSet('py2-none-any');
    for (const edits of [
      [
        { kind: 'build', build: '1x' },
        { kind: 'tags', tags },
      ],
      [
        { kind: 'tags', tags },
        { kind: 'build', build: '1x' },
      ],
    ] satisfies WheelEdit[][]) {
      const draft = await edited(edits);
      expect(draftFilename(draft)).toBe('pkg-1.0-1x-py2-none-any.whl');
      expect(text(draft.wheelFile.document)).toMatch(/^Tag: py2-none-any\n(.*\n)*Build: 1x\n/m);
    }
    const without = await edited([{ kind: 'build', build: undefined }], { build: '7' });
    expect(draftFilename(without)).toBe('pkg-1.0-py3-none-any.whl');
    expect(text(without.wheelFile.document)).not.toContain('Build');
    expect('build' in without).toBe(false);
  });

  it('a new version renames .dist-info and .data and stands in METADATA, whose other bytes stay', async () => {
    const metadata =
      'Metadata-Version: 2.1\nName: Foo.Bar\nVersion: 1.0\nX-Odd:  two  blanks \n\nVersion: 1.0\r\n';
    const draft = await edited([{ kind: 'version', version: '1.0+CU.121' }], {
      name: 'foo_bar',
      distInfo: 'Foo.Bar-1.0.dist-info',
      metadata,
      files: { 'Foo.Bar-1.0.data/scripts/x': '', 'foo_bar-1.0.txt': '' },
    });
    expect(draftFilename(draft)).toBe('foo_bar-1.0+cu.121-py3-none-any.whl');
    expect(paths(draft)).toEqual([
      'Foo.Bar-1.0+cu.121.data/scripts/x',
      'foo_bar-1.0.txt',
      'Foo.Bar-1.0+cu.121.dist-info/METADATA',
      'Foo.Bar-1.0+cu.121.dist-info/WHEEL',
      'Foo.Bar-1.0+cu.121.dist-info/RECORD',
    ]);
    expect(text(draft.metadata)).toBe(metadata.replace('Version: 1.0\n', 'Version: 1.0+cu.121\n'));
    expect(memberPath(draft, 'Foo.Bar-1.0.dist-info/licenses/LICENSE')).toBe(
      'Foo.Bar-1.0+cu.121.dist-info/licenses/LICENSE',
    );
    expect(memberPath(draft, 'Foo.Bar-1.0.database/x')).toBe('Foo.Bar-1.0.database/x');
  });

  it('metadata and version can change together', async () => {
    const metadata = parseMetadata(Buffer.from('Name: pkg\nVersion: 1.0\nSummary: new\n'));
    for (const edits of [
      [
        { kind: 'metadata', metadata },
        { kind: 'version', version: '2' },
      ],
      [
        { kind: 'version', version: '2' },
        { kind: 'metadata', metadata },
      ],
    ] satisfies WheelEdit[][]) {
      expect(text((await edited(edits)).metadata)).toBe('Name: pkg\nVersion: 2\nSummary: new\n');
    }
  });

  it('a metadata edit leaves WHEEL as it is', async () => {
    const metadata = parseMetadata(Buffer.from('Name: pkg\nVersion: 1.0\n'));
    const wheel = wheelText('py2-none-any');
    const draft = await edited([{ kind: 'metadata', metadata }], { wheel });
    expect(text(draft.wheelFile.document)).toBe(wheel);
  });

  const file = 'pkg/__init__.py';
  const refused: [string, string, WheelEdit[]][] = [
    [
      'two edits of one file',
      'wheel/edit-conflict',
      [
        { kind: 'remove', path: file },
        { kind: 'replace', path: file, bytes },
      ],
    ],
    [
      'a rename to what is removed',
      'wheel/edit-conflict',
      [
        { kind: 'remove', path: file },
        { kind: 'rename', from: 'pkg/b.py', to: file },
      ],
    ],
    [
      'two versions',
      'wheel/edit-conflict',
      [
        { kind: 'version', version: '1' },
        { kind: 'version', version: '1' },
      ],
    ],
    ['removing what is not there', 'wheel/edit-missing', [{ kind: 'remove', path: 'no.py' }]],
    [
      'replacing what is not there',
      'wheel/edit-missing',
      [{ kind: 'replace', path: 'no.py', bytes }],
    ],
    [
      'renaming what is not there',
      'wheel/edit-missing',
      [{ kind: 'rename', from: 'no.py', to: 'x' }],
    ],
    ['adding what is there', 'wheel/edit-exists', [{ kind: 'add', path: file, bytes }]],
    [
      'renaming over what is there',
      'wheel/edit-exists',
      [{ kind: 'rename', from: file, to: 'pkg/b.py' }],
    ],
    ['a file where a folder is', 'wheel/edit-exists', [{ kind: 'add', path: 'pkg', bytes }]],
    ['a folder where a file is', 'wheel/edit-exists', [{ kind: 'add', path: `${file}/x`, bytes }]],
    [
      'two new ones that clash so',
      'wheel/edit-exists',
      [
        { kind: 'add', path: 'new', bytes },
        { kind: 'add', path: 'new/x', bytes },
      ],
    ],
    ['a build tag without a digit', 'wheel/bad-build-tag', [{ kind: 'build', build: 'x1' }]],
    ['a build tag with a dash', 'wheel/bad-build-tag', [{ kind: 'build', build: '1-2' }]],
    ['a build tag with a line end', 'wheel/bad-build-tag', [{ kind: 'build', build: '1\n' }]],
    ['an empty build tag', 'wheel/bad-build-tag', [{ kind: 'build', build: '' }]],
    ['no version', 'packaging/invalid-version', [{ kind: 'version', version: 'new' }]],
  ];
  it.each(refused)('refuses %s: %s', async (_, code, edits) => {
    const draft = await draftOf({ files: { [file]: '', 'pkg/b.py': '' } });
    expect(() => editDraft(draft, edits)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it.each(['METADATA', 'WHEEL', 'RECORD', 'RECORD.jws'])(
    'refuses to touch %s as a file',
    async (name) => {
      const path = `pkg-1.0.dist-info/${name}`;
      const draft = await draftOf();
      for (const edit of [
        { kind: 'add', path, bytes },
        { kind: 'replace', path, bytes },
        { kind: 'remove', path },
        { kind: 'rename', from: file, to: path },
        { kind: 'rename', from: path, to: 'x' },
      ] satisfies WheelEdit[]) {
        expect(() => editDraft(draft, [edit])).toThrow(
          expect.objectContaining({ code: 'wheel/edit-path' }) as Error,
        );
      }
    },
  );

  it.each([
    '../x',
    '/x',
    'a/../x',
    'a//x',
    './x',
    'a/.',
    'a/',
    '',
    'a\\b',
    'C:/x',
    'a\u0000b',
    'a\nb',
  ])('refuses the path %j', async (path) => {
    const draft = await draftOf();
    for (const edit of [
      { kind: 'add', path, bytes },
      { kind: 'rename', from: file, to: path },
    ] satisfies WheelEdit[]) {
      expect(() => editDraft(draft, [edit])).toThrow(
        expect.objectContaining({ code: 'wheel/edit-path' }) as Error,
      );
    }
  });

  it('takes names that only look unsafe', async () => {
    const draft = await edited([
      { kind: 'add', path: '..a/b..', bytes },
      { kind: 'add', path: '.hidden', bytes },
      { kind: 'add', path: 'ü/…', bytes },
    ]);
    expect(paths(draft)).toEqual(expect.arrayContaining(['..a/b..', '.hidden', 'ü/…']));
  });
});
