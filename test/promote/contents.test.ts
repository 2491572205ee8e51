/** What is inside of promoted files: each row of what a promotion must see to, and what it must not overlook. */
import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSdistTar } from '../../src/archive/tar/index.ts';
import { planRetagVersion, unifiedDiff, writeRetagged } from '../../src/promote/index.ts';
import { parseRecord, parseVersion } from '../../src/packaging/index.ts';
import { openSdist, readRecord, verifyWheel, withWheel } from '../../src/wheel/index.ts';
import { buildElf } from '../support/elf-builder.ts';
import { scratch } from '../support/scratch.ts';
import { buildWheel, recordRow, writeWheelFile, type WheelSpec } from '../support/wheel-builder.ts';
import { FINAL, RC, writeSdist } from './iree-set.ts';
import { plan, write } from './support.ts';

const signal = new AbortController().signal;

function requireEntry<Entry>(entry: Entry | undefined): Entry {
  if (entry === undefined) throw new Error('no such member');
  return entry;
}

/** Promotes one wheel; the files of the result by path. */
async function promoted(
  spec: WheelSpec,
  request: Parameters<typeof plan>[1] = {},
): Promise<{
  files: Map<string, string>;
  name: string;
  bytes: Buffer;
  modes: Map<string, number>;
}> {
  const root = await scratch();
  await writeWheelFile(root, { version: RC, ...spec });
  const promotion = await plan(root, request);
  expect(promotion.problems).toEqual([]);
  await write(promotion, join(root, 'final'));
  const name = promotion.files[0]?.output ?? '';
  const path = join(root, 'final', name);
  const files = new Map<string, string>();
  const modes = new Map<string, number>();
  await withWheel(path, async (wheel) => {
    expect(await verifyWheel(wheel)).toEqual([]);
    for (const entry of wheel.archive.entries) {
      files.set(entry.path, Buffer.from(await wheel.archive.read(entry)).toString());
      modes.set(entry.path, entry.mode & 0o777);
    }
  });
  return { files, name, bytes: await readFile(path), modes };
}

describe('a promoted wheel', () => {
  it('has a new Version and otherwise the metadata it had, with its body', async () => {
    const metadata = `Metadata-Version: 2.1\nName: pkg\nversion:  ${RC}\nX-Odd: \xe4\nSummary: ü\n\nÜber.\r\nmore`;
    const { files } = await promoted({ metadata });
    expect(files.get(`pkg-${FINAL}.dist-info/METADATA`)).toBe(
      metadata.replace(`version:  ${RC}`, `version: ${FINAL}`),
    );
  });

  it('has its folders renamed, its modes, build number and WHEEL kept, RECORD last', async () => {
    const spec = {
      build: '3x',
      tags: 'py2.py3-none-any',
      files: { 'pkg/a.py': '', [`pkg-${RC}.data/scripts/run`]: '#!python\n' },
      executable: [`pkg-${RC}.data/scripts/run`],
    };
    const { files, name, modes } = await promoted(spec);
    expect(name).toBe(`pkg-${FINAL}-3x-py2.py3-none-any.whl`);
    expect([...files.keys()]).toEqual(
      [
        `pkg-${FINAL}.data/scripts/run`,
        'pkg/a.py',
        `pkg-${FINAL}.dist-info/METADATA`,
        `pkg-${FINAL}.dist-info/WHEEL`,
        `pkg-${FINAL}.dist-info/RECORD`,
      ].sort(
        (left, right) => Number(left.includes('dist-info')) - Number(right.includes('dist-info')),
      ),
    );
    expect(files.get(`pkg-${FINAL}.dist-info/WHEEL`)).toContain('Build: 3x');
    expect(modes.get(`pkg-${FINAL}.data/scripts/run`)).toBe(0o755);
  });

  it('copies what it does not change with its compressed bytes', async () => {
    const content = 'abc '.repeat(5000);
    const root = await scratch();
    const path = await writeWheelFile(root, { version: RC, files: { 'pkg/big.txt': content } });
    const raw = async (of: string): Promise<Buffer> =>
      withWheel(of, async ({ archive }) => {
        const entry = archive.get('pkg/big.txt');
        if (entry === undefined) throw new Error('no member');
        const start = entry.recordLimit - entry.compressedSize;
        return Buffer.from(await archive.source.read(start, entry.compressedSize));
      });
    await write(await plan(root), join(root, 'final'));
    expect(await raw(join(root, 'final', `pkg-${FINAL}-py3-none-any.whl`))).toEqual(
      await raw(path),
    );
  });

  it('has the time it is told, and 1980 without', async () => {
    const root = await scratch();
    await writeWheelFile(root, { version: RC });
    const promotion = await plan(root);
    const one = await write(promotion, join(root, 'one'));
    const two = await write(promotion, join(root, 'two'), {
      modified: new Date('2026-01-01T00:00:00Z'),
    });
    const three = await write(promotion, join(root, 'three'), {
      modified: new Date('2026-01-01T00:00:00Z'),
    });
    expect(two.document).toEqual(three.document);
    expect(two.document.files[0]?.sha256).not.toBe(one.document.files[0]?.sha256);
  });

  it('tells the truth in RECORD, whatever is in it', async () => {
    const name = fc.stringMatching(/^[a-z]{1,8}(?:\.py|\.txt|\/version\.py|\/x, y\.dat)$/);
    const text = fc.oneof(fc.string(), fc.constantFrom(`__version__ = "${RC}"\n`, 'VERSION = "1"'));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, text, { maxKeys: 5 }), async (files) => {
        // `a` and `a/x` cannot be both.
        const named = Object.fromEntries(
          Object.entries(files).map(([path, content]) => [
            `p/${path.replace('/', '_d/')}`,
            content,
          ]),
        );
        const result = await promoted({ files: named }, { isAllowed: () => true });
        const record = parseRecord(
          Buffer.from(result.files.get(`pkg-${FINAL}.dist-info/RECORD`) ?? ''),
        );
        expect(record.findings).toEqual([]);
        expect(record.entries.length).toBe(result.files.size);
        for (const { path, hash, size } of record.entries) {
          const content = Buffer.from(result.files.get(path) ?? '');
          if (hash === undefined) continue;
          expect(size).toBe(content.length);
          expect(hash.digest).toBe(createHash('sha256').update(content).digest('base64url'));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('refuses to make good a RECORD that lies about a changed file', async () => {
    const root = await scratch();
    await writeWheelFile(root, {
      version: RC,
      record: (rows) =>
        rows.map((row) =>
          row.includes('METADATA') ? recordRow(`pkg-${RC}.dist-info/METADATA`, 'other') : row,
        ),
    });
    await expect(write(await plan(root), join(root, 'final'))).rejects.toMatchObject({
      code: 'wheel/record-mismatch',
    });
    expect(await readdir(root)).toHaveLength(1);
  });
});

describe('places that still say the candidate', () => {
  const remaining = async (files: WheelSpec['files'], request: Parameters<typeof plan>[1] = {}) => {
    const root = await scratch();
    await writeWheelFile(root, { version: RC, ...(files === undefined ? {} : { files }) });
    return plan(root, request);
  };

  it('block, with line, section and offset', async () => {
    const elf = buildElf({
      needed: ['libc.so.6'],
      extraSections: [{ name: '.stamp', bytes: Buffer.from(`\0IREE v${RC}\0`) }],
    }).bytes;
    const inner = buildWheel({ files: { 'deep/x.txt': `is ${RC}` } }).bytes;
    const { problems, files } = await remaining({
      'pkg/_lib.so': elf,
      'pkg/NEWS.txt': `one\ntwo 3.12.0-rc.20261119\n`,
      'pkg/nested.zip': inner,
      [`pkg/data-${RC}.txt`]: 'x',
      'pkg/data.bin': Buffer.concat([Buffer.from([0, 1, 2]), Buffer.from(RC)]),
    });
    expect(problems.map(({ code }) => code)).toEqual(['promote/version-remains']);
    const places = new Map(files[0]?.remaining.map((place) => [place.path, place]));
    expect([...places.keys()].sort()).toEqual([
      'pkg/NEWS.txt',
      'pkg/_lib.so',
      `pkg/data-${RC}.txt`,
      'pkg/data.bin',
      'pkg/nested.zip!deep/x.txt',
    ]);
    expect(places.get('pkg/_lib.so')).toMatchObject({
      kind: 'elf',
      found: [{ section: '.stamp', offset: Buffer.from(elf).indexOf(RC) }],
    });
    expect(places.get('pkg/NEWS.txt')).toMatchObject({
      kind: 'text',
      found: [{ line: 2, text: '3.12.0-rc.20261119' }],
    });
    expect(places.get('pkg/data.bin')).toMatchObject({ kind: 'data', found: [{ offset: 3 }] });
    expect(problems[0]?.evidence).toContain('pkg/_lib.so: elf .stamp at 0x');
    expect(problems[0]?.hint).toContain('--rewrite');
  });

  it('do not block when they are allowed, and each has to be', async () => {
    const files = { 'pkg/a.txt': RC, 'pkg/b.txt': RC };
    expect((await remaining(files, { isAllowed: () => true })).problems).toEqual([]);
    const { problems } = await remaining(files, { isAllowed: (path) => path === 'pkg/a.txt' });
    expect(problems[0]?.evidence).toMatch(/^pkg\/b\.txt: line 1: \S+$/);
  });

  it('are in a README until it is declared', async () => {
    const metadata = `Metadata-Version: 2.1\nName: pkg\nVersion: ${RC}\n\npip install pkg==${RC}\n`;
    const root = await scratch();
    await writeWheelFile(root, { version: RC, metadata });
    expect((await plan(root)).problems[0]?.evidence).toContain(
      `pkg-${FINAL}.dist-info/METADATA: line 5`,
    );
    const { files } = await promoted(
      { metadata },
      { isDeclared: (path) => path.endsWith('METADATA') },
    );
    expect(files.get(`pkg-${FINAL}.dist-info/METADATA`)).toBe(metadata.replaceAll(RC, FINAL));
  });

  it('are replaced in declared texts, and only in those', async () => {
    const { files } = await promoted(
      {
        files: {
          'pkg/version.txt': `v${RC} (3.12.0-rc.20261119)\n`,
          'pkg/x.h': `#define V "${RC}"`,
        },
      },
      {
        isDeclared: (path) => path.endsWith('version.txt'),
        isAllowed: (path) => path.endsWith('x.h'),
      },
    );
    expect(files.get('pkg/version.txt')).toBe(`v${FINAL} (${FINAL})\n`);
    expect(files.get('pkg/x.h')).toContain(RC);
  });

  it('are not looked for in what is damaged: that is an error of its own', async () => {
    const root = await scratch();
    const { bytes, filename } = buildWheel({
      version: RC,
      files: { 'pkg/a.txt': 'x'.repeat(500) },
    });
    const broken = Buffer.from(bytes);
    broken.fill(0xff, 40, 50);
    await writeFile(join(root, filename), broken);
    await expect(plan(root)).rejects.toMatchObject({ code: expect.stringMatching(/^zip\//) });
  });
});

describe('a promoted sdist', () => {
  const files = {
    'PKG-INFO': `Metadata-Version: 2.1\nName: iree-base-runtime\nVersion: ${RC}\nRequires-Dist: iree-base-runtime[io]==${RC}\n`,
    'src/iree_base_runtime.egg-info/PKG-INFO': `Metadata-Version: 2.1\nName: iree-base-runtime\nVersion: ${RC}\n`,
    'src/iree_base_runtime.egg-info/requires.txt': `iree-base-runtime==${RC}\n`,
    'pyproject.toml': `[project]\nversion = "${RC}"\n`,
    'src/iree/version.py': `VERSION = "${RC}"\n`,
    'build.sh': '#!/bin/sh\n',
  };

  it('has another top folder, metadata, version files, modes kept, and the same bytes each time', async () => {
    const root = await scratch();
    await writeSdist(root, { name: 'iree-base-runtime', files });
    const promotion = await plan(root);
    expect(promotion.problems).toEqual([]);
    const first = await write(promotion, join(root, 'one'));
    expect((await write(promotion, join(root, 'two'))).document).toEqual(first.document);
    const path = join(root, 'one', `iree_base_runtime-${FINAL}.tar.gz`);
    const sdist = await openSdist(path);
    expect(sdist.findings).toEqual([]);
    expect(sdist.topDirectory).toBe(`iree_base_runtime-${FINAL}`);
    const tar = await openSdistTar(path);
    for await (const member of tar.read()) {
      if (member.type !== 'file') continue;
      const below = member.path.slice(sdist.topDirectory.length + 1) as keyof typeof files;
      expect(Buffer.from(await member.bytes(1 << 20)).toString()).toBe(
        files[below].replaceAll(RC, FINAL),
      );
      expect(member.mode).toBe(below === 'build.sh' ? 0o755 : 0o644);
    }
  });

  it('blocks on what still says the candidate, and on damage', async () => {
    const root = await scratch();
    await writeSdist(root, {
      name: 'iree-base-runtime',
      files: { ...files, 'docs/x.rst': `\n\nsee ${RC}` },
    });
    const { problems } = await plan(root);
    expect(problems[0]?.evidence).toBe(`docs/x.rst: line 3: see ${RC}`);
    const other = await scratch();
    await writeFile(join(other, `pkg-${RC}.tar.gz`), gzipSync(Buffer.alloc(700, 7)));
    await expect(plan(other)).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:tar|sdist)\//),
    });
  });
});

describe('a set that cannot be written', () => {
  it('leaves nothing: interrupted, or into a folder with something in it', async () => {
    const root = await scratch();
    await writeWheelFile(root, { version: RC });
    await writeWheelFile(root, { version: RC, name: 'other' });
    const promotion = await plan(root);
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    await expect(write(promotion, join(root, 'final'), { signal: stop.signal })).rejects.toThrow(
      'stopped',
    );
    expect((await readdir(root)).filter((name) => !name.endsWith('.whl'))).toEqual([]);
    await expect(write(promotion, root)).rejects.toMatchObject({ code: 'promote/output-exists' });
  });

  it('is not taken for done when a file of it was changed', async () => {
    const root = await scratch();
    await writeWheelFile(root, { version: RC });
    const promotion = await plan(root);
    await write(promotion, join(root, 'final'));
    await writeFile(join(root, 'final', `pkg-${FINAL}-py3-none-any.whl`), 'other');
    await expect(write(promotion, join(root, 'final'))).rejects.toMatchObject({
      code: 'promote/output-exists',
    });
    await writeFile(join(root, 'final', 'promotion.json'), '{}');
    await expect(write(promotion, join(root, 'final'))).rejects.toMatchObject({
      code: 'promote/bad-promotion-file',
    });
  });
});

describe('two runs into one folder', () => {
  it('both end well with the same set, and the slower one with another set leaves what is there', async () => {
    const root = await scratch();
    await writeWheelFile(root, { version: RC });
    const output = join(root, 'final');
    const promotion = await plan(root);
    // Both look into the folder before either is there.
    const runs = await Promise.all([write(promotion, output), write(promotion, output)]);
    expect(runs.filter(({ reused }) => reused)).toHaveLength(1);
    expect(runs[0]?.document.files).toEqual(runs[1]?.document.files);
    await writeWheelFile(root, { version: RC, name: 'other' });
    const both = await plan(root);
    await expect(write(both, output)).rejects.toMatchObject({
      code: 'promote/output-exists',
      hint: expect.not.stringContaining('remove'),
    });
    const raced = join(root, 'raced');
    const settled = await Promise.allSettled([write(promotion, raced), write(both, raced)]);
    const failed = settled.find((each) => each.status === 'rejected');
    expect(failed?.reason).toMatchObject({
      code: 'promote/output-exists',
      hint: expect.not.stringContaining('remove'),
    });
  });
});

describe('another version for one file', () => {
  it.each([
    ['1.2.3', '1.2.3.post1'],
    ['1.0rc1', '1.0'],
    ['1.0', '2.0rc1'],
    ['1.0.dev1+g12', '1.0a1'],
    ['1.0RC1', '1.0rc1'],
    ['1.0rc1', '1.0rc1.post1'],
  ])('%s becomes %s', async (version, to) => {
    const root = await scratch();
    const path = await writeWheelFile(root, {
      version,
      metadata: `Metadata-Version: 2.1\nName: pkg\nVersion: ${version}\nRequires-Dist: pkg[x]==${version}; extra == "y"\n`,
      files: { 'pkg/__init__.py': `__version__ = "${version}"\n` },
    });
    const retag = await planRetagVersion({
      path,
      to: parseVersion(to),
      isDeclared: () => false,
      isAllowed: () => false,
      jobs: 1,
      signal,
    });
    expect(retag.problems).toEqual([]);
    const output = await writeRetagged(retag, root, { jobs: 1, signal, onProgress: () => {} });
    expect(output).toBe(join(root, `pkg-${to}-py3-none-any.whl`));
    await withWheel(output, async (wheel) => {
      expect(await verifyWheel(wheel)).toEqual([]);
      expect((await readRecord(wheel)).entries.map((row) => row.path)).toContain(
        `pkg-${to}.dist-info/METADATA`,
      );
      const text = async (name: string) =>
        Buffer.from(await wheel.archive.read(requireEntry(wheel.archive.get(name)))).toString();
      expect(await text('pkg/__init__.py')).toBe(`__version__ = "${to}"\n`);
      expect(await text(`pkg-${to}.dist-info/METADATA`)).toContain(
        `Requires-Dist: pkg[x]==${to}; extra == "y"`,
      );
    });
  });

  it('is refused where nothing would change, and over a file that is there', async () => {
    const root = await scratch();
    const path = await writeWheelFile(root, { version: '1.0' });
    const request = { path, isDeclared: () => false, isAllowed: () => false, jobs: 1, signal };
    await expect(planRetagVersion({ ...request, to: parseVersion('1.0') })).rejects.toMatchObject({
      code: 'promote/same-version',
    });
    const retag = await planRetagVersion({ ...request, to: parseVersion('1.0.post1') });
    await writeRetagged(retag, root, { jobs: 1, signal, onProgress: () => {} });
    await expect(
      writeRetagged(retag, root, { jobs: 1, signal, onProgress: () => {} }),
    ).rejects.toMatchObject({ code: 'file/exists' });
  });
});

describe('the diff', () => {
  it('shows hunks with their neighbours, as diff -u does', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const change = (at: number[]) =>
      lines.map((line, index) => (at.includes(index) ? `${line} new` : line)).join('\n');
    const diff = unifiedDiff({
      from: 'a',
      to: 'b',
      before: Buffer.from(`${lines.join('\n')}\n`),
      after: Buffer.from(`${change([1, 18])}\n`),
    });
    expect(diff).toBe(
      [
        '--- a/a',
        '+++ b/b',
        '@@ -1,5 +1,5 @@',
        ' line 0',
        '-line 1',
        '+line 1 new',
        ' line 2',
        ' line 3',
        ' line 4',
        '@@ -16,5 +16,5 @@',
        ' line 15',
        ' line 16',
        ' line 17',
        '-line 18',
        '+line 18 new',
        ' line 19',
        '',
      ].join('\n'),
    );
  });
});
