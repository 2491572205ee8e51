/**
 * Native files that no linker writes, each of a kind that an auditor could stumble over: counts and chains that lead
 * nowhere, names that mean something to JavaScript, many files that refer to one another.
 */
import { DT, ET } from '../../src/binary/elf/index.ts';
import { buildElf, type BuiltElf, type ElfPlan } from './elf-builder.ts';
import type { Random } from './elf-fuzz.ts';
import { LAYOUTS, LIBRARY } from './elf-samples.ts';
import { overwrite } from './elf-writer.ts';

/** Native files of one wheel, by path. */
export type ForgedFiles = Readonly<Record<string, Uint8Array>>;

/** Every kind, by name. */
export const FORGERIES: Readonly<Record<string, (random: Random) => ForgedFiles>> = {
  'no section headers': (random) => {
    const built = library(random, { sections: random(2) === 0 });
    const at = built.layout.is64 ? 40 : 32;
    const width = built.layout.is64 ? 8 : 4;
    overwrite(built, { offset: at, width }, random(2) === 0 ? 0 : random(0x7fffffff));
    return one(built.bytes);
  },
  'hash chains in circles': (random) => {
    const built = library(random, { hash: pick(random, ['gnu', 'sysv', 'both'] as const) });
    const name = built.places.has('.hash') ? '.hash' : '.gnu.hash';
    const { offset, size } = built.place(name);
    const value = random(8);
    for (let at = 8; at + 4 <= size; at += 4)
      overwrite(built, { offset: offset + at, width: 4 }, value);
    return one(built.bytes);
  },
  'symbols that are not there': (random) => {
    const built = library(random, { hash: 'both', sections: random(2) === 0 });
    const counts = [1_000_000, 0x7fffffff, 0xffffffff, 0xfffffff0, 65_536];
    const inside = 4 * random(4);
    const place = built.place(random(2) === 0 ? '.hash' : '.gnu.hash');
    overwrite(built, { offset: place.offset + inside, width: 4 }, pick(random, counts));
    return one(built.bytes);
  },
  'strings that overlap': (random) => {
    const symbols = Array.from({ length: 200 }, (_, index) => ({ name: `s${index}` }));
    const built = library(random, { symbols: [{ name: 'x'.repeat(2000) }, ...symbols] });
    const { offset } = built.place('.dynsym');
    const record = built.layout.is64 ? 24 : 16;
    for (let index = 1; index <= 200; index += 1)
      overwrite(built, { offset: offset + index * record, width: 4 }, random(2000));
    return one(built.bytes);
  },
  'absurd counts': (random) => {
    const built = library(random);
    const wide = built.layout.is64;
    // e_phentsize, e_phnum, e_shentsize, e_shnum, e_shstrndx
    const first = wide ? 54 : 42;
    for (let round = 0; round < 2; round += 1) {
      const value = pick(random, [0, 1, 0xffff, 0xfffe, 0x7fff]);
      overwrite(built, { offset: first + 2 * random(5), width: 2 }, value);
    }
    return one(built.bytes);
  },
  'absurd dynamic entries': (random) => {
    const tags = Array.from({ length: 1 + random(20) }, (): [number, number] => [
      pick(random, [...Object.values(DT), random(0x7fffffff)]),
      pick(random, [0, 1, 64, 0x10000, 0x10040, 0x7fffffff]),
    ]);
    return one(library(random, { tags }).bytes);
  },
  'an unknown machine': (random) =>
    one(library(random, { machine: random(0x10000), flags: random(0x7fffffff) }).bytes),
  'an unknown kind': (random) =>
    one(
      library(random, {
        type: pick(random, [0, ET.REL, ET.EXEC, ET.DYN, 4, 0xfe00, random(0x10000)]),
        osAbi: random(256),
      }).bytes,
    ),
  'hostile names': (random) => {
    const names = Array.from({ length: 6 }, () => hostileName(random));
    const [soname = '', library = '', version = ''] = names;
    const plan: ElfPlan = {
      soname,
      needed: [...names, 'libc.so.6', hostileName(random)],
      [pick(random, ['rpath', 'runpath'] as const)]: names.join(':'),
      versionNeeds: [
        { library, versions: [version, hostileName(random)] },
        { library: 'libc.so.6', versions: [hostileName(random), 'GLIBC_2.5'] },
      ],
      symbols: [
        { name: hostileName(random), version },
        { name: hostileName(random) },
        { name: hostileName(random), section: 7 },
      ],
    };
    const path = pick(random, ['pkg/', `${fileName(random)}/`, '']) + fileName(random);
    return { [path]: buildElf(plan).bytes };
  },
  'files that need one another': (random) => {
    const count = 2 + random(40);
    const paths = Array.from(
      { length: count },
      (_, index) =>
        `pkg/${pick(random, ['', 'a/', 'b/', 'b/a/'])}lib${index % (1 + random(count))}.so`,
    );
    const folders = ['$ORIGIN', '$ORIGIN/..', '$ORIGIN/../../..', '/x', '', '${ORIGIN}/a', '$LIB'];
    return Object.fromEntries(
      paths.map((at): [string, Uint8Array] => {
        const needed = Array.from({ length: random(6) }, () => `lib${random(count)}.so`);
        const path = Array.from({ length: 1 + random(4) }, () => pick(random, folders)).join(':');
        const search = pick(random, [{ rpath: path }, { runpath: path }, {}]);
        const soname = random(2) === 0 ? {} : { soname: `lib${random(count)}.so` };
        return [at, buildElf({ needed, ...search, ...soname }).bytes];
      }),
    );
  },
  'processors mixed': (random) =>
    Object.fromEntries(
      Array.from({ length: 1 + random(5) }, (_, index): [string, Uint8Array] => [
        `pkg/m${index}.${fileName(random)}`,
        library(random, { machine: pick(random, MACHINES), flags: pick(random, FLAGS) }).bytes,
      ]),
    ),
  'notes of all kinds': (random) =>
    one(
      library(random, {
        notes: Array.from({ length: 1 + random(4) }, () => ({
          name: pick(random, ['GNU', 'FDO', 'Android', 'stapsdt', '', 'X'.repeat(100)]),
          type: pick(random, [0, 1, 2, 3, 4, 5, 0x100, 0xcafe1a7e]),
          descriptor: Uint8Array.from({ length: random(64) }, () => random(256)),
          alignment: pick(random, [4, 8] as const),
        })),
      }).bytes,
    ),
  'many needs and folders': (random) => {
    const needed = Array.from({ length: 1 + random(300) }, (_, index) => `lib${index}.so`);
    const folders = Array.from({ length: 1 + random(300) }, (_, index) => `$ORIGIN/${index}`);
    return one(buildElf({ needed, runpath: folders.join(':') }).bytes);
  },
  'many versions': (random) => {
    const versions = Array.from({ length: 1 + random(500) }, (_, index) => `GLIBC_2.${index}`);
    const symbols = versions.map((version, index) => ({ name: `f${index % 7}`, version }));
    return one(
      buildElf({
        needed: ['libc.so.6'],
        versionNeeds: [{ library: 'libc.so.6', versions }],
        symbols,
      }).bytes,
    );
  },
  'cut off': (random) => {
    const { bytes } = library(random);
    return one(bytes.subarray(0, random(bytes.length)));
  },
};

function one(bytes: Uint8Array): ForgedFiles {
  return { 'pkg/native.cpython-312-x86_64-linux-gnu.so': bytes };
}

function library(random: Random, changes: ElfPlan = {}): BuiltElf {
  return buildElf({ ...LIBRARY, ...pick(random, LAYOUTS), ...changes });
}

function pick<Value>(
  random: Random,
  values: readonly [Value, ...Value[]] | readonly Value[],
): Value {
  const value = values[random(values.length)];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

/** EM_* of every architecture that baselines know, and some that they do not. */
const MACHINES = [0, 2, 3, 8, 20, 21, 22, 40, 43, 62, 183, 190, 243, 247, 258, 0xffff] as const;
/** e_flags: ARM's floats, RISC-V's and LoongArch's ABIs, ELFv1 and v2, nonsense. */
const FLAGS = [0, 1, 2, 3, 4, 5, 0x43, 0x40, 0x5000200, 0x5000400, 0x7fffffff] as const;

const HOSTILE = [
  '',
  '.',
  '..',
  '/',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'libc.so.6',
  'libc.so.6\n::error::x',
  'libc.musl-x86_64.so.1',
  'libpython3.12.so.1.0',
  'ld-linux-x86-64.so.2',
  '$ORIGIN',
  '$ORIGIN/../../..',
  '/etc/passwd',
  'GLIBC_',
  'GLIBC_2.',
  'GLIBC_99999999999999999999.1',
  'GLIBC_2.17',
  'GLIBC_PRIVATE',
  'GLIBC_ABI_DT_RELR',
  '_',
  'CXXABI_1.3',
  'PyInit_pkg',
  'PyInit_',
  'PyUnicodeUCS2_X',
  'getrandom',
  '\u001b[31m',
  '<script>',
  'ψ',
  '\ud83d\ude00',
  'x'.repeat(5000),
] as const;

function hostileName(random: Random): string {
  return pick(random, HOSTILE);
}

function fileName(random: Random): string {
  return pick(random, [
    'native.cpython-312-x86_64-linux-gnu.so',
    'native.cpython-310-loongarch64-linux-gnu.so',
    'native.cpython-399t-x-linux-musl.so',
    'native.abi3.so',
    'native.pypy311-pp73-x86_64-linux-gnu.so',
    '.so',
    'libx.so.1.2.3',
    '__proto__',
    'constructor',
    'x.pyd',
    'pkg.data/platlib/x.so',
    'lib a,b"c.so',
    'ψ.so',
  ]);
}
