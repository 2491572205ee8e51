import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importsAndExports, readElf } from '../../src/binary/elf/index.ts';
import {
  architectureFacts,
  loadSystemSymbols,
  sinceGlibc,
  type Libc,
  type SystemSymbols,
} from '../../src/platform/index.ts';
import { compareVersionNames } from '../../src/platform/version-names.ts';
import glibc from '../../src/platform/data/system-symbols/glibc.json' with { type: 'json' };
import musl from '../../src/platform/data/system-symbols/musl.json' with { type: 'json' };

async function symbolsOf(architecture: string, libc: Libc = 'glibc'): Promise<SystemSymbols> {
  const symbols = await loadSystemSymbols(libc, architecture);
  if (symbols === undefined) throw new Error(`nothing is known of ${architecture}`);
  return symbols;
}

/** Every name of a library, in order, decoded without the index. */
function namesOf({ blocks }: { readonly blocks: readonly string[] }): readonly string[] {
  return blocks.flatMap((block) => {
    let name = '';
    return block.split('\n').map((line) => {
      const [shared = ''] = line.split(':', 1);
      name = name.slice(0, Number(shared)) + line.slice(shared.length + 1);
      return name;
    });
  });
}

describe('a symbol of glibc', () => {
  it.each([
    ['x86_64', 'getrandom', ['libc.so.6 GLIBC_2.25']],
    ['loongarch64', 'getrandom', ['libc.so.6 GLIBC_2.36']],
    ['riscv64', 'getrandom', ['libc.so.6 GLIBC_2.27']],
    ['aarch64', 'getrandom', ['libc.so.6 GLIBC_2.25']],
    // A reference without a version binds to the oldest memcpy, not to that of 2.14.
    ['x86_64', 'memcpy', ['libc.so.6 GLIBC_2.2.5', 'libc.so.6 GLIBC_2.14']],
    ['aarch64', 'memcpy', ['libc.so.6 GLIBC_2.17']],
    ['i686', 'memcpy', ['libc.so.6 GLIBC_2.0']],
    ['x86_64', 'strlcpy', ['libc.so.6 GLIBC_2.38']],
    ['s390x', 'strlcpy', ['libc.so.6 GLIBC_2.38']],
    ['x86_64', '__cxa_thread_atexit_impl', ['libc.so.6 GLIBC_2.18']],
    ['armv7l', '__clock_gettime64', ['libc.so.6 GLIBC_2.34']],
    ['x86_64', '__clock_gettime64', []],
    ['x86_64', 'pow', ['libm.so.6 GLIBC_2.2.5', 'libm.so.6 GLIBC_2.29']],
    ['x86_64', '__tls_get_addr', ['ld-linux-x86-64.so.2 GLIBC_2.3']],
    ['loongarch64', '__tls_get_addr', ['ld-linux-loongarch-lp64d.so.1 GLIBC_2.36']],
    ['x86_64', '_Unwind_Resume', ['libgcc_s.so.1 GCC_3.0']],
    [
      'x86_64',
      '_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE9_M_createERmm',
      ['libstdc++.so.6 GLIBCXX_3.4.21'],
    ],
    ['s390x', '__cxa_throw_bad_array_new_length', ['libstdc++.so.6 CXXABI_1.3.8']],
    ['x86_64', 'deflate', ['libz.so.1 ']],
    ['x86_64', '__libc_early_init', ['libc.so.6 GLIBC_PRIVATE']],
  ])('on %s: %s', async (architecture, symbol, places) => {
    const found = (await symbolsOf(architecture)).find(symbol);
    expect(found.map(({ library, version }) => `${library} ${version}`)).toEqual(places);
  });

  it('that does not exist is nowhere', async () => {
    const symbols = await symbolsOf('x86_64');
    for (const name of ['', 'no_such_function', 'PyList_New', 'GLIBC_2.17', 'toString'])
      expect(symbols.find(name)).toEqual([]);
  });

  it('is known for every architecture that Debian has, and for no other', async () => {
    const architectures = ['aarch64', 'armv7l', 'i686', 'loongarch64', 'ppc64le', 'riscv64'];
    expect(glibc.architectures).toEqual([...architectures, 's390x', 'x86_64']);
    expect(musl.architectures).toEqual(glibc.architectures);
    expect(await loadSystemSymbols('glibc', 'ppc64')).toBeUndefined();
    expect(await loadSystemSymbols('musl', 'ppc64')).toBeUndefined();
  });

  it.each(glibc.architectures)('is never older than the port: %s', async (architecture) => {
    const facts = architectureFacts(architecture);
    const symbols = await symbolsOf(architecture);
    const older = glibc.libraries
      .flatMap(namesOf)
      .flatMap((name) => symbols.find(name))
      .filter(({ library }) => library !== 'libgcc_s.so.1')
      .map(({ version }) => /^GLIBC_(\d.*)$/.exec(version)?.[1])
      .filter(
        (version) =>
          version !== undefined && compareVersionNames(version, facts?.glibcEpoch ?? '') < 0,
      );
    expect(facts).toBeDefined();
    expect(older).toEqual([]);
    expect(facts?.loaders.glibc).toContain(
      Object.entries(glibc.loaders).find(([name]) => name === architecture)?.[1],
    );
  });

  it('needs the glibc that brought it', async () => {
    const symbols = await symbolsOf('x86_64');
    expect(sinceGlibc(symbols, 'getrandom')).toEqual([2, 25]);
    expect(sinceGlibc(symbols, 'memcpy')).toEqual([2, 2]);
    expect(sinceGlibc(symbols, 'pthread_create')).toEqual([2, 2]);
    expect(sinceGlibc(symbols, 'fesetexcept')).toEqual([2, 25]);
    for (const name of [
      '_Unwind_Resume',
      '__register_frame',
      'deflate',
      '__libc_early_init',
      'no_such_function',
    ])
      expect(sinceGlibc(symbols, name)).toBeUndefined();
    expect(sinceGlibc(await symbolsOf('loongarch64'), 'getrandom')).toEqual([2, 36]);
  });
});

describe('a symbol of musl', () => {
  it.each([
    ['x86_64', 'printf', '1.1.24'],
    ['loongarch64', 'gettid', '1.2.2'],
    ['x86_64', 'qsort_r', '1.2.3'],
    ['s390x', 'preadv2', '1.2.5'],
    ['x86_64', 'no_such_function', undefined],
    // Names of the 64-bit times that 32-bit systems got with 1.2.
    ['armv7l', '__clock_gettime64', '1.2.0'],
    ['i686', '__stat_time64', '1.2.0'],
    ['x86_64', '__clock_gettime64', undefined],
    // Only its loader knows this name since 1.2.4.
    ['x86_64', 'fopen64', '1.1.24'],
    ['armv7l', 'fopen64', '1.1.24'],
    // Of this architecture alone, so not dated.
    ['armv7l', '__aeabi_memcpy', ''],
    ['aarch64', '__aeabi_memcpy', undefined],
  ])('on %s: %s came with %s', async (architecture, symbol, version) => {
    const places = (await symbolsOf(architecture, 'musl')).find(symbol);
    expect(places).toEqual(version === undefined ? [] : [{ library: 'libc.so', version }]);
  });

  it('may be of zlib, which systems with musl have too', async () => {
    const symbols = await symbolsOf('riscv64', 'musl');
    expect(symbols.find('deflate')).toEqual([{ library: 'libz.so.1', version: '' }]);
  });
});

describe('the tables', () => {
  it.each([...glibc.libraries, ...musl.libraries])('pack $name soundly', (library) => {
    const names = namesOf(library);
    expect(names).toEqual([...new Set(names)].toSorted((one, other) => (one < other ? -1 : 1)));
    expect(library.patternOf).toHaveLength(2 * names.length);
    for (const block of library.blocks.slice(0, -1))
      expect(block.split('\n')).toHaveLength(library.blockSize);
    const used = new Set(
      names.map((_, at) => Number.parseInt(library.patternOf.slice(2 * at, 2 * at + 2), 36)),
    );
    expect(used.size).toBe(library.patterns.length);
    expect(Math.max(...used)).toBe(library.patterns.length - 1);
    for (const pattern of library.patterns) {
      const systems = pattern.split('|');
      expect(systems).toHaveLength(glibc.architectures.length);
      for (const index of systems.flatMap((system) => (system === '' ? [] : system.split(','))))
        expect(library.versions[Number(index)]).toBeDefined();
    }
  });

  it('stay small', () => {
    const folder = new URL('../../src/platform/data/system-symbols/', import.meta.url);
    const size = ['glibc.json', 'musl.json'].reduce(
      (sum, name) => sum + statSync(fileURLToPath(new URL(name, folder))).size,
      0,
    );
    expect(size).toBeLessThan(400_000);
  });
});

const FOLDERS = [
  '/lib/x86_64-linux-gnu',
  '/lib/aarch64-linux-gnu',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/lib64',
  '/usr/lib64',
];
const HOST = ['libc.so.6', 'libm.so.6', 'libgcc_s.so.1', 'libstdc++.so.6'].flatMap((name) => {
  const path = FOLDERS.map((folder) => `${folder}/${name}`).find((each) => existsSync(each));
  return path === undefined ? [] : [{ name, path }];
});

describe.skipIf(HOST.length === 0)(
  'the libraries of this host (skipped without glibc on x86-64 or AArch64)',
  () => {
    it.each(HOST)(
      '$name has no symbol and version that the table lacks',
      async ({ name, path }) => {
        const file = readElf(readFileSync(path));
        const symbols = await symbolsOf(file.machine.name);
        const known = glibc.libraries.find((library) => library.name === name)?.versions ?? [];
        const own = importsAndExports(file).exports.filter(
          ({ name: symbol, version }) =>
            version !== undefined && version !== symbol && /_\d/.test(version),
        );
        // A host newer than the table has versions of its own.
        const shared = own.filter(({ version }) => known.includes(version ?? ''));
        const missing = shared.filter(
          ({ name: symbol, version }) =>
            !symbols
              .find(symbol)
              .some((place) => place.library === name && place.version === version),
        );
        expect(missing).toEqual([]);
        expect(shared.length).toBeGreaterThan(0.9 * own.length);
        expect(shared.length).toBeGreaterThan(100);
      },
    );
  },
);
