import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FileTree } from '../../src/archive/tree/index.ts';
import { inspectDistribution } from '../../src/inspect/index.ts';
import { writePackage } from '../../src/openwrt/package/index.ts';
import { sampleTree, samplePackage } from '../openwrt/package/samples.ts';
import { buildElf } from '../support/elf-builder.ts';
import { LIBRARY } from '../support/elf-samples.ts';
import { scratch } from '../support/scratch.ts';

/** The sample with a library in it. */
function withLibrary(): FileTree {
  const { bytes } = buildElf(LIBRARY);
  const tree = sampleTree();
  tree.set('usr/lib/x.so', { kind: 'file', mode: 0o755, size: bytes.length, content: { bytes } });
  return tree;
}

describe('a package of OpenWrt', () => {
  it.each([
    ['opkg', 'ipk', ['postinst', 'prerm'], 'python3-other (>= 2.0~b1)'],
    ['apk', 'apk', ['post-install', 'pre-deinstall', 'post-upgrade'], 'python3-other>=2.0_beta1'],
  ] as const)('of %s is described in all its parts', async (manager, kind, scripts, dependency) => {
    const { path, size, sha256 } = await writePackage(samplePackage({}, withLibrary()), {
      manager,
      directory: await scratch(),
    });
    const found = await inspectDistribution(path);
    expect(found).toMatchObject({
      path,
      kind,
      size,
      sha256,
      name: 'python3-sample',
      version: manager === 'opkg' ? '1.0~rc1-r1' : '1.0_rc1-r1',
      tags: ['all'],
      summary: 'A sample',
      license: 'MIT',
      requiresDist: ['libc', 'libpython3-3.13', 'python3-light', dependency],
      natives: [{ path: 'usr/lib/x.so', format: 'elf', arch: 'x86_64' }],
      findings: [],
      package: { manager, source: 'python-sample', conffiles: ['/etc/sample.conf'], signatures: 0 },
    });
    expect(Object.keys(found.package?.scripts ?? {})).toEqual(scripts);
    expect(found.natives?.[0]?.needed.length).toBeGreaterThan(0);
    expect(found.entries).toContainEqual({
      path: 'usr/bin/sample',
      size: 19,
      compressedSize: null,
      method: null,
      crc32: null,
      mode: '0755',
    });
    expect((await inspectDistribution(path, { natives: false })).natives).toBeNull();
  });

  it('that is none is refused', async () => {
    const path = join(await scratch(), 'x.apk');
    await writeFile(path, 'rubbish');
    await expect(inspectDistribution(path)).rejects.toMatchObject({ code: 'apk/not-apk' });
  });
});
