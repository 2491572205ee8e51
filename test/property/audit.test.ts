/** Laws of judging, whatever the files ask for. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditSubject, auditWheel, type Audit, type NativeFacts } from '../../src/audit/index.ts';
import { parseWheelFilename } from '../../src/packaging/index.ts';
import { baselinesFor } from '../../src/platform/index.ts';
import { openBytes } from '../../src/support/random-access.ts';
import { openWheelSource } from '../../src/wheel/index.ts';
import { auditOf, subjectOf } from '../support/audit-subject.ts';
import { buildElf } from '../support/elf-builder.ts';
import { nativeFacts, symbolSet } from '../support/native-facts.ts';
import { buildWheel } from '../support/wheel-builder.ts';

const VERSIONS = {
  'libc.so.6': ['GLIBC_2.2.5', 'GLIBC_2.4', 'GLIBC_2.14', 'GLIBC_2.17', 'GLIBC_2.28', 'GLIBC_2.34'],
  'libm.so.6': ['GLIBC_2.2.5', 'GLIBC_2.23', 'GLIBC_2.29', 'GLIBC_2.38'],
  'libstdc++.so.6': [
    'GLIBCXX_3.4',
    'GLIBCXX_3.4.11',
    'GLIBCXX_3.4.21',
    'CXXABI_1.3',
    'CXXABI_1.3.9',
  ],
  'libgcc_s.so.1': ['GCC_3.0', 'GCC_4.3.0', 'GCC_7.0.0'],
  'libz.so.1': ['ZLIB_1.2.0', 'ZLIB_1.2.9'],
} as const;
const LIBRARIES = [
  ...Object.keys(VERSIONS),
  'libX11.so.6',
  'libexpat.so.1',
  'libodd.so.3',
  'libblas.so.3',
] as const;
const SYMBOLS = ['getrandom', 'fcntl64', 'memcpy', 'deflate', 'inflateBackInit_', 'nobody_has_it'];

interface Needs {
  readonly libraries: readonly string[];
  readonly versions: readonly (readonly [library: string, version: string])[];
  readonly imports: readonly string[];
  readonly isaLevel: string | undefined;
}

const needs: fc.Arbitrary<Needs> = fc.record({
  libraries: fc.subarray([...LIBRARIES], { maxLength: 4 }),
  versions: fc.subarray(
    Object.entries(VERSIONS).flatMap(([library, versions]) =>
      versions.map((version) => [library, version] as const),
    ),
    { maxLength: 6 },
  ),
  imports: fc.subarray(SYMBOLS, { maxLength: 2 }),
  isaLevel: fc.option(fc.constantFrom('v2', 'v3'), { nil: undefined, freq: 6 }),
});

/** A file that needs this; libraries whose versions it names are needed, too. */
function fileOf(path: string, { libraries, versions, imports, isaLevel }: Needs): NativeFacts {
  const byLibrary = new Map<string, string[]>();
  for (const [library, version] of versions)
    byLibrary.set(library, [...(byLibrary.get(library) ?? []), version]);
  return nativeFacts(path, {
    needed: [...new Set(['libc.so.6', ...libraries, ...byLibrary.keys()])],
    libc: 'glibc',
    versions: Object.fromEntries(byLibrary),
    symbols: { imports, versioned: new Map(), denied: [], exports: symbolSet() },
    isaLevel,
  });
}

function filesOf(all: readonly Needs[]): readonly NativeFacts[] {
  return all.map((each, index) => fileOf(`pkg/m${index}.so`, each));
}

/** Tags of the baselines that are met. */
function met({ verdicts }: Audit): readonly string[] {
  return verdicts.filter(({ blockers }) => blockers.length === 0).map(({ tag }) => tag);
}

/** The younger a baseline, the higher; `linux_*` above them all. */
function rank({ verdicts, overallTag }: Audit): number {
  const place = verdicts.findIndex(({ tag }) => tag === overallTag);
  return place === -1 ? verdicts.length : place;
}

const files = fc.array(needs, { minLength: 1, maxLength: 4 });

describe('the verdict on files', () => {
  it('only gains baselines when a need is taken away', async () => {
    await fc.assert(
      fc.asyncProperty(files, fc.nat(), fc.nat(), async (all, at, drop) => {
        const index = at % all.length;
        const fewer = all.map((each, other) => (other === index ? without(each, drop) : each));
        const [before, after] = await Promise.all([auditOf(filesOf(all)), auditOf(filesOf(fewer))]);
        expect(met(after)).toEqual(expect.arrayContaining([...met(before)]));
        expect(rank(after)).toBeLessThanOrEqual(rank(before));
      }),
      { numRuns: 150 },
    );
  });

  it('only gains baselines when a file is taken away', async () => {
    await fc.assert(
      fc.asyncProperty(files, needs, async (all, more) => {
        const [with_, without_] = await Promise.all([
          auditOf(filesOf([...all, more])),
          auditOf(filesOf(all)),
        ]);
        expect(met(without_)).toEqual(expect.arrayContaining([...met(with_)]));
      }),
      { numRuns: 100 },
    );
  });

  it('is no better than that on any file alone, and as good as on the worst', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (all) => {
        const whole = await auditOf(filesOf(all));
        const alone = await Promise.all(filesOf(all).map(async (file) => auditOf([file])));
        expect(rank(whole)).toBe(Math.max(...alone.map(rank)));
        expect(whole.natives.map(({ tag }) => tag)).toEqual(
          alone.map(({ overallTag }) => overallTag),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('nests: who meets a published baseline meets every younger one', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (all) => {
        const { verdicts } = await auditOf(filesOf(all));
        const isMet = verdicts.map(({ blockers }) => blockers.length === 0);
        expect(isMet).toEqual([...isMet].sort((left, right) => Number(left) - Number(right)));
        expect(verdicts).toHaveLength(baselinesFor('x86_64', 'glibc').length);
      }),
      { numRuns: 200 },
    );
  });

  it('does not depend on the order of the files', async () => {
    await fc.assert(
      fc.asyncProperty(
        files.chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray(
              all.map((_, index) => index),
              { minLength: all.length },
            ),
          ),
        ),
        async ([all, order]) => {
          const natives = filesOf(all);
          const shuffled = order.flatMap((index) => natives[index] ?? []);
          const [one, other] = await Promise.all([auditOf(natives), auditOf(shuffled)]);
          expect(withoutOrder(other)).toEqual(withoutOrder(one));
        },
      ),
      { numRuns: 100 },
    );
  });
});

function without(each: Needs, drop: number): Needs {
  const take = <Value>(values: readonly Value[]): readonly Value[] =>
    values.filter((_, index) => index !== drop % Math.max(1, values.length));
  const kinds = [
    (): Needs => ({ ...each, versions: take(each.versions) }),
    (): Needs => ({ ...each, libraries: take(each.libraries) }),
    (): Needs => ({ ...each, isaLevel: undefined }),
    (): Needs => ({ ...each, imports: take(each.imports) }),
  ];
  return kinds[drop % kinds.length]?.() ?? each;
}

/** What an audit says, whichever file was read first. */
function withoutOrder(audit: Audit): unknown {
  const { natives, verdicts, findings, overallTag, symbolTag, repairTag } = audit;
  const sorted = (texts: readonly string[]): readonly string[] => [...texts].sort();
  return {
    tags: { overallTag, symbolTag, repairTag },
    external: audit.externalLibraries,
    versions: audit.versionedSymbols,
    natives: Object.fromEntries(
      natives.map(({ facts, tag, links, unresolved }) => [facts.path, { tag, links, unresolved }]),
    ),
    verdicts: verdicts.map(({ tag, blockers }) => [
      tag,
      sorted(blockers.map((blocker) => JSON.stringify(blocker))),
    ]),
    findings: sorted(findings.map(({ code }) => code)),
  };
}

describe('a library that the wheel carries', () => {
  const SONAME = 'libodd.so.3';

  it('never makes the verdict worse when the files find it', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (all) => {
        const natives = filesOf(all).map((facts) => withRunpath(facts, '$ORIGIN/../pkg.libs'));
        const carried = nativeFacts(`pkg.libs/${SONAME}`, { soname: SONAME });
        const [bare, carrying] = await Promise.all([
          auditOf(natives),
          auditOf([...natives, carried]),
        ]);
        expect(carrying.externalLibraries.map(({ name }) => name)).not.toContain(SONAME);
        expect(carrying.unreachable).toEqual([]);
        expect(rank(carrying)).toBeLessThanOrEqual(rank(bare));
      }),
      { numRuns: 150 },
    );
  });

  it('counts for nothing when the files do not find it', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (all) => {
        const natives = filesOf(all);
        const carried = nativeFacts(`pkg.libs/${SONAME}`, { soname: SONAME });
        const [bare, carrying] = await Promise.all([
          auditOf(natives),
          auditOf([...natives, carried]),
        ]);
        expect(carrying.overallTag).toBe(bare.overallTag);
      }),
      { numRuns: 100 },
    );
  });
});

function withRunpath(facts: NativeFacts, folder: string): NativeFacts {
  return facts.elf === undefined ? facts : { ...facts, elf: { ...facts.elf, runpath: [folder] } };
}

it('the verdict does not depend on where libraries are looked for', async () => {
  const found = nativeFacts('/usr/lib/libodd.so.3', {
    soname: 'libodd.so.3',
    needed: ['libc.so.6'],
    versions: { 'libc.so.6': ['GLIBC_2.38'] },
  });
  await fc.assert(
    fc.asyncProperty(files, fc.subarray([...LIBRARIES]), async (all, has) => {
      const subject = subjectOf(filesOf(all));
      const libraries = {
        find: ({ name }: { readonly name: string }) =>
          Promise.resolve(
            has.some((each) => each === name)
              ? { name, path: `/usr/lib/${name}`, foundAt: `/usr/lib/${name}`, facts: found }
              : undefined,
          ),
        foldersFor: () => Promise.resolve(['/usr/lib']),
        hasSystem: () => true,
      };
      const [alone, helped] = await Promise.all([
        auditSubject(subject),
        auditSubject(subject, { libraries }),
      ]);
      expect(helped.overallTag).toBe(alone.overallTag);
      expect(helped.symbolTag).toBe(alone.symbolTag);
      expect(helped.verdicts).toEqual(alone.verdicts);
      expect(helped.claims).toEqual(alone.claims);
      expect(helped.externalLibraries.map(({ name }) => name)).toEqual(
        alone.externalLibraries.map(({ name }) => name),
      );
    }),
    { numRuns: 60 },
  );
});

it('the audit of a wheel does not depend on the order of its members', async () => {
  const file = (index: number): Uint8Array =>
    buildElf({
      soname: `libm${index}.so`,
      needed: ['libc.so.6', `libm${index + 1}.so`],
      runpath: index % 2 === 0 ? '$ORIGIN' : '$ORIGIN/nowhere',
      versionNeeds: [{ library: 'libc.so.6', versions: [`GLIBC_2.${4 + 3 * index}`] }],
    }).bytes;
  const paths = Array.from({ length: 5 }, (_, index) => `pkg/libm${index}.so`);
  const auditInOrder = async (order: readonly number[]): Promise<Audit> => {
    const contents = Object.fromEntries(paths.map((path, index) => [path, file(index)]));
    const built = buildWheel({
      tags: 'cp312-cp312-manylinux_2_17_x86_64',
      files: contents,
      members: (members) => [
        ...order.flatMap((index) => members[index] ?? []),
        ...members.slice(order.length),
      ],
    });
    const wheel = await openWheelSource(openBytes(built.bytes), parseWheelFilename(built.filename));
    try {
      return await auditWheel(wheel);
    } finally {
      await wheel.archive.close();
    }
  };
  const first = withoutOrder(await auditInOrder([0, 1, 2, 3, 4]));
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), async (order) => {
      expect(withoutOrder(await auditInOrder(order))).toEqual(first);
    }),
    { numRuns: 25 },
  );
});
