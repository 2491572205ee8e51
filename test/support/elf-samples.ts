import { EM } from '../../src/binary/elf/index.ts';
import { buildElf, type BuiltElf, type ElfPlan } from './elf-builder.ts';

/** Every class and byte order, each as a processor that has it. */
export const LAYOUTS = [
  { class: 64, byteOrder: 'little', machine: EM.X86_64 },
  { class: 64, byteOrder: 'big', machine: EM.S390 },
  { class: 32, byteOrder: 'little', machine: EM.ARM },
  { class: 32, byteOrder: 'big', machine: EM.MIPS },
] as const satisfies readonly ElfPlan[];

/** A library with everything that a loader reads: needs, versions of both kinds, both hash tables, a build id. */
export const LIBRARY: ElfPlan = {
  soname: 'libdemo.so.1',
  needed: ['libm.so.6', 'libc.so.6'],
  rpath: '/opt/lib',
  runpath: '$ORIGIN/../lib:',
  symbols: [
    { name: 'malloc', version: 'GLIBC_2.17' },
    { name: 'sin', version: 'GLIBC_2.29', binding: 2 },
    { name: 'unversioned', type: 0 },
    { name: 'demo_run', section: 7, value: 0x1230, size: 16, version: 'DEMO_2' },
    { name: 'demo_run_old', section: 7, value: 0x1240, size: 8, version: 'DEMO_1', hidden: true },
    { name: 'demo_state', section: 8, type: 6, value: 4, size: 4, visibility: 3 },
    { name: 'demo_pick', section: 7, type: 10, binding: 10, version: 'DEMO_2' },
  ],
  versionDefinitions: [
    { name: 'libdemo.so.1' },
    { name: 'DEMO_1' },
    { name: 'DEMO_2', parents: ['DEMO_1'] },
  ],
  versionNeeds: [
    { library: 'libm.so.6', versions: ['GLIBC_2.29'] },
    { library: 'libc.so.6', versions: ['GLIBC_2.4', { name: 'GLIBC_2.17', weak: true }] },
  ],
  hash: 'both',
  notes: [
    { name: 'GNU', type: 3, descriptor: Uint8Array.of(0xde, 0xad, 0xbe, 0xef) },
    { name: 'GNU', type: 1, descriptor: new Uint8Array(16) },
  ],
  execStack: false,
  relro: true,
  spareEntries: 4,
};

/** The library for one of the layouts. */
export function demoLibrary(layout: ElfPlan = {}): BuiltElf {
  return buildElf({ ...LIBRARY, ...layout });
}
