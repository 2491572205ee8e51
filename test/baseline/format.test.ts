import * as fc from 'fast-check';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  formatBaseline,
  loadBaselines,
  parseBaselineDocument,
  readBaselineFile,
  toBaseline,
} from '../../src/baseline/index.ts';
import { baselineFile } from '../support/baseline-files.ts';
import { scratch } from '../support/scratch.ts';

const FILE = baselineFile(
  {
    'libc.so.6': {
      'GLIBC_2.2.5': { symbols: ['malloc', 'memcpy'], hidden: ['memcpy'], objects: { environ: 8 } },
      'GLIBC_2.14': { parents: ['GLIBC_2.2.5'], symbols: ['memcpy'], threadLocals: { errno: 4 } },
    },
    'libz.so.1': { '': ['deflate'] },
  },
  {
    deniedSymbols: new Map([['libz.so.1', ['_tr_init']]]),
    provenance: [
      {
        root: 'rootfs',
        distribution: { id: 'acme', version: '1', title: 'Acme' },
        libcBanner: 'GNU C Library',
        files: new Map([
          [
            'libz.so.1',
            {
              path: '/lib/libz.so.1',
              sha256: 'ab'.repeat(32),
              buildId: 'c0ffee',
              package: 'zlib',
              packageVersion: '1',
            },
          ],
        ]),
      },
    ],
  },
);

describe('a baseline file', () => {
  it('comes back as it was, byte for byte', () => {
    const text = formatBaseline(FILE);
    const document = parseBaselineDocument(text, 'acme.json');
    expect(document).toEqual({ kind: 'baseline', path: 'acme.json', file: FILE });
    expect(document.kind === 'baseline' && formatBaseline(document.file)).toBe(text);
  });

  it('has one line for each version, in the order of their age', () => {
    const lines = formatBaseline(FILE).split('\n');
    const versions = lines.filter((line) => line.includes('"symbols"'));
    expect(versions.map((line) => /"([^"]*)"/.exec(line)?.[1])).toEqual([
      'GLIBC_2.2.5',
      'GLIBC_2.14',
      '',
    ]);
    expect(versions[0]).toContain('"hidden":["memcpy"]');
  });

  it('is the same whatever the order of what it is made from', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z_]{1,8}$/), {
      minLength: 2,
      maxLength: 8,
    });
    fc.assert(
      fc.property(names, names, (symbols, sonames) => {
        const versions = { 'GLIBC_2.9': symbols, 'GLIBC_2.10': symbols };
        const backwards = { 'GLIBC_2.10': symbols.toReversed(), 'GLIBC_2.9': symbols.toReversed() };
        const file = (order: readonly string[], each: typeof versions): string =>
          formatBaseline(
            baselineFile(Object.fromEntries(order.map((name) => [`${name}.so`, each]))),
          );
        expect(file(sonames, versions)).toBe(file(sonames.toReversed(), backwards));
      }),
      { numRuns: 50 },
    );
  });

  it('is read from disk', async () => {
    const path = join(await scratch(), 'acme.json');
    await writeFile(path, formatBaseline(FILE));
    expect(await readBaselineFile(path)).toEqual(FILE);
    expect((await loadBaselines(path))[0]).toEqual(toBaseline(FILE));
    await truncate(path, 2 ** 30);
    await expect(readBaselineFile(path)).rejects.toMatchObject({ code: 'baseline/too-large' });
  });
});

describe('as a baseline to audit against', () => {
  it('keeps versions by prefix, and symbols as a loader finds them', () => {
    const file = baselineFile({
      'libc.so.6': { 'GLIBC_2.2.5': ['pthread_create'], 'GLIBC_2.38': ['strlcpy'] },
      'libpthread.so.0': { 'GLIBC_2.2.5': ['__placeholder'] },
    });
    const baseline = toBaseline(file);
    expect(baseline.architectures).toEqual(
      new Map([['x86_64', new Map([['GLIBC', new Set(['2.2.5', '2.38'])]])]]),
    );
    expect(baseline.libraries).toEqual(new Set(['libc.so.6', 'libpthread.so.0']));
    expect(baseline.exports?.get('libpthread.so.0')).toEqual(
      new Map([['GLIBC_2.2.5', new Set(['__placeholder', 'pthread_create'])]]),
    );
    expect(baseline.exports?.get('libc.so.6')?.get('GLIBC_2.2.5')).toEqual(
      new Set(['pthread_create']),
    );
  });
});

describe('a file that is no baseline', () => {
  const good = JSON.parse(formatBaseline(FILE)) as Record<string, unknown>;
  it.each([
    ['text', 'GLIBC_2.17', 'baseline/not-json'],
    ['half a file', formatBaseline(FILE).slice(0, 500), 'baseline/not-json'],
    ['a number', '1', 'baseline/unknown-format'],
    ['null', 'null', 'baseline/unknown-format'],
    ['another document', '{"schema": "wheelworks.audit/1"}', 'baseline/unknown-format'],
    ['a later format', '{"schema": "wheelworks.baseline/2"}', 'baseline/newer-format'],
    ['a missing key', JSON.stringify({ ...good, libc: undefined }), 'baseline/bad-file'],
    ['a key that is not known', JSON.stringify({ ...good, libraris: {} }), 'baseline/bad-file'],
    ['a libc of its own', JSON.stringify({ ...good, libc: 'uclibc' }), 'baseline/bad-file'],
    [
      'an unknown architecture',
      JSON.stringify({ ...good, architecture: 'vax' }),
      'baseline/bad-file',
    ],
    [
      'a version that is no number',
      JSON.stringify({ ...good, libcVersion: ['2', 38] }),
      'baseline/bad-file',
    ],
    ['a name that is a path', JSON.stringify({ ...good, name: '../x' }), 'baseline/bad-file'],
    [
      'a library that is a path',
      JSON.stringify({ ...good, libraries: { 'a/b': { needed: [], versions: {} } } }),
      'baseline/bad-file',
    ],
    [
      'symbols that are numbers',
      JSON.stringify({ ...good, deniedSymbols: { 'libz.so.1': [1] } }),
      'baseline/bad-file',
    ],
    ['policies that are text', '["manylinux_2_17"]', 'baseline/bad-policy'],
    ['a policy without its lists', '[{"name": "manylinux_2_17"}]', 'baseline/bad-policy'],
  ] as const)('is refused: %s', (_case, text, code) => {
    expect(() => parseBaselineDocument(text, 'x.json')).toThrow(
      expect.objectContaining({ code, path: 'x.json' }) as Error,
    );
  });

  it('is refused with the key that is wrong', () => {
    const text = JSON.stringify({ ...good, abi: { class: 16 } });
    expect(() => parseBaselineDocument(text, 'x.json')).toThrow(
      expect.objectContaining({
        evidence: expect.stringContaining('abi.class') as string,
      }) as Error,
    );
  });
});
