/** What PyPI refuses: for each rule a distribution that breaks it and no other one of its kind. */
import { gzipSync } from 'node:zlib';
import { member } from '../archive/tar/tar-bytes.ts';
import { buildZip, extraField, type MemberSpec } from '../support/zip-builder.ts';
import { metadata, sdist, wheel, wheelWith } from './distributions.ts';
import type { RuleSample } from './rule-samples.ts';

const INIT: MemberSpec = { name: 'pkg/__init__.py', content: 'x = 1\n' };

/** A wheel whose members are changed behind RECORD's back. */
function broken(change: (members: MemberSpec[]) => MemberSpec[]): RuleSample['files'] {
  return [wheel({ members: change })];
}

function first(changes: Partial<MemberSpec>): RuleSample['files'] {
  return broken(([head = INIT, ...rest]) => [{ ...head, ...changes }, ...rest]);
}

/** For rules about single fields. */
function fields(rows: Readonly<Record<string, readonly string[]>>): readonly RuleSample[] {
  return Object.entries(rows).map(([what, lines]) => ({
    code: `metadata/${what}`,
    files: [wheelWith(lines, { version: '2.5' })],
  }));
}

const zipSdist = (): RuleSample['files'] => [
  {
    filename: 'pkg-1.0.zip',
    bytes: buildZip({ members: [{ name: 'pkg-1.0/PKG-INFO', content: metadata() }] }),
  },
];

/** A tar header whose file is a zip archive. */
function tarAndZip(): Uint8Array {
  const { bytes } = wheel();
  return Buffer.concat([member({ name: 'pkg-1.0/PKG-INFO', content: 'x' }), bytes]);
}

export const PYPI_SAMPLES: readonly RuleSample[] = [
  { code: 'pypi/file-too-large', files: [wheel()], options: { maxSize: 100 } },
  {
    code: 'pypi/filename-characters',
    files: [{ ...wheel(), filename: 'pkg-1.0\u0001-py3-none-any.whl' }],
  },
  {
    code: 'pypi/filename-long',
    files: [wheel({ build: `1${'0'.repeat(224)}` })],
  },
  {
    code: 'pypi/zip-and-tar',
    files: [{ filename: 'pkg-1.0-py3-none-any.whl', bytes: tarAndZip() }],
  },
  { code: 'pypi/platform-tag', files: [wheel({ tags: 'cp312-cp312-linux_x86_64' })] },
  {
    code: 'pypi/wheel-filename',
    files: [wheel({ name: 'Pkg', files: { 'pkg/__init__.py': '' } })],
  },
  { code: 'pypi/dist-info-literal', files: [wheel({ distInfo: 'Pkg-1.0.dist-info' })] },
  { code: 'pypi/sdist-filename', files: zipSdist() },
  { code: 'pypi/classifier-unknown', files: [wheelWith(['Classifier: Topic :: Wheel'])] },
  {
    code: 'pypi/classifier-deprecated',
    files: [wheelWith(['Classifier: Natural Language :: Ukranian'])],
  },
  { code: 'pypi/classifier-private', files: [wheelWith(['Classifier: Private :: Do Not Upload'])] },
  { code: 'pypi/license-file-missing', files: [wheelWith(['License-File: LICENSE'])] },
  ...Object.entries({
    'pypi/entry-points-encoding': Buffer.from([0xff, 0xfe]),
    'pypi/entry-points-syntax': '[console_scripts]\nrun: pkg:main\n',
    'pypi/script-name': '[console_scripts]\n../run = pkg:main\n',
  }).map(([code, content]) => ({
    code,
    files: [
      wheel({ files: { 'pkg/__init__.py': '', 'pkg-1.0.dist-info/entry_points.txt': content } }),
    ],
  })),
  {
    code: 'pypi/obfuscated-code',
    files: [
      wheel({
        files: {
          'pkg/__init__.py': '# Pyarmor 9.0\nfrom pyarmor_runtime_000000 import __pyarmor__\n',
          'pyarmor_runtime_000000/__init__.py': '',
        },
      }),
    ],
  },
  ...fields({
    'summary-long': [`Summary: ${'a'.repeat(513)}`],
    'summary-lines': ['Summary: one', '        two'],
    'url-invalid': ['Home-page: www.example.org'],
    'email-invalid': ['Author-email: nobody'],
    'project-url-invalid': ['Project-URL: Docs,'],
    'project-url-label-long': [`Project-URL: ${'a'.repeat(33)}, https://example.org/`],
    'project-url-repeated': [
      'Project-URL: A, https://a.example/',
      'Project-URL: A, https://b.example/',
    ],
    'requires-dist-invalid': ['Requires-Dist: a b'],
    'direct-dependency': ['Requires-Dist: a @ https://example.org/a.whl'],
    'provides-dist-invalid': ['Provides-Dist: a b'],
    'obsoletes-dist-invalid': ['Obsoletes-Dist: a b'],
    'requires-python-invalid': ['Requires-Python: three'],
    'extra-invalid': ['Provides-Extra: a b'],
    'dynamic-invalid': ['Dynamic: name'],
    'license-twice': ['License: MIT', 'License-Expression: MIT'],
    'license-invalid': ['License-Expression: Not A Licence'],
    'license-file-invalid': ['License-File: ../LICENSE'],
    'content-type-invalid': ['Description-Content-Type: text/html'],
    'import-name-invalid': ['Import-Name: a-b'],
    'field-repeated': ['Summary: one', 'Summary: two'],
  }),
  {
    code: 'metadata/metadata-version-missing',
    files: [wheel({ metadata: 'Name: pkg\nVersion: 1.0\n\nx\n' })],
  },
  { code: 'metadata/metadata-version-unknown', files: [wheelWith([], { version: '2.0' })] },
  { code: 'metadata/metadata-version-too-new', files: [wheelWith([], { version: '2.6' })] },
  {
    code: 'metadata/name-missing',
    files: [wheel({ metadata: 'Metadata-Version: 2.1\nVersion: 1.0\n\nx\n' })],
  },
  { code: 'metadata/name-invalid', files: [wheelWith([], { name: '-pkg' })] },
  {
    code: 'metadata/version-missing',
    files: [wheel({ metadata: 'Metadata-Version: 2.1\nName: pkg\n\nx\n' })],
  },
  { code: 'metadata/version-invalid', files: [wheelWith([], { release: 'one' })] },
  { code: 'metadata/version-local', files: [wheel({ version: '1.0+cpu' })] },
  {
    code: 'metadata/field-too-new',
    files: [wheelWith(['License-Expression: MIT'], { version: '2.1' })],
  },
  {
    code: 'metadata/not-utf8',
    files: [wheel({ metadata: Buffer.from(metadata(['Summary: \u00e9']), 'latin1') })],
  },
  {
    code: 'description/does-not-render',
    files: [
      wheelWith(['Description-Content-Type: text/x-rst'], { body: 'Title\n===\n\n:ref:`a`\n' }),
    ],
  },
  { code: 'zip/prefix-data', files: [wheel({ zip: { prefix: Buffer.from('stub') } })] },
  { code: 'zip/unknown-bytes', files: [wheel({ zip: { beforeDirectory: Buffer.from('more') } })] },
  { code: 'zip/trailing-data', files: [wheel({ zip: { trailing: Buffer.from('more') } })] },
  {
    code: 'zip/unlisted-member',
    files: broken((all) => [...all, { name: 'pkg/b.py', localOnly: true }]),
  },
  { code: 'zip/data-descriptor', files: first({ descriptor: 'signed' }) },
  { code: 'zip/entry-comment', files: first({ central: { comment: 'hello' } }) },
  {
    code: 'zip/legacy-name',
    files: broken((all) => [...all, { name: 'pkg/\u00e9.py', flags: 0 }]),
  },
  {
    code: 'zip/zip64-extra-data',
    files: [wheel({ zip: { zip64: { extensible: Buffer.alloc(4) } } })],
  },
  { code: 'zip/header-mismatch', files: first({ local: { name: 'pkg/__other__.py' } }) },
  {
    code: 'zip/bad-extra-field',
    files: first({ local: { extra: extraField(1, Buffer.alloc(5)) } }),
  },
  { code: 'zip/duplicate-entry', files: broken((all) => [...all, INIT]) },
  {
    code: 'zip/bad-name',
    files: broken((all) => [...all, { name: Buffer.from('pkg/\xff.py', 'latin1'), flags: 0x800 }]),
  },
  { code: 'zip/count-mismatch', files: [wheel({ zip: { end: { countOnDisk: 1 } } })] },
  { code: 'zip/unsafe-path', files: broken((all) => [...all, { name: 'pkg/a\u0007.py' }]) },
  { code: 'zip/bomb', files: [wheel({ files: { 'pkg/zero.bin': Buffer.alloc(65 << 20) } })] },
  { code: 'zip/unsupported-method', files: first({ method: 12, data: Buffer.from('x') }) },
  {
    code: 'tar/bad-gzip',
    files: [{ filename: 'pkg-1.0.tar.gz', bytes: Buffer.from('not gzip at all') }],
  },
  {
    code: 'tar/truncated',
    files: [{ filename: 'pkg-1.0.tar.gz', bytes: sdist().bytes.subarray(0, -20) }],
  },
  {
    code: 'tar/not-a-tar',
    files: [{ filename: 'pkg-1.0.tar.gz', bytes: gzipSync(Buffer.alloc(2048, 'x')) }],
  },
  {
    code: 'tar/bad-checksum',
    files: [sdist({ extra: [member({ name: 'pkg-1.0/a', checksum: '000001\0 ' })] })],
  },
  { code: 'tar/sparse', files: [sdist({ extra: [member({ name: 'pkg-1.0/a', type: 'S' })] })] },
  {
    code: 'tar/bomb',
    files: [sdist({ files: { zero: Buffer.alloc(80 << 20) } })],
    effect: 'users-break',
  },
  {
    code: 'sdist/one-top-directory',
    files: [sdist({ extra: [member({ name: 'other/a', content: 'x' })] })],
  },
  { code: 'sdist/no-pkg-info', files: [sdist({ pkgInfo: null })] },
  { code: 'sdist/unsupported-format', files: [{ ...sdist(), filename: 'pkg-1.0.tar.bz2' }] },
  { code: 'sdist/metadata-name', files: [sdist({ pkgInfo: metadata([], { name: 'other' }) })] },
  { code: 'sdist/metadata-version', files: [sdist({ pkgInfo: metadata([], { release: '2.0' }) })] },
  { code: 'packaging/wheel-filename', files: [{ ...wheel(), filename: 'pkg-1.0-py3.whl' }] },
  {
    code: 'packaging/wheel-variant',
    files: [{ ...wheel(), filename: 'pkg-1.0-py3-none-any-x8664v3.whl' }],
  },
  { code: 'packaging/sdist-filename', files: [{ ...sdist(), filename: 'pkg.tar.gz' }] },
  {
    code: 'packaging/sdist-filename-ambiguous',
    files: [{ ...sdist({ pkgInfo: metadata([], { name: 'other' }) }), filename: 'pkg-1-2.tar.gz' }],
  },
  { code: 'wheel/metadata-name', files: [wheelWith([], { name: 'other' })] },
  { code: 'wheel/metadata-version', files: [wheelWith([], { release: '2.0' })] },
  { code: 'wheel/dist-info-name', files: [wheel({ distInfo: 'other-1.0.dist-info' })] },
  {
    code: 'wheel/no-dist-info',
    files: [{ ...wheel(), bytes: buildZip({ members: [INIT] }) }],
  },
  { code: 'wheel/no-metadata', files: [wheel({ metadata: null })] },
  { code: 'wheel/no-wheel-file', files: [wheel({ wheel: null })] },
  { code: 'wheel/no-record', files: [wheel({ record: null })] },
  { code: 'release/second-sdist', files: [sdist(), { ...sdist(), filename: 'pkg-1.0.0.tar.gz' }] },
  {
    code: 'release/project-size',
    files: [wheel(), sdist()],
    pretend: (release) => ({ ...release, size: 6 * 2 ** 30 }),
  },
  {
    code: 'release/same-bytes',
    files: [wheel(), { ...wheel(), filename: 'pkg-1.0-1-py3-none-any.whl' }],
  },
];
