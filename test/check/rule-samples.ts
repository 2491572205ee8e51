/** For every rule of data/rules.json something that breaks it. */
import type { CheckSetOptions, ReleaseFile } from '../../src/check/index.ts';
import type { SimpleFile, SimpleProject } from '../../src/packaging/index.ts';
import { sha256 } from '../../src/support/hash.ts';
import type { FindingEffect } from '../../src/support/finding.ts';
import { member, symlink } from '../archive/tar/tar-bytes.ts';
import { buildElf } from '../support/elf-builder.ts';
import { metadata, sdist, wheel, wheelWith, type Distribution } from './distributions.ts';
import { PYPI_SAMPLES } from './rule-samples-pypi.ts';

export interface RuleSample {
  readonly code: string;
  readonly files: readonly Distribution[];
  readonly options?: CheckSetOptions;
  /** Changes what is known of each file after it was read, for what no test writes to a disk. */
  readonly pretend?: (release: ReleaseFile) => ReleaseFile;
  /** Default `index-rejects`. */
  readonly effect?: FindingEffect;
}

function all(
  effect: FindingEffect,
  rows: Readonly<Record<string, Omit<RuleSample, 'code' | 'effect'>>>,
): readonly RuleSample[] {
  return Object.entries(rows).map(([code, row]) => ({ code, effect, ...row }));
}

function holding(
  files: Readonly<Record<string, string | Uint8Array>>,
  tags?: string,
): Omit<RuleSample, 'code'> {
  return { files: [wheel({ files, ...(tags === undefined ? {} : { tags }) })] };
}

function having(...lines: readonly string[]): Omit<RuleSample, 'code'> {
  return { files: [wheelWith(lines, { version: '2.5' })] };
}

const NATIVE = buildElf({}).bytes;
const NEW_GLIBC = buildElf({
  needed: ['libc.so.6'],
  symbols: [{ name: 'pthread_create', version: 'GLIBC_2.34' }],
  versionNeeds: [{ library: 'libc.so.6', versions: ['GLIBC_2.34'] }],
}).bytes;
const WITH_DEBUG = buildElf({
  extraSections: [{ name: '.debug_info', bytes: new Uint8Array(200_000).fill(7) }],
}).bytes;
const TEXT = 'the same text in several files, long enough not to be alike by chance\n';
const INIT = { 'pkg/__init__.py': '' };

const USERS_BREAK = all('users-break', {
  'audit/native-in-any': holding({ ...INIT, 'pkg/a.so': NATIVE }),
  'audit/tag-not-earned': holding(
    { ...INIT, 'pkg/a.so': NEW_GLIBC },
    'py3-none-manylinux_2_17_x86_64',
  ),
  'contents/bytecode': holding({ ...INIT, 'pkg/__pycache__/a.cpython-312.pyc': 'x' }),
  'contents/case-only': holding({ ...INIT, 'pkg/A.py': '', 'pkg/a.py': '' }),
  'contents/common-name': holding({ ...INIT, 'tests/__init__.py': '' }),
  'contents/entry-point-reference': holding({
    ...INIT,
    'pkg-1.0.dist-info/entry_points.txt': '[console_scripts]\nrun = pkg main\n',
  }),
  'contents/expected-missing': {
    ...holding(INIT),
    options: { expected: [{ pattern: '*.pyi', matches: () => false }] },
  },
  'contents/init-at-top': holding({ ...INIT, '__init__.py': '' }),
  'contents/not-a-module': holding({ ...INIT, 'README.md': 'x' }),
  'contents/requires-python-tag': {
    files: [
      wheel({
        tags: 'cp39-cp39-win_amd64',
        metadata: 'Metadata-Version: 2.1\nName: pkg\nVersion: 1.0\nRequires-Python: >=3.10\n\nx\n',
      }),
    ],
  },
  'contents/source-missing': {
    ...holding(INIT),
    options: { sourceModules: ['pkg/__init__.py', 'pkg/a.py'] },
  },
  'contents/source-unknown': { ...holding(INIT), options: { sourceModules: [] } },
  'contents/symlink': { files: [sdist({ extra: [symlink('pkg-1.0/link', 'PKG-INFO')] })] },
  'contents/top-level-missing': { ...holding(INIT), options: { topLevel: ['pkg', 'other'] } },
  'contents/top-level-unexpected': { ...holding(INIT), options: { topLevel: ['other'] } },
  'contents/unexpected-file': holding({ ...INIT, 'pkg/.DS_Store': 'x' }),
  'contents/world-writable': {
    files: [sdist({ extra: [member({ name: 'pkg-1.0/a', mode: 0o666, content: 'x' })] })],
  },
  'metadata/extra-undeclared': having('Requires-Dist: a; extra == "b"'),
  'metadata/import-name-twice': having('Import-Name: a', 'Import-Namespace: a'),
  'metadata/url-broken': having('Home-page: https://'),
  'metadata/email-broken': having('Author-email: nobody, a@example.org'),
  'release/file-missing': {
    ...holding(INIT),
    options: { expects: [{ pattern: '*.tar.gz', job: 'sdist', matches: () => false }] },
  },
  'release/metadata-differs': {
    files: [
      wheelWith(['Requires-Dist: a']),
      { ...wheelWith(['Requires-Dist: b']), filename: 'pkg-1.0-cp312-abi3-win32.whl' },
    ],
  },
  'release/same-tags': {
    files: [wheel(), wheel({ build: '1', files: { 'pkg/__init__.py': 'y = 2\n' } })],
  },
  'release/version-spelling': {
    files: [wheel(), wheel({ version: '1.0.0', files: { 'pkg/__init__.py': 'y = 2\n' } })],
  },
  'wheel/file-and-folder': {
    files: [wheel({ members: (members) => [...members, { name: 'pkg', content: 'x' }] })],
  },
  'wheel/record-hash': {
    files: [
      wheel({
        record: (rows) =>
          rows.map((row) =>
            row.replace(/__init__.py,sha256=.{43}/, `__init__.py,sha256=${'A'.repeat(43)}`),
          ),
      }),
    ],
  },
  'wheel/record-no-hash': {
    files: [
      wheel({
        record: (rows) => rows.map((row) => row.replace(/__init__.py,[^,]*/, '__init__.py,')),
      }),
    ],
  },
  'wheel/record-size': {
    files: [
      wheel({ record: (rows) => rows.map((row) => row.replace(/(__init__.py,.*),\d+$/, '$1,99')) }),
    ],
  },
  'wheel/record-weak-hash': {
    files: [
      wheel({
        record: (rows) =>
          rows.map((row) =>
            row.replace(/__init__.py,sha256=.{43}/, '__init__.py,md5=AAAAAAAAAAAAAAAAAAAAAA'),
          ),
      }),
    ],
  },
  'wheel/several-dist-info': holding({ ...INIT, 'other-1.0.dist-info/METADATA': 'x' }),
  'wheel/symlink': {
    files: [
      wheel({
        members: (members) =>
          members.map((each) =>
            each.name === 'pkg/__init__.py' ? { ...each, mode: 0o120777 } : each,
          ),
      }),
    ],
  },
});

const ADVICE = all('advice', {
  'audit/debug-info': holding({ ...INIT, 'pkg/a.so': WITH_DEBUG }, 'py3-none-linux_x86_64'),
  'contents/duplicate': holding({ ...INIT, 'pkg/a.txt': TEXT, 'pkg/b.txt': TEXT }),
  'contents/empty': holding({}),
  'contents/folder-without-module': holding({ ...INIT, 'data_of_pkg/a.txt': 'x' }),
  'contents/large': { ...holding(INIT), options: { maxUnpackedSize: 10 } },
  'contents/long-path': holding({ ...INIT, [`pkg/${'a'.repeat(200)}.txt`]: 'x' }),
  'contents/many-files': { ...holding(INIT), options: { maxFiles: 2 } },
  'contents/mixed-extensions': holding({ ...INIT, 'pkg/a.yml': 'a', 'pkg/b.yaml': 'b' }),
  'contents/no-library': holding({ 'pkg-1.0.data/scripts/run': '#!python\n' }),
  'contents/non-ascii-path': holding({ ...INIT, 'pkg/\u00e9.txt': 'x' }),
  'contents/not-importable': holding({ ...INIT, 'pkg/my-module.py': '' }),
  'contents/py-typed-missing': holding({ ...INIT, 'pkg/a.pyi': '' }),
  'contents/python2-tag': {
    files: [wheel({ tags: 'py2.py3-none-any', metadata: metadata(['Requires-Python: >=3.9']) })],
  },
  'contents/record-signature': holding({ ...INIT, 'pkg-1.0.dist-info/RECORD.jws': '{}' }),
  'contents/several-top-level': holding({ ...INIT, 'other/__init__.py': '' }),
  'contents/space-in-path': holding({ ...INIT, 'pkg/a b.txt': 'x' }),
  'contents/tests': holding({ ...INIT, 'pkg/tests/__init__.py': '' }),
  'description/content-type-missing': {
    files: [wheel({ metadata: 'Metadata-Version: 2.1\nName: pkg\nVersion: 1.0\n\nText.\n' })],
  },
  'description/missing': { files: [wheelWith([], { body: '' })] },
  'description/not-proven': {
    files: [wheelWith(['Description-Content-Type: text/x-rst'], { body: 'Text.\n' })],
  },
  'metadata/extra-not-normal': having('Provides-Extra: A_b'),
  'metadata/extra-repeated': having('Provides-Extra: a-b', 'Provides-Extra: a.b'),
  'metadata/field-deprecated': having('Requires: a'),
  'metadata/field-unknown': having('Colour: blue'),
  'metadata/license-classifier': having(
    'License-Expression: MIT',
    'Classifier: License :: OSI Approved :: MIT License',
  ),
  'metadata/license-deprecated': having('License-Expression: GPL-2.0'),
  'metadata/license-not-normal': having('License-Expression: mit'),
  'metadata/placeholder': having('Summary: UNKNOWN'),
  'release/file-unplanned': {
    ...holding(INIT),
    options: { expects: [{ pattern: '*.tar.gz', job: 'sdist', matches: () => false }] },
  },
  'sdist/top-directory': { files: [sdist({ top: 'pkg' })] },
  'wheel/build-differs': {
    files: [
      wheel({
        wheel:
          'Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\nBuild: 7\n',
      }),
    ],
  },
  'wheel/tags-differ': {
    files: [
      wheel({
        wheel: 'Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py2-none-any\n',
      }),
    ],
  },
});

const INDEX_WARNS = all('index-warns', {
  'wheel/record-unlisted': {
    files: [wheel({ record: (rows) => rows.filter((row) => !row.includes('__init__')) })],
  },
  'wheel/record-absent': { files: [wheel({ record: (rows) => [...rows, 'pkg/gone.py,,'] })] },
});

const NOW = new Date('2026-11-20T00:00:00Z');

/** The page of the project that every sample belongs to. */
export function indexed(page: Partial<SimpleProject> | null, project = 'pkg'): CheckSetOptions {
  const whole = page === null ? null : { name: project, files: [], ...page };
  return { indexed: { projects: new Map([[project, whole]]), now: NOW } };
}

/** One file on the index. */
export function onIndex(filename: string, facts: Partial<SimpleFile> = {}): SimpleFile {
  return { filename, url: filename, hashes: {}, ...facts };
}

const ON_INDEX: readonly RuleSample[] = [
  {
    code: 'pypi/name-of-standard-library',
    files: [wheel({ name: 'tomllib' })],
    options: indexed(null, 'tomllib'),
  },
  {
    code: 'pypi/file-exists',
    files: [wheel()],
    options: indexed({
      files: [onIndex('pkg-1.0-py3-none-any.whl', { hashes: { sha256: '00' } })],
    }),
  },
  {
    code: 'pypi/content-exists',
    files: [wheel()],
    options: indexed({
      files: [onIndex('pkg-1.0-1-py3-none-any.whl', { hashes: { sha256: sha256(wheel().bytes) } })],
    }),
  },
  {
    code: 'pypi/file-there',
    files: [wheel()],
    options: indexed({
      files: [onIndex('pkg-1.0-py3-none-any.whl', { hashes: { sha256: sha256(wheel().bytes) } })],
    }),
    effect: 'advice',
  },
  {
    code: 'pypi/filename-used',
    files: [wheel()],
    options: indexed({ versions: ['1.0.0', '0.9'] }),
  },
  {
    code: 'pypi/release-closed',
    files: [wheel()],
    options: indexed({
      files: [onIndex('pkg-1.0.tar.gz', { uploadTime: '2026-11-05T23:59:59.000000Z' })],
    }),
  },
  {
    code: 'pypi/project-archived',
    files: [wheel()],
    options: indexed({ status: { status: 'archived' } }),
  },
  {
    code: 'pypi/project-quarantined',
    files: [wheel()],
    options: indexed({ status: { status: 'quarantined', reason: 'malware' } }),
    effect: 'users-break',
  },
];

export const RULE_SAMPLES: readonly RuleSample[] = [
  ...PYPI_SAMPLES,
  ...USERS_BREAK,
  ...ADVICE,
  ...INDEX_WARNS,
  ...ON_INDEX,
];
