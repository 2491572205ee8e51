import { describe, expect, it } from 'vitest';
import {
  importsAndExports,
  listImports,
  memoryBytes,
  readElf,
  type ElfBytes,
  type ElfFile,
  type ElfSymbol,
} from '../../../src/binary/elf/index.ts';
import { buildElf } from '../../support/elf-builder.ts';
import { LAYOUTS, LIBRARY, demoLibrary } from '../../support/elf-samples.ts';

/** What `symbols()` lists, taken out of a scan field by field. */
function scanned(elf: ElfFile): ElfSymbol[] {
  const symbols: ElfSymbol[] = [];
  elf.scanSymbols((symbol) => {
    // Lazy fields in an order that is not that of the file.
    const size = symbol.size;
    const version = symbol.version();
    const name = symbol.name();
    const { index, binding, type, visibility, section, defined, value, versionIndex } = symbol;
    const kept = { index, name, binding, type, visibility, section, defined, value };
    symbols.push({ ...kept, size, version, versionIndex });
  });
  return symbols;
}

describe('scanSymbols', () => {
  it.each(LAYOUTS)('shows what the plan has, $class-bit $byteOrder-endian', (layout) => {
    const elf = readElf(demoLibrary(layout).bytes);
    const found = new Map(scanned(elf).map((symbol) => [symbol.name, symbol]));
    expect([...found.keys()].sort()).toEqual(LIBRARY.symbols?.map(({ name }) => name).sort());
    expect(found.get('malloc')).toMatchObject({
      defined: false,
      binding: 'global',
      type: 'func',
      version: { name: 'GLIBC_2.17', library: 'libc.so.6', hidden: false },
    });
    expect(found.get('sin')).toMatchObject({ binding: 'weak' });
    expect(found.get('demo_run_old')).toMatchObject({
      defined: true,
      section: 7,
      value: 0x1240,
      size: 8,
      version: { name: 'DEMO_1', library: undefined, hidden: true },
    });
    expect(found.get('demo_state')).toMatchObject({ type: 'tls', visibility: 'protected' });
    expect(found.get('demo_pick')).toMatchObject({ type: 'ifunc', binding: 'unique' });
    expect(scanned(elf)).toEqual(elf.symbols());
  });

  it('shows the hidden bit as it is written', () => {
    const hidden: string[] = [];
    readElf(demoLibrary().bytes).scanSymbols((symbol) => {
      if (symbol.hidden) hidden.push(symbol.name());
    });
    expect(hidden).toEqual(['demo_run_old']);
  });

  it('decodes no name that is not asked for', () => {
    const built = buildElf(LIBRARY);
    const bytes = Buffer.from(built.bytes);
    bytes.writeUInt32LE(0xffffff, built.place('.dynsym').offset + 24);
    const elf = readElf(bytes);
    let seen = 0;
    elf.scanSymbols(() => (seen += 1));
    expect(seen).toBe(LIBRARY.symbols?.length);
    const coded = expect.objectContaining({ code: 'elf/bad-string' }) as Error;
    expect(() => elf.scanSymbols((symbol) => symbol.name())).toThrow(coded);
    expect(() => elf.symbols()).toThrow(coded);
  });

  it('refuses damaged tables before the first visit, as symbols() does', () => {
    const built = buildElf({ ...LIBRARY, sections: false });
    const bytes = Buffer.from(built.bytes);
    const { offset, size } = built.place('.dynamic');
    for (let at = offset; at < offset + size; at += 16)
      if (bytes.readBigUInt64LE(at) === 5n) bytes.writeBigUInt64LE(0x7fff_0000n, at + 8);
    let seen = 0;
    const elf = readElf(bytes);
    expect(() => elf.scanSymbols(() => (seen += 1))).toThrow(
      expect.objectContaining({ code: 'elf/bad-string' }) as Error,
    );
    expect(seen).toBe(0);
    expect(() => elf.symbols()).toThrow(
      expect.objectContaining({ code: 'elf/bad-string' }) as Error,
    );
  });

  it('may be repeated and nested, long names notwithstanding', () => {
    const long = 'x'.repeat(5000);
    const elf = readElf(buildElf({ symbols: [{ name: long }, { name: 'short' }] }).bytes);
    const pairs: string[] = [];
    elf.scanSymbols((outer) => {
      elf.scanSymbols((inner) => pairs.push(`${outer.name().length}-${inner.name().length}`));
    });
    expect(pairs.sort()).toEqual(['5-5', '5-5000', '5000-5', '5000-5000']);
    for (let round = 0; round < 200; round += 1) expect(scanned(elf)).toHaveLength(2);
  });

  it('is not needed for the versions', () => {
    const bytes = demoLibrary().bytes;
    const fields = new Set<string>();
    const inner = memoryBytes(bytes);
    const source: ElfBytes = {
      size: inner.size,
      range(offset, length, field) {
        fields.add(field);
        return inner.range(offset, length, field);
      },
    };
    expect(readElf(source).versionedSymbols()).toEqual({
      'libc.so.6': ['GLIBC_2.17', 'GLIBC_2.4'],
      'libm.so.6': ['GLIBC_2.29'],
    });
    expect(fields).toContain('Elf_Verneed');
    expect(fields).not.toContain('dynamic symbols');
    expect(fields).not.toContain('DT_VERSYM');
  });
});

describe('importsAndExports', () => {
  const elf = readElf(
    buildElf({
      ...LIBRARY,
      symbols: [
        ...(LIBRARY.symbols ?? []),
        { name: 'own', section: 7, visibility: 2 },
        { name: 'here', section: 7, binding: 0 },
        { name: 'source.c', section: 7, type: 4 },
        { name: 'nowhere', binding: 0 },
      ],
    }).bytes,
  );
  const { imports, exports } = importsAndExports(elf);

  it('tells what others have to give', () => {
    expect([...imports].sort((a, b) => (a.name < b.name ? -1 : 1))).toMatchObject([
      {
        name: 'malloc',
        weak: false,
        type: 'func',
        version: { name: 'GLIBC_2.17', library: 'libc.so.6' },
      },
      { name: 'sin', weak: true, type: 'func', version: { name: 'GLIBC_2.29' } },
      { name: 'unversioned', weak: false, type: 'notype', version: undefined },
    ]);
    expect(listImports(elf)).toEqual(imports);
  });

  it('tells what others can find, which local and hidden symbols and file names are not', () => {
    expect([...exports].sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: 'demo_pick', version: 'DEMO_2', hidden: false },
      { name: 'demo_run', version: 'DEMO_2', hidden: false },
      { name: 'demo_run_old', version: 'DEMO_1', hidden: true },
      { name: 'demo_state', version: undefined, hidden: false },
    ]);
  });
});
