import { describe, expect, it } from 'vitest';
import { readElf } from '../../../src/binary/elf/index.ts';
import { buildElf } from '../../support/elf-builder.ts';
import { demoLibrary, LAYOUTS } from '../../support/elf-samples.ts';

describe.each(LAYOUTS)('versions of $class-bit $byteOrder-endian', (layout) => {
  const { versions } = readElf(demoLibrary(layout).bytes);

  it('has needs with hash, index and flags', () => {
    expect(versions.needs.map(({ library }) => library)).toEqual(['libm.so.6', 'libc.so.6']);
    const [two4, two17] = versions.needs[1]?.versions ?? [];
    // The SysV hash of GLIBC_2.4 as readelf -V and every glibc binary has it.
    expect(two4).toMatchObject({ name: 'GLIBC_2.4', hash: 0x0d696914, weak: false });
    expect(two17).toMatchObject({ name: 'GLIBC_2.17', weak: true, flags: 2 });
    expect(
      new Set(versions.needs.flatMap((need) => need.versions.map(({ index }) => index))),
    ).toEqual(new Set([4, 5, 6]));
  });

  it('has definitions with parents', () => {
    expect(versions.definitions).toMatchObject([
      { name: 'libdemo.so.1', base: true, index: 1, parents: [] },
      { name: 'DEMO_1', base: false, index: 2, parents: [] },
      { name: 'DEMO_2', base: false, index: 3, parents: ['DEMO_1'] },
    ]);
  });
});

describe('versions', () => {
  it('merges repeated records of a library', () => {
    const elf = readElf(
      buildElf({
        versionNeeds: [
          { library: 'libc.so.6', versions: ['GLIBC_2.9'] },
          { library: 'libc.so.6', versions: ['GLIBC_2.10', 'GLIBC_2.9'] },
        ],
      }).bytes,
    );
    expect(elf.versions.needs).toHaveLength(2);
    expect(elf.versionedSymbols()).toEqual({ 'libc.so.6': ['GLIBC_2.10', 'GLIBC_2.9'] });
  });

  it('gives a copied symbol the version of the library it was copied from', () => {
    const elf = readElf(
      buildElf({
        type: 2,
        symbols: [{ name: 'stdout', section: 9, type: 1, version: 'GLIBC_2.2.5' }],
        versionNeeds: [{ library: 'libc.so.6', versions: ['GLIBC_2.2.5'] }],
      }).bytes,
    );
    expect(elf.symbols()[0]).toMatchObject({
      defined: true,
      version: { name: 'GLIBC_2.2.5', library: 'libc.so.6', hidden: false },
    });
  });

  it('never calls a needed version hidden, whatever its bit says', () => {
    const elf = readElf(
      buildElf({
        symbols: [{ name: 'puts', version: 'GLIBC_2.2.5', hidden: true }],
        versionNeeds: [{ library: 'libc.so.6', versions: ['GLIBC_2.2.5'] }],
      }).bytes,
    );
    expect(elf.symbols()[0]?.version).toMatchObject({ name: 'GLIBC_2.2.5', hidden: false });
  });

  it('has none of either kind in a file without', () => {
    const elf = readElf(buildElf({ symbols: [{ name: 'puts' }] }).bytes);
    expect(elf.versions).toEqual({ needs: [], definitions: [], symbolVersions: undefined });
    expect(elf.symbols()[0]).toMatchObject({ version: undefined, versionIndex: undefined });
  });
});
