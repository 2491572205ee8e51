import { describe, expect, it } from 'vitest';
import { explainName, type BaselineSupport, type Explanation } from '../../src/baseline/index.ts';
import { baselineFile } from '../support/baseline-files.ts';

const FILE = baselineFile({
  'libc.so.6': {
    'GLIBC_2.2.5': { symbols: ['memcpy'], hidden: ['memcpy'], objects: { environ: 8 } },
    'GLIBC_2.14': ['memcpy'],
  },
  'libz.so.1': { '': ['deflate'], ACME_1: ['acme'] },
});

function on({ support }: Explanation, architecture: string): BaselineSupport | undefined {
  return support.find((each) => each.libc === 'glibc' && each.architecture === architecture);
}

describe('a version', () => {
  it('is had since the first baseline that has it', async () => {
    const explanation = await explainName('GLIBC_2.28');
    expect(explanation.kind).toBe('version');
    expect(on(explanation, 'x86_64')?.since).toBe('manylinux_2_28');
    expect(on(explanation, 'riscv64')?.since).toBe('manylinux_2_31');
    expect(on(explanation, 'loongarch64')).toMatchObject({ baselines: [], known: true });
    expect(on(explanation, 'x86_64')?.baselines).not.toContain('manylinux_2_27');
  });

  it('need not exist yet, and may be one that only a file has', async () => {
    expect(await explainName('GLIBC_2.99')).toMatchObject({ kind: 'version', found: [] });
    expect((await explainName('ACME_1')).kind).toBe('symbol');
    expect(await explainName('ACME_1', { files: [FILE] })).toMatchObject({
      kind: 'version',
      found: [{ baseline: 'acme_1', library: 'libz.so.1', version: 'ACME_1' }],
    });
  });
});

describe('a library', () => {
  it('is had where its architecture has it', async () => {
    const explanation = await explainName('libmvec.so.1', { architectures: ['x86_64', 's390x'] });
    expect(explanation.kind).toBe('library');
    expect(
      explanation.support.map(({ libc, architecture, since }) => [libc, architecture, since]),
    ).toEqual([
      ['glibc', 's390x', undefined],
      ['glibc', 'x86_64', 'manylinux_2_24'],
      ['musl', 's390x', undefined],
      ['musl', 'x86_64', undefined],
    ]);
  });

  it('is found in files', async () => {
    expect((await explainName('libz.so.1', { files: [FILE] })).found).toEqual([
      { baseline: 'acme_1', architecture: 'x86_64', libc: 'glibc', library: 'libz.so.1' },
    ]);
  });
});

describe('a symbol', () => {
  const places = new Map([
    ['getrandom', [{ library: 'libc.so.6', version: 'GLIBC_2.25' }]],
    [
      'memcpy',
      [
        { library: 'libc.so.6', version: 'GLIBC_2.2.5' },
        { library: 'libc.so.6', version: 'GLIBC_2.14' },
      ],
    ],
    ['deflate', [{ library: 'libz.so.1', version: '' }]],
  ]);
  const loadSymbols = async (
    libc: string,
    architecture: string,
  ): Promise<
    { find(name: string): readonly { library: string; version: string }[] } | undefined
  > => {
    if (architecture !== 'x86_64') return undefined;
    if (libc === 'musl') return { find: () => [{ library: 'libc.so', version: '1.2.3' }] };
    return { find: (name) => places.get(name) ?? [] };
  };

  it('is had since the first baseline with the version that brought it', async () => {
    const explanation = await explainName('getrandom', { loadSymbols });
    expect(on(explanation, 'x86_64')).toMatchObject({
      since: 'manylinux_2_26',
      origins: [{ library: 'libc.so.6', version: 'GLIBC_2.25' }],
      known: true,
    });
    expect(on(explanation, 'aarch64')).toMatchObject({ baselines: [], known: false });
    expect(
      explanation.support.find(
        ({ libc, architecture }) => libc === 'musl' && architecture === 'x86_64',
      )?.baselines,
    ).toEqual(['musllinux_1_2']);
  });

  it('can be asked for under one version', async () => {
    const explanation = await explainName('memcpy@GLIBC_2.14', { loadSymbols, files: [FILE] });
    expect(on(explanation, 'x86_64')).toMatchObject({
      since: 'manylinux_2_17',
      origins: [{ version: 'GLIBC_2.14' }],
    });
    expect(explanation.found).toMatchObject([{ version: 'GLIBC_2.14', type: 'function' }]);
    expect(on(await explainName('memcpy', { loadSymbols }), 'x86_64')?.since).toBe('manylinux_2_5');
  });

  it('without a version is had with its library', async () => {
    const explanation = await explainName('deflate', { loadSymbols });
    expect(on(explanation, 'x86_64')?.since).toBe('manylinux_2_5');
  });

  it('is found in files with what it is', async () => {
    expect((await explainName('environ', { files: [FILE] })).found).toMatchObject([
      { version: 'GLIBC_2.2.5', type: 'object', size: 8 },
    ]);
    expect((await explainName('memcpy', { files: [FILE] })).found).toMatchObject([
      { version: 'GLIBC_2.2.5', hidden: true },
      { version: 'GLIBC_2.14' },
    ]);
  });

  it('that is denied says by whom and why', async () => {
    const { denied } = await explainName('_tr_init');
    expect(denied[0]).toMatchObject({ library: 'libz.so.1', symbol: '_tr_init' });
    expect(denied[0]?.baselines).toContain('manylinux_2_5');
    expect(denied[0]?.reason).toMatch(/inside zlib/);
    const issignaling = await explainName('__issignaling');
    expect(issignaling.denied.map(({ library }) => library).sort()).toEqual([
      'libc.so.6',
      'libm.so.6',
    ]);
    expect(issignaling.denied[0]?.baselines).not.toContain('manylinux_2_24');
  });

  it('that nothing knows has nothing to it', async () => {
    const { kind, denied, found, support } = await explainName('no_such_symbol', { loadSymbols });
    expect(kind).toBe('symbol');
    expect([denied, found, on({ support } as Explanation, 'x86_64')?.baselines]).toEqual([
      [],
      [],
      [],
    ]);
  });
});
