import { createHash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inspectDistribution, type Inspection } from '../../src/inspect/index.ts';
import { archive, member } from '../archive/tar/tar-bytes.ts';
import { buildElf } from '../support/elf-builder.ts';
import { LIBRARY } from '../support/elf-samples.ts';
import { scratch } from '../support/scratch.ts';
import { recordRow, writeWheelFile, type WheelSpec } from '../support/wheel-builder.ts';
import { buildZip } from '../support/zip-builder.ts';

const METADATA = `Metadata-Version: 2.4
Name: Foo.Bar
Version: 1.0
Summary: what it is
Requires-Python: >=3.9
Requires-Dist: numpy>=2
Requires-Dist: tomli; python_version < "3.11"
License: the long old field
License-Expression: Apache-2.0
`;

async function inspected(
  spec: WheelSpec,
  options?: Parameters<typeof inspectDistribution>[1],
): Promise<Inspection> {
  return inspectDistribution(await writeWheelFile(await scratch(), spec), options);
}

function codes({ findings }: Inspection): string[] {
  return findings.map(({ code }) => code);
}

describe('a wheel', () => {
  it('is described in all its parts', async () => {
    const path = await writeWheelFile(await scratch(), {
      name: 'foo_bar',
      build: '3',
      tags: 'cp311.cp312-abi3-linux_x86_64',
      metadata: METADATA,
      files: { 'foo/native.so': buildElf(LIBRARY).bytes, 'foo/tool': 'x', 'foo/mac.so': MACHO },
      executable: ['foo/tool'],
    });
    const found = await inspectDistribution(path);
    expect(found).toMatchObject({
      path,
      kind: 'wheel',
      sha256: createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
      size: (await stat(path)).size,
      name: 'Foo.Bar',
      version: '1.0',
      build: '3',
      tags: ['cp311-abi3-linux_x86_64', 'cp312-abi3-linux_x86_64'],
      requiresPython: '>=3.9',
      requiresDist: ['numpy>=2', 'tomli; python_version < "3.11"'],
      summary: 'what it is',
      license: 'Apache-2.0',
      metadataVersion: '2.4',
      findings: [],
    });
    expect(found.entries.find((entry) => entry.path === 'foo/tool')).toEqual({
      path: 'foo/tool',
      size: 1,
      compressedSize: 3,
      method: 'deflated',
      crc32: '8cdc1683',
      mode: '0755',
    });
    expect(found.natives).toEqual([
      {
        path: 'foo/native.so',
        format: 'elf',
        arch: 'x86_64',
        needed: ['libm.so.6', 'libc.so.6'],
        soname: 'libdemo.so.1',
        size: buildElf(LIBRARY).bytes.length,
      },
      {
        path: 'foo/mac.so',
        format: 'macho',
        arch: null,
        needed: [],
        soname: null,
        size: MACHO.length,
      },
    ]);
  });

  const MACHO = Buffer.concat([Buffer.from('cffaedfe', 'hex'), Buffer.alloc(60)]);

  it('that says little has null for the rest', async () => {
    const found = await inspected({ metadata: 'Name: pkg\nVersion: 1.0\n' });
    expect(found).toMatchObject({
      build: null,
      requiresPython: null,
      requiresDist: [],
      summary: null,
      license: null,
      metadataVersion: null,
      natives: [],
    });
  });

  it('without its natives has null for them', async () => {
    expect((await inspected({}, { natives: false })).natives).toBeNull();
  });

  it('with no file but its .dist-info is one too', async () => {
    const found = await inspected({ files: {} });
    expect(found.entries).toHaveLength(3);
    expect(found.findings).toEqual([]);
  });

  it('is read through only when asked to verify', async () => {
    const spec: WheelSpec = {
      record: (rows) => [recordRow('pkg/__init__.py', 'y = 2\n'), ...rows.slice(1)],
    };
    expect(codes(await inspected(spec))).toEqual([]);
    expect(codes(await inspected(spec, { verify: true }))).toEqual(['wheel/record-hash']);
  });

  it('is held to the rules for archives only when asked to verify, and each fault is told once', async () => {
    const spec: WheelSpec = {
      members: (members) => members.map((each) => ({ ...each, descriptor: 'signed' as const })),
      extra: [{ name: 'pkg/__init__.py', content: 'x = 1\n' }],
    };
    expect(codes(await inspected(spec))).toEqual(['zip/duplicate-entry']);
    const found = codes(await inspected(spec, { verify: true }));
    expect(found.filter((code) => code === 'zip/duplicate-entry')).toHaveLength(1);
    expect(found).toContain('zip/data-descriptor');
  });

  it.each([
    ['METADATA', { metadata: null }, 'wheel/no-metadata'],
    ['WHEEL', { wheel: null }, 'wheel/no-wheel-file'],
    ['RECORD', { record: null }, 'wheel/no-record'],
  ] as const)('without %s is described as far as possible', async (_, spec, code) => {
    const found = await inspected(spec);
    expect(codes(found)).toEqual([code]);
    expect(found).toMatchObject({ name: 'pkg', version: '1.0', requiresDist: [] });
  });

  it('with duplicate members lists both and says so', async () => {
    const found = await inspected({ extra: [{ name: 'pkg/__init__.py', content: 'x = 1\n' }] });
    expect(codes(found)).toEqual(['zip/duplicate-entry']);
    expect(found.entries.filter((entry) => entry.path === 'pkg/__init__.py')).toHaveLength(2);
  });

  it('with a member that cannot be opened shows the others', async () => {
    const found = await inspected({
      extra: [
        { name: 'pkg/secret.so', content: 'x', flags: 1 },
        { name: 'pkg/other', method: 95 },
      ],
    });
    expect(codes(found)).toEqual([
      'zip/encrypted',
      'wheel/record-unlisted',
      'wheel/record-unlisted',
    ]);
    expect(found.natives).toBeNull();
    expect(found.entries.find((entry) => entry.path === 'pkg/other')?.method).toBe('method 95');
  });

  it('with a damaged native file shows the problem there', async () => {
    const elf = buildElf(LIBRARY).bytes;
    const found = await inspected({ files: { 'a.so': elf, 'b.so': elf.subarray(0, 70) } });
    expect(found.natives?.map(({ path, problem }) => [path, problem?.code])).toEqual([
      ['a.so', undefined],
      ['b.so', expect.stringMatching(/^elf\//)],
    ]);
    expect(found.findings).toEqual([]);
  });

  it('with a native file that is damaged in part shows what is left and the problem', async () => {
    const built = buildElf({ ...LIBRARY, sections: false });
    const elf = Buffer.from(built.bytes);
    const { offset, size } = built.place('.dynamic');
    // DT_NEEDED of the first library points behind its string table.
    for (let at = offset, done = false; at < offset + size && !done; at += 16) {
      done = elf.readBigUInt64LE(at) === 1n;
      if (done) elf.writeBigUInt64LE(0xffffffn, at + 8);
    }
    const found = await inspected({ files: { 'a.so': elf } });
    expect(found.natives).toMatchObject([
      { arch: 'x86_64', needed: ['libc.so.6'], problem: { code: 'elf/bad-string' } },
    ]);
  });
});

describe('an sdist', () => {
  const info = METADATA.replace('Foo.Bar', 'pkg');

  it('is described from a tar.gz', async () => {
    const path = join(await scratch(), 'pkg-1.0.tar.gz');
    const bytes = gzipSync(
      archive(
        member({ name: 'pkg-1.0/PKG-INFO', content: info }),
        member({ name: 'pkg-1.0/configure', content: '#!/bin/sh\n', mode: 0o755 }),
      ),
    );
    await writeFile(path, bytes);
    expect(await inspectDistribution(path)).toMatchObject({
      path,
      kind: 'sdist',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      size: bytes.length,
      name: 'pkg',
      version: '1.0',
      build: null,
      tags: [],
      requiresPython: '>=3.9',
      license: 'Apache-2.0',
      entries: [
        { path: 'pkg-1.0/PKG-INFO', mode: '0644', compressedSize: null, method: null, crc32: null },
        { path: 'pkg-1.0/configure', size: 10, mode: '0755' },
      ],
      natives: null,
      findings: [],
    });
  });

  it('is described from a zip, with what it contradicts', async () => {
    const path = join(await scratch(), 'pkg-2.0.zip');
    const members = [{ name: 'pkg-1.0/PKG-INFO', content: info }];
    await writeFile(path, buildZip({ members }));
    const found = await inspectDistribution(path);
    expect(found).toMatchObject({ kind: 'sdist', name: 'pkg', version: '1.0' });
    expect(codes(found)).toEqual(['sdist/metadata-version', 'sdist/top-directory']);
  });
});

describe('what is neither', () => {
  it('is refused by its name', async () => {
    await expect(inspectDistribution('pkg-1.0.egg')).rejects.toMatchObject({
      code: 'distribution/unknown-kind',
      hint: 'A wheel ends in .whl, an sdist in .tar.gz, a package of OpenWrt in .ipk or .apk.',
    });
    for (const name of ['Packages', 'Packages.gz', 'packages.adb'])
      await expect(inspectDistribution(name)).rejects.toMatchObject({
        code: 'distribution/unknown-kind',
        hint: expect.stringContaining('wheelworks openwrt feed verify DIR') as string,
      });
  });
});
