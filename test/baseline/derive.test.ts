import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deriveBaseline, toBaseline, type BaselineFile } from '../../src/baseline/index.ts';
import { EM } from '../../src/binary/elf/index.ts';
import type { ProgressEvent } from '../../src/support/progress/events.ts';
import { glibc, library, loongArch, musl, writeRoot } from '../support/baseline-roots.ts';
import { scratch } from '../support/scratch.ts';

const LIB = 'lib/x86_64-linux-gnu';

/** The symbols of a baseline as `library version symbol`. */
function symbols({ libraries }: BaselineFile): string[] {
  return [...libraries].flatMap(([soname, { versions }]) =>
    [...versions].flatMap(([version, found]) =>
      found.symbols.map((symbol) => `${soname} ${version} ${symbol}`),
    ),
  );
}

describe('a baseline of one root', () => {
  it('has the symbols of the allowed libraries by version', async () => {
    const root = await writeRoot(await scratch(), {
      [`${LIB}/libc.so.6`]: glibc('2.38', {
        'GLIBC_2.2.5': { environ: 8 },
        'GLIBC_2.38': ['strlcpy', 'malloc'],
        GLIBC_PRIVATE: ['_dl_secret'],
      }),
      [`usr/${LIB}/libz.so.1`]: library('libz.so.1', {
        '': ['deflate'],
        'ZLIB_1.2.9': ['uncompress2'],
      }),
      [`usr/${LIB}/libother.so.1`]: library('libother.so.1', { '': ['other'] }),
      'etc/os-release': 'ID=acme\nVERSION_ID="4.2"\nPRETTY_NAME="Acme \\"OS\\" 4.2"\n',
    });
    const { baselines, reports } = await deriveBaseline([root]);
    expect(baselines).toHaveLength(1);
    const [baseline] = baselines;
    expect(baseline).toMatchObject({
      name: 'acme_4_2',
      libc: 'glibc',
      libcVersion: [2, 38],
      architecture: 'x86_64',
      abi: { class: 64, byteOrder: 'little', machine: EM.X86_64 },
      loader: '/lib64/ld-linux-x86-64.so.2',
    });
    if (baseline === undefined) return;
    expect(symbols(baseline)).toEqual([
      'libc.so.6 GLIBC_2.2.5 environ',
      'libc.so.6 GLIBC_2.38 malloc',
      'libc.so.6 GLIBC_2.38 strlcpy',
      'libz.so.1  deflate',
      'libz.so.1 ZLIB_1.2.9 uncompress2',
    ]);
    const versions = baseline.libraries.get('libc.so.6')?.versions;
    expect(versions?.get('GLIBC_2.38')?.parents).toEqual(['GLIBC_2.2.5']);
    expect(versions?.get('GLIBC_2.2.5')?.objects).toEqual(new Map([['environ', 8]]));
    expect(baseline.provenance[0]).toMatchObject({
      distribution: { id: 'acme', version: '4.2', title: 'Acme "OS" 4.2' },
      libcBanner: 'GNU C Library (Acme GLIBC 2.38-1) stable release version 2.38.',
    });
    expect(reports[0]?.missing).toContain('libstdc++.so.6');
    expect(reports[0]?.missing).not.toContain('libz.so.1');
  });

  it('is empty of what was not asked for', async () => {
    const root = await writeRoot(await scratch(), {
      [`${LIB}/libc.so.6`]: glibc('2.38', { 'GLIBC_2.38': ['strlcpy'] }),
      [`${LIB}/libz.so.1`]: library('libz.so.1', { '': ['deflate'] }),
      [`${LIB}/libother.so.1`]: library('libother.so.1', { '': ['other'] }),
    });
    const { baselines } = await deriveBaseline([root], {
      libraries: ['libother.so.1'],
      name: 'acme',
    });
    expect([...(baselines[0]?.libraries.keys() ?? [])]).toEqual(['libc.so.6', 'libother.so.1']);
    expect(baselines[0]?.name).toBe('acme');
  });

  it('takes the version from the symbols where the banner is gone', async () => {
    const root = await writeRoot(await scratch(), {
      'lib64/libc.so.6': glibc(
        '0',
        { 'GLIBC_2.9': ['a'], 'GLIBC_2.17': ['b'] },
        { extraSections: [] },
      ),
    });
    expect((await deriveBaseline([root])).baselines).toMatchObject([
      { name: 'glibc_2_17', libcVersion: [2, 17] },
    ]);
  });

  it('keeps architectures and C libraries apart', async () => {
    const root = await writeRoot(await scratch(), {
      [`${LIB}/libc.so.6`]: glibc('2.36', { 'GLIBC_2.36': ['a'] }),
      [`${LIB}/libz.so.1`]: library('libz.so.1', { '': ['deflate'] }),
      'lib/aarch64-linux-gnu/libc.so.6': glibc(
        '2.36',
        { 'GLIBC_2.17': ['a'] },
        { machine: EM.AARCH64, interpreter: '/lib/ld-linux-aarch64.so.1', needed: [] },
      ),
      'lib/aarch64-linux-gnu/libz.so.1': library(
        'libz.so.1',
        { '': ['inflate'] },
        { machine: EM.AARCH64 },
      ),
      'lib/ld-musl-x86_64.so.1': { link: 'x86_64-linux-musl/libc.so' },
      'lib/x86_64-linux-musl/libc.so': musl('1.2.5', ['malloc']),
      'etc/os-release': "ID=acme\nVERSION_CODENAME='next'\n",
    });
    const { baselines } = await deriveBaseline([root]);
    expect(
      baselines.map((each) => [each.name, each.architecture, each.loader, symbols(each).join()]),
    ).toEqual([
      [
        'acme_next',
        'aarch64',
        '/lib/ld-linux-aarch64.so.1',
        'libc.so.6 GLIBC_2.17 a,libz.so.1  inflate',
      ],
      [
        'acme_next',
        'x86_64',
        '/lib64/ld-linux-x86-64.so.2',
        'libc.so.6 GLIBC_2.36 a,libz.so.1  deflate',
      ],
      ['acme_next_musl', 'x86_64', '/lib/ld-musl-x86_64.so.1', 'libc.so  malloc'],
    ]);
    expect(baselines[2]?.libcVersion).toEqual([1, 2]);
    expect(baselines[2]?.provenance[0]?.libcBanner).toBe('1.2.5');
  });

  it.each([
    ['between zeros', '\x00127.0.0.1\x001.2.5\0', [1, 2], '1.2.5'],
    ['behind other data', '\x00127.0.0.1\0\u0080=1.1.24\0', [1, 1], '1.1.24'],
    ['of a commit', '\x001.2.5_git20240512\0', [1, 2], '1.2.5_git20240512'],
  ] as const)('finds the version of musl %s', async (_case, data, libcVersion, libcBanner) => {
    const text = Buffer.from(`musl libc (x86_64)\nVersion %s\n${data}`, 'latin1');
    const root = await writeRoot(await scratch(), {
      'lib/ld-musl-x86_64.so.1': musl('', ['malloc'], {
        extraSections: [{ name: '.rodata', bytes: text }],
      }),
    });
    const { baselines } = await deriveBaseline([root]);
    expect(baselines).toMatchObject([
      { name: `musl_${libcVersion.join('_')}`, libcVersion, provenance: [{ libcBanner }] },
    ]);
  });

  it('of a C library that hides its version is refused', async () => {
    const root = await writeRoot(await scratch(), {
      'lib/ld-musl-x86_64.so.1': musl('', ['malloc'], { extraSections: [] }),
    });
    await expect(deriveBaseline([root])).rejects.toMatchObject({
      code: 'baseline/no-libc',
      evidence: expect.stringContaining('does not say its version') as string,
    });
  });

  it('tells of what it does while it works', async () => {
    const root = await writeRoot(await scratch(), {
      'lib64/libc.so.6': glibc('2.38', { '': ['a'] }),
    });
    const events: ProgressEvent[] = [];
    await deriveBaseline([root], { events: (event) => events.push(event) });
    expect(events.map(({ type }) => type)).toEqual(['task-started', 'task-finished']);
  });
});

describe('a baseline of several roots', () => {
  it('is what all have, and the reports say what each lost', async () => {
    const folder = await scratch();
    const one = await writeRoot(join(folder, 'one'), {
      'lib64/libc.so.6': glibc('2.38', {
        'GLIBC_2.2.5': { environ: 8, table: 64 },
        'GLIBC_2.38': ['strlcpy', 'vendor_one'],
        'GLIBC_2.39': ['backport'],
      }),
      'lib64/libz.so.1': library('libz.so.1', { '': ['deflate', '_tr_init'] }),
      'lib64/libutil.so.1': library('libutil.so.1', { '': ['openpty'] }),
    });
    const other = await writeRoot(join(folder, 'other'), {
      'usr/lib64/libc.so.6': glibc('2.40', {
        'GLIBC_2.2.5': { environ: 8, table: 48 },
        'GLIBC_2.38': ['strlcpy', 'vendor_other'],
      }),
      'usr/lib64/libz.so.1': library('libz.so.1', { '': ['deflate'] }),
    });
    const { baselines, reports } = await deriveBaseline([one, other]);
    expect(baselines).toHaveLength(1);
    const [baseline] = baselines;
    if (baseline === undefined) return;
    expect(baseline).toMatchObject({ name: 'glibc_2_38', libcVersion: [2, 38] });
    expect(symbols(baseline)).toEqual([
      'libc.so.6 GLIBC_2.2.5 environ',
      'libc.so.6 GLIBC_2.2.5 table',
      'libc.so.6 GLIBC_2.38 strlcpy',
      'libz.so.1  deflate',
    ]);
    expect(baseline.deniedSymbols).toEqual(
      new Map([
        ['libc.so.6', ['vendor_one', 'vendor_other']],
        ['libz.so.1', ['_tr_init']],
      ]),
    );
    expect(baseline.provenance.map(({ root }) => root)).toEqual(['one', 'other']);
    expect(reports.map(({ dropped }) => dropped)).toEqual([
      [
        { library: 'libc.so.6', version: 'GLIBC_2.38', symbols: ['vendor_one'], whole: false },
        { library: 'libc.so.6', version: 'GLIBC_2.39', symbols: ['backport'], whole: true },
        { library: 'libutil.so.1', symbols: ['openpty'], whole: true },
        { library: 'libz.so.1', version: '', symbols: ['_tr_init'], whole: false },
      ],
      [{ library: 'libc.so.6', version: 'GLIBC_2.38', symbols: ['vendor_other'], whole: false }],
    ]);
    expect(reports[0]?.resized).toEqual([
      { library: 'libc.so.6', version: 'GLIBC_2.2.5', symbol: 'table', sizes: [64, 48] },
    ]);
    expect(
      baseline.libraries.get('libc.so.6')?.versions.get('GLIBC_2.2.5')?.objects.get('table'),
    ).toBe(48);
  });

  it('finds symbols that moved to a library which their old one needs', async () => {
    const folder = await scratch();
    const separate = await writeRoot(join(folder, 'separate'), {
      'lib64/libc.so.6': glibc('2.31', { 'GLIBC_2.2.5': ['malloc'] }),
      'lib64/libpthread.so.0': library('libpthread.so.0', { 'GLIBC_2.2.5': ['pthread_create'] }),
    });
    const merged = await writeRoot(join(folder, 'merged'), {
      'lib64/libc.so.6': glibc('2.34', {
        'GLIBC_2.2.5': ['malloc', 'pthread_create'],
        'GLIBC_2.34': ['pthread_create'],
      }),
      'lib64/libpthread.so.0': library('libpthread.so.0', { 'GLIBC_2.2.5': ['__placeholder'] }),
    });
    const [baseline] = (await deriveBaseline([separate, merged])).baselines;
    expect(baseline && symbols(baseline)).toEqual([
      'libc.so.6 GLIBC_2.2.5 malloc',
      'libpthread.so.0 GLIBC_2.2.5 pthread_create',
    ]);
    const [alone] = (await deriveBaseline([merged])).baselines;
    const exported = alone && toBaseline(alone).exports?.get('libpthread.so.0')?.get('GLIBC_2.2.5');
    expect(exported).toEqual(new Set(['__placeholder', 'malloc', 'pthread_create']));
  });

  it('never mixes the two worlds of LoongArch', async () => {
    const folder = await scratch();
    const roots = await Promise.all(
      (['old', 'new'] as const).map((world) =>
        writeRoot(join(folder, world), { 'lib64/libc.so.6': loongArch(world) }),
      ),
    );
    const { baselines } = await deriveBaseline(roots);
    expect(baselines.map(({ name, loader, abi }) => [name, loader, abi.flags])).toEqual([
      ['glibc_2_38', '/lib64/ld-linux-loongarch-lp64d.so.1', 0x43],
      ['glibc_2_28', '/lib64/ld.so.1', 0x03],
    ]);
  });
});

describe('a derivation is refused', () => {
  it.each([
    ['without roots', [], {}, 'baseline/no-roots'],
    ['with a root twice', ['a', 'a'], {}, 'baseline/no-roots'],
    ['with a name that tags cannot have', ['a'], { name: 'Acme OS' }, 'baseline/bad-name'],
    ['with a library that is a path', ['a'], { libraries: ['../x.so'] }, 'baseline/bad-name'],
  ] as const)('%s', async (_case, roots, options, code) => {
    await expect(deriveBaseline(roots, options)).rejects.toMatchObject({ code });
  });

  it('without a C library, saying which file could not be read', async () => {
    const folder = await scratch();
    const none = await writeRoot(join(folder, 'none'), {
      'lib64/libz.so.1': library('libz.so.1', {}),
    });
    await expect(deriveBaseline([none])).rejects.toMatchObject({ code: 'baseline/no-libc' });
    const damaged = await writeRoot(join(folder, 'damaged'), {
      'lib64/libc.so.6': 'INPUT(libc.so.6)',
    });
    await expect(deriveBaseline([damaged])).rejects.toMatchObject({
      code: 'baseline/no-libc',
      evidence: expect.stringContaining('/lib64/libc.so.6') as string,
    });
  });

  it('but not for one damaged library among good ones', async () => {
    const root = await writeRoot(await scratch(), {
      'lib64/libc.so.6': glibc('2.38', { '': ['a'] }),
      'lib64/libz.so.1': 'no library',
    });
    const { baselines, reports } = await deriveBaseline([root]);
    expect(baselines[0]?.libraries.has('libz.so.1')).toBe(false);
    expect(reports[0]?.unread).toMatchObject([
      { soname: 'libz.so.1', path: '/lib64/libz.so.1', code: 'elf/not-elf' },
    ]);
  });
});
