import { describe, expect, it } from 'vitest';
import type { Audit } from '../../../src/audit/index.ts';
import { auditBuilt, named } from '../../support/audit-wheel.ts';
import { buildElf } from '../../support/elf-builder.ts';
import { wheelText } from '../../support/wheel-builder.ts';
import type { MemberSpec } from '../../support/zip-builder.ts';

const TAGS = 'cp312-cp312-manylinux_2_17_x86_64';

function link(name: string, target: string): MemberSpec {
  return { name, content: target, mode: 0o120777 };
}

async function withLinks(...links: readonly MemberSpec[]): Promise<Audit> {
  const files = {
    'pkg/m.so': { needed: ['libx.so.1'], runpath: '$ORIGIN' },
    'pkg/libx.so.1.2': {},
  };
  return auditBuilt(TAGS, files, { extra: [...links] });
}

describe('a native file that RECORD does not list', () => {
  it('is judged like the others and named', async () => {
    const bytes = buildElf({ needed: ['libxml2.so.2'] }).bytes;
    const audit = await auditBuilt(
      TAGS,
      { 'm.so': {} },
      { extra: [{ name: 'x.so', content: bytes }] },
    );
    expect(named(audit, 'audit/unlisted-native')).toMatchObject([
      { severity: 'warning', effect: 'index-warns', path: 'x.so' },
    ]);
    expect(audit.externalLibraries).toMatchObject([{ name: 'libxml2.so.2', neededBy: ['x.so'] }]);
  });

  it('is not told without a RECORD: that is the fault then', async () => {
    const audit = await auditBuilt(TAGS, { 'm.so': {} }, { record: null });
    expect(named(audit, 'audit/unlisted-native')).toEqual([]);
  });
});

describe('a symbolic link', () => {
  it('to a library is no library once installed', async () => {
    const audit = await withLinks(link('pkg/libx.so.1', 'libx.so.1.2'));
    expect(named(audit, 'audit/symlink-native')).toMatchObject([
      {
        severity: 'error',
        effect: 'users-break',
        path: 'pkg/libx.so.1',
        evidence: 'it leads to libx.so.1.2; needed by pkg/m.so',
        hint: expect.stringContaining('Put the file itself there'),
      },
    ]);
  });

  it('under any name counts when it leads to a native file', async () => {
    const audit = await withLinks(link('bin/tool', '../pkg/./libx.so.1.2'));
    expect(named(audit, 'audit/symlink-native')).toMatchObject([
      { path: 'bin/tool', hint: expect.stringContaining('Leave the link out') },
    ]);
  });

  it('to something else is not of native code', async () => {
    const audit = await withLinks(link('pkg/LICENSE', '../LICENSE'), link('pkg/up', '../../../x'));
    expect(named(audit, 'audit/symlink-native')).toEqual([]);
  });
});

describe('native code as pure Python', () => {
  it('is found, yet comes apart from the rest', async () => {
    const audit = await auditBuilt(TAGS, {
      'pkg-1.0.data/purelib/pkg/libx.so': {},
      'pkg-1.0.data/platlib/pkg/liby.so': {},
    });
    expect(named(audit, 'audit/native-in-purelib')).toMatchObject([
      { severity: 'warning', path: 'pkg-1.0.data/purelib/pkg/libx.so' },
    ]);
  });

  it('may be what WHEEL says of the whole', async () => {
    const wheel = wheelText(TAGS).replace('Purelib: false', 'Purelib: true');
    const audit = await auditBuilt(TAGS, { 'm.so': {} }, { wheel });
    expect(named(audit, 'audit/native-in-purelib')).toMatchObject([
      { severity: 'info', path: 'm.so', evidence: expect.stringContaining('true, 1 native file') },
    ]);
  });

  it('is told elsewhere for a wheel for any platform, and does not concern scripts', async () => {
    expect(
      named(await auditBuilt('py3-none-any', { 'm.so': {} }), 'audit/native-in-purelib'),
    ).toEqual([]);
    const wheel = wheelText(TAGS).replace('Purelib: false', 'Purelib: true');
    const scripts = await auditBuilt(TAGS, { 'pkg-1.0.data/scripts/tool': {} }, { wheel });
    expect(named(scripts, 'audit/native-in-purelib')).toEqual([]);
  });
});
