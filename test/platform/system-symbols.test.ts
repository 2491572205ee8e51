import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importsAndExports, readElf } from '../../src/binary/elf/index.ts';
import { loadSystemSymbols, type SystemSymbols } from '../../src/platform/index.ts';
import { compareVersionNames } from '../../src/platform/version-names.ts';
import table from '../../src/platform/data/system-symbols.json' with { type: 'json' };

async function symbolsOf(architecture: string): Promise<SystemSymbols> {
  const symbols = await loadSystemSymbols('glibc', architecture);
  if (symbols === undefined) throw new Error(`nothing is known of ${architecture}`);
  return symbols;
}

describe('a symbol of glibc', () => {
  it.each([
    ['x86_64', 'getrandom', 'libc.so.6', 'GLIBC_2.25'],
    ['loongarch64', 'getrandom', 'libc.so.6', 'GLIBC_2.36'],
    ['riscv64', 'getrandom', 'libc.so.6', 'GLIBC_2.27'],
    ['aarch64', 'getrandom', 'libc.so.6', 'GLIBC_2.25'],
    // A reference without a version binds to the oldest memcpy, not to that of 2.14.
    ['x86_64', 'memcpy', 'libc.so.6', 'GLIBC_2.2.5'],
    ['i686', 'memcpy', 'libc.so.6', 'GLIBC_2.0'],
    ['x86_64', 'strlcpy', 'libc.so.6', 'GLIBC_2.38'],
    ['s390x', 'strlcpy', 'libc.so.6', 'GLIBC_2.38'],
    ['x86_64', '__cxa_thread_atexit_impl', 'libc.so.6', 'GLIBC_2.18'],
    ['armv7l', '__clock_gettime64', 'libc.so.6', 'GLIBC_2.34'],
    ['x86_64', 'pow', 'libm.so.6', 'GLIBC_2.2.5'],
    ['x86_64', '_Unwind_Resume', 'libgcc_s.so.1', 'GCC_3.0'],
    [
      'x86_64',
      '_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE9_M_createERmm',
      'libstdc++.so.6',
      'GLIBCXX_3.4.21',
    ],
    ['x86_64', 'deflate', 'libz.so.1', ''],
    ['x86_64', '__libc_early_init', 'libc.so.6', 'GLIBC_PRIVATE'],
  ])('on %s: %s is in %s since "%s"', async (architecture, symbol, library, version) => {
    expect((await symbolsOf(architecture)).find(symbol)[0]).toEqual({ library, version });
  });

  it('that does not exist is nowhere', async () => {
    const symbols = await symbolsOf('x86_64');
    for (const name of ['', 'no_such_function', 'PyList_New', 'GLIBC_2.17', 'toString'])
      expect(symbols.find(name)).toEqual([]);
  });

  it('is known for every architecture that Debian has, and for no other', async () => {
    expect(table.architectures).toEqual([
      'aarch64',
      'armv7l',
      'i686',
      'loongarch64',
      'ppc64le',
      'riscv64',
      's390x',
      'x86_64',
    ]);
    expect(await loadSystemSymbols('glibc', 'ppc64')).toBeUndefined();
  });
});

describe('a symbol of musl', () => {
  it.each([
    ['printf', '1.1.24'],
    ['__clock_gettime64', '1.2.0'],
    ['no_such_function', undefined],
    ['gettid', '1.2.2'],
    ['qsort_r', '1.2.3'],
    ['preadv2', '1.2.5'],
  ])('%s came with %s', async (symbol, version) => {
    const symbols = await loadSystemSymbols('musl', 'x86_64');
    expect(symbols?.find(symbol)[0]?.version).toBe(version);
  });
});

it('names are sorted, and every architecture has a place for each', () => {
  for (const { names, oldest, versions } of table.libraries) {
    const count = names.split('\n').length;
    for (const packed of Object.values(oldest)) expect(packed).toHaveLength(2 * count);
    expect(versions.length).toBeLessThan(36 ** 2);
  }
});

const LIBC = ['/lib/x86_64-linux-gnu/libc.so.6', '/lib64/libc.so.6'].find((path) =>
  existsSync(path),
);

it.skipIf(LIBC === undefined)(
  'holds what the libc of this host exports (skipped without glibc on x86-64)',
  async () => {
    const symbols = await symbolsOf('x86_64');
    const file = readElf(readFileSync(LIBC ?? ''));
    const oldest = new Map<string, string>();
    for (const { name, version } of importsAndExports(file).exports) {
      if (version === undefined || version === name || version === 'GLIBC_PRIVATE') continue;
      const known = oldest.get(name);
      if (known === undefined || compareVersionNames(version.slice(6), known.slice(6)) < 0)
        oldest.set(name, version);
    }
    const differing = [...oldest].filter(
      ([name, version]) => !symbols.find(name).some((place) => place.version === version),
    );
    expect(differing).toEqual([]);
    expect(oldest.size).toBeGreaterThan(2000);
  },
);
