import { describe, expect, it } from 'vitest';
import { auditSubject } from '../../src/audit/index.ts';
import { parseWheelFilename } from '../../src/packaging/index.ts';
import type { Baseline } from '../../src/platform/index.ts';
import { subjectOf } from '../support/audit-subject.ts';
import { elfFacts, nativeFacts } from '../support/native-facts.ts';

/** What some vendors have in common: glibc 2.38 with a few symbols of it. */
const VENDORS: Baseline = {
  name: 'vendors_2_38',
  aliases: [],
  libc: 'glibc',
  libcVersion: [2, 38],
  architectures: new Map([['x86_64', new Map([['GLIBC', new Set(['2.2.5', '2.38'])]])]]),
  libraries: new Set(['libc.so.6', 'libvendor.so.1']),
  deniedSymbols: new Map(),
  exports: new Map([
    [
      'libc.so.6',
      new Map([
        ['GLIBC_2.2.5', new Set(['puts'])],
        ['GLIBC_2.38', new Set(['strlcpy'])],
      ]),
    ],
  ]),
};

/** A module that takes these symbols of glibc 2.38. */
function module(...symbols: readonly string[]) {
  const { symbols: none } = elfFacts();
  return nativeFacts('m.so', {
    libc: 'glibc',
    needed: ['libc.so.6', 'libvendor.so.1'],
    versions: { 'libc.so.6': ['GLIBC_2.38'] },
    symbols: { ...none, versioned: new Map([['libc.so.6', new Map([['GLIBC_2.38', symbols]])]]) },
  });
}

describe('baselines that were given', () => {
  it('are judged by in place of the published ones, symbol by symbol', async () => {
    const met = await auditSubject(subjectOf([module('strlcpy')]), { baselines: [VENDORS] });
    expect(met.overallTag).toBe('vendors_2_38_x86_64');

    const missing = await auditSubject(subjectOf([module('strlcpy', 'wcslcpy')]), {
      baselines: [VENDORS],
    });
    expect(missing.overallTag).toBe('linux_x86_64');
    expect(missing.verdicts[0]?.blockers).toMatchObject([
      { kind: 'symbol', symbol: 'wcslcpy', version: 'GLIBC_2.38', library: 'libc.so.6' },
    ]);
  });

  it('leave the claims of the name to what their tags stand for', async () => {
    const { tags } = parseWheelFilename('pkg-1.0-cp312-cp312-manylinux_2_28_x86_64.whl');
    const audit = await auditSubject(subjectOf([module('strlcpy')], { tags }), {
      baselines: [VENDORS],
    });
    expect(audit.claims).toMatchObject([{ tag: 'manylinux_2_28_x86_64', holds: false }]);
  });

  it('of another architecture are no answer', async () => {
    const loong = nativeFacts('m.so', { libc: 'glibc' }, { arch: 'loongarch64' });
    await expect(auditSubject(subjectOf([loong]), { baselines: [VENDORS] })).rejects.toMatchObject({
      code: 'audit/no-fitting-baseline',
    });
  });
});
