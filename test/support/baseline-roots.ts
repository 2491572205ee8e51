import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EM } from '../../src/binary/elf/index.ts';
import { buildElf, type ElfPlan } from './elf-builder.ts';

/** Version (empty for none) to the symbols that a library has under it; a number is the size of data. */
export type Exports = Readonly<
  Record<string, readonly string[] | Readonly<Record<string, number>>>
>;

/** A library that exports symbols. Each version continues the one before. */
export function library(soname: string, exports: Exports, plan: ElfPlan = {}): ElfPlan {
  const versions = Object.keys(exports).filter((name) => name !== '');
  return {
    soname,
    needed: ['libc.so.6'],
    versionDefinitions: [
      { name: soname },
      ...versions.map((name, index) => {
        const parent = versions[index - 1];
        return { name, ...(parent === undefined ? {} : { parents: [parent] }) };
      }),
    ],
    symbols: Object.entries(exports).flatMap(([version, symbols]) => {
      const named = version === '' ? {} : { version };
      return Array.isArray(symbols)
        ? (symbols as readonly string[]).map((name) => ({ name, section: 7, ...named }))
        : Object.entries(symbols).map(([name, size]) => ({
            name,
            section: 8,
            type: 1,
            size: Number(size),
            ...named,
          }));
    }),
    ...plan,
  };
}

/** A libc.so.6 that says which glibc it is. */
export function glibc(version: string, exports: Exports, plan: ElfPlan = {}): ElfPlan {
  const banner = `GNU C Library (Acme GLIBC ${version}-1) stable release version ${version}.\n\0`;
  return library('libc.so.6', exports, {
    needed: ['ld-linux-x86-64.so.2'],
    interpreter: '/lib64/ld-linux-x86-64.so.2',
    extraSections: [{ name: '.banner', bytes: Buffer.from(banner) }],
    ...plan,
  });
}

/** A musl libc. */
export function musl(version: string, symbols: readonly string[], plan: ElfPlan = {}): ElfPlan {
  const text = `musl libc (x86_64)\nVersion %s\n\0${version}\0`;
  return {
    soname: 'libc.musl-x86_64.so.1',
    symbols: symbols.map((name) => ({ name, section: 7 })),
    extraSections: [{ name: '.text.version', bytes: Buffer.from(text) }],
    ...plan,
  };
}

/** What lies at a path of a root: a library, bytes or text, or a link. */
export type RootMember = ElfPlan | Uint8Array | string | { readonly link: string };

/** Writes a root file system; paths are relative to it. */
export async function writeRoot(
  folder: string,
  members: Readonly<Record<string, RootMember>>,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [path, member] of Object.entries(members)) {
    const place = join(folder, path);
    await mkdir(dirname(place), { recursive: true });
    if (typeof member === 'string' || member instanceof Uint8Array) await writeFile(place, member);
    else if ('link' in member) await symlink(member.link, place);
    else await writeFile(place, buildElf(member).bytes);
  }
  return folder;
}

/** The least that a system of one of LoongArch's two ABIs has. */
export function loongArch(world: 'old' | 'new'): ElfPlan {
  const { version, epoch, ...header } = LOONGARCH_WORLDS[world];
  return glibc(version, { [epoch]: ['malloc'] }, { machine: EM.LOONGARCH, needed: [], ...header });
}

const LOONGARCH_WORLDS = {
  old: { version: '2.28', epoch: 'GLIBC_2.27', flags: 0x03, interpreter: '/lib64/ld.so.1' },
  new: {
    version: '2.38',
    epoch: 'GLIBC_2.36',
    flags: 0x43,
    interpreter: '/lib64/ld-linux-loongarch-lp64d.so.1',
  },
} as const;
