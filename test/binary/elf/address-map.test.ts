import { describe, expect, it } from 'vitest';
import { createAddressMap } from '../../../src/binary/elf/address-map.ts';
import type { ElfSegment } from '../../../src/binary/elf/index.ts';

const FILE_SIZE = 0x9000;

/** A PT_LOAD whose other fields do not matter. */
function load(place: {
  offset: number;
  address: number;
  fileSize: number;
  memorySize?: number;
}): ElfSegment {
  return {
    index: 0,
    type: 1,
    typeName: 'LOAD',
    flags: 4,
    readable: true,
    writable: false,
    executable: false,
    physicalAddress: 0,
    alignment: 0x1000,
    headerOffset: 0,
    memorySize: place.fileSize,
    ...place,
  };
}

describe('createAddressMap', () => {
  const text = load({ offset: 0x1000, address: 0x401000, fileSize: 0x1800 });
  const data = load({ offset: 0x3d00, address: 0x404d00, fileSize: 0x200, memorySize: 0x5000 });
  const map = createAddressMap([text, data], FILE_SIZE);

  it('maps addresses of segments to offsets', () => {
    expect(map.toOffset(0x401000)).toBe(0x1000);
    expect(map.toOffset(0x4027ff)).toBe(0x27ff);
    expect(map.toOffset(0x404d10, 0x10)).toBe(0x3d10);
  });

  it('maps offsets back', () => {
    expect(map.toAddress(0x1000)).toBe(0x401000);
    expect(map.toAddress(0x3eff)).toBe(0x404eff);
    expect(map.toAddress(0x3f00)).toBeUndefined();
    expect(map.toAddress(0)).toBeUndefined();
  });

  it('has no bytes for what is zero-filled or not mapped', () => {
    expect(map.toOffset(0x404f00)).toBeUndefined();
    expect(map.toOffset(0x404eff, 2)).toBeUndefined();
    expect(map.toOffset(0x500000)).toBeUndefined();
    expect(map.toOffset(0x400fff)).toBeUndefined();
  });

  it('knows that whole pages are mapped', () => {
    // Found in the wild: the dynamic section lies behind p_filesz of a segment, in its last page.
    expect(map.from(0x402900)).toEqual({ offset: 0x2900, length: 0x700 });
    expect(map.from(0x4027f0)).toEqual({ offset: 0x27f0, length: 0x810 });
    expect(map.toOffset(0x403000)).toBeUndefined();
    // Before the data segment in its first page.
    expect(map.toOffset(0x404008)).toBe(0x3008);
    expect(map.toOffset(0x403fff)).toBeUndefined();
  });

  it('lets the last of overlapping segments count', () => {
    const over = load({ offset: 0x6000, address: 0x402000, fileSize: 0x100 });
    const overlapping = createAddressMap([text, over], FILE_SIZE);
    expect(overlapping.toOffset(0x402000)).toBe(0x6000);
    expect(overlapping.toOffset(0x401fff)).toBe(0x1fff);
    expect(overlapping.toOffset(0x402100)).toBe(0x2100);
    expect(createAddressMap([over, text], FILE_SIZE).toOffset(0x402000)).toBe(0x2000);
  });

  it('cuts segments off at the end of the file', () => {
    const long = load({ offset: 0x8000, address: 0x8000, fileSize: 0x100000 });
    const cut = createAddressMap([long], FILE_SIZE);
    expect(cut.from(0x8ffe)).toEqual({ offset: 0x8ffe, length: 2 });
    expect(cut.from(0x9000)).toBeUndefined();
    expect(cut.toAddress(0x9000)).toBeUndefined();
  });

  it('leaves out segments that cannot be mapped', () => {
    const high = load({ offset: 0, address: 2 ** 53, fileSize: 0x1000 });
    expect(createAddressMap([high], FILE_SIZE).toOffset(2 ** 53)).toBeUndefined();
    const far = load({ offset: 2 ** 60, address: 0x1000, fileSize: 0x1000 });
    expect(createAddressMap([far], FILE_SIZE).toOffset(0x1000)).toBeUndefined();
  });

  it('ignores segments that are not loaded', () => {
    const note = { ...load({ offset: 0, address: 0x1000, fileSize: 0x1000 }), type: 4 };
    expect(createAddressMap([note], FILE_SIZE).toOffset(0x1000)).toBeUndefined();
  });
});
