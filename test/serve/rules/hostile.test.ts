import { describe, expect, it } from 'vitest';
import { UPLOAD_FIELDS } from '../../../src/packaging/index.ts';
import { sdist, wheel } from '../../check/distributions.ts';
import { hash, judge } from './uploads.ts';

const HOSTILE: readonly (readonly [string, string])[] = [
  ['a path upwards', '../../../etc/passwd'],
  ['an absolute path', '/etc/passwd'],
  ['a path of Windows', String.raw`C:\windows\system32`],
  ['NUL', 'a\0b'],
  ['line breaks', 'a\r\nX-Header: b\r\n\r\n'],
  ['Unicode', '\u202egnp.exe \ud800 \u{1f40d} \u2028'],
  ['Python', '__proto__'],
  ['braces', '{reason} $& $1'],
  ['blanks', ' \t\u00a0'],
  ['one megabyte', 'a'.repeat(1 << 20)],
  ['one megabyte of separators', ',;('.repeat((1 << 20) / 3)],
];
const FIELDS = [
  ...UPLOAD_FIELDS.map(({ name }) => name),
  ':action',
  'protocol_version',
  'filetype',
  'pyversion',
  'comment',
  'md5_digest',
  'sha256_digest',
  'blake2_256_digest',
  'attestations',
];

describe('hostile values', () => {
  it.each(HOSTILE)('%s in any field is judged', async (_, value) => {
    for (const name of FIELDS) {
      const { message, violations, status } = await judge({
        form: { [name]: value },
        content: null,
      });
      expect(status).toBeGreaterThanOrEqual(400);
      for (const text of [message, ...violations.map((each) => each.message)]) {
        for (const character of '\r\n\0\u2028') expect(text).not.toContain(character);
        expect(text.length).toBeLessThan(1200);
      }
    }
  });

  it.each(HOSTILE)('%s as the name of the file is judged', async (_, value) => {
    for (const filename of [value, `${value}.whl`, `pkg-${value}-py3-none-any.whl`]) {
      const { status } = await judge({ content: { filename } });
      expect(status).toBe(400);
    }
  });

  it.each(HOSTILE)('%s in an index without rules is judged', async (_, value) => {
    const rules = 'none';
    for (const name of ['name', 'version', 'filetype', 'sha256_digest'])
      expect((await judge({ form: { [name]: value } }, { rules })).status).toBe(400);
    expect((await judge({ content: { filename: `${value}.whl` } }, { rules })).status).toBe(400);
  });

  it('many values of a field are judged', async () => {
    const many = Array.from({ length: 5000 }, (_, index) => `a b ${index}`);
    for (const name of [
      'requires_dist',
      'classifiers',
      'project_urls',
      'summary',
      'license_file',
    ]) {
      const { violations } = await judge({ form: { [name]: many }, content: null });
      expect(violations.length).toBeLessThan(150);
    }
  });
});

describe('cleaning', () => {
  it('drops UNKNOWN and empty values', async () => {
    const form = { home_page: ' UNKNOWN\n', author_email: '', requires_python: '' };
    expect((await judge({ form })).status).toBe(200);
  });

  it('escapes NUL in the last value, which is then the only one', async () => {
    const { metadata } = await judge({ form: { platform: ['a', 'b\0'] } });
    expect(metadata.platforms).toEqual([String.raw`b\x00`]);
  });

  it('fills in the Python of an sdist', async () => {
    expect((await judge({ file: sdist(), form: { pyversion: undefined } })).status).toBe(200);
  });

  it('takes digests in capitals', async () => {
    const file = sdist();
    const md5 = hash('md5', file.bytes).toUpperCase();
    const form = { sha256_digest: undefined, md5_digest: md5 };
    expect((await judge({ file, form })).status).toBe(200);
  });
});

describe('an index without rules', () => {
  const rules = 'none';

  it.each([
    ['a platform', { file: wheel({ tags: 'cp312-cp312-linux_x86_64' }) }],
    ['metadata', { form: { classifiers: 'Private :: x', summary: 'a'.repeat(600) } }],
    ['a dependency', { form: { requires_dist: 'a @ https://a.example' } }],
    ['a project', { form: { attestations: '[' } }],
  ])('takes what PyPI would not: %s', async (_, changes) => {
    expect(await judge(changes, { rules })).toMatchObject({ status: 200, violations: [] });
  });

  it('takes no file whose digest is another one', async () => {
    const changes = { form: { md5_digest: '0' } };
    expect((await judge(changes, { rules })).rule).toBe('digest-mismatch');
  });
});
