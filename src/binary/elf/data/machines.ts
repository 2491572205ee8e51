/**
 * e_machine numbers under the names that `uname -m` and platform tags use.
 *
 * Sources: gABI "Machine" table and elf.h of glibc 2.36 for the numbers; MAXPAGESIZE of the linkers (GNU ld 2.40's
 * emulation parameters, lld 19) and the page sizes of Linux's Kconfig files, whichever is larger, for `pageSize`.
 */
export interface MachineFacts {
  readonly number: number;
  /** Name by class and byte order; a missing combination does not exist. */
  readonly names: {
    readonly le32?: string;
    readonly be32?: string;
    readonly le64?: string;
    readonly be64?: string;
  };
  /** Largest page in bytes that a kernel may use: what segments must be aligned to in order to load anywhere. */
  readonly pageSize: number;
}

const KB = 1024;

/** All machines with a Python, a loader or code inside wheels, by e_machine. */
export const MACHINES: readonly MachineFacts[] = [
  { number: 2, names: { be32: 'sparc' }, pageSize: 64 * KB },
  { number: 3, names: { le32: 'i686' }, pageSize: 4 * KB },
  { number: 4, names: { be32: 'm68k' }, pageSize: 8 * KB },
  { number: 6, names: { le32: 'iamcu' }, pageSize: 4 * KB },
  {
    number: 8,
    names: { le32: 'mipsel', be32: 'mips', le64: 'mips64el', be64: 'mips64' },
    pageSize: 64 * KB,
  },
  { number: 10, names: { le32: 'mipsel' }, pageSize: 64 * KB },
  { number: 15, names: { be32: 'parisc', be64: 'parisc64' }, pageSize: 64 * KB },
  { number: 18, names: { be32: 'sparc' }, pageSize: 64 * KB },
  { number: 20, names: { le32: 'ppcle', be32: 'ppc' }, pageSize: 64 * KB },
  { number: 21, names: { le64: 'ppc64le', be64: 'ppc64' }, pageSize: 64 * KB },
  { number: 22, names: { be32: 's390', be64: 's390x' }, pageSize: 4 * KB },
  { number: 40, names: { le32: 'arm', be32: 'armeb' }, pageSize: 64 * KB },
  { number: 42, names: { le32: 'sh4', be32: 'sh4eb' }, pageSize: 64 * KB },
  { number: 43, names: { be64: 'sparc64' }, pageSize: 1024 * KB },
  { number: 45, names: { le32: 'arc', be32: 'arceb' }, pageSize: 16 * KB },
  { number: 50, names: { le32: 'ia64', le64: 'ia64', be64: 'ia64' }, pageSize: 64 * KB },
  { number: 62, names: { le32: 'x32', le64: 'x86_64' }, pageSize: 4 * KB },
  { number: 83, names: { le32: 'avr' }, pageSize: 1 },
  { number: 92, names: { be32: 'openrisc' }, pageSize: 8 * KB },
  { number: 93, names: { le32: 'arc', be32: 'arceb' }, pageSize: 16 * KB },
  { number: 94, names: { le32: 'xtensa', be32: 'xtensaeb' }, pageSize: 4 * KB },
  { number: 113, names: { le32: 'nios2' }, pageSize: 4 * KB },
  { number: 164, names: { le32: 'hexagon' }, pageSize: 1024 * KB },
  {
    number: 183,
    names: {
      le32: 'aarch64_ilp32',
      be32: 'aarch64_be_ilp32',
      le64: 'aarch64',
      be64: 'aarch64_be',
    },
    pageSize: 64 * KB,
  },
  { number: 188, names: { le32: 'tilepro' }, pageSize: 64 * KB },
  { number: 189, names: { le32: 'microblazeel', be32: 'microblaze' }, pageSize: 64 * KB },
  { number: 190, names: { le32: 'cuda', le64: 'cuda' }, pageSize: 1 },
  { number: 191, names: { le64: 'tilegx', be64: 'tilegx_be' }, pageSize: 64 * KB },
  { number: 195, names: { le32: 'arc', be32: 'arceb' }, pageSize: 16 * KB },
  { number: 205, names: { le32: 'intelgt', le64: 'intelgt' }, pageSize: 1 },
  { number: 224, names: { le64: 'amdgpu' }, pageSize: 4 * KB },
  { number: 243, names: { le32: 'riscv32', le64: 'riscv64' }, pageSize: 4 * KB },
  { number: 247, names: { le64: 'bpf', be64: 'bpf_be' }, pageSize: 1 },
  { number: 251, names: { le64: 've' }, pageSize: 64 * 1024 * KB },
  { number: 252, names: { le32: 'csky' }, pageSize: 4 * KB },
  { number: 253, names: { le64: 'arc64' }, pageSize: 16 * KB },
  { number: 255, names: { le32: 'arc32' }, pageSize: 16 * KB },
  { number: 258, names: { le32: 'loongarch32', le64: 'loongarch64' }, pageSize: 64 * KB },
  { number: 0x9026, names: { le64: 'alpha' }, pageSize: 64 * KB },
  { number: 0xa390, names: { be64: 's390x' }, pageSize: 4 * KB },
];
