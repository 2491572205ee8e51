/** The ordered checks of native wheels. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { contentOf, FileTree, type TreeEntry } from '../../../src/archive/tree/index.ts';
import { EM, readElf } from '../../../src/binary/elf/index.ts';
import type { Installation } from '../../../src/openwrt/install/index.ts';
import {
  checkNative,
  packageOfLibrary,
  withAbi,
  type NativeCheck,
  type NativeOptions,
} from '../../../src/openwrt/native/index.ts';
import { openWrtArchitecture, openWrtRelease } from '../../../src/openwrt/targets/index.ts';
import { metadataView, parseMetadata, parseTagSet } from '../../../src/packaging/index.ts';
import { WheelworksError } from '../../../src/support/errors.ts';
import { buildElf, type ElfPlan } from '../../support/elf-builder.ts';

const SITE = 'usr/lib/python3.13/site-packages';

const bytes = (content: Uint8Array): TreeEntry => ({
  kind: 'file',
  mode: 0o755,
  size: content.length,
  content: { bytes: content },
});
const elf = (plan: ElfPlan): TreeEntry => bytes(buildElf({ machine: EM.X86_64, ...plan }).bytes);

interface Case extends NativeOptions {
  readonly tags?: string;
  readonly target?: string;
  /** `any` for none. */
  readonly arch?: string;
  readonly files?: Record<string, TreeEntry>;
}

const MODULE = 'pkg/_c.cpython-313-x86_64-linux-musl.so';

async function check(given: Case = {}): Promise<NativeCheck> {
  const {
    tags = 'cp313-cp313-musllinux_1_2_x86_64',
    target = '25.12',
    arch = 'x86_64',
    files = { [MODULE]: elf({ needed: ['libc.musl-x86_64.so.1'] }) },
    ...options
  } = given;
  const installation: Installation = {
    name: 'pkg',
    version: '1.0',
    metadata: metadataView(parseMetadata(Buffer.from('Name: pkg\n'))),
    tags: parseTagSet(tags),
    tree: FileTree.from(Object.entries(files).map(([path, entry]) => [`${SITE}/${path}`, entry])),
    distInfo: `${SITE}/pkg-1.0.dist-info`,
  };
  return checkNative(
    installation,
    {
      release: openWrtRelease(target),
      ...(arch === 'any' ? {} : { architecture: openWrtArchitecture(arch) }),
    },
    { path: 'pkg.whl', ...options },
  );
}

async function refusal(given: Case): Promise<WheelworksError> {
  try {
    await check(given);
  } catch (error) {
    if (error instanceof WheelworksError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test.each<[string, Case]>([
  ['the very Python', {}],
  ['the stable ABI of an older one', { tags: 'cp39-abi3-musllinux_1_1_x86_64' }],
  ['the stable ABI of this one', { tags: 'cp313-abi3-musllinux_1_2_x86_64' }],
  ['no Python ABI', { tags: 'py3-none-musllinux_1_2_x86_64' }],
  [
    'several tags of which one fits',
    { tags: 'cp313-cp313-manylinux_2_17_x86_64.musllinux_1_2_x86_64' },
  ],
])('a wheel for %s fits', async (_, given) => {
  const { architecture, depends, findings } = await check(given);
  expect({ depends, findings }).toEqual({ depends: [], findings: [] });
  expect(architecture?.name).toBe(given.arch ?? 'x86_64');
});

test.each<[string, string, Case]>([
  ['openwrt/wrong-python', 'another minor version', { tags: 'cp312-cp312-musllinux_1_2_x86_64' }],
  ['openwrt/wrong-python', 'a newer stable ABI', { tags: 'cp314-abi3-musllinux_1_2_x86_64' }],
  ['openwrt/wrong-python', 'PyPy', { tags: 'pp311-pypy311_pp73-musllinux_1_2_x86_64' }],
  ['openwrt/wrong-python', 'Python 2', { tags: 'py2-none-any' }],
  ['openwrt/wrong-python', 'a newer pure one', { tags: 'py314-none-any' }],
  ['openwrt/free-threaded', 'free threads', { tags: 'cp313-cp313t-musllinux_1_2_x86_64' }],
  ['openwrt/glibc-wheel', 'glibc', { tags: 'cp313-cp313-manylinux_2_28_x86_64' }],
  ['openwrt/unrepaired-wheel', 'one machine', { tags: 'cp313-cp313-linux_x86_64' }],
  ['openwrt/glibc-wheel', 'another system', { tags: 'cp313-cp313-win_amd64' }],
  [
    'openwrt/newer-musl',
    'a newer musl',
    { tags: 'cp39-cp39-musllinux_1_2_x86_64', target: '21.02' },
  ],
  [
    'openwrt/wrong-architecture',
    'another processor',
    { tags: 'cp313-cp313-musllinux_1_2_aarch64' },
  ],
  [
    'openwrt/no-wheels',
    'a processor without wheels',
    { arch: 'mipsel_24kc', tags: 'cp313-cp313-musllinux_1_2_x86_64' },
  ],
])('%s: a wheel for %s', async (code, _, given) => {
  expect((await refusal(given)).code).toBe(code);
});

describe('without an architecture', () => {
  it('what has no native code is for all', async () => {
    const { architecture } = await check({
      arch: 'any',
      tags: 'py3-none-any',
      files: { 'pkg/__init__.py': bytes(Buffer.from('x = 1\n')) },
    });
    expect(architecture).toBeUndefined();
  });

  it.each<[string, Case, string]>([
    ['a wheel for one', {}, 'musllinux_1_2_x86_64'],
    ['a native file under a tag for all', { tags: 'py3-none-any' }, `/${SITE}/${MODULE}`],
  ])('%s is refused', async (_, given, evidence) => {
    const error = await refusal({ ...given, arch: 'any' });
    expect(error).toMatchObject({ code: 'openwrt/architecture-needed', evidence });
  });

  it('the wheel of another Python is told as that', async () => {
    const { code, message } = await refusal({
      arch: 'any',
      tags: 'cp312-cp312-musllinux_1_2_x86_64',
    });
    expect(code).toBe('openwrt/wrong-python');
    expect(message).toContain('not for OpenWrt 25.12');
  });
});

it('what is told is the check that came last: a wheel for glibc and the right Python is no matter of Python', async () => {
  const { code, hint } = await refusal({
    tags: 'cp312.cp313-cp313-manylinux_2_17_x86_64',
  });
  expect(code).toBe('openwrt/glibc-wheel');
  expect(hint).toContain('cp313-cp313-musllinux_1_2_x86_64');
});

it('a wheel as a build names it may be for either C library: both ways out are told', async () => {
  const { message, hint } = await refusal({ tags: 'cp313-cp313-linux_x86_64' });
  expect(message).toMatch(/^It is not known whether .* does not say for which C library/);
  expect(message).not.toContain('glibc');
  expect(hint).toMatch(/wheelworks repair.*--platform-tag musllinux_1_2_x86_64.*Get the wheel/);
});

it('in the place of a pure wheel no native one is advised', async () => {
  const { hint } = await refusal({ tags: 'py314-none-any' });
  expect(hint).toContain('for Python 3.13');
  expect(hint).not.toContain('musllinux');
});

it.each(['cp313-cp313-manylinux_2_28_x86_64', 'cp312-cp312-musllinux_1_2_x86_64'])(
  'for a processor without wheels no other wheel is advised in the place of %s',
  async (tags) => {
    const { hint } = await refusal({ arch: 'mips_24kc', tags });
    expect(hint).toContain('Cross-compile the sdist');
    expect(hint).not.toContain('musllinux');
  },
);

describe('the ELF header counts, not the name', () => {
  it.each<[string, ElfPlan, string]>([
    ['another machine', { machine: EM.AARCH64 }, 'aarch64'],
    ['another class', { class: 32, machine: EM.X86_64 }, '32 bits'],
    ['another byte order', { machine: EM.MIPS, class: 32, byteOrder: 'big' }, 'big-endian'],
  ])('%s', async (_, plan, evidence) => {
    const error = await refusal({ files: { [MODULE]: elf(plan) } });
    expect(error.code).toBe('openwrt/wrong-machine');
    expect(error.evidence).toContain(evidence);
  });

  it('Arm without hard float is refused, with it is taken', async () => {
    const arm = (flags: number): Case => ({
      arch: 'arm_cortex-a9_vfpv3-d16',
      tags: 'cp313-cp313-musllinux_1_2_armv7l',
      files: { 'pkg/_c.so': elf({ machine: EM.ARM, class: 32, flags }) },
    });
    expect((await check(arm(0x05000400))).architecture).toBeDefined();
    const error = await refusal(arm(0x05000200));
    expect(error.code).toBe('openwrt/wrong-machine');
    expect(error.evidence).toContain('soft float');
  });

  it.each<[string, ElfPlan]>([
    ['mips_24kc', { machine: EM.MIPS, class: 32, byteOrder: 'big', flags: 0x70001005 }],
    ['mipsel_24kc', { machine: EM.MIPS, class: 32, flags: 0x70001005 }],
    ['powerpc_8540', { machine: 20, class: 32, byteOrder: 'big' }],
    ['arm_cortex-a9', { machine: EM.ARM, class: 32, flags: 0x05000200 }],
    ['arm_arm1176jzf-s_vfp', { machine: EM.ARM, class: 32, flags: 0x05000400 }],
    ['i386_geode', { machine: EM.I386, class: 32 }],
  ])(
    'what was built for %s, which no wheels are for, is taken, and nothing else',
    async (arch, plan) => {
      const root = (given: ElfPlan): Case => ({
        arch,
        tags: 'py3-none-any',
        files: { 'pkg/_c.so': elf(given) },
      });
      expect((await check(root(plan))).architecture).toBeDefined();
      const other = plan.byteOrder === 'big' ? 'little' : 'big';
      for (const wrong of [{}, { ...plan, byteOrder: other }, { ...plan, class: 64 }] as ElfPlan[])
        expect((await refusal(root(wrong))).code).toBe('openwrt/wrong-machine');
    },
  );

  it('Arm with hard float and MIPS of the ABI n32 are for no device with the others', async () => {
    const hard = elf({ machine: EM.ARM, class: 32, flags: 0x05000400 });
    const n32 = elf({ machine: EM.MIPS, class: 32, byteOrder: 'big', flags: 0x80000027 });
    const tags = 'py3-none-any';
    for (const [arch, file, evidence] of [
      ['arm_cortex-a9', hard, 'hard float'],
      ['mips_24kc', n32, 'n32'],
    ] as const) {
      const error = await refusal({ arch, tags, files: { 'pkg/_c.so': file } });
      expect(error.code).toBe('openwrt/wrong-machine');
      expect(error.evidence).toContain(evidence);
    }
  });

  it('a file that was cut off has a header that fits, and is refused with what is gone', async () => {
    const whole = buildElf({ machine: EM.X86_64, needed: ['libc.musl-x86_64.so.1'] });
    const cut = (to: number): Case => ({
      files: { [MODULE]: bytes(whole.bytes.subarray(0, to)) },
    });
    const dynamic = whole.place('.dynamic');
    const error = await refusal(cut(dynamic.offset + 16));
    expect(error).toMatchObject({ code: 'openwrt/damaged-file', path: `${SITE}/${MODULE}` });
    expect(error.evidence).toMatch(/^Segment \d \(LOAD\) ends at 0x[0-9a-f]+, but the file at 0x/);
    expect(error.hint).toContain(`-|/${SITE}/${MODULE}`);
    // Section headers lie behind everything that is loaded.
    const { architecture } = await check(cut(whole.place('sections').offset));
    expect(architecture?.name).toBe('x86_64');
  });

  it('native code in a wheel that says it has none is for no mips', async () => {
    const given: Case = { tags: 'py3-none-any', files: { 'pkg/data.bin': elf({}) } };
    expect((await check(given)).architecture).toBeDefined();
    expect((await refusal({ ...given, arch: 'mips_24kc' })).code).toBe('openwrt/wrong-machine');
  });

  it('programs for others in a wheel for all are named, with the lines that leave them out', async () => {
    const { code, hint } = await refusal({
      tags: 'py3-none-any',
      files: {
        'pkg/bin/arm64': elf({ machine: EM.AARCH64 }),
        'pkg/bin/x64': elf({}),
        'pkg/bin/x64-gnu': elf({ needed: ['libc.so.6'] }),
      },
    });
    expect(code).toBe('openwrt/wrong-machine');
    expect(hint?.split('\n').slice(1)).toEqual([
      '+|/',
      `-|/${SITE}/pkg/bin/arm64`,
      `-|/${SITE}/pkg/bin/x64-gnu`,
    ]);
  });

  it('libraries of glibc are refused whatever the tag says', async () => {
    const files = { [MODULE]: elf({ needed: ['libc.so.6'] }) };
    expect((await refusal({ files })).code).toBe('openwrt/glibc-file');
  });
});

describe('libraries from outside', () => {
  it('are found in the package by the paths of its files', async () => {
    const files = {
      'pkg/_c.so': elf({ needed: ['libx-abc.so.1', 'libc.so'], rpath: '$ORIGIN/../pkg.libs' }),
      'pkg.libs/libx-abc.so.1': elf({ soname: 'libx-abc.so.1', needed: ['liby-abc.so.1'] }),
      'pkg.libs/liby-abc.so.1': elf({ soname: 'liby-abc.so.1' }),
    };
    expect((await check({ files })).depends).toEqual([]);
    const elsewhere = {
      ...files,
      'pkg/_c.so': elf({ needed: ['libx-abc.so.1'], rpath: '/usr/lib' }),
    };
    const { code, evidence } = await refusal({ files: elsewhere });
    expect(code).toBe('openwrt/unknown-library');
    expect(evidence).toContain('pkg/_c.so: libx-abc.so.1');
  });

  it('are packages with known names, told to be assumed', async () => {
    const needed = ['libz.so.1', 'libstdc++.so.6', 'libgcc_s.so.1', 'libpython3.13.so.1.0'];
    const { depends, findings } = await check({ files: { [MODULE]: elf({ needed }) } });
    expect(depends).toEqual(['libgcc1', 'libpython3-3.13', 'libstdcpp6', 'zlib']);
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['openwrt/assumed-package']));
  });

  it("are named as the target's feed names them", async () => {
    const feed = [
      { name: 'libopenssl3', abiVersion: '3' },
      { name: 'zlib' },
      { name: 'libfoo20240101', abiVersion: '20240101' },
    ];
    const of = (needed: string): unknown => packageOfLibrary(needed, feed);
    expect(of('libssl.so.3')).toEqual({ kind: 'package', name: 'libopenssl3', fromFeed: true });
    expect(of('libssl.so.1.1')).toEqual({ kind: 'other-abi', name: 'libopenssl3' });
    expect(of('libz.so.1')).toMatchObject({ name: 'zlib' });
    expect(of('libfoo.so.2')).toMatchObject({ name: 'libfoo20240101' });
    expect(of('libbar.so.2')).toEqual({ kind: 'unknown' });
    expect(of('libc.musl-aarch64.so.1')).toEqual({ kind: 'libc' });
    const error = await refusal({ feed, files: { [MODULE]: elf({ needed: ['libssl.so.1.1'] }) } });
    expect(error.evidence).toContain('libssl.so.1.1 (the feed has libopenssl3)');
  });

  it('have the ABI behind their names, apart by a dash after a digit', () => {
    expect(withAbi('libopenssl', '3')).toBe('libopenssl3');
    expect(withAbi('libbz2', '1.0')).toBe('libbz2-1.0');
    expect(withAbi('zlib', '')).toBe('zlib');
  });
});

it('search paths of the machine that built it are taken out of the tree that becomes the package, and told', async () => {
  const files = {
    [MODULE]: elf({ needed: ['libc.so'], runpath: '/home/me/lib:$ORIGIN' }),
    'pkg/_d.so': elf({ needed: ['libc.so'] }),
  };
  const { tree, findings } = await check({ files });
  expect(findings).toMatchObject([{ code: 'openwrt/build-path', path: `${SITE}/${MODULE}` }]);
  const entry = tree.get(`${SITE}/${MODULE}`);
  if (entry?.kind !== 'file') throw new Error('the module is gone');
  const { length } = await contentOf(entry);
  expect(readElf(await contentOf(entry)).runpath).toEqual(['$ORIGIN']);
  expect(entry.size).toBe(length);
});

it('libraries that the wheel brings and the feed has are told, with their size', async () => {
  const files = {
    'pkg/_c.so': elf({ needed: ['libssl-0a1b2c3d.so.3'], rpath: '$ORIGIN/../pkg.libs' }),
    'pkg.libs/libssl-0a1b2c3d.so.3': elf({}),
    'pkg.libs/libown-0a1b2c3d.so.1': elf({}),
  };
  const { depends, findings } = await check({ files });
  expect(depends).toEqual([]);
  expect(findings).toMatchObject([
    {
      code: 'openwrt/bundled-library',
      message: expect.stringContaining('libopenssl3') as string,
      evidence: expect.stringMatching(/^\d+ bytes$/) as string,
    },
  ]);
});

describe("the target's libc", () => {
  const symbolsOf = (names: readonly string[]): NonNullable<ElfPlan['symbols']> =>
    names.map((name) => ({ name, section: 7, value: 0x100, size: 8 }));
  const libcOf = (plan: ElfPlan): NonNullable<NativeOptions['libc']> => ({
    path: 'libc.so',
    bytes: buildElf({ machine: EM.X86_64, soname: 'libc.so', ...plan }).bytes,
  });
  const libc = (...names: string[]): NonNullable<NativeOptions['libc']> =>
    libcOf({ symbols: symbolsOf(['__libc_start_main', ...names]) });
  const files = {
    [MODULE]: elf({
      needed: ['libc.so'],
      symbols: [
        { name: 'malloc' },
        { name: 'new_in_musl' },
        { name: 'PyModule_Create2' },
        { name: '__gmon_start__', binding: 2 },
      ],
    }),
  };

  it('has the functions that are needed, or the missing ones are named', async () => {
    const error = await refusal({ files, libc: libc('malloc') });
    expect([error.code, error.evidence]).toEqual(['openwrt/missing-symbol', 'new_in_musl']);
    expect(
      (await check({ files, libc: libc('malloc', 'new_in_musl') })).architecture,
    ).toBeDefined();
  });

  it.each<[string, ElfPlan, string]>([
    [
      'a library with versions of its functions',
      {
        symbols: [
          {
            name: '__libc_start_main',
            section: 7,
            value: 0x100,
            size: 8,
            version: 'GLIBC_2.34',
          },
        ],
        versionDefinitions: [{ name: 'libc.so.6' }, { name: 'GLIBC_2.34' }],
      },
      'GLIBC_2.34',
    ],
    ['a library that starts no programs', { symbols: symbolsOf(['malloc']) }, '__libc_start_main'],
    [
      'one for another processor',
      { machine: EM.AARCH64, symbols: symbolsOf(['__libc_start_main', 'malloc', 'new_in_musl']) },
      'aarch64',
    ],
  ])('is musl for the target: %s is refused', async (_, plan, evidence) => {
    const error = await refusal({ files, libc: libcOf(plan) });
    expect(error.code).toBe('openwrt/not-musl');
    expect(error.evidence).toContain(evidence);
  });
});

it.skipIf(!existsSync('/lib/x86_64-linux-gnu/libc.so.6'))(
  "this machine's glibc is not taken for the C library of a target",
  async () => {
    const path = '/lib/x86_64-linux-gnu/libc.so.6';
    const error = await refusal({ libc: { path, bytes: readFileSync(path) } });
    expect(error.code).toBe('openwrt/not-musl');
    expect(error.evidence).toContain('GLIBC_2.');
  },
);

it.skipIf(!existsSync('/usr/lib/x86_64-linux-musl/libc.so'))(
  "Debian's musl is one, for its processor alone",
  async () => {
    const path = '/usr/lib/x86_64-linux-musl/libc.so';
    const libc = { path, bytes: readFileSync(path) };
    expect((await check({ libc })).architecture).toBeDefined();
    const arm = {
      arch: 'aarch64_generic',
      tags: 'py3-none-any',
      files: { 'pkg/_c.so': elf({ machine: EM.AARCH64 }) },
    };
    expect((await refusal({ ...arm, libc })).code).toBe('openwrt/not-musl');
  },
);

it('times of 32 bits are warned of where the target has 64', async () => {
  const arm: Case = {
    arch: 'arm_cortex-a7_neon-vfpv4',
    tags: 'cp311-cp311-musllinux_1_1_armv7l',
    target: '24.10',
    files: { 'pkg/_c.so': elf({ machine: EM.ARM, class: 32, flags: 0x05000400 }) },
  };
  expect((await check(arm)).findings).toMatchObject([
    { code: 'openwrt/time32', severity: 'warning' },
  ]);
  const newer = { ...arm, tags: 'cp311-cp311-musllinux_1_2_armv7l' };
  expect((await check(newer)).findings).toEqual([]);
});

describe('modules get the names that the Python of the target looks for', () => {
  const renamedIn = async (target: string, tags: string, name: string): Promise<string[]> => {
    const files = { [`pkg/${name}`]: elf({}) };
    return [...(await check({ target, tags, files })).renamed.values()].map((path) =>
      path.slice(path.lastIndexOf('/') + 1),
    );
  };

  it.each([
    [
      '19.07',
      'cp37-cp37m-musllinux_1_1_x86_64',
      '_c.cpython-37m-x86_64-linux-gnu.so',
      ['_c.cpython-37.so'],
    ],
    [
      '18.06',
      'cp36-cp36m-musllinux_1_1_x86_64',
      '_c.cpython-36m-x86_64-linux-gnu.so',
      ['_c.cpython-36.so'],
    ],
    ['22.03', 'cp310-cp310-musllinux_1_1_x86_64', '_c.cpython-310-x86_64-linux-gnu.so', ['_c.so']],
    ['24.10', 'cp311-cp311-musllinux_1_2_x86_64', '_c.cpython-311-x86_64-linux-musl.so', []],
    ['25.12', 'cp39-abi3-musllinux_1_2_x86_64', '_c.abi3.so', []],
  ])('%s', async (target, tags, name, expected) => {
    expect(await renamedIn(target, tags, name)).toEqual(expected);
  });
});
