/** For each rule of uploads, one that breaks it. */
import type { RuleContext } from '../../../src/serve/rules/index.ts';
import { buildZip } from '../../support/zip-builder.ts';
import { member } from '../../archive/tar/tar-bytes.ts';
import { metadata, sdist, wheel, wheelWith } from '../../check/distributions.ts';
import { indexOf, project, type UploadChanges } from './uploads.ts';

export interface UploadSample {
  readonly rule: string;
  readonly changes?: UploadChanges;
  readonly context?: () => Promise<Partial<RuleContext>> | Partial<RuleContext>;
  /** Part of the answer. */
  readonly says?: string | RegExp;
}

/** Of metadata: fields in place of those that the form has, all of version 2.5 unless told. */
function fields(
  rule: string,
  form: NonNullable<UploadChanges['form']>,
  says?: string | RegExp,
): UploadSample {
  const changes = { form: { metadata_version: '2.5', ...form } };
  return { rule, changes, ...(says === undefined ? {} : { says }) };
}

function inWheel(rule: string, spec: Parameters<typeof wheel>[0], says?: RegExp): UploadSample {
  return { rule, changes: { file: wheel(spec) }, ...(says === undefined ? {} : { says }) };
}

function inSdist(rule: string, spec: Parameters<typeof sdist>[0], says?: RegExp): UploadSample {
  return { rule, changes: { file: sdist(spec) }, ...(says === undefined ? {} : { says }) };
}

const PUBLISHER = { name: 'GitHub a/b', publisher: { kind: 'GitHub', repository: 'a/b' } };
const ENTRY_POINTS = '[console_scripts]\n../run = pkg:main\n';
const LONG_BUILD = `1${'0'.repeat(224)}`;

function tarAndZip(): Uint8Array {
  const { bytes } = wheel();
  return Buffer.concat([member({ name: 'pkg-1.0/PKG-INFO', content: 'x' }), bytes]);
}

export const UPLOAD_SAMPLES: readonly UploadSample[] = [
  {
    rule: 'field-is-file',
    changes: { strayFiles: ['summary'] },
    says: /^summary: Should not be a tuple\.$/,
  },
  { rule: 'read-only', context: () => ({ isReadOnly: true }) },
  {
    rule: 'no-identity',
    context: () => ({ identity: undefined }),
    says: /^Invalid or non-existent authentication information/,
  },
  { rule: 'action-gone', changes: { form: { ':action': 'submit' } } },
  { rule: 'action', changes: { form: { ':action': 'eat' } } },
  {
    rule: 'protocol-version',
    changes: { form: { protocol_version: '2' } },
    says: 'Unknown protocol version.',
  },
  { rule: 'form-name', changes: { form: { name: 'a b' } }, says: /invalid value for Name/ },
  { rule: 'form-name', changes: { form: { name: undefined } }, says: /required/ },
  { rule: 'form-blake2-format', changes: { form: { blake2_256_digest: 'abc' } } },
  {
    rule: 'form-filetype',
    changes: { form: { filetype: 'bdist_egg' } },
    says: /Use a known file type\.$/,
  },
  { rule: 'form-sha256-format', changes: { form: { sha256_digest: 'abc' } } },
  { rule: 'form-pyversion-missing', changes: { form: { pyversion: undefined } } },
  { rule: 'form-pyversion-source', changes: { file: sdist(), form: { pyversion: 'py3' } } },
  {
    rule: 'form-no-digest',
    changes: { form: { sha256_digest: undefined } },
    says: /Include at least one message digest\.$/,
  },
  fields('metadata-invalid-data', { summary: ['a', 'b'] }, /^'summary' has invalid data\./),
  fields(
    'metadata-invalid-data',
    { project_urls: ['A, https://a.example', 'A, https://b.example'] },
    /^'project_urls' has/,
  ),
  fields('metadata-version', { metadata_version: '2.0' }),
  fields('metadata-version', { metadata_version: '2.6' }),
  fields('metadata-version', { metadata_version: undefined }),
  // The form finds it first, in other words.
  fields('name', { name: '-a' }, /invalid value for Name/),
  fields('version', { version: 'one' }),
  fields('version', { version: '' }),
  fields('field-too-new', { metadata_version: '2.3', license_file: 'LICENSE' }, /^license-file /),
  fields('description-content-type', { description_content_type: 'text/html' }),
  fields('dynamic', { dynamic: 'name' }),
  fields('import-name', { import_name: 'a-b' }),
  fields('license-expression', { license_expression: 'Nothing' }),
  fields('license-file', { license_file: '../LICENSE' }),
  fields('provides-extra', { provides_extra: 'a b' }),
  fields('requires-dist', { requires_dist: ['a', 'a b'] }),
  fields('requires-python', { requires_python: 'three' }),
  fields('summary-lines', { summary: 'a\nb' }),
  fields('version-local', { version: '1.0+cpu' }, /use of local versions in '1\.0\+cpu'/),
  fields('email', { author_email: 'nobody' }),
  fields('classifier-unknown', { classifiers: 'Private :: Mine' }, /not a valid classifier/),
  fields('classifier-deprecated', { classifiers: 'Natural Language :: Ukranian' }, /Ukrainian/),
  fields('url', { home_page: 'ftp://a.example' }),
  fields('license-twice', { license: 'MIT', license_expression: 'MIT' }),
  fields('obsoletes-dist', { obsoletes_dist: 'a b' }),
  fields('project-url', { project_urls: `${'a'.repeat(33)}, https://a.example` }),
  fields('provides-dist', { provides_dist: 'a @ https://a.example' }),
  fields(
    'direct-dependency',
    { requires_dist: 'a @ https://a.example/a.whl' },
    /^Can't have direct dependency/,
  ),
  fields('summary-long', { summary: 'a'.repeat(513) }),
  { rule: 'no-content', changes: { content: null }, says: 'Upload payload does not have a file.' },
  { rule: 'publisher-new-project', context: () => ({ identity: PUBLISHER }) },
  { rule: 'registration-off', context: () => ({ isRegistrationOff: true }) },
  { rule: 'name-of-standard-library', changes: { form: { name: 'asyncio' } } },
  {
    rule: 'name-prohibited',
    context: () => ({ state: indexOf([], { prohibitedNames: new Set(['pkg']) }) }),
  },
  {
    rule: 'name-too-similar',
    changes: { form: { name: 'pi1ow' } },
    context: async () => ({ state: indexOf([await project({ name: 'Pil-0w' })]) }),
  },
  {
    rule: 'not-allowed',
    context: async () => ({ state: indexOf([await project({ owners: ['token 2'] })]) }),
    says: /^The user 'token 1' isn't allowed to upload to project 'pkg'/,
  },
  { rule: 'not-allowed', context: () => ({ identity: { name: 'token 1', projects: ['other'] } }) },
  {
    rule: 'project-archived',
    context: async () => ({ state: indexOf([await project({ status: { status: 'archived' } })]) }),
  },
  {
    rule: 'project-quarantined',
    context: async () => ({
      state: indexOf([await project({ status: { status: 'quarantined' } })]),
      identity: PUBLISHER,
    }),
  },
  {
    rule: 'description',
    changes: {
      form: { description_content_type: 'text/x-rst', description: 'Title\n===\n\n:ref:`a`\n' },
    },
    says: /failed to render for 'text\/x-rst'/,
  },
  {
    rule: 'description',
    changes: { form: { description_content_type: undefined, description: ':ref:`a`\n' } },
    says: /default format of reStructuredText/,
  },
  { rule: 'filename-characters', changes: { content: { filename: 'pkg\n-1.0-py3-none-any.whl' } } },
  {
    rule: 'filename-separator',
    changes: { content: { filename: '../pkg-1.0-py3-none-any.whl' } },
    says: "Cannot upload a file with '/' or '\\' in the name.",
  },
  { rule: 'filename-extension', changes: { content: { filename: 'pkg-1.0.egg' } } },
  { rule: 'filename-extension', changes: { content: { filename: 'pkg-1.0.tar.gz' } } },
  { rule: 'content-type', changes: { content: { contentType: 'image/png' } } },
  { rule: 'content-type', changes: { content: { contentType: undefined } } },
  { rule: 'file-too-large', context: () => ({ fileLimit: 100 }), says: /^File too large\. / },
  { rule: 'file-too-large', changes: { content: { isCut: true } } },
  { rule: 'project-too-large', context: () => ({ totalLimit: 100 }) },
  {
    rule: 'digest-mismatch',
    changes: { form: { md5_digest: '0'.repeat(32) } },
    says: 'The digest supplied does not match a digest calculated from the uploaded file.',
  },
  {
    rule: 'file-exists',
    context: async () => ({
      state: indexOf([await project({ files: [wheelWith(['Keywords: a'])] })]),
    }),
    says: /^File already exists \('pkg-1\.0-py3-none-any\.whl', with blake2_256 hash '[\da-f]{64}'\)\. /,
  },
  {
    rule: 'file-exists',
    context: async () => ({
      state: indexOf([
        await project({ files: [{ ...wheel(), filename: 'pkg-1.0-1-py3-none-any.whl' }] }),
      ]),
    }),
    says: /same bytes/,
  },
  {
    rule: 'filename-used',
    context: () => ({
      state: indexOf([], { deletedFilenames: new Set(['pkg-1.0-py3-none-any.whl']) }),
    }),
    says: /^This filename was previously used by a file that has since been deleted\. Use a different version\./,
  },
  {
    rule: 'release-closed',
    context: async () => ({
      state: indexOf([await project({ version: '1', created: '2026-11-06T11:59:59.000000Z' })]),
    }),
    says: 'Uploading new files to releases older than 14 days is not allowed.',
  },
  {
    rule: 'second-sdist',
    changes: { file: sdist() },
    context: async () => ({
      state: indexOf([
        await project({ files: [{ ...sdist({ files: { a: 'b' } }), filename: 'pkg-1.0.zip' }] }),
      ]),
    }),
    says: 'Only one sdist may be uploaded per release.',
  },
  {
    rule: 'zip-and-tar',
    changes: { file: { filename: 'pkg-1.0-py3-none-any.whl', bytes: tarAndZip() } },
    says: /^Invalid distribution file\. /,
  },
  {
    rule: 'archive-unreadable',
    changes: { file: { filename: 'pkg-1.0.tar.gz', bytes: Buffer.from('no gzip') } },
  },
  inWheel('compression-ratio', { files: { 'pkg/zero.bin': Buffer.alloc(65 << 20) } }),
  inWheel('compression-method', {
    members: ([head = { name: 'a' }, ...rest]) => [
      { ...head, method: 12, data: Buffer.from('x') },
      ...rest,
    ],
  }),
  inSdist('tar-sparse', { extra: [member({ name: 'pkg-1.0/a', type: 'S' })] }),
  inSdist('sdist-top-directory', { extra: [member({ name: 'other/a', content: 'x' })] }),
  inSdist('sdist-pkg-info', { pkgInfo: null }),
  inWheel('wheel-file', { wheel: null }, /WHEEL not found at pkg-1\.0\.dist-info\/WHEEL$/),
  inWheel('obfuscated', {
    files: {
      'pkg/__init__.py': '# Pyarmor 9.0\nfrom pyarmor_runtime_000000 import __pyarmor__\n',
      'pyarmor_runtime_000000/__init__.py': '',
    },
  }),
  inWheel('zip-framing', { zip: { trailing: Buffer.from('x') } }, /ZIP archive not accepted: /),
  {
    rule: 'sdist-filename-unreadable',
    changes: { file: sdist({ filename: 'pkg.tar.gz' }) },
    says: 'Invalid source distribution filename: pkg.tar.gz',
  },
  {
    rule: 'sdist-filename-project',
    changes: { file: sdist({ filename: 'other-1.0.tar.gz' }) },
    says: "Start filename for 'pkg' with 'pkg'.",
  },
  {
    rule: 'sdist-filename',
    changes: { file: sdist({ filename: 'Pkg-1.0.tar.gz' }) },
    says: "Filename 'Pkg-1.0.tar.gz' is invalid, should be 'pkg-1.0.tar.gz'.",
  },
  {
    rule: 'sdist-filename',
    changes: {
      file: {
        filename: 'pkg-1.0.zip',
        bytes: buildZip({ members: [{ name: 'pkg-1.0/PKG-INFO', content: metadata() }] }),
      },
    },
  },
  {
    rule: 'wheel-filename-unreadable',
    changes: { file: { ...wheel(), filename: 'pkg-1.0-py3.whl' } },
  },
  inWheel('wheel-platform', { tags: 'cp312-cp312-linux_x86_64' }, /platform tag 'linux_x86_64'\.$/),
  {
    rule: 'wheel-filename-project',
    changes: { form: { name: 'other' } },
    says: "Start filename for 'other' with 'other'.",
  },
  {
    rule: 'wheel-filename-spelling',
    changes: { file: wheel({ name: 'Pkg', files: { 'pkg/__init__.py': '' } }) },
    says: "Filename 'Pkg-1.0-py3-none-any.whl' should contain the normalized project name 'pkg', not 'Pkg'.",
  },
  {
    rule: 'wheel-filename-version',
    changes: { form: { version: '2' } },
    says: "Version in filename should be '2' not '1.0'.",
  },
  fields('license-file-missing', { license_file: 'LICENSE' }),
  {
    rule: 'license-file-missing',
    changes: { file: sdist(), form: { license_file: 'LICENSE' } },
    says: 'License-File LICENSE does not exist in distribution file pkg-1.0.tar.gz at pkg-1.0/LICENSE',
  },
  inWheel('wheel-record', { record: null }, /RECORD file: pkg-1\.0\.dist-info\/RECORD$/),
  inWheel('wheel-record-names', { extra: [{ name: 'pkg/more.py', content: 'x' }] }),
  inWheel('wheel-entry-points', {
    files: { 'pkg/__init__.py': '', 'pkg-1.0.dist-info/entry_points.txt': ENTRY_POINTS },
  }),
  inWheel('wheel-metadata', { metadata: null }, /METADATA file: pkg-1\.0\.dist-info\/METADATA$/),
  inWheel('filename-long', { build: LONG_BUILD }, /^Filename is too long: /),
  {
    rule: 'attestations',
    changes: { form: { attestations: '[]' } },
    says: 'Invalid attestations supplied during upload: Attestations are only supported when using Trusted Publishing',
  },
  {
    rule: 'attestations',
    changes: { form: { attestations: '[]' } },
    context: async () => ({
      identity: PUBLISHER,
      state: indexOf([await project()]),
    }),
    says: /empty attestation set/,
  },
  {
    rule: 'metadata-differs',
    changes: { form: { requires_dist: 'other' } },
    says: /requires_dist/,
  },
  inWheel('users-break', {
    tags: 'cp312-cp312-win32',
    record: (rows) => rows.map((row) => row.replace('sha256=', 'sha256=A')),
  }),
];
