import { describe, expect, it } from 'vitest';
import { detectBinary } from '../../src/binary/detect.ts';
import { buildElf } from '../support/elf-builder.ts';

/** The first bytes of a file: a big-endian word each. */
function words(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value);
  return bytes;
}

/** An MZ header that says the PE header is at `offset`. */
function mz(offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set([0x4d, 0x5a]);
  new DataView(bytes.buffer).setUint32(0x3c, offset, true);
  return bytes;
}

describe('detectBinary', () => {
  it('knows ELF of every class and byte order', () => {
    for (const fileClass of [32, 64] as const) {
      for (const byteOrder of ['little', 'big'] as const) {
        expect(detectBinary(buildElf({ class: fileClass, byteOrder }).bytes)).toBe('elf');
      }
    }
  });

  it('knows ELF from four bytes, and from a view into larger bytes', () => {
    const file = Uint8Array.of(0, 0, 0x7f, 0x45, 0x4c, 0x46, 9);
    expect(detectBinary(file.subarray(2, 6))).toBe('elf');
    expect(detectBinary(file)).toBeUndefined();
    expect(detectBinary(file.subarray(2, 5))).toBeUndefined();
  });

  it('knows thin Mach-O in both widths and byte orders', () => {
    for (const magic of [0xfeedface, 0xcefaedfe, 0xfeedfacf, 0xcffaedfe]) {
      expect(detectBinary(words(magic))).toBe('macho');
    }
  });

  it('tells fat Mach-O from Java classes by the count of architectures', () => {
    expect(detectBinary(words(0xcafebabe, 2))).toBe('macho');
    expect(detectBinary(words(0xcafebabf, 3))).toBe('macho');
    // Java 1.1 (45.3), Java 21 (65.0) and a preview of it (65.65535).
    for (const version of [0x0003002d, 0x00000041, 0xffff0041]) {
      expect(detectBinary(words(0xcafebabe, version))).toBeUndefined();
    }
    expect(detectBinary(words(0xcafebabe, 0))).toBeUndefined();
    expect(detectBinary(words(0xcafebabe))).toBeUndefined();
  });

  it('knows PE by its signature where the MZ header points', () => {
    const file = mz(0x80, 256);
    expect(detectBinary(file)).toBeUndefined();
    file.set([0x50, 0x45, 0, 0], 0x80);
    expect(detectBinary(file)).toBe('pe');
  });

  it('takes an MZ file for PE while the PE header may lie behind the given bytes', () => {
    expect(detectBinary(mz(0x200, 128))).toBe('pe');
    expect(detectBinary(mz(0x200, 128), 4096)).toBe('pe');
    expect(detectBinary(mz(0x200, 128), 128)).toBeUndefined();
    expect(detectBinary(mz(0x200, 128), 0x203)).toBeUndefined();
    expect(detectBinary(mz(0x200, 128).subarray(0, 32))).toBeUndefined();
  });

  it('knows nothing else', () => {
    expect(detectBinary(new Uint8Array())).toBeUndefined();
    const text = Buffer.from(
      'MZ is how this text begins, and it is long enough to have an offset.',
    );
    expect(detectBinary(text, text.length)).toBeUndefined();
    expect(detectBinary(Buffer.from('#!/bin/sh\n'))).toBeUndefined();
    expect(detectBinary(Buffer.from('!<arch>\n'))).toBeUndefined();
    expect(detectBinary(Buffer.from('PK\x03\x04'))).toBeUndefined();
  });
});
