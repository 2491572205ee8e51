/** Each check of twine check, check-wheel-contents and pydistcheck, broken by a fixture of its own, and found under our code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFiles, type CheckSetOptions } from '../../src/check/index.ts';
import { buildElf } from '../support/elf-builder.ts';
import { newestDocutils } from '../support/docutils.ts';
import { scratch } from '../support/scratch.ts';
import { metadata, sdist, wheel, wheelWith, writeAll, type Distribution } from './distributions.ts';

interface PeerCheck {
  /** As the table of docs/check.md calls it. */
  readonly theirs: string;
  readonly ours: string;
  readonly file: Distribution;
  readonly options?: CheckSetOptions;
}

const INIT = { 'pkg/__init__.py': 'x = 1\n' };
const COPY = 'a text that is long enough not to be the same in two files by chance\n';

function holding(files: Readonly<Record<string, string | Uint8Array>>): Distribution {
  return wheel({ files });
}

function rst(body: string): Distribution {
  return wheelWith(['Description-Content-Type: text/x-rst'], { body });
}

const TWINE: readonly PeerCheck[] = [
  {
    theirs: 'twine: description does not render (reStructuredText)',
    ours: 'description/does-not-render',
    file: rst('A title\n=====\n\n.. toctree::\n'),
  },
  {
    theirs: 'twine: description renders to nothing',
    ours: 'description/does-not-render',
    file: rst('.. a comment\n'),
  },
  {
    theirs: 'twine: `long_description` missing',
    ours: 'description/missing',
    file: wheelWith([], { body: '' }),
  },
  {
    theirs: 'twine: `long_description_content_type` missing',
    ours: 'description/content-type-missing',
    file: wheel({ metadata: 'Metadata-Version: 2.1\nName: pkg\nVersion: 1.0\n\nText.\n' }),
  },
  {
    theirs: 'twine: content type, charset or variant not allowed',
    ours: 'metadata/content-type-invalid',
    file: wheelWith(['Description-Content-Type: text/markdown; variant=Original']),
  },
  {
    theirs: 'twine: metadata missing or unreadable (wheel)',
    ours: 'wheel/no-metadata',
    file: wheel({ metadata: null }),
  },
  {
    theirs: 'twine: metadata missing (sdist)',
    ours: 'sdist/no-pkg-info',
    file: sdist({ pkgInfo: null }),
  },
  {
    theirs: 'twine: required field missing',
    ours: 'metadata/name-missing',
    file: wheel({ metadata: metadata().replace('Name: pkg\n', '') }),
  },
  {
    theirs: 'twine: field that does not parse',
    ours: 'metadata/requires-dist-invalid',
    file: wheelWith(['Requires-Dist: spam >< 3']),
  },
  {
    theirs: 'twine: field of a later metadata version',
    ours: 'metadata/field-too-new',
    file: wheelWith(['License-Expression: MIT'], { version: '2.3' }),
  },
  {
    theirs: 'twine: unknown header',
    ours: 'metadata/field-unknown',
    file: wheelWith(['Colour: green']),
  },
];

const CONTENTS: readonly PeerCheck[] = [
  {
    theirs: 'W001 byte code',
    ours: 'contents/bytecode',
    file: holding({ ...INIT, 'pkg/a.pyo': 'x' }),
  },
  {
    theirs: 'W002 duplicate files',
    ours: 'contents/duplicate',
    file: holding({ ...INIT, 'pkg/a.py': COPY, 'pkg/b.py': COPY }),
  },
  {
    theirs: 'W003 non-module at the top',
    ours: 'contents/not-a-module',
    file: holding({ ...INIT, LICENSE: 'MIT' }),
  },
  {
    theirs: 'W004 not importable',
    ours: 'contents/not-importable',
    file: holding({ ...INIT, 'pkg/2to3/a.py': '' }),
  },
  {
    theirs: 'W005 common name at the top',
    ours: 'contents/common-name',
    file: holding({ ...INIT, 'docs/conf.py': '' }),
  },
  {
    theirs: 'W006 `__init__.py` at the top',
    ours: 'contents/init-at-top',
    file: holding({ ...INIT, '__init__.py': '' }),
  },
  {
    theirs: 'W007 library is empty',
    ours: 'contents/no-library',
    file: holding({ 'pkg-1.0.data/data/share/a.txt': 'x' }),
  },
  { theirs: 'W008 wheel is empty', ours: 'contents/empty', file: holding({}) },
  {
    theirs: 'W009 several names at the top',
    ours: 'contents/several-top-level',
    file: holding({ ...INIT, 'spam.py': '' }),
  },
  {
    theirs: 'W010 folder without a module',
    ours: 'contents/folder-without-module',
    file: holding({ ...INIT, 'assets/a.css': 'a' }),
  },
  {
    theirs: 'W101 module of the source tree missing (`--src-dir`)',
    ours: 'contents/source-missing',
    file: holding(INIT),
    options: { sourceModules: ['pkg/__init__.py', 'pkg/more.py'] },
  },
  {
    theirs: 'W102 module not in the source tree (`--src-dir`)',
    ours: 'contents/source-unknown',
    file: holding({ ...INIT, 'pkg/old.py': '' }),
    options: { sourceModules: ['pkg/__init__.py'] },
  },
  {
    theirs: 'W201 name at the top missing (`--top-level`)',
    ours: 'contents/top-level-missing',
    file: holding(INIT),
    options: { topLevel: ['pkg', 'spam'] },
  },
  {
    theirs: 'W202 name at the top unexpected (`--top-level`)',
    ours: 'contents/top-level-unexpected',
    file: holding({ ...INIT, 'spam.py': '' }),
    options: { topLevel: ['pkg'] },
  },
];

const PYDISTCHECK: readonly PeerCheck[] = [
  {
    theirs: 'pydistcheck compiled-objects-have-debug-symbols',
    ours: 'audit/debug-info',
    file: wheel({
      tags: 'py3-none-manylinux_2_28_x86_64',
      files: {
        ...INIT,
        'pkg/a.so': buildElf({
          extraSections: [{ name: '.debug_line', bytes: new Uint8Array(300_000).fill(1) }],
        }).bytes,
      },
    }),
  },
  {
    theirs: 'pydistcheck distro-too-large-compressed',
    ours: 'pypi/file-too-large',
    file: wheel(),
    options: { maxSize: 200 },
  },
  {
    theirs: 'pydistcheck distro-too-large-uncompressed',
    ours: 'contents/large',
    file: sdist({ files: { 'a.bin': Buffer.alloc(2000, 'x') } }),
    options: { maxUnpackedSize: 1999 },
  },
  {
    theirs: 'pydistcheck too-many-files',
    ours: 'contents/many-files',
    file: holding(
      Object.fromEntries(Array.from({ length: 2001 }, (_, index) => [`pkg/m${index}.py`, ''])),
    ),
  },
  {
    theirs: 'pydistcheck expected-files',
    ours: 'contents/expected-missing',
    file: sdist(),
    options: { expected: [{ pattern: '*/LICENSE', matches: (path) => path.endsWith('/LICENSE') }] },
  },
  {
    theirs: 'pydistcheck unexpected-files',
    ours: 'contents/unexpected-file',
    file: sdist({ files: { 'codecov.yml': 'x', 'pkg/.DS_Store': 'x' } }),
  },
  {
    theirs: 'pydistcheck files-only-differ-by-case',
    ours: 'contents/case-only',
    file: sdist({ files: { 'pkg/Readme.md': 'a', 'pkg/README.md': 'b' } }),
  },
  {
    theirs: 'pydistcheck mixed-file-extensions',
    ours: 'contents/mixed-extensions',
    file: sdist({ files: { 'a.cc': 'a', 'b.cpp': 'b' } }),
  },
  {
    theirs: 'pydistcheck path-contains-non-ascii-characters',
    ours: 'contents/non-ascii-path',
    file: sdist({ files: { 'pkg/na\u00efve.txt': 'x' } }),
  },
  {
    theirs: 'pydistcheck path-contains-spaces',
    ours: 'contents/space-in-path',
    file: sdist({ files: { 'pkg/a b.txt': 'x' } }),
  },
  {
    theirs: 'pydistcheck path-too-long',
    ours: 'contents/long-path',
    file: holding({ ...INIT, [`pkg/${'a/'.repeat(100)}b.txt`]: 'x' }),
  },
];

const ALL = [...TWINE, ...CONTENTS, ...PYDISTCHECK];

async function codesOf(
  file: Distribution,
  options: CheckSetOptions = {},
): Promise<readonly string[]> {
  const results = await checkFiles(await writeAll(await scratch(), [file]), {
    ...options,
    jobs: 1,
  });
  return results.flatMap(({ findings }) => findings.map(({ code }) => code));
}

const docutils = newestDocutils();
if (docutils === undefined) console.warn('skipped: what only docutils can tell (python3-docutils)');

describe('a check of the peers', () => {
  it.each(ALL)('$theirs is $ours', async ({ ours, file, options, theirs }) => {
    // That nothing is shown is known to docutils alone.
    const needsDocutils = theirs.includes('renders to nothing');
    if (needsDocutils && docutils === undefined) return;
    const pythons = needsDocutils ? { pythons: [docutils?.python ?? ''] } : {};
    expect(await codesOf(file, { ...options, ...pythons })).toContain(ours);
    // The same without the fault has no such finding.
    expect(await codesOf(wheel())).not.toContain(ours);
  });

  it('stands in the table of docs/check.md', () => {
    const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'check.md'), 'utf8');
    const [, table = ''] = text.split('| their check');
    const rows = [
      ...table.matchAll(/^\| ((?:twine|W\d+|pydistcheck).*?)\s+\| `(.*?)`\s+\|$/gm),
    ].map(([, theirs, ours]) => `${theirs} = ${ours}`);
    const told = new Set(['twine: not a distribution by its name = distribution/unknown-kind']);
    expect(rows.filter((row) => !told.has(row)).sort()).toEqual(
      ALL.map(({ theirs, ours }) => `${theirs} = ${ours}`).sort(),
    );
  });

  it('a file that is no distribution by its name is no verdict but a mistake', async () => {
    await expect(codesOf({ filename: 'pkg-1.0.egg', bytes: wheel().bytes })).rejects.toMatchObject({
      code: 'distribution/unknown-kind',
    });
  });
});
