/** The ELF reader beside binutils' readelf, on libraries made for it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const name = 'elf';
export const description =
  'ELF libraries: 200 of 1 MB with 500 symbols each, and one with 30,000 symbols of 80 characters, made by the test suite.';

const here = import.meta.dirname;

export async function run(ctx) {
  const library = await ctx.bundle('bench/elf/library.ts');
  const { buildElf } = await import(pathToFileURL(library).href);
  const many = join(ctx.temp, 'many');
  const large = join(ctx.temp, 'large');
  mkdirSync(many);
  mkdirSync(large);
  for (let index = 0; index < 200; index += 1) {
    writeFileSync(join(many, `lib${index}.so`), makeLibrary(buildElf, 500, 1_000_000));
  }
  writeFileSync(join(large, 'lib.so'), makeLibrary(buildElf, 30_000, 0));

  const contenders = (operation, folder) => {
    const wheelworks = {
      label: 'wheelworks',
      command: [process.execPath, join(here, 'wheelworks.mjs'), library, operation, folder],
    };
    const readelf = {
      label: 'readelf',
      command: [process.execPath, join(here, 'readelf.mjs'), operation, folder],
    };
    return hasReadelf() ? [wheelworks, readelf] : [wheelworks];
  };
  await ctx.compare({
    title: 'needs and versions of 200 libraries of 1 MB',
    note: 'The files are read whole by wheelworks and in parts by readelf, one process for all.',
    contenders: contenders('needs', many),
  });
  await ctx.compare({
    title: '30,000 symbols with versions',
    contenders: contenders('symbols', large),
  });
}

function hasReadelf() {
  return spawnSync('readelf', ['--version']).status === 0;
}

/** A library of two needs with three versions each; `padding` bytes stand for its code. */
function makeLibrary(buildElf, symbols, padding) {
  const versions = ['GLIBC_2.2.5', 'GLIBC_2.14', 'GLIBC_2.34'];
  return buildElf({
    soname: 'libbench.so.1',
    needed: ['libm.so.6', 'libc.so.6'],
    runpath: '$ORIGIN',
    versionNeeds: [
      { library: 'libm.so.6', versions: ['GLIBC_2.27', 'GLIBC_2.29', 'GLIBC_2.35'] },
      { library: 'libc.so.6', versions },
    ],
    symbols: Array.from({ length: symbols }, (_, index) => ({
      name: `_ZN5bench${'a'.repeat(64)}${String(index).padStart(6, '0')}Ev`,
      section: index % 4 === 0 ? 0 : 9,
      version: index % 4 === 0 ? versions[index % 3] : undefined,
    })),
    extraSections: [{ name: '.padding', bytes: new Uint8Array(padding) }],
  }).bytes;
}
