import { EM } from './constants.ts';
import { ElfCursor, type ElfLayout } from './cursor.ts';
import type { ElfNote } from './notes.ts';

/** One property of an NT_GNU_PROPERTY_TYPE_0 note. */
export interface GnuProperty {
  /** pr_type */
  readonly type: number;
  /** The value of a 4-byte property; 0 for other sizes. */
  readonly value: number;
  /** File offset of the data. */
  readonly offset: number;
  readonly size: number;
}

/** Levels of x86-64 as the psABI numbers them. */
export type X86Level = 'baseline' | 'v2' | 'v3' | 'v4';

/** The program properties that matter to whether and how a file can run. */
export interface GnuProperties {
  /** All of them, in the file's order. */
  readonly all: readonly GnuProperty[];
  /** GNU_PROPERTY_X86_ISA_1_NEEDED: a loader refuses the file on lesser CPUs. */
  readonly x86Needed: readonly X86Level[];
  /** GNU_PROPERTY_X86_ISA_1_USED: instructions that occur, perhaps behind a check. */
  readonly x86Used: readonly X86Level[];
  /**
   * Hardening all code of the file takes part in: `ibt`, `shstk` on x86; `bti`, `pac`, `gcs` on aarch64;
   * `cfi-lp-unlabeled`, `cfi-ss`, `cfi-lp-func-sig` on riscv.
   */
  readonly features: readonly string[];
}

const X86_LEVELS: readonly X86Level[] = ['baseline', 'v2', 'v3', 'v4'];

const X86_FEATURE_1_AND = 0xc0000002;
const X86_ISA_1_NEEDED = 0xc0008002;
const X86_ISA_1_USED = 0xc0010002;
/** The processors other than x86 use the first number of the range. */
const FEATURE_1_AND = 0xc0000000;

interface FeatureBits {
  readonly type: number;
  readonly names: readonly string[];
}

/** Sources: x86-64 psABI, AArch64 ELF ABI "Program Property", RISC-V psABI. */
const FEATURES: ReadonlyMap<number, FeatureBits> = new Map([
  [EM.I386, { type: X86_FEATURE_1_AND, names: ['ibt', 'shstk'] }],
  [EM.X86_64, { type: X86_FEATURE_1_AND, names: ['ibt', 'shstk'] }],
  [EM.AARCH64, { type: FEATURE_1_AND, names: ['bti', 'pac', 'gcs'] }],
  [EM.RISCV, { type: FEATURE_1_AND, names: ['cfi-lp-unlabeled', 'cfi-ss', 'cfi-lp-func-sig'] }],
]);

/**
 * Decodes the property notes of a file (Linux gABI extensions, "Program Properties").
 * @throws WheelworksError `elf/truncated` when a property is longer than its note.
 */
export function decodeProperties(
  notes: readonly ElfNote[],
  machine: number,
  layout: ElfLayout,
): GnuProperties {
  const all = notes.flatMap((note) => readProperties(note, layout));
  const bits = (type: number): number =>
    all.reduce((sum, each) => (each.type === type ? (sum | each.value) >>> 0 : sum), 0);
  const isX86 = machine === EM.I386 || machine === EM.X86_64;
  const feature = FEATURES.get(machine);
  return {
    all,
    x86Needed: isX86 ? namesOf(bits(X86_ISA_1_NEEDED), X86_LEVELS) : [],
    x86Used: isX86 ? namesOf(bits(X86_ISA_1_USED), X86_LEVELS) : [],
    features: feature === undefined ? [] : namesOf(bits(feature.type), feature.names),
  };
}

function readProperties(note: ElfNote, layout: ElfLayout): GnuProperty[] {
  const place = { offset: note.descriptorOffset, path: undefined };
  const cursor = new ElfCursor(note.descriptor, layout, place);
  const alignment = layout.is64 ? 8 : 4;
  const properties: GnuProperty[] = [];
  while (cursor.remaining >= 8) {
    const type = cursor.u32('pr_type');
    const size = cursor.u32('pr_datasz');
    const offset = note.descriptorOffset + cursor.position;
    const value = size === 4 ? cursor.u32('pr_data') : 0;
    if (size !== 4) cursor.skip(size, 'pr_data');
    properties.push({ type, value, offset, size });
    const padding = (alignment - (cursor.position % alignment)) % alignment;
    cursor.skip(Math.min(padding, cursor.remaining), 'padding');
  }
  return properties;
}

function namesOf<Name extends string>(bits: number, names: readonly Name[]): Name[] {
  return names.filter((_, bit) => (bits & (1 << bit)) !== 0);
}
