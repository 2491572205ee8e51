import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { gzipSync } from 'node:zlib';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { archive, member } from '../archive/tar/tar-bytes.ts';
import { buildElf } from '../support/elf-builder.ts';
import { LIBRARY } from '../support/elf-samples.ts';
import { scratch } from '../support/scratch.ts';
import { recordRow, writeWheelFile } from '../support/wheel-builder.ts';
import {
  requireBuild,
  wheelworks,
  wheelworksJson,
  type JsonDocument,
  type Run,
} from './wheel-commands.ts';

beforeAll(requireBuild);

let cwd: string;
beforeEach(async () => {
  cwd = await scratch();
});

const inspect = (...args: string[]): Run => wheelworks(['inspect', ...args], { cwd });

const inspectJson = (...args: string[]): Run & { document: JsonDocument } =>
  wheelworksJson(['inspect', ...args], { cwd });

const WHEEL = 'pkg-1.0-py3-none-any.whl';

describe('inspect', () => {
  it('shows a wheel for people', async () => {
    await writeWheelFile(cwd, {
      tags: 'cp311-cp311-linux_x86_64',
      build: '4',
      metadata:
        'Metadata-Version: 2.4\nName: pkg\nVersion: 1.0\nSummary: a summary\nRequires-Python: >=3.9\nRequires-Dist: numpy\nLicense-Expression: MIT\n',
      files: { 'pkg/native.so': buildElf(LIBRARY).bytes },
    });
    const { code, out, err } = inspect('pkg-1.0-4-cp311-cp311-linux_x86_64.whl');
    expect([code, err]).toEqual([0, '']);
    expect(out.replace(/[0-9a-f]{64}/, 'SHA').replace(/\d[\d.]* k?B/g, 'SIZE')).toBe(
      `pkg-1.0-4-cp311-cp311-linux_x86_64.whl
  name      pkg 1.0 (build 4)
  summary   a summary
  kind      wheel
  tags      cp311-cp311-linux_x86_64
  python    >=3.9
  requires  numpy
  license   MIT
  metadata  2.4
  size      SIZE, SIZE unpacked in 4 files
  sha256    SHA

  native file    format        size  links
  pkg/native.so  elf x86_64  SIZE  libm.so.6 libc.so.6
`,
    );
  });

  it('gives programs the keys that are promised', async () => {
    await writeWheelFile(cwd, { files: { 'pkg/native.so': buildElf(LIBRARY).bytes } });
    const { code, err, document } = inspectJson(WHEEL);
    expect([code, err]).toEqual([0, '']);
    expect(document.schema).toBe('wheelworks.inspect/1');
    const [file = {}] = document.files;
    const promised = [
      'path',
      'kind',
      'sha256',
      'size',
      'name',
      'version',
      'tags',
      'requiresPython',
      'requiresDist',
      'entries',
      'natives',
    ];
    expect(Object.keys(file)).toEqual(expect.arrayContaining(promised));
    expect(file).toMatchObject({
      path: WHEEL,
      kind: 'wheel',
      tags: ['py3-none-any'],
      requiresPython: null,
      requiresDist: [],
    });
    const [entry] = file['entries'] as object[];
    expect(Object.keys(entry ?? {})).toEqual([
      'path',
      'size',
      'compressedSize',
      'method',
      'crc32',
      'mode',
    ]);
    const [native] = file['natives'] as object[];
    expect(native).toMatchObject({ path: 'pkg/native.so', format: 'elf', arch: 'x86_64' });
    expect(Object.keys(native ?? {})).toEqual(expect.arrayContaining(['needed']));
  });

  it('shows the others when one file is broken, in the order of the inputs, and ends with 1', async () => {
    await writeWheelFile(cwd, { name: 'zzz' });
    await writeFile(join(cwd, 'broken-1.0-py3-none-any.whl'), 'not a zip');
    await writeWheelFile(cwd, { name: 'aaa' });
    const names = ['zzz', 'broken', 'aaa'].map((name) => `${name}-1.0-py3-none-any.whl`);
    const { code, out, err } = inspect(...names);
    expect([code, err]).toEqual([1, '']);
    expect(out.split('\n').filter((line) => line.endsWith('.whl'))).toEqual(names);
    expect(out).toContain('\n  error[zip/not-a-zip]: ');
    const { document, code: jsonCode } = inspectJson(...names);
    expect(jsonCode).toBe(1);
    expect(
      document.files.map(({ path, kind, error }) => [
        path,
        kind,
        (error as { code: string } | undefined)?.code,
      ]),
    ).toEqual([
      [names[0], 'wheel', undefined],
      [names[1], undefined, 'zip/not-a-zip'],
      [names[2], 'wheel', undefined],
    ]);
  });

  it('a single broken file is the error of the run', async () => {
    await writeFile(join(cwd, WHEEL), 'not a zip');
    const { code, out, err } = inspect(WHEEL);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('error[zip/not-a-zip]');
    expect(inspectJson(WHEEL)).toMatchObject({
      code: 1,
      document: { error: { code: 'zip/not-a-zip', path: WHEEL } },
    });
  });

  it('takes folders and patterns, wheels and sdists', async () => {
    await mkdir(join(cwd, 'dist'));
    await writeWheelFile(join(cwd, 'dist'), {});
    const info = 'Metadata-Version: 2.1\nName: pkg\nVersion: 1.0\n';
    await writeFile(
      join(cwd, 'dist/pkg-1.0.tar.gz'),
      gzipSync(archive(member({ name: 'pkg-1.0/PKG-INFO', content: info }))),
    );
    for (const input of ['dist', 'dist/*']) {
      const { code, out } = inspect(input);
      expect(code).toBe(0);
      expect(out).toContain('  kind      wheel\n');
      expect(out).toContain('  kind      sdist\n');
    }
  });

  it('lists members with --entries, and natives not with --no-natives', async () => {
    await writeWheelFile(cwd, {
      files: { 'pkg/native.so': buildElf(LIBRARY).bytes, 'pkg/run': 'x' },
      executable: ['pkg/run'],
    });
    const { out } = inspect('--entries', '--no-natives', WHEEL);
    expect(out).toMatch(/\n {2}pkg\/run +0755 +1 B +3 B\n/);
    expect(out).not.toContain('libc.so.6');
    expect(inspectJson('--no-natives', WHEEL).document.files[0]?.['natives']).toBeNull();
  });

  it('compares contents with RECORD when asked to verify, and ends with 1', async () => {
    await writeWheelFile(cwd, {
      record: (rows) => [recordRow('pkg/__init__.py', 'y = 2\n'), ...rows.slice(1)],
    });
    expect(inspect(WHEEL).code).toBe(0);
    const { code, out } = inspect('--verify', WHEEL);
    expect(code).toBe(1);
    expect(out).toContain('error[wheel/record-hash]');
    expect(out).toContain('pkg/__init__.py');
  });

  it('lets no name in a file act on the terminal', async () => {
    const evil = 'pkg/\u202egpj.so';
    await writeWheelFile(cwd, {
      files: { [evil]: buildElf({ ...LIBRARY, needed: ['lib\u001b[31mred.so'] }).bytes },
      metadata: 'Name: pkg\nVersion: 1.0\nSummary: \u001b]0;title\u0007\u009b2Jx\n',
      extra: [{ name: 'pkg/\u001b[2J\r.py' }],
    });
    for (const args of [[], ['--entries'], ['--color', 'always'], ['--json']]) {
      const { out, err } = inspect(WHEEL, ...args);
      const shown = out + err;
      const text = args.includes('always') ? stripVTControlCharacters(shown) : shown;
      // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      expect(text).toContain('\\u202e');
    }
  });

  it('keeps to 100 columns but for what a file says', async () => {
    await writeWheelFile(cwd, {
      tags: Array.from({ length: 30 }, (_, n) => `cp3${n}`)
        .join('.')
        .concat('-none-any'),
    });
    const { out } = inspect('.');
    for (const line of out.split('\n').slice(1)) expect(line.length).toBeLessThanOrEqual(100);
    expect(out).toContain('and 23 more');
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe', () => {
    execFileSync('mkfifo', [join(cwd, WHEEL)]);
    const { code, err } = inspect(WHEEL);
    expect(code).toBe(1);
    expect(err).toContain('error[file/not-regular]');
  });

  it('names what it was given when it is no distribution', async () => {
    await writeFile(join(cwd, 'notes.txt'), '');
    expect(inspect('notes.txt').err).toContain('error[distribution/unknown-kind]');
    expect(inspect('missing.whl')).toMatchObject({ code: 2 });
    expect(inspect()).toMatchObject({ code: 2 });
  });
});
