/** Wheels and native files forged so that an audit takes long or fills the memory. */
import { describe, expect, it } from 'vitest';
import type { Audit } from '../../src/audit/index.ts';
import { auditBuilt, named, type NativePlans } from '../support/audit-wheel.ts';
import { buildElf, type ElfPlan } from '../support/elf-builder.ts';

const TAGS = 'cp312-cp312-manylinux_2_17_x86_64';

/** As many forged files as need something of one another. */
function files(count: number, plan: (index: number) => ElfPlan): NativePlans {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `pkg/lib${index}.so`,
      buildElf(plan(index)).bytes,
    ]),
  );
}

// Followed with no end in sight, the first three take far longer than a test may.
describe('an audit ends soon with', () => {
  it('a chain of files that load one another', async () => {
    const audit = await auditBuilt(
      TAGS,
      files(6000, (index) => ({
        soname: `libx${index % 3000}.so`,
        needed: [`lib${index + 1}.so`, 'libodd.so'],
        runpath: '$ORIGIN',
      })),
    );
    const kinds = audit.natives.map(({ links }) => links[0]?.kind);
    // The last one needs a file that is not there.
    expect(kinds.at(-1)).toBe('external');
    expect(new Set(kinds.slice(0, -1))).toEqual(new Set(['carried']));
    expect(audit.overallTag).toBe('linux_x86_64');
  });

  it('search paths that are handed down a chain', async () => {
    const audit = await auditBuilt(
      TAGS,
      files(1500, (index) => ({
        needed: [`lib${index + 1}.so`],
        rpath: `$ORIGIN:$ORIGIN/a${index}`,
      })),
    );
    expect(audit.natives[0]?.links).toEqual([
      { name: 'lib1.so', kind: 'carried', target: 'pkg/lib1.so' },
    ]);
  });

  it('needs and folders of one file', async () => {
    const numbers = Array.from({ length: 20_000 }, (_, index) => index);
    const audit = await auditBuilt(TAGS, {
      'pkg/a.so': {
        needed: numbers.map((index) => `lib${index}.so`),
        runpath: numbers.map((index) => `$ORIGIN/${index}`).join(':'),
      },
    });
    expect(audit.externalLibraries).toHaveLength(numbers.length);
  });

  it('files that need a name that all have', async () => {
    const audit = await auditBuilt(
      TAGS,
      files(2500, (index) => ({
        soname: 'libx.so',
        needed: ['libx.so'],
        runpath: `$ORIGIN/${index}`,
      })),
    );
    expect(audit.natives[0]?.links).toEqual([
      { name: 'libx.so', kind: 'carried', target: 'pkg/lib0.so' },
    ]);
  });

  it('symbolic links and the files that need them', async () => {
    const audit = await auditBuilt(
      TAGS,
      files(3000, (index) => ({ needed: [`liby${index}.so`] })),
      {
        extra: Array.from({ length: 3000 }, (_, index) => ({
          name: `pkg/liby${index}.so`,
          mode: 0o120777,
          content: `lib${index}.so`,
        })),
      },
    );
    const links = named(audit, 'audit/symlink-native');
    expect(links).toHaveLength(3000);
    expect(links[7]?.evidence).toBe('it leads to lib7.so; needed by pkg/lib7.so');
  });
});

describe('a forged file does not fill the memory with', () => {
  const numbers = Array.from({ length: 60_000 }, (_, index) => index);
  const most = (audit: Audit): number =>
    Math.max(...audit.verdicts.map(({ blockers }) => blockers.length));

  it('versions that no library has', async () => {
    const versions = numbers.map((index) => `GLIBC_9.${index}`);
    const audit = await auditBuilt(TAGS, {
      'pkg/a.so': { needed: ['libc.so.6'], versionNeeds: [{ library: 'libc.so.6', versions }] },
      'pkg/b.so': { needed: ['libodd.so'] },
    });
    expect(most(audit)).toBe(50_001);
    // The other files are judged all the same.
    expect(audit.externalLibraries).toMatchObject([{ name: 'libodd.so', neededBy: ['pkg/b.so'] }]);
  });

  it('libraries that nobody has', async () => {
    const needed = numbers.map((index) => `lib${index}.so`);
    const audit = await auditBuilt(TAGS, { 'pkg/a.so': { needed } });
    expect(most(audit)).toBe(50_000);
  });

  it('one symbol sixty thousand times', async () => {
    const symbols = numbers.map(() => ({ name: 'getrandom' }));
    const audit = await auditBuilt(TAGS, { 'pkg/a.so': { needed: ['libc.so.6'], symbols } });
    expect(audit.overallTag).toBe('manylinux_2_26_x86_64');
    expect(most(audit)).toBe(1);
  });
});

it('a wheel of 65,536 members is audited', async () => {
  const native = buildElf({
    needed: ['libc.so.6'],
    versionNeeds: [{ library: 'libc.so.6', versions: ['GLIBC_2.28'] }],
  }).bytes;
  const extra = Array.from({ length: 65_533 }, (_, index) =>
    index % 16 === 0
      ? { name: `pkg/native${index}.so`, content: native, method: 0 }
      : { name: `pkg/module${index}.py`, method: 0 },
  );
  const audit = await auditBuilt(TAGS, {}, { extra, zip: { zip64: {} } });
  expect(audit.subject.members).toHaveLength(65_536);
  expect(audit.natives).toHaveLength(4096);
  expect(audit.overallTag).toBe('manylinux_2_28_x86_64');
  expect(named(audit, 'audit/unlisted-native')).toHaveLength(4096);
});
