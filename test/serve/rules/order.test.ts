import { describe, expect, it } from 'vitest';
import type { RuleContext } from '../../../src/serve/rules/index.ts';
import { UPLOAD_RULES } from '../../../src/serve/rules/index.ts';
import { metadata, sdist, wheel, wheelWith } from '../../check/distributions.ts';
import { indexOf, judge, project, type UploadChanges } from './uploads.ts';

const BAD = { form: { protocol_version: '2' } };

/** What is answered, and what besides is told. */
interface Case {
  readonly answered: string;
  readonly other: string;
  readonly changes: UploadChanges;
  readonly context?: (() => Promise<Partial<RuleContext>> | Partial<RuleContext>) | undefined;
}

type Row = readonly [string, string, UploadChanges, Case['context']?];

const ROWS: readonly Row[] = [
  ['field-is-file', 'read-only', { strayFiles: ['name'] }, () => ({ isReadOnly: true })],
  ['read-only', 'no-identity', {}, () => ({ isReadOnly: true, identity: undefined })],
  ['no-identity', 'protocol-version', BAD, () => ({ identity: undefined })],
  ['protocol-version', 'form-name', { form: { protocol_version: '2', name: '-' } }],
  ['form-name', 'form-filetype', { form: { name: '-', filetype: 'x' } }],
  ['form-blake2-format', 'form-filetype', { form: { blake2_256_digest: 'x', filetype: 'x' } }],
  ['form-no-digest', 'version', { form: { sha256_digest: undefined, version: 'x' } }],
  [
    'metadata-invalid-data',
    'metadata-version',
    { form: { keywords: ['a', 'b'], metadata_version: '9' } },
  ],
  ['metadata-version', 'version', { form: { metadata_version: '9', version: 'x' } }],
  [
    'version',
    'description-content-type',
    { form: { version: 'x', description_content_type: 'x' } },
  ],
  ['provides-extra', 'requires-dist', { form: { requires_dist: 'a b', provides_extra: 'a b' } }],
  // What the specification refuses comes before what PyPI refuses, whatever the alphabet says.
  ['requires-python', 'email', { form: { author_email: 'x', requires_python: 'x' } }],
  ['version-local', 'email', { form: { author_email: 'x', version: '1.0+a' } }],
  ['email', 'classifier-unknown', { form: { author_email: 'x', classifiers: 'x' } }],
  [
    'classifier-unknown',
    'classifier-deprecated',
    { form: { classifiers: ['Natural Language :: Ukranian', 'Z'] } },
  ],
  ['url', 'summary-long', { form: { home_page: 'x', summary: 'a'.repeat(513) } }],
  ['summary-long', 'no-content', { form: { summary: 'a'.repeat(513) }, content: null }],
  [
    'no-content',
    'name-prohibited',
    { content: null },
    () => ({ state: indexOf([], { prohibitedNames: new Set(['pkg']) }) }),
  ],
  [
    'registration-off',
    'name-prohibited',
    {},
    () => ({ isRegistrationOff: true, state: indexOf([], { prohibitedNames: new Set(['pkg']) }) }),
  ],
  [
    'not-allowed',
    'description',
    { form: { description: ':ref:`a`', description_content_type: 'text/x-rst' } },
    async () => ({ state: indexOf([await project({ owners: [] })]) }),
  ],
  [
    'description',
    'filename-extension',
    {
      form: { description: ':ref:`a`', description_content_type: 'text/x-rst' },
      content: { filename: 'a.egg' },
    },
  ],
  ['filename-extension', 'content-type', { content: { filename: 'a.egg', contentType: '' } }],
  ['content-type', 'file-too-large', { content: { contentType: '' } }, () => ({ fileLimit: 1 })],
  ['file-too-large', 'digest-mismatch', { form: { md5_digest: 'x' } }, () => ({ fileLimit: 1 })],
  [
    'digest-mismatch',
    'file-exists',
    { form: { md5_digest: 'x' } },
    async () => ({ state: indexOf([await project({ files: [wheelWith(['Keywords: a'])] })]) }),
  ],
  [
    'file-exists',
    'release-closed',
    {},
    async () => ({
      state: indexOf([
        await project({
          files: [wheelWith(['Keywords: a'])],
          created: '2026-01-01T00:00:00.000000Z',
        }),
      ]),
    }),
  ],
  [
    'filename-used',
    'release-closed',
    {},
    async () => ({
      state: indexOf([await project({ created: '2026-01-01T00:00:00.000000Z' })], {
        deletedFilenames: new Set(['pkg-1.0-py3-none-any.whl']),
      }),
    }),
  ],
  [
    'release-closed',
    'second-sdist',
    { file: sdist() },
    async () => ({
      state: indexOf([
        await project({
          files: [{ ...sdist({ files: { a: 'b' } }), filename: 'pkg-1.0.zip' }],
          created: '2026-01-01T00:00:00.000000Z',
        }),
      ]),
    }),
  ],
  [
    'zip-framing',
    'wheel-platform',
    { file: wheel({ tags: 'py3-none-linux_x86_64', zip: { trailing: Buffer.from('x') } }) },
  ],
  [
    'wheel-platform',
    'wheel-filename-version',
    { file: wheel({ tags: 'py3-none-linux_x86_64' }), form: { version: '2' } },
  ],
  [
    'wheel-filename-version',
    'wheel-record',
    { file: wheel({ record: null }), form: { version: '2' } },
  ],
  [
    'license-file-missing',
    'wheel-record',
    { file: wheel({ record: null }), form: { license_file: 'L' } },
  ],
  ['wheel-record', 'wheel-metadata', { file: wheel({ record: null, metadata: null }) }],
  [
    'wheel-metadata',
    'attestations',
    { file: wheel({ metadata: null }), form: { attestations: '[' } },
  ],
];

const CASES: readonly Case[] = ROWS.map(([answered, other, changes, context]) => ({
  answered,
  other,
  changes,
  context,
}));

describe('of two rules that are broken', () => {
  it.each(CASES)('$answered is answered before $other', async (given) => {
    const { answered, other, changes } = given;
    const { rule, status, message, violations } = await judge(changes, await given.context?.());
    expect(rule).toBe(answered);
    expect(violations.map((each) => each.rule)).toContain(other);
    const first = violations.find((each) => each.status >= 400);
    expect([status, message]).toEqual([first?.status, first?.message]);
  });

  it('the order of the table is that of the steps', () => {
    const rows = UPLOAD_RULES.filter(({ row }) => row > 3).map(({ row }) => row);
    expect(rows).toEqual(rows.toSorted((left, right) => left - right));
  });
});

describe('the same file', () => {
  const there = async (): Promise<Partial<RuleContext>> => ({
    state: indexOf([await project({ files: [wheel()], created: '2026-01-01T00:00:00.000000Z' })]),
  });

  it('is a success in a release that is closed', async () => {
    expect(await judge({}, await there())).toMatchObject({ status: 200, isThere: true });
  });

  it('is none for a sender who may not upload', async () => {
    const context = { ...(await there()), identity: { name: 'token 2' } };
    expect(await judge({}, context)).toMatchObject({ status: 403, isThere: false });
  });

  it('is none when a digest is wrong', async () => {
    const changes = { form: { blake2_256_digest: '0'.repeat(64) } };
    expect(await judge(changes, await there())).toMatchObject({ status: 400, isThere: false });
  });
});

describe('a release', () => {
  it.each([
    ['2026-11-06T12:00:00.000000Z', 200],
    ['2026-11-06T11:59:59.999999Z', 400],
  ])('of %s is open or closed', async (created, status) => {
    const state = indexOf([await project({ created })]);
    expect((await judge({}, { state })).status).toBe(status);
  });

  it('is found however its version is spelt', async () => {
    const created = '2026-01-01T00:00:00.000000Z';
    const state = indexOf([await project({ version: '1.0.0', created })]);
    expect((await judge({}, { state })).rule).toBe('release-closed');
  });
});

describe('a project', () => {
  it('that is quarantined takes files of tokens', async () => {
    const state = indexOf([await project({ status: { status: 'quarantined' } })]);
    expect((await judge({}, { state })).status).toBe(200);
  });

  it('of everybody takes files of any token', async () => {
    const state = indexOf([await project({ owners: ['*'] })]);
    expect((await judge({}, { state, identity: { name: 'token 9' } })).status).toBe(200);
  });

  it('has the limits that it was given', async () => {
    const changes = {};
    const small = indexOf([await project({ fileLimit: 10 })]);
    expect((await judge(changes, { state: small })).rule).toBe('file-too-large');
    const large = indexOf([await project({ fileLimit: 1e9, totalLimit: 1e9 })]);
    const context = { state: large, fileLimit: 10, totalLimit: 10 };
    expect((await judge(changes, context)).status).toBe(200);
  });
});

describe('what installers read', () => {
  it('may differ from the form, which nobody compares but us', async () => {
    const form = metadata(['Requires-Python: >=3.9']);
    const { status, violations } = await judge({ metadata: form });
    expect(status).toBe(200);
    expect(violations).toMatchObject([
      { rule: 'metadata-differs', effect: 'users-break', status: 200 },
    ]);
  });

  it('is not what people read', async () => {
    const { violations } = await judge({ metadata: metadata(['Summary: Other']) });
    expect(violations).toMatchObject([{ rule: 'metadata-differs', effect: 'advice' }]);
  });
});
