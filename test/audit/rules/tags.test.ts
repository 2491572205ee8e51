import { describe, expect, it } from 'vitest';
import { EM } from '../../../src/binary/elf/index.ts';
import { checkWheel } from '../../../src/check/index.ts';
import type { Finding } from '../../../src/support/finding.ts';
import { buildElf, type ElfPlan } from '../../support/elf-builder.ts';
import { scratch } from '../../support/scratch.ts';
import { writeWheelFile, type Content, type WheelSpec } from '../../support/wheel-builder.ts';

const CP312 = 'cpython-312-x86_64-linux-gnu.so';
const MACHO = Buffer.from('cffaedfe0c000001', 'hex');
const PE = ((): Buffer => {
  const bytes = Buffer.alloc(0x100);
  bytes.write('MZ', 0, 'latin1');
  bytes.writeUInt32LE(0x80, 0x3c);
  bytes.write('PE\0\0', 0x80, 'latin1');
  return bytes;
})();

function elf(plan: ElfPlan = {}): Uint8Array {
  return buildElf(plan).bytes;
}

function needing(...versions: readonly string[]): Uint8Array {
  return elf({
    needed: ['libc.so.6'],
    versionNeeds: [{ library: 'libc.so.6', versions: [...versions] }],
  });
}

const TAG_CODES: ReadonlySet<string> = new Set([
  'audit/damaged-native',
  'audit/external-library',
  'audit/library-unreachable',
  'audit/native-in-any',
  'audit/no-native',
  'audit/suffix-abi',
  'audit/suffix-narrow',
  'audit/suffix-platform',
  'audit/tag-architecture',
  'audit/tag-format',
  'audit/tag-libc',
  'audit/tag-not-earned',
  'audit/tag-not-on-pypi',
]);

/** Findings about tags and native files. */
async function check(
  tags: string,
  files: Record<string, Content>,
  changes: Partial<WheelSpec> = {},
): Promise<readonly Finding[]> {
  const path = await writeWheelFile(await scratch(), { tags, files, ...changes });
  const { findings } = await checkWheel(path);
  return findings.filter(({ code }) => TAG_CODES.has(code));
}

async function codes(tags: string, files: Record<string, Content>): Promise<readonly string[]> {
  return (await check(tags, files)).map(({ code, severity }) => `${severity} ${code}`);
}

const MANYLINUX = 'manylinux_2_17_x86_64';

describe('nothing is wrong with', () => {
  it.each([
    ['a pure wheel', 'py3-none-any', { 'pkg/__init__.py': '' }],
    [
      'a module for one Python',
      `cp312-cp312-${MANYLINUX}`,
      { [`m.${CP312}`]: needing('GLIBC_2.17') },
    ],
    [
      'a free-threaded one',
      `cp313-cp313t-${MANYLINUX}`,
      { 'm.cpython-313t-x86_64-linux-gnu.so': needing() },
    ],
    [
      'an old one with flags',
      `cp36-cp36m-${MANYLINUX}`,
      { 'm.cpython-36m-x86_64-linux-gnu.so': needing() },
    ],
    [
      'a PyPy one',
      `pp310-pypy310_pp73-${MANYLINUX}`,
      { 'm.pypy310-pp73-x86_64-linux-gnu.so': needing() },
    ],
    ['the stable ABI', `cp38-abi3-${MANYLINUX}`, { 'm.abi3.so': needing() }],
    [
      'a stable module in a wheel for one Python',
      `cp312-cp312-${MANYLINUX}`,
      { 'm.abi3.so': needing() },
    ],
    ['a library', `py3-none-${MANYLINUX}`, { 'pkg/libx.so': needing() }],
    [
      'a wheel with a module for each Python',
      `py3-none-${MANYLINUX}`,
      { [`m.${CP312}`]: needing(), 'm.cpython-313-x86_64-linux-gnu.so': needing() },
    ],
    [
      'a wheel for one Python without ABI',
      `cp312-none-${MANYLINUX}`,
      { [`m.${CP312}`]: needing() },
    ],
    [
      'musl before 3.11',
      'cp310-cp310-musllinux_1_2_x86_64',
      { 'm.cpython-310-x86_64-linux-gnu.so': elf({ needed: ['libc.so'] }) },
    ],
    ['a macOS wheel', 'cp312-cp312-macosx_11_0_arm64', { 'm.cpython-312-darwin.so': MACHO }],
    ['a Windows wheel', 'cp312-cp312-win_amd64', { 'm.cp312-win_amd64.pyd': PE }],
    [
      'a baseline that no table has',
      'py3-none-manylinux_2_29_x86_64',
      { 'm.so': needing('GLIBC_2.29') },
    ],
  ])('%s', async (_name, tags, files) => {
    expect(await check(tags, files)).toEqual([]);
  });
});

describe('the suffix of an extension module', () => {
  it('must be that of the tagged Python', async () => {
    expect(
      await check(`cp311-cp311-${MANYLINUX}`, { [`pkg/m.${CP312}`]: needing() }),
    ).toMatchObject([
      {
        code: 'audit/suffix-abi',
        severity: 'error',
        effect: 'users-break',
        path: `pkg/m.${CP312}`,
        message: expect.stringContaining('cp312'),
      },
    ]);
    expect(
      await codes(`cp313-cp313-${MANYLINUX}`, { 'm.cpython-313t-x86_64-linux-gnu.so': needing() }),
    ).toEqual(['error audit/suffix-abi']);
    expect(await codes('cp312-cp312-win_amd64', { 'm.cp311-win_amd64.pyd': PE })).toEqual([
      'error audit/suffix-abi',
    ]);
  });

  it('for one Python in a wheel for many is suspicious', async () => {
    for (const [tags, severity] of [
      [`py3-none-${MANYLINUX}`, 'warning'],
      // A newer Python takes the wheel and does not find the module.
      [`cp38-abi3-${MANYLINUX}`, 'error'],
      [`cp312-abi3-${MANYLINUX}`, 'error'],
    ] as const)
      expect(await codes(tags, { [`m.${CP312}`]: needing() })).toEqual([
        `${severity} audit/suffix-narrow`,
      ]);
  });

  it('must be of the platform that the file is for', async () => {
    const arm = elf({ machine: EM.AARCH64 });
    expect(await codes('cp312-cp312-manylinux_2_17_aarch64', { [`m.${CP312}`]: arm })).toEqual([
      'error audit/suffix-platform',
    ]);
    expect(
      await codes(`cp312-cp312-${MANYLINUX}`, {
        'm.cpython-312-x86_64-linux-musl.so': needing('GLIBC_2.17'),
      }),
    ).toEqual(['error audit/suffix-platform']);
    expect(
      await codes(`cp312-cp312-${MANYLINUX}`, { 'm.cpython-312-darwin.so': needing() }),
    ).toEqual(['error audit/suffix-platform']);
  });
});

describe('the platform tag', () => {
  it('must be for the architecture of every file', async () => {
    const files = { [`m.${CP312}`]: needing(), 'pkg/other.so': elf({ machine: EM.AARCH64 }) };
    expect(await check(`cp312-cp312-${MANYLINUX}`, files)).toMatchObject([
      {
        code: 'audit/tag-architecture',
        path: 'pkg/other.so',
        message: expect.stringContaining('aarch64'),
      },
    ]);
  });

  it('must be earned; an old name of it is the same promise', async () => {
    const findings = await check('py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64', {
      'm.so': needing(
        'GLIBC_2.28',
        'GLIBC_2.30',
        'GLIBC_2.33',
        'GLIBC_2.34',
        'GLIBC_2.35',
        'GLIBC_2.36',
      ),
    });
    expect(findings).toMatchObject([
      {
        code: 'audit/tag-not-earned',
        severity: 'error',
        path: 'm.so',
        evidence: expect.stringMatching(/GLIBC_2\.28; .*; and 2 more$/),
        hint: expect.stringMatching(/^They meet manylinux_2_36_x86_64\. .*manylinux2014_x86_64/),
      },
    ]);
  });

  it('that no table has is judged by the versions of glibc', async () => {
    expect(
      await codes('py3-none-manylinux_2_29_x86_64', { 'm.so': needing('GLIBC_2.30') }),
    ).toEqual(['error audit/tag-not-earned']);
  });

  it('must be of the libc that the files use', async () => {
    const musl = elf({ needed: ['libc.musl-x86_64.so.1'] });
    expect(await codes(`py3-none-${MANYLINUX}`, { 'm.so': musl })).toContain(
      'error audit/tag-libc',
    );
    expect(
      await codes('py3-none-musllinux_1_2_x86_64', { 'm.so': needing('GLIBC_2.17') }),
    ).toContain('error audit/tag-libc');
  });

  it('must be of the system that the files are for', async () => {
    expect(await codes(`py3-none-${MANYLINUX}`, { 'm.dylib': MACHO })).toEqual([
      'error audit/tag-format',
    ]);
    expect(await codes('py3-none-win_amd64', { 'm.so': needing() })).toEqual([
      'error audit/tag-format',
    ]);
  });

  it('without any native file is for nothing', async () => {
    expect(await codes(`py3-none-${MANYLINUX}`, { 'pkg/__init__.py': '' })).toEqual([
      'warning audit/no-native',
    ]);
  });

  it('that PyPI does not take is named', async () => {
    expect(await codes('py3-none-linux_x86_64', { 'm.so': needing() })).toEqual([
      'warning audit/tag-not-on-pypi',
    ]);
    expect(await codes('py3-none-linux_armv7l', { 'pkg/__init__.py': '' })).toEqual([
      'warning audit/no-native',
    ]);
  });
});

describe('a wheel for any platform', () => {
  it('must not hold code for one', async () => {
    expect(await codes('py3-none-any', { 'm.so': needing() })).toEqual([
      'error audit/native-in-any',
    ]);
    const both = { [`m.${CP312}`]: needing(), 'x.exe': PE };
    expect(await codes('py3-none-any', both)).toContain('error audit/native-in-any');
    expect(await codes('py3-none-any', { 'm.pyd': PE })).toEqual(['error audit/native-in-any']);
  });

  it('may hold launchers for some', async () => {
    expect(await codes('py3-none-any', { 'cli.exe': PE })).toEqual(['info audit/native-in-any']);
    const several = { 'linux/x': needing(), 'arm/x': elf({ machine: EM.AARCH64 }) };
    expect(await codes('py3-none-any', several)).toEqual(['info audit/native-in-any']);
  });
});

describe('libraries', () => {
  it('that neither tag nor wheel has may come from another wheel', async () => {
    const file = elf({ needed: ['libtorch.so', 'libc.so.6'] });
    expect(await check(`py3-none-${MANYLINUX}`, { 'm.so': file })).toMatchObject([
      {
        code: 'audit/external-library',
        severity: 'warning',
        evidence: 'libtorch.so',
        path: 'm.so',
      },
    ]);
  });

  it('that only newer baselines have make the tag untrue', async () => {
    expect(
      await codes(`py3-none-${MANYLINUX}`, { 'm.so': elf({ needed: ['libmvec.so.1'] }) }),
    ).toEqual(['error audit/tag-not-earned']);
  });

  it('that lie in the wheel where nobody finds them are named', async () => {
    const files = { 'm.so': elf({ needed: ['libx.so'] }), 'libs/libx.so': elf() };
    expect(await check(`py3-none-${MANYLINUX}`, files)).toMatchObject([
      {
        code: 'audit/library-unreachable',
        path: 'm.so',
        evidence: expect.stringContaining('libs/libx.so'),
      },
    ]);
  });
});

describe('everything else is checked too', () => {
  it('damaged native files', async () => {
    expect(await check(`py3-none-${MANYLINUX}`, { 'm.so': needing().slice(0, 70) })).toMatchObject([
      { code: 'audit/damaged-native', severity: 'error', path: 'm.so' },
    ]);
  });

  it('RECORD, names and metadata', async () => {
    const folder = await scratch();
    const wrongRecord = await writeWheelFile(folder, {
      record: (rows) => rows.map((row) => row.replace(/sha256=.{4}/, 'sha256=AAAA')),
    });
    expect((await checkWheel(wrongRecord)).verdict).toBe('rejected');
    // Without contents only sizes and names are compared.
    expect((await checkWheel(wrongRecord, { contents: false })).verdict).toBe('accepted');
    const wrongName = await writeWheelFile(await scratch(), {
      metadata: 'Metadata-Version: 2.1\nName: other\nVersion: 1.0\n',
    });
    const { findings } = await checkWheel(wrongName);
    expect(findings.map(({ code }) => code)).toContain('wheel/metadata-name');
  });
});
