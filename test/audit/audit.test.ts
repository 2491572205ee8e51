import { describe, expect, it } from 'vitest';
import { auditSubject, auditWheel, blockersFor, type Audit } from '../../src/audit/index.ts';
import { EM, ET } from '../../src/binary/elf/index.ts';
import { openWheelSource } from '../../src/wheel/index.ts';
import { openBytes } from '../../src/support/random-access.ts';
import { parseWheelFilename } from '../../src/packaging/index.ts';
import { buildElf, type ElfPlan } from '../support/elf-builder.ts';
import { buildWheel } from '../support/wheel-builder.ts';

/** Audits a wheel that holds these ELF files. */
async function audit(files: Readonly<Record<string, ElfPlan | Uint8Array>>): Promise<Audit> {
  const bytes = Object.fromEntries(
    Object.entries(files).map(([path, plan]) => [
      path,
      plan instanceof Uint8Array ? plan : buildElf(plan).bytes,
    ]),
  );
  const built = buildWheel({ tags: 'cp312-cp312-linux_x86_64', files: bytes });
  const wheel = await openWheelSource(openBytes(built.bytes), parseWheelFilename(built.filename));
  try {
    return await auditWheel(wheel);
  } finally {
    await wheel.archive.close();
  }
}

/** An extension module that needs versions of glibc. */
function needing(...versions: readonly string[]): ElfPlan {
  return {
    needed: ['libc.so.6'],
    versionNeeds: [{ library: 'libc.so.6', versions: [...versions] }],
  };
}

describe('the earned tag', () => {
  it.each([
    [['GLIBC_2.2.5'], 'manylinux_2_5_x86_64', ['manylinux1_x86_64']],
    [['GLIBC_2.2.5', 'GLIBC_2.14'], 'manylinux_2_17_x86_64', ['manylinux2014_x86_64']],
    [['GLIBC_2.17'], 'manylinux_2_17_x86_64', ['manylinux2014_x86_64']],
    // No baseline of its own: the next one up.
    [['GLIBC_2.29'], 'manylinux_2_31_x86_64', []],
    [['GLIBC_2.34'], 'manylinux_2_34_x86_64', []],
    [['GLIBC_ABI_DT_RELR'], 'manylinux_2_36_x86_64', []],
    [['GLIBC_2.99'], 'linux_x86_64', []],
    [['GLIBC_PRIVATE'], 'linux_x86_64', []],
  ] as const)('of %j is %s', async (versions, tag, aliases) => {
    expect(await audit({ 'm.so': needing(...versions) })).toMatchObject({
      overallTag: tag,
      aliases,
      architecture: 'x86_64',
      libc: 'glibc',
    });
  });

  it('is that of the neediest file', async () => {
    const result = await audit({ 'a.so': needing('GLIBC_2.17'), 'b.so': needing('GLIBC_2.28') });
    expect(result.overallTag).toBe('manylinux_2_28_x86_64');
    expect(blockersFor(result, 'manylinux2014_x86_64')).toMatchObject([
      { path: 'b.so', kind: 'symbol', library: 'libc.so.6', version: 'GLIBC_2.28' },
    ]);
    expect(blockersFor(result, 'manylinux_2_28_x86_64')).toEqual([]);
    expect(blockersFor(result, 'manylinux_2_18_x86_64')).toBeUndefined();
  });

  it('takes versions of other baseline libraries into account', async () => {
    const plan = {
      needed: ['libstdc++.so.6', 'libc.so.6'],
      versionNeeds: [{ library: 'libstdc++.so.6', versions: ['GLIBCXX_3.4.22'] }],
    };
    expect((await audit({ 'm.so': plan })).overallTag).toBe('manylinux_2_24_x86_64');
  });

  it('is there for what needs nothing at all, and not without ELF files', async () => {
    expect((await audit({ 'data.so': {} })).overallTag).toBe('manylinux_2_5_x86_64');
    expect(await audit({})).toMatchObject({ architectures: [], natives: [] });
    expect((await audit({})).overallTag).toBeUndefined();
  });

  it('follows the architecture', async () => {
    const arm = { ...needing('GLIBC_2.17'), machine: EM.AARCH64 };
    expect((await audit({ 'm.so': arm })).overallTag).toBe('manylinux_2_17_aarch64');
    const loong = { ...needing('GLIBC_2.36'), machine: EM.LOONGARCH };
    expect((await audit({ 'm.so': loong })).overallTag).toBe('manylinux_2_36_loongarch64');
    const mips = { ...needing('GLIBC_2.17'), machine: EM.MIPS };
    expect((await audit({ 'm.so': mips })).overallTag).toBe('linux_mips64el');
  });

  it('does not exist for several architectures', async () => {
    const result = await audit({
      'a.so': needing(),
      'b.so': { ...needing(), machine: EM.AARCH64 },
    });
    expect(result.architectures).toEqual(['aarch64', 'x86_64']);
    expect(result.overallTag).toBeUndefined();
  });

  it('of musl is the newest baseline', async () => {
    for (const library of ['libc.so', 'libc.musl-x86_64.so.1'])
      expect(await audit({ 'm.so': { needed: [library] } })).toMatchObject({
        overallTag: 'musllinux_1_2_x86_64',
        libc: 'musl',
        externalLibraries: [],
      });
    const program = {
      interpreter: '/lib/ld-musl-x86_64.so.1',
      needed: ['libc.so', 'libstdc++.so.6'],
    };
    expect((await audit({ 'bin/tool': program })).externalLibraries).toEqual([
      { name: 'libstdc++.so.6', neededBy: ['bin/tool'] },
    ]);
  });
});

describe('libraries', () => {
  it('that no baseline has are external, with all who need them', async () => {
    const result = await audit({
      'a.so': { needed: ['libfoo.so.1', 'libbar.so', 'libc.so.6'] },
      'b.so': { needed: ['libfoo.so.1'] },
    });
    expect(result.overallTag).toBe('linux_x86_64');
    expect(result.externalLibraries).toEqual([
      { name: 'libbar.so', neededBy: ['a.so'] },
      { name: 'libfoo.so.1', neededBy: ['a.so', 'b.so'] },
    ]);
  });

  it('that newer baselines have decide the tag', async () => {
    const result = await audit({ 'a.so': { needed: ['libmvec.so.1'] } });
    expect(result).toMatchObject({ overallTag: 'manylinux_2_24_x86_64', externalLibraries: [] });
    expect(blockersFor(result, 'manylinux_2_17_x86_64')).toMatchObject([
      { kind: 'library', library: 'libmvec.so.1' },
    ]);
  });

  it('that the wheel carries are no obstacle, nor are the versions needed of them', async () => {
    const result = await audit({
      'pkg/m.so': {
        needed: ['libz.so.1', 'ld-linux-x86-64.so.2'],
        runpath: '$ORIGIN/../pkg.libs',
        versionNeeds: [{ library: 'libz.so.1', versions: ['ZLIB_9.9'] }],
      },
      'pkg.libs/libz.so.1': {},
    });
    expect(result).toMatchObject({
      overallTag: 'manylinux_2_5_x86_64',
      externalLibraries: [],
      versionedSymbols: { 'libz.so.1': ['ZLIB_9.9'] },
    });
  });

  it('that it carries where nobody looks are no obstacle either, unless systems have them', async () => {
    const own = { 'm.so': { needed: ['libx.so'] }, 'libs/libx.so': {} };
    expect(await audit(own)).toMatchObject({
      overallTag: 'linux_x86_64',
      repairTag: 'manylinux_2_5_x86_64',
      unreachable: [{ name: 'libx.so', neededBy: ['m.so'], at: ['libs/libx.so'] }],
    });
    const newer = {
      needed: ['libz.so.1'],
      versionNeeds: [{ library: 'libz.so.1', versions: ['ZLIB_1.2.9'] }],
    };
    expect(await audit({ 'm.so': newer, 'libs/libz.so.1': {} })).toMatchObject({
      overallTag: 'manylinux_2_27_x86_64',
      unreachable: [],
    });
  });

  it('named by the loader are the loader itself', async () => {
    for (const loader of ['ld-linux-x86-64.so.2', 'ld64.so.2', 'ld-linux-armhf.so.3'])
      expect((await audit({ 'a.so': { needed: [loader] } })).externalLibraries).toEqual([]);
  });
});

describe('symbols that baselines deny', () => {
  const internal = (changes: object = {}): ElfPlan => ({
    needed: ['libz.so.1'],
    symbols: [{ name: '_tr_init', ...changes }],
  });

  it('stop every baseline', async () => {
    const result = await audit({ 'a.so': internal() });
    expect(result.overallTag).toBe('linux_x86_64');
    expect(blockersFor(result, 'manylinux_2_28_x86_64')).toMatchObject([
      { kind: 'symbol', library: 'libz.so.1', symbol: '_tr_init' },
    ]);
  });

  it('do not when they are weak, the file’s own, or of a library in the wheel', async () => {
    expect((await audit({ 'a.so': internal({ binding: 2 }) })).overallTag).toBe(
      'manylinux_2_5_x86_64',
    );
    const own = internal({ section: 7, value: 16, size: 4 });
    expect((await audit({ 'a.so': own })).overallTag).toBe('manylinux_2_5_x86_64');
    const carried = { 'a.so': { ...internal(), runpath: '$ORIGIN' }, 'libz.so.1': {} };
    expect((await audit(carried)).overallTag).toBe('manylinux_2_5_x86_64');
    const unrelated = { 'a.so': { symbols: [{ name: '_tr_init' }], needed: ['libc.so.6'] } };
    expect((await audit(unrelated)).overallTag).toBe('manylinux_2_5_x86_64');
  });

  it('count in a library of the wheel as in a module', async () => {
    const result = await audit({
      'm.so': { needed: ['libown.so'], runpath: '$ORIGIN' },
      'libown.so': internal(),
    });
    expect(result.overallTag).toBe('linux_x86_64');
  });
});

describe('instruction sets', () => {
  /** NT_GNU_PROPERTY_TYPE_0 with GNU_PROPERTY_X86_ISA_1_NEEDED. */
  const isa = (bits: number): ElfPlan => {
    const descriptor = Buffer.alloc(16);
    descriptor.writeUInt32LE(0xc0008002, 0);
    descriptor.writeUInt32LE(4, 4);
    descriptor.writeUInt32LE(bits, 8);
    return { notes: [{ name: 'GNU', type: 5, descriptor }] };
  };

  it('beyond x86-64 are not what any tag promises', async () => {
    expect((await audit({ 'a.so': isa(0b1) })).overallTag).toBe('manylinux_2_5_x86_64');
    const result = await audit({ 'a.so': isa(0b101) });
    expect(result.overallTag).toBe('linux_x86_64');
    expect(blockersFor(result, 'manylinux_2_41_x86_64')).toMatchObject([
      { kind: 'isa', detail: expect.stringContaining('v3') },
    ]);
  });
});

describe('files that no Linux loader loads', () => {
  it('decide nothing: object files, code for GPUs and kernels, Android', async () => {
    const needs = { needed: ['libfoo.so'] };
    const result = await audit({
      'm.so': needing('GLIBC_2.17'),
      'part.o': { ...needs, type: ET.REL },
      'kernel.cubin': { ...needs, machine: 190, type: ET.EXEC },
      'probe.bpf': { ...needs, machine: 247 },
      'android.so': {
        ...needs,
        machine: EM.AARCH64,
        notes: [{ name: 'Android', type: 1, descriptor: Uint8Array.of(24, 0, 0, 0) }],
      },
    });
    expect(result).toMatchObject({
      overallTag: 'manylinux_2_17_x86_64',
      architectures: ['x86_64'],
    });
    expect(result.subject.natives.map(({ path, loadable }) => [path, loadable])).toEqual(
      expect.arrayContaining([
        ['m.so', true],
        ['part.o', false],
        ['kernel.cubin', false],
        ['probe.bpf', false],
        ['android.so', false],
      ]),
    );
  });

  it('that are damaged come with their problem, and the rest is judged', async () => {
    const broken = buildElf(needing('GLIBC_2.17')).bytes.slice(0, 80);
    const result = await audit({ 'm.so': needing('GLIBC_2.28'), 'broken.so': broken });
    expect(result.overallTag).toBe('manylinux_2_28_x86_64');
    expect(result.subject.natives.find(({ path }) => path === 'broken.so')).toMatchObject({
      loadable: false,
      problem: { code: expect.stringMatching(/^elf\//) },
    });
  });
});

it('files that were read already give the same answer', async () => {
  const result = await audit({ 'a.so': needing('GLIBC_2.28'), 'b.so': { needed: ['libfoo.so'] } });
  expect(await auditSubject(result.subject)).toEqual(result);
});
