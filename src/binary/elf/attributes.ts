import { hex } from '../../support/byte-reader.ts';
import { EM, SHT } from './constants.ts';
import type { ElfCursor } from './cursor.ts';
import type { ElfHeader } from './header.ts';
import type { ElfImage } from './image.ts';
import type { ElfSection } from './sections.ts';

/** Build attributes of the whole file: what its code was compiled for. Only ARM and RISC-V have them. */
export interface ElfAttributes {
  /** Tag_RISCV_arch, such as `rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0`. */
  readonly riscvArch: string | undefined;
  /** Tag_CPU_arch of ARM, which counts architectures: 6 is ARMv6, 10 ARMv7, 14 ARMv8-A. */
  readonly armCpuArch: number | undefined;
  /** Tag_ABI_VFP_args of ARM: 0 base (soft), 1 in VFP registers (hard), 3 compatible with both. */
  readonly armVfpArgs: number | undefined;
  /** All attributes by tag, of the vendor whose ABI it is. */
  readonly all: ReadonlyMap<number, number | string>;
}

interface Vendor {
  readonly name: string;
  /** Whether the value of a tag is a string, a number or both. */
  kindOf(tag: number): 'text' | 'number' | 'both';
}

/** ARM's Tag_compatibility has a number and a string; below 32 only the two CPU names are strings. */
const ARM: Vendor = {
  name: 'aeabi',
  kindOf(tag) {
    if (tag === 32) return 'both';
    if (tag < 32) return tag === 4 || tag === 5 ? 'text' : 'number';
    return byParity(tag);
  },
};

const RISCV: Vendor = { name: 'riscv', kindOf: byParity };

/** Odd tags have strings, so that readers can skip tags they do not know. */
function byParity(tag: number): 'text' | 'number' {
  return tag % 2 === 1 ? 'text' : 'number';
}

const TAG_FILE = 1;
const TAG_RISCV_ARCH = 5;
const TAG_ARM_CPU_ARCH = 6;
const TAG_ARM_VFP_ARGS = 28;

/** Attributes take hundreds of bytes; more is not worth reading. */
const LARGEST = 1 << 20;

/**
 * Reads the attributes section (ARM "Addenda to, and Errata in, the ABI", RISC-V psABI "Attributes"); undefined
 * without one. A damaged one is a fault.
 */
export function readAttributes(
  image: ElfImage,
  header: ElfHeader,
  sections: readonly ElfSection[],
): ElfAttributes | undefined {
  const vendor = header.machine === EM.ARM ? ARM : header.machine === EM.RISCV ? RISCV : undefined;
  const section = sections.find((each) => each.type === SHT.PROC_ATTRIBUTES);
  if (vendor === undefined || section === undefined || section.size === 0) return undefined;
  return image.log.attempt('attributes', undefined, () => {
    const size = Math.min(section.size, LARGEST);
    const all = readVendor(image.cursor(section.offset, size, 'attributes'), vendor);
    return {
      riscvArch: vendor === RISCV ? textAt(all, TAG_RISCV_ARCH) : undefined,
      armCpuArch: vendor === ARM ? numberAt(all, TAG_ARM_CPU_ARCH) : undefined,
      armVfpArgs: vendor === ARM ? (numberAt(all, TAG_ARM_VFP_ARGS) ?? 0) : undefined,
      all,
    };
  });
}

function textAt(all: ReadonlyMap<number, number | string>, tag: number): string | undefined {
  const value = all.get(tag);
  return typeof value === 'string' ? value : undefined;
}

function numberAt(all: ReadonlyMap<number, number | string>, tag: number): number | undefined {
  const value = all.get(tag);
  return typeof value === 'number' ? value : undefined;
}

function readVendor(cursor: ElfCursor, vendor: Vendor): Map<number, number | string> {
  const all = new Map<number, number | string>();
  const version = cursor.u8('attributes version');
  if (version !== 0x41) throw cursor.error(`The attributes version is ${hex(version)}, not 'A'`, 0);
  while (cursor.remaining >= 4) {
    const start = cursor.position;
    const end = start + cursor.u32('vendor section length');
    if (readText(cursor, 'vendor name') === vendor.name) {
      while (cursor.position < end) readScope(cursor, vendor, all);
    }
    endAt(cursor, end, 'vendor section');
  }
  return all;
}

/** Never back: sections that overlap their successor could be nested without end. */
function endAt(cursor: ElfCursor, end: number, field: string): void {
  if (end < cursor.position) throw cursor.error(`The ${field} is longer than its length`, end);
  cursor.seek(end, `end of ${field}`);
}

/** Attributes of single sections and symbols (tags 2 and 3) say nothing about the file. */
function readScope(cursor: ElfCursor, vendor: Vendor, all: Map<number, number | string>): void {
  const start = cursor.position;
  const scope = readUleb(cursor, 'scope');
  const end = start + cursor.u32('scope length');
  if (scope === TAG_FILE) readFileScope(cursor, { vendor, end }, all);
  endAt(cursor, end, 'attribute scope');
}

function readFileScope(
  cursor: ElfCursor,
  scope: { readonly vendor: Vendor; readonly end: number },
  all: Map<number, number | string>,
): void {
  while (cursor.position < scope.end) {
    const tag = readUleb(cursor, 'attribute tag');
    const kind = scope.vendor.kindOf(tag);
    if (kind !== 'text') all.set(tag, readUleb(cursor, 'attribute value'));
    if (kind !== 'number') {
      const text = readText(cursor, 'attribute value');
      if (kind === 'text') all.set(tag, text);
    }
  }
}

/** Values that matter are small; bits past the 32nd are dropped. */
function readUleb(cursor: ElfCursor, field: string): number {
  let value = 0;
  let shift = 0;
  for (;;) {
    const byte = cursor.u8(field);
    if (shift < 32) value = (value | ((byte & 0x7f) << shift)) >>> 0;
    if (byte < 0x80) return value;
    shift += 7;
  }
}

function readText(cursor: ElfCursor, field: string): string {
  const codes: number[] = [];
  for (let code = cursor.u8(field); code !== 0; code = cursor.u8(field)) codes.push(code);
  return Buffer.from(codes).toString('utf8');
}
