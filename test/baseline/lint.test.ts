import { describe, expect, it } from 'vitest';
import {
  lintBaselines,
  parseBaselineDocument,
  type BaselineFile,
  type LintSubject,
} from '../../src/baseline/index.ts';
import { baselines, loadDistributions, publishedBaselines } from '../../src/platform/index.ts';
import type { Finding } from '../../src/support/finding.ts';
import { baselineFile } from '../support/baseline-files.ts';

function subject(file: BaselineFile, path = 'x.json'): LintSubject {
  return { kind: 'baseline', path, file };
}

function lint(...files: readonly BaselineFile[]): readonly Finding[] {
  return lintBaselines(files.map((file) => subject(file, `${file.name}.json`)));
}

const LIBC = { 'libc.so.6': { 'GLIBC_2.2.5': ['malloc'], 'GLIBC_2.38': ['strlcpy'] } };

describe('a baseline file', () => {
  it('without faults has no findings', () => {
    expect(lint(baselineFile(LIBC))).toEqual([]);
  });

  it.each([
    [
      'versions out of order',
      baselineFile({ 'libc.so.6': { 'GLIBC_2.10': [], 'GLIBC_2.9': [] } }),
      'baseline/unsorted',
      /versions of libc/,
    ],
    [
      'a parent that is missing',
      baselineFile({ 'libc.so.6': { 'GLIBC_2.9': { parents: ['GLIBC_2.8'] } } }),
      'baseline/unknown-parent',
      /GLIBC_2\.9 of libc/,
    ],
    [
      'a denied symbol that is exported',
      baselineFile(LIBC, { deniedSymbols: new Map([['libc.so.6', ['strlcpy']]]) }),
      'baseline/denied-exported',
      /libc\.so\.6/,
    ],
    [
      'denied symbols of a stranger',
      baselineFile(LIBC, { deniedSymbols: new Map([['libz.so.1', ['x']]]) }),
      'baseline/denied-library-unknown',
      /libz/,
    ],
    [
      'a glibc from before the port',
      baselineFile({ 'libc.so.6': {} }, { architecture: 'loongarch64', libcVersion: [2, 17] }),
      'baseline/implausible-libc',
      /loongarch64/,
    ],
    [
      'the byte order of another',
      baselineFile(LIBC, { architecture: 's390x' }),
      'baseline/abi-differs',
      /s390x/,
    ],
    [
      'versions from the future',
      baselineFile(LIBC, { libcVersion: [2, 36] }),
      'baseline/version-above-libc',
      /2\.36/,
    ],
  ] as const)('with %s', (_case, file, code, message) => {
    expect(lint(file)).toMatchObject([{ code, message: expect.stringMatching(message) as string }]);
  });

  it('with symbols out of order, twice, or described and not there', () => {
    const text = JSON.stringify({
      schema: 'wheelworks.baseline/1',
      name: 'x',
      libc: 'glibc',
      libcVersion: [2, 38],
      architecture: 'x86_64',
      abi: { class: 64, byteOrder: 'little', machine: 62 },
      loader: '/lib64/ld-linux-x86-64.so.2',
      provenance: [],
      deniedSymbols: {},
      libraries: {
        'libc.so.6': {
          needed: [],
          versions: { 'GLIBC_2.9': { symbols: ['b', 'a', 'a'], objects: { gone: 4 } } },
        },
      },
    });
    const findings = lintBaselines([parseBaselineDocument(text, 'x.json')]);
    expect(findings.map(({ code, evidence }) => [code, evidence])).toEqual([
      ['baseline/repeated-entry', 'a'],
      ['baseline/unsorted', undefined],
      ['baseline/unknown-symbol', 'gone'],
    ]);
  });
});

describe('several baseline files', () => {
  const newer = (libraries: Parameters<typeof baselineFile>[0]): BaselineFile =>
    baselineFile(libraries, { name: 'acme_2', libcVersion: [2, 40] });

  it('are nested when the newer has what the older has, wherever it moved', () => {
    const older = baselineFile({
      'libc.so.6': { 'GLIBC_2.2.5': ['malloc'] },
      'libpthread.so.0': { 'GLIBC_2.2.5': ['pthread_create'] },
    });
    const merged = newer({
      'libc.so.6': { 'GLIBC_2.2.5': ['malloc', 'pthread_create'], 'GLIBC_2.40': ['x'] },
      'libpthread.so.0': { 'GLIBC_2.2.5': ['__placeholder'] },
    });
    expect(lint(older, merged)).toEqual([]);
  });

  it('are not when it lost something', () => {
    const findings = lint(
      baselineFile({ ...LIBC, 'libutil.so.1': { '': ['openpty'] } }),
      newer({ 'libc.so.6': { 'GLIBC_2.2.5': ['free'] } }),
    );
    expect(findings).toMatchObject([
      {
        code: 'baseline/not-nested',
        path: 'acme_2.json',
        evidence: 'malloc',
        message: expect.stringMatching(/symbols of GLIBC_2\.2\.5/) as string,
      },
      {
        code: 'baseline/not-nested',
        message: expect.stringMatching(/GLIBC_2\.38 of libc/) as string,
      },
      { code: 'baseline/not-nested', message: expect.stringMatching(/libutil\.so\.1/) as string },
    ]);
  });

  it('of one glibc, or of two architectures, may differ', () => {
    const twin = baselineFile({ 'libc.so.6': {} }, { name: 'twin' });
    const elsewhere = { ...newer({ 'libc.so.6': {} }), architecture: 'riscv64' };
    expect(lint(baselineFile(LIBC), twin, elsewhere)).toEqual([]);
  });
});

describe('tables of versions', () => {
  it('show the known faults of the published ones, and none of the corrected', async () => {
    const distributions = await loadDistributions();
    const path = 'built in';
    const published = lintBaselines(
      [{ kind: 'known', path, baselines: publishedBaselines }],
      distributions,
    );
    const faults = published.map(({ evidence }) => evidence);
    expect(faults).toContainEqual(
      expect.stringMatching(/manylinux_2_38_loongarch64 .*GCC_4\.4\.0/),
    );
    expect(faults).toContainEqual(
      expect.stringMatching(/manylinux_2_38_loongarch64 .*GCC_3\.3\.4/),
    );
    expect(lintBaselines([{ kind: 'known', path, baselines }], distributions)).toEqual([]);
  });

  it('that name something twice, or a system that never was', () => {
    const policy = {
      name: 'manylinux_2_17',
      aliases: [],
      priority: 80,
      blacklist: { 'libz.so.1': ['x', 'x'] },
      symbol_versions: { loongarch64: { GLIBC: ['2.17', '2.17'] } },
      lib_whitelist: ['libc.so.6', 'libc.so.6'],
    };
    const document = parseBaselineDocument(JSON.stringify([policy]), 'p.json');
    expect(lintBaselines([document]).map(({ code }) => code)).toEqual([
      'baseline/repeated-entry',
      'baseline/repeated-entry',
      'baseline/repeated-entry',
      'baseline/implausible-libc',
      'baseline/denied-library-unknown',
    ]);
  });
});
