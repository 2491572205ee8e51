import { describe, expect, it } from 'vitest';
import type { AuditedNative } from '../../../src/audit/index.ts';
import { unversionedFindings } from '../../../src/audit/rules/unversioned.ts';
import type { Finding } from '../../../src/support/finding.ts';
import { auditOf } from '../../support/audit-subject.ts';
import { nativeFacts, symbolSet } from '../../support/native-facts.ts';

/** The findings of a rule over files of which `m.so` wants what the changes say. */
async function judge(
  natives: Parameters<typeof auditOf>[0],
  wanted: Pick<Partial<AuditedNative>, 'unresolved' | 'origins'>,
): Promise<readonly Finding[]> {
  const audit = await auditOf(natives);
  return unversionedFindings({
    ...audit,
    natives: audit.natives.map((native) =>
      native.facts.path === 'm.so' ? { ...native, ...wanted } : native,
    ),
  });
}

const UNRESOLVED = ['one', 'two', 'three', 'four', 'five', 'six'];
const GLIBC = { needed: ['libc.so.6'], libc: 'glibc' } as const;

describe('symbols that nothing defines', () => {
  it('are counted, and the first of them named', async () => {
    expect(await judge([nativeFacts('m.so', GLIBC)], { unresolved: UNRESOLVED })).toMatchObject([
      {
        code: 'audit/undefined-symbol',
        severity: 'warning',
        path: 'm.so',
        message: expect.stringContaining('6 symbols'),
        evidence: 'one, two, three, four, five, and 1 more',
      },
    ]);
  });

  it('may come from libraries outside, also from those that a carried one needs', async () => {
    const direct = nativeFacts('m.so', { needed: ['libtorch.so'] });
    expect(await judge([direct], { unresolved: UNRESOLVED })).toEqual([]);
    const through = [
      nativeFacts('m.so', { needed: ['libx.so'], runpath: ['$ORIGIN'] }),
      nativeFacts('libx.so', { needed: ['libtorch.so'] }),
    ];
    expect(await judge(through, { unresolved: UNRESOLVED })).toEqual([]);
    const closed = [through[0] ?? direct, nativeFacts('libx.so', GLIBC)];
    expect(await judge(closed, { unresolved: UNRESOLVED })).toHaveLength(1);
  });

  it('may come from a library of the system whose symbols nobody listed', async () => {
    const known = nativeFacts('m.so', { needed: ['libstdc++.so.6', 'libc.so.6'], libc: 'glibc' });
    expect(await judge([known], { unresolved: UNRESOLVED })).toHaveLength(1);
    const window = nativeFacts('m.so', { needed: ['libX11.so.6', 'libc.so.6'], libc: 'glibc' });
    expect(await judge([window], { unresolved: UNRESOLVED })).toEqual([]);
  });

  it('may come from a library that lies elsewhere in the wheel', async () => {
    const natives = [nativeFacts('m.so', { needed: ['libx.so'] }), nativeFacts('libs/libx.so')];
    expect(await judge(natives, { unresolved: UNRESOLVED })).toEqual([]);
  });

  it('are not known of a file whose symbols are damaged', async () => {
    const faults = [
      { code: 'elf/truncated', part: 'symbols', message: 'The end.', evidence: undefined },
    ] as const;
    const native = nativeFacts('m.so', { ...GLIBC, faults });
    expect(await judge([native], { unresolved: UNRESOLVED })).toEqual([]);
  });

  it('are followed through libraries that need one another', async () => {
    const natives = [
      nativeFacts('m.so', { needed: ['libx.so'], runpath: ['$ORIGIN'] }),
      nativeFacts('libx.so', { needed: ['m.so'], runpath: ['$ORIGIN'] }),
    ];
    expect(await judge(natives, { unresolved: UNRESOLVED })).toHaveLength(1);
  });
});

describe('symbols of glibc without a version', () => {
  const origins = [
    { symbol: 'puts', library: 'libc.so.6', version: 'GLIBC_2.2.5' },
    { symbol: 'getrandom', library: 'libc.so.6', version: 'GLIBC_2.25' },
    { symbol: 'memcpy', library: 'libc.so.6', version: 'GLIBC_2.14' },
  ];

  it('are told with what they came with, the newest first', async () => {
    expect(await judge([nativeFacts('m.so', GLIBC)], { origins })).toMatchObject([
      {
        code: 'audit/unversioned-symbol',
        severity: 'info',
        evidence:
          // puts has been there from the first day of the architecture.
          'getrandom came with GLIBC_2.25, memcpy came with GLIBC_2.14',
      },
    ]);
  });

  it('may be those of a library outside, which then count nowhere', async () => {
    const imports = ['getrandom'];
    const symbols = { imports, versioned: new Map(), denied: [], exports: symbolSet() };
    const tagOf = async (...needed: readonly string[]): Promise<string | undefined> =>
      (await auditOf([nativeFacts('m.so', { ...GLIBC, needed, symbols })])).verdicts.find(
        ({ blockers }) => blockers.every(({ kind }) => kind !== 'symbol'),
      )?.tag;
    expect(await tagOf('libc.so.6')).toBe('manylinux_2_26_x86_64');
    expect(await tagOf('libtorch.so', 'libc.so.6')).toBe('manylinux_2_5_x86_64');
  });

  it('are what every symbol of musl is', async () => {
    const musl = nativeFacts('m.so', { needed: ['libc.musl-x86_64.so.1'], libc: 'musl' });
    expect(await judge([musl], { origins })).toEqual([]);
  });
});
