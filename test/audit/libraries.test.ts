import { execFileSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  openLibraries,
  splitLibraryPath,
  type LibraryOptions,
  type Requester,
} from '../../src/audit/index.ts';
import { fits } from '../../src/audit/libraries/fits.ts';
import { matchesGlob } from '../../src/audit/libraries/glob.ts';
import { parseLdSoConf } from '../../src/audit/libraries/loader-config.ts';
import { expand, searchFolders } from '../../src/audit/libraries/search-path.ts';
import { EM } from '../../src/binary/elf/index.ts';
import { buildElf, type ElfPlan } from '../support/elf-builder.ts';
import { elfFacts, nativeFacts } from '../support/native-facts.ts';
import { scratch } from '../support/scratch.ts';
import { writeTree } from '../support/wheel-builder.ts';

/** Files by path: text, or a library to be built. */
type Files = Readonly<Record<string, string | ElfPlan>>;

async function root(files: Files, links: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await scratch();
  const contents = Object.entries(files).map(([path, content]) => [
    path,
    typeof content === 'string' ? content : buildElf(content).bytes,
  ]);
  await writeTree(folder, Object.fromEntries(contents));
  for (const [path, target] of Object.entries(links)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await symlink(target, join(folder, path));
  }
  return folder;
}

const LIB: ElfPlan = { soname: 'libx.so.1', needed: ['libc.so.6'] };

interface Asked {
  readonly chain?: readonly Requester[];
  readonly architecture?: string;
  readonly libc?: 'glibc' | 'musl';
  readonly options?: LibraryOptions;
}

/** Where libx.so.1 is found below a sysroot; the path in it. */
async function findIn(folder: string, asked: Asked = {}): Promise<string | undefined> {
  const source = await openLibraries({ sysroot: folder, ...asked.options });
  const found = await source.find({
    name: 'libx.so.1',
    chain: asked.chain ?? [{ elf: elfFacts(), folder: undefined }],
    architecture: asked.architecture ?? 'x86_64',
    libc: asked.libc ?? 'glibc',
  });
  return found?.path.slice(folder.length + 1);
}

describe('ld.so.conf', () => {
  it('names folders and further files', () => {
    expect(
      parseLdSoConf(
        '# all\n/a/lib/ # mine\n\tinclude x.d/*.conf /b.conf\nhwcap 0 nosegneg\nrel\n/c=libc5\n',
      ),
    ).toEqual([
      { kind: 'folder', path: '/a/lib' },
      { kind: 'include', patterns: ['x.d/*.conf', '/b.conf'] },
      { kind: 'folder', path: '/c' },
    ]);
  });

  it('leads to folders through files that include one another in circles', async () => {
    const folder = await root({
      'etc/ld.so.conf': 'include ld.so.conf.d/[a-m]*.conf\n',
      'etc/ld.so.conf.d/a.conf': 'include /etc/ld.so.conf\ninclude a.conf b.conf\n',
      'etc/ld.so.conf.d/b.conf': '/opt/x\n',
      'etc/ld.so.conf.d/z.conf': '/opt/z\n',
      'opt/x/libx.so.1': LIB,
      'opt/z/libx.so.1': LIB,
    });
    expect(await findIn(folder)).toBe('opt/x/libx.so.1');
  });
});

it.each([
  ['*.conf', 'a.conf', true],
  ['*.conf', '.conf', false],
  ['*.conf', 'a.conf.bak', false],
  ['a?[0-9].c*f', 'ab7.conf', true],
  ['[!a]*', 'ab', false],
  ['[a', '[a', true],
  ['*a*a*a*a*a*a*a*b', 'a'.repeat(5000), false],
])('%s and %s match: %s', (pattern, name, expected) => {
  expect(matchesGlob(pattern, name)).toBe(expected);
});

describe('the default folders', () => {
  it.each([
    ['lib/x86_64-linux-gnu', 'usr/lib/x86_64-linux-gnu'],
    ['lib64', 'usr/lib64'],
  ])('are those of the libc in %s', async (libc, other) => {
    const wrong = libc === 'lib64' ? 'lib/x86_64-linux-gnu' : 'lib64';
    const folder = await root({
      [`${libc}/libc.so.6`]: {},
      [`${other}/libx.so.1`]: LIB,
      [`${wrong}/libx.so.1`]: LIB,
    });
    expect(await findIn(folder)).toBe(`${other}/libx.so.1`);
  });

  it('are all of them without a libc', async () => {
    expect(await findIn(await root({ 'usr/lib64/libx.so.1': LIB }))).toBe('usr/lib64/libx.so.1');
    expect(await findIn(await root({ 'lib/libx.so.1': LIB }))).toBe('lib/libx.so.1');
  });

  it('are not searched for a file linked with -z nodefaultlib', async () => {
    const folder = await root({
      'etc/ld.so.conf': '/usr/lib64\n/opt\n',
      'usr/lib64/libx.so.1': LIB,
      'opt/libx.so.1': LIB,
    });
    const linking = { ...elfFacts().linking, noDefaultLibraries: true };
    const chain = [{ elf: elfFacts({ linking }), folder: undefined }];
    expect(await findIn(folder, { chain })).toBe('opt/libx.so.1');
  });

  it('of musl come from its path file', async () => {
    const musl: ElfPlan = { soname: 'libx.so.1', needed: ['libc.musl-x86_64.so.1'] };
    const files = { 'usr/local/lib/libx.so.1': musl, 'opt/a/libx.so.1': musl };
    expect(await findIn(await root(files), { libc: 'musl' })).toBe('usr/local/lib/libx.so.1');
    const folder = await root({ ...files, 'etc/ld-musl-x86_64.path': '/none:/opt/a\n/usr/lib\n' });
    expect(await findIn(folder, { libc: 'musl' })).toBe('opt/a/libx.so.1');
  });
});

describe('a file that does not fit is passed over', () => {
  it.each<[string, ElfPlan | string]>([
    ['another processor', { ...LIB, machine: EM.AARCH64 }],
    ['another class', { ...LIB, class: 32 }],
    ['another byte order', { ...LIB, byteOrder: 'big' }],
    ['another libc', { ...LIB, needed: ['libc.musl-x86_64.so.1'] }],
    ['a linker script', 'GROUP ( /lib64/libx.so.1 )'],
    ['an empty file', ''],
    ['a damaged header', '\u007fELF'],
  ])('%s', async (_, decoy) => {
    const folder = await root({
      'etc/ld.so.conf': '/first\n',
      'first/libx.so.1': decoy,
      'usr/lib64/libx.so.1': LIB,
    });
    expect(await findIn(folder)).toBe('usr/lib64/libx.so.1');
  });

  it.runIf(process.platform !== 'win32')('a pipe, without waiting for it', async () => {
    const folder = await root({ 'etc/ld.so.conf': '/first\n', 'usr/lib64/libx.so.1': LIB });
    await mkdir(join(folder, 'first'));
    execFileSync('mkfifo', [join(folder, 'first/libx.so.1')]);
    expect(await findIn(folder)).toBe('usr/lib64/libx.so.1');
  });

  it('by the floating point convention of Arm, where both files say theirs', () => {
    const abi = { kind: 'arm', eabi: 5, float: 'hard', be8: false } as const;
    const wanted = {
      elf: elfFacts({ class: 32, abi }),
      architecture: 'armv7l',
      libc: 'glibc',
    } as const;
    const library = (float: 'hard' | 'soft' | undefined, arch: string) =>
      nativeFacts('libx.so', { class: 32, abi: { ...abi, float } }, { arch });
    expect(fits(library('hard', 'armv7l'), wanted)).toBe(true);
    expect(fits(library(undefined, 'arm'), wanted)).toBe(true);
    expect(fits(library('soft', 'arm'), wanted)).toBe(false);
  });
});

describe('symbolic links of a sysroot', () => {
  it('are followed to the end inside the root, absolute ones too', async () => {
    const folder = await root(
      { 'opt/real/libx.so.1.2.3': LIB },
      {
        'usr/lib64/libx.so.1': '/etc/alternatives/x',
        'etc/alternatives/x': '../../../../opt/link/libx.so.1.2.3',
        'opt/link': '/opt/real',
      },
    );
    expect(await findIn(folder)).toBe('opt/real/libx.so.1.2.3');
  });

  it('lead neither out of the root nor around without end', async () => {
    const outside = await root({ 'libx.so.1': LIB });
    const folder = await root(
      {},
      {
        'usr/lib64/libx.so.1': join(outside, 'libx.so.1'),
        'lib64/libx.so.1': 'libx.so.1',
      },
    );
    expect(await findIn(folder)).toBeUndefined();
  });
});

describe('the order of the search', () => {
  const at = (changes: Parameters<typeof elfFacts>[0], folder?: string): Requester => ({
    elf: elfFacts(changes),
    folder,
  });
  const settings = {
    libc: 'glibc',
    environment: ['/env'],
    configured: ['/conf'],
    defaults: ['/lib64'],
    lib: ['lib64'],
    platform: 'x86_64',
  } as const;
  const paths = (chain: readonly Requester[], libc: 'glibc' | 'musl' = 'glibc') =>
    searchFolders(chain, { ...settings, libc }).map(({ path }) => path);

  it.each<[string, readonly Requester[], readonly string[]]>([
    [
      'DT_RPATH, the nearest first',
      [at({ rpath: ['/a'] }), at({ rpath: ['/b'] })],
      ['/b', '/a', '/env'],
    ],
    ['DT_RUNPATH behind the environment', [at({ runpath: ['/r'] })], ['/env', '/r']],
    [
      'its own DT_RUNPATH turns every DT_RPATH off',
      [at({ rpath: ['/a'] }), at({ rpath: ['/b'], runpath: ['/r'] })],
      ['/env', '/r'],
    ],
    [
      'DT_RUNPATH is not inherited and turns its DT_RPATH off',
      [at({ rpath: ['/a'], runpath: ['/r'] }), at({ rpath: ['/b'] })],
      ['/b', '/env'],
    ],
    [
      'the current folder and relative ones are left out',
      [at({ rpath: ['', 'rel', '/b'] })],
      ['/b', '/env'],
    ],
  ])('%s', (_, chain, expected) => {
    expect(paths(chain)).toEqual([...expected, '/conf', '/lib64']);
  });

  it('of musl inherits both and begins with the environment', () => {
    const chain = [
      at({ rpath: ['/a'] }),
      at({ runpath: ['/m'] }),
      at({ runpath: ['$ORIGIN/x'] }, '/here'),
    ];
    expect(paths(chain, 'musl')).toEqual(['/env', '/here/x', '/m', '/a', '/conf']);
    expect(paths([at({ runpath: ['/a', '$LIB/b'] })], 'musl')).toEqual(['/env', '/conf']);
  });

  it('replaces tokens where they have a value', () => {
    const entries = ['$ORIGIN/../${LIB}/$PLATFORM', '/x/$LIBS', '$ORIGINAL', '/$&/$LIB'];
    expect(expand(entries, { folder: '/o' }, settings)).toEqual([
      { path: '/o/../lib64/x86_64', besideFile: true },
      { path: '/x/$LIBS', besideFile: false },
      { path: '$ORIGINAL', besideFile: false },
      { path: '/$&/lib64', besideFile: false },
    ]);
    expect(expand(entries, { folder: undefined }, { lib: [], platform: undefined })).toEqual([
      { path: '/x/$LIBS', besideFile: false },
      { path: '$ORIGINAL', besideFile: false },
    ]);
  });

  it('splits LD_LIBRARY_PATH at both separators', () => {
    expect(splitLibraryPath('/a::/b;/c')).toEqual(['/a', '/b', '/c']);
    expect(splitLibraryPath(undefined)).toEqual([]);
  });
});

describe('the places', () => {
  it('begin with the given folders, which lie outside of the root', async () => {
    const given = await root({ 'libx.so.1': LIB });
    const folder = await root({ 'usr/lib64/libx.so.1': LIB });
    const source = await openLibraries({ sysroot: folder, libPaths: [given] });
    const request = {
      name: 'libx.so.1',
      chain: [{ elf: elfFacts(), folder: undefined }],
      architecture: 'x86_64',
      libc: 'glibc',
    } as const;
    expect((await source.find(request))?.path).toBe(join(given, 'libx.so.1'));
    expect(await source.foldersFor(request)).toEqual(
      expect.arrayContaining([given, join(folder, 'usr/lib64')]),
    );
  });

  it('ignore glibc-hwcaps, whose copies need more than a tag promises', async () => {
    const folder = await root({
      'usr/lib64/glibc-hwcaps/x86-64-v3/libx.so.1': LIB,
      'usr/lib64/libx.so.1': LIB,
    });
    expect(await findIn(folder)).toBe('usr/lib64/libx.so.1');
  });

  it('are this machine only for files of its architecture and libc', async () => {
    const given = await scratch();
    const source = await openLibraries({
      libPaths: [given],
      host: { architecture: 'riscv64', libc: 'musl' },
    });
    expect(source.hasSystem({ architecture: 'riscv64', libc: 'musl' })).toBe(true);
    expect(source.hasSystem({ architecture: 'riscv64', libc: 'glibc' })).toBe(false);
    expect(source.hasSystem({ architecture: 'x86_64', libc: 'musl' })).toBe(false);
  });

  it('must exist', async () => {
    const missing = join(await scratch(), 'none');
    for (const options of [{ sysroot: missing }, { libPaths: [missing] }])
      await expect(openLibraries(options)).rejects.toMatchObject({
        code: 'audit/no-such-folder',
        path: missing,
      });
  });
});
