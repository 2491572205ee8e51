import { readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EM } from '../../src/binary/elf/index.ts';
import { checkWheel } from '../../src/check/index.ts';
import { repairWheel as repairInto, type RepairResult } from '../../src/repair/index.ts';
import { readWheelFile, verifyWheel, withWheel } from '../../src/wheel/index.ts';
import { buildElf, type ElfPlan } from '../support/elf-builder.ts';
import { sessionOver } from '../support/repair-session.ts';
import { scratch } from '../support/scratch.ts';
import { buildSplit } from '../support/split-builder.ts';
import { wheelText, writeWheelFile, type WheelSpec } from '../support/wheel-builder.ts';

const MODULE = 'pkg/m.cpython-312-x86_64-linux-gnu.so';
const TAGS = 'cp312-cp312-linux_x86_64';

function elf(plan: ElfPlan): Uint8Array {
  return buildElf(plan).bytes;
}

const PLAIN = elf({
  needed: ['libc.so.6'],
  versionNeeds: [{ library: 'libc.so.6', versions: ['GLIBC_2.17'] }],
  execStack: false,
});

async function repairWheel(
  path: string,
  place: { readonly directory: string },
): Promise<RepairResult> {
  return repairInto(path, await sessionOver({}), place);
}

async function repair(spec: WheelSpec): Promise<RepairResult> {
  const folder = await scratch();
  return repairWheel(await writeWheelFile(folder, spec), { directory: join(folder, 'out/deep') });
}

describe('a wheel of a split set', () => {
  it('is refused with the way that leads there, and nothing is written', async () => {
    const folder = await scratch();
    const { main, parts } = await buildSplit(folder);
    for (const path of [main, ...parts])
      await expect(repairWheel(path, { directory: join(folder, 'out') })).rejects.toMatchObject({
        code: 'repair/split-set',
        hint: expect.stringContaining('wheelworks join'),
      });
    expect(await readdir(join(folder, 'out'))).toEqual([]);
  });
});

describe('a wheel for Linux', () => {
  it('gets the tag that it earns, in its name and in WHEEL, and passes the check', async () => {
    const repaired = await repair({ tags: TAGS, files: { [MODULE]: PLAIN } });
    expect(repaired).toMatchObject({
      filename: 'pkg-1.0-cp312-cp312-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
      changed: true,
      audit: { repairTag: 'manylinux_2_17_x86_64' },
    });
    expect(basename(repaired.output)).toBe(repaired.filename);
    const tags = await withWheel(
      repaired.output,
      async (wheel) => (await readWheelFile(wheel)).tags,
    );
    expect([...tags].sort()).toEqual([
      'cp312-cp312-manylinux2014_x86_64',
      'cp312-cp312-manylinux_2_17_x86_64',
    ]);
    const { verdict, findings } = await checkWheel(repaired.output);
    expect(verdict).toBe('accepted');
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  it.each([
    ['py3-none-any', 'py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64'],
    [
      'cp38-abi3-manylinux_2_34_x86_64',
      'cp38-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_34_x86_64',
    ],
    ['cp38-abi3-musllinux_1_1_x86_64', 'cp38-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64'],
    ['py2.py3-none-linux_x86_64', 'py2.py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64'],
  ])('tagged %s is retagged %s', async (from, to) => {
    const repaired = await repair({ tags: from, files: { 'pkg/lib.so': PLAIN } });
    expect(repaired.filename).toBe(`pkg-1.0-${to}.whl`);
  });

  it.each([
    ['py3-none-any', undefined],
    ['py3-none-linux_x86_64', 'Root-Is-Purelib: true'],
  ])('tagged %s with native files at its root goes to platlib', async (tags, said) => {
    const wheel = wheelText(tags).replace(/Root-Is-Purelib: .*/, said ?? '$&');
    const { output } = await repair({ tags, wheel, files: { 'pkg/lib.so': PLAIN } });
    await withWheel(output, async (repaired) => {
      expect((await readWheelFile(repaired)).rootIsPurelib).toBe(false);
      expect(await verifyWheel(repaired, { contents: true })).toEqual([]);
    });
  });

  it('with pure Python at its root keeps that in purelib', async () => {
    const tags = 'py3-none-any';
    const files = { 'pkg/__init__.py': '', 'pkg-1.0.data/platlib/lib.so': PLAIN };
    const { output } = await repair({ tags, files });
    expect(await withWheel(output, readWheelFile)).toMatchObject({ rootIsPurelib: true });
  });

  it('that has its tag already stays as it is, whatever the order', async () => {
    const tags = 'cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64';
    expect(await repair({ tags, files: { [MODULE]: PLAIN } })).toMatchObject({
      filename: `pkg-1.0-${tags}.whl`,
      changed: false,
    });
  });

  it('keeps its build tag, and the input is not touched', async () => {
    const folder = await scratch();
    const path = await writeWheelFile(folder, {
      tags: TAGS,
      build: '7x',
      files: { [MODULE]: PLAIN },
    });
    const before = await readFile(path);
    const repaired = await repairWheel(path, { directory: join(folder, 'out') });
    expect(repaired.filename).toContain('pkg-1.0-7x-cp312');
    expect((await readFile(path)).equals(before)).toBe(true);
  });

  it('gives the same bytes each time', async () => {
    const spec = { tags: TAGS, files: { [MODULE]: PLAIN } };
    const bytes = await Promise.all([1, 2].map(async () => readFile((await repair(spec)).output)));
    expect(bytes[0]?.equals(bytes[1] ?? Buffer.alloc(0))).toBe(true);
  });
});

describe('tags stay', () => {
  it.each([
    ['py3-none-any', { 'pkg/__init__.py': '' }],
    ['py3-none-linux_x86_64', { 'pkg/__init__.py': '' }],
    ['cp312-cp312-macosx_11_0_arm64', { 'pkg/m.so': Buffer.from('cffaedfe0c000001', 'hex') }],
    ['cp312-cp312-android_24_x86_64', { 'pkg/m.so': PLAIN }],
    ['cp312-cp312-freebsd_14_0_release_amd64', { 'pkg/m.so': PLAIN }],
    [
      'py3-none-any',
      { 'bin/x86_64': PLAIN, 'bin/aarch64': elf({ machine: EM.AARCH64, needed: ['libfoo.so'] }) },
    ],
    ['py3-none-any', { 'bin/linux': PLAIN, 'bin/mac': Buffer.from('cffaedfe0c000001', 'hex') }],
  ])('%s with %j', async (tags, files) => {
    expect(await repair({ tags, files })).toMatchObject({
      filename: `pkg-1.0-${tags}.whl`,
      changed: false,
    });
  });
});

describe('a wheel is refused', () => {
  async function refusal(spec: WheelSpec): Promise<unknown> {
    const folder = await scratch();
    const path = await writeWheelFile(folder, spec);
    const out = join(folder, 'out');
    const error: unknown = await repairWheel(path, { directory: out }).catch((e: unknown) => e);
    // Nothing is left under any name.
    expect(await readdir(out)).toEqual([]);
    return error;
  }

  it('that needs libraries which are nowhere, all of them named', async () => {
    const files = {
      [MODULE]: elf({ needed: ['libfoo.so.1', 'libbar.so.2'] }),
      'pkg/helper.so': elf({ needed: ['libfoo.so.1'] }),
    };
    expect(await refusal({ tags: TAGS, files })).toMatchObject({
      code: 'repair/missing-libraries',
      message: expect.stringContaining('libbar.so.2, libfoo.so.1'),
      evidence: expect.stringMatching(/libbar\.so\.2\n {2}needed by pkg\/m\./),
    });
  });

  it('that is for several architectures', async () => {
    const files = { [MODULE]: PLAIN, 'pkg/other.so': elf({ machine: EM.AARCH64 }) };
    expect(await refusal({ tags: TAGS, files })).toMatchObject({
      code: 'repair/mixed-architectures',
      evidence: `aarch64  pkg/other.so\nx86_64  ${MODULE}`,
    });
  });

  it('that holds a damaged native file', async () => {
    const files = { [MODULE]: PLAIN.slice(0, 70) };
    expect(await refusal({ tags: TAGS, files })).toMatchObject({
      code: 'repair/damaged-native',
      path: expect.stringContaining(`!${MODULE}`),
    });
  });

  it('that is no archive', async () => {
    const folder = await scratch();
    const path = join(folder, 'pkg-1.0-py3-none-any.whl');
    await writeFile(path, 'no archive');
    await expect(repairWheel(path, { directory: join(folder, 'out') })).rejects.toMatchObject({
      code: expect.stringMatching(/^zip\//),
    });
  });
});
