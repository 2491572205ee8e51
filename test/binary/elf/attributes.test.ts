import { describe, expect, it } from 'vitest';
import { EM, readElf, type ElfAttributes, type ElfFault } from '../../../src/binary/elf/index.ts';
import { buildElf, type ElfPlan } from '../../support/elf-builder.ts';
import { ByteWriter } from '../../support/elf-writer.ts';

const ARM: ElfPlan = { class: 32, machine: EM.ARM, flags: 0x05000400 };
const RISCV: ElfPlan = { machine: EM.RISCV, flags: 5 };

/** A section with one vendor's attributes of the whole file. */
function section(vendor: string, attributes: readonly (number | string)[]): Uint8Array {
  const values = new ByteWriter({ is64: false, littleEndian: true });
  for (const each of attributes) {
    if (typeof each === 'string') values.append(Buffer.from(`${each}\0`));
    else if (each < 128) values.u8(each);
    else values.u8((each & 127) | 128).u8(each >>> 7);
  }
  const body = values.bytes();
  const writer = new ByteWriter({ is64: false, littleEndian: true });
  writer.u8(0x41).u32(4 + vendor.length + 1 + 5 + body.length);
  writer.append(Buffer.from(`${vendor}\0`));
  return writer
    .u8(1)
    .u32(5 + body.length)
    .append(body)
    .bytes();
}

function read(
  plan: ElfPlan,
  bytes: Uint8Array,
): { attributes: ElfAttributes | undefined; faults: readonly ElfFault[] } {
  const extraSections = [{ name: '.attributes', type: 0x70000003, bytes }];
  return readElf(buildElf({ ...plan, extraSections }).bytes);
}

describe('attributes', () => {
  it('name the instruction set of RISC-V', () => {
    const { attributes, faults } = read(RISCV, section('riscv', [4, 16, 5, 'rv64i2p1_v1p0', 6, 1]));
    expect(attributes?.riscvArch).toBe('rv64i2p1_v1p0');
    expect(attributes?.all.get(4)).toBe(16);
    expect(attributes?.all.get(6)).toBe(1);
    expect(faults).toEqual([]);
  });

  it('name the architecture and float arguments of ARM', () => {
    const { attributes } = read(ARM, section('aeabi', [5, '7-A', 6, 10, 28, 1, 200, 3]));
    expect(attributes).toMatchObject({ armCpuArch: 10, armVfpArgs: 1, riscvArch: undefined });
    expect(attributes?.all.get(5)).toBe('7-A');
    expect(attributes?.all.get(200)).toBe(3);
  });

  it('leave out what is default: arguments in core registers', () => {
    expect(read(ARM, section('aeabi', [6, 5])).attributes?.armVfpArgs).toBe(0);
  });

  it('of other vendors and processors are ignored', () => {
    expect(read(RISCV, section('gnu', [5, 'x'])).attributes?.riscvArch).toBeUndefined();
    const mips: ElfPlan = { class: 32, machine: EM.MIPS };
    expect(read(mips, section('riscv', [5, 'rv64i'])).attributes).toBeUndefined();
  });

  it.each([
    ['another format', (bytes: Uint8Array) => bytes.fill(0x42, 0, 1)],
    ['a vendor section of no length', (bytes: Uint8Array) => bytes.fill(0, 1, 5)],
    ['a vendor section longer than the section', (bytes: Uint8Array) => bytes.fill(0x7f, 1, 5)],
    ['a scope of no length', (bytes: Uint8Array) => bytes.fill(0, 12, 16)],
    ['a scope longer than its section', (bytes: Uint8Array) => bytes.fill(0x7f, 12, 16)],
    ['an attribute without end', (bytes: Uint8Array) => bytes.fill(0xff, 16)],
  ])('with %s are a fault', (_, damage) => {
    const bytes = section('riscv', [5, 'rv64i2p1', 4, 16]);
    const { attributes, faults } = read(RISCV, damage(bytes));
    expect(attributes).toBeUndefined();
    expect(faults).toMatchObject([{ part: 'attributes' }]);
  });
});
