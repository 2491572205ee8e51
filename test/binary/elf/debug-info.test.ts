import { describe, expect, it } from 'vitest';
import { SHF, SHT, readElf } from '../../../src/binary/elf/index.ts';
import { buildElf } from '../../support/elf-builder.ts';

const bytes = new Uint8Array(100);

describe('debug information', () => {
  it('is summed up over all DWARF sections', () => {
    const extraSections = [
      { name: '.debug_info', bytes },
      { name: '.debug_line', bytes },
      { name: '.debugger', bytes },
    ];
    const { debug } = readElf(buildElf({ extraSections }).bytes);
    expect(debug.dwarf).toEqual({ size: 200, compressed: false });
  });

  it('is known to be compressed in the old and the new way', () => {
    const old = [{ name: '.zdebug_info', bytes }];
    expect(readElf(buildElf({ extraSections: old }).bytes).debug.dwarf?.compressed).toBe(true);
    const flagged = [{ name: '.debug_info', flags: SHF.COMPRESSED, bytes }];
    expect(readElf(buildElf({ extraSections: flagged }).bytes).debug.dwarf?.compressed).toBe(true);
  });

  it('has the static symbol table and its leftovers', () => {
    const extraSections = [
      { name: '.symtab', type: SHT.SYMTAB, bytes },
      { name: '.gnu_debugdata', bytes },
    ];
    const { debug } = readElf(buildElf({ extraSections }).bytes);
    expect(debug).toMatchObject({ symbolTableSize: 100, miniDebugSize: 100, dwarf: undefined });
  });

  it('may be in another file', () => {
    const link = Buffer.from('demo.debug\0\0\x78\x56\x34\x12', 'latin1');
    const altLink = Buffer.from('/usr/lib/debug/.dwz/demo\0\x01\x02', 'latin1');
    const extraSections = [
      { name: '.gnu_debuglink', bytes: link },
      { name: '.gnu_debugaltlink', bytes: altLink },
    ];
    const { debug } = readElf(buildElf({ extraSections }).bytes);
    expect(debug.debugLink).toEqual({ file: 'demo.debug', crc: 0x12345678 });
    expect(debug.debugAltLink).toBe('/usr/lib/debug/.dwz/demo');
  });

  it('names the compilers, each once', () => {
    const comment = Buffer.from('GCC: (GNU) 14.2\0clang version 19\0GCC: (GNU) 14.2\0');
    const extraSections = [{ name: '.comment', bytes: comment }];
    const { debug } = readElf(buildElf({ extraSections }).bytes);
    expect(debug.producers).toEqual(['GCC: (GNU) 14.2', 'clang version 19']);
  });

  it('is nothing in a stripped file', () => {
    expect(readElf(buildElf().bytes).debug).toEqual({
      dwarf: undefined,
      symbolTableSize: undefined,
      miniDebugSize: undefined,
      debugLink: undefined,
      debugAltLink: undefined,
      separate: false,
      producers: [],
    });
  });
});
