/** Stripping, held against GNU strip on files of the compiler's making. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyPatch, planStrip, readElf, type ElfFile } from '../../../../src/binary/elf/index.ts';
import { hasCompiler } from '../../../support/elf-edit-files.ts';
import { LAYOUTS, demoLibrary } from '../../../support/elf-samples.ts';
import { scratch } from '../../../support/scratch.ts';

const HAS_STRIP = spawnSync('strip', ['--version']).status === 0;
const CAN_LOAD = process.platform === 'linux' && spawnSync('python3', ['--version']).status === 0;

const SOURCE = `
static int hidden(int x) { return x * 3; }
__attribute__((visibility("default"))) int table[4] = {1, 2, 3, 4};
__attribute__((visibility("default"))) int answer(void) { return hidden(14); }
`;

/** What compilers and linkers leave in a library. */
const KINDS: readonly (readonly [name: string, options: readonly string[]])[] = [
  ['-g', ['-g']],
  ['-g3 with macros', ['-g3']],
  ['compressed debug sections', ['-g', '-gz=zlib']],
  ['DWARF 4', ['-gdwarf-4']],
  ['split DWARF', ['-g', '-gsplit-dwarf']],
  ['link-time optimisation', ['-g', '-flto']],
  ['relocations for another linker', ['-g', '-Wl,--emit-relocs']],
  ['functions in sections of their own', ['-g', '-ffunction-sections', '-fdata-sections']],
  ['no debug information', []],
];

function strip(bytes: Uint8Array): Uint8Array {
  return applyPatch(bytes, planStrip(readElf(bytes)));
}

/** Content of what is loaded, by where it is loaded to. */
function loaded(elf: ElfFile): readonly string[] {
  return elf.segments
    .filter(({ type }) => type === 1)
    .map(({ offset, fileSize, address }) =>
      // The header of the file says where the section headers are.
      Buffer.from(
        elf.bytes.range(Math.max(offset, 64), fileSize - Math.max(0, 64 - offset), 'segment'),
      )
        .toString('base64')
        .concat(` at ${address}`),
    );
}

describe.skipIf(!hasCompiler() || !HAS_STRIP || !CAN_LOAD)(
  'libraries of the compiler (skipped without gcc, strip and python3 on Linux)',
  () => {
    it.each(KINDS)(
      '%s: what GNU strip leaves, no larger, and it still works',
      async (_, options) => {
        const folder = await scratch();
        const [source, path, theirs, ours] = ['a.c', 'a.so', 'theirs.so', 'ours.so'].map((name) =>
          join(folder, name),
        ) as [string, string, string, string];
        writeFileSync(source, SOURCE);
        execFileSync('gcc', ['-shared', '-fPIC', ...options, '-o', path, source], { cwd: folder });
        execFileSync('strip', ['--strip-all', '-o', theirs, path]);
        const before = readFileSync(path);
        const after = strip(before);
        writeFileSync(ours, after);
        const [old, elf, peer] = [before, after, readFileSync(theirs)].map((bytes) =>
          readElf(bytes),
        ) as [ElfFile, ElfFile, ElfFile];
        expect(elf.faults).toEqual([]);
        expect(loaded(elf)).toEqual(loaded(old));
        // Loaded sections keep their index, so that a section removed between them leaves an empty header.
        const names = (file: ElfFile): readonly string[] =>
          file.sections.map(({ name }) => name).filter((name) => name !== '');
        expect(names(elf)).toEqual(names(peer));
        const emptied = elf.sections.length - peer.sections.length;
        expect(after.length).toBeLessThanOrEqual(peer.bytes.size + 64 + 160 * emptied);
        expect(elf.symbols()).toEqual(old.symbols());
        // Nothing is left to take out.
        expect(Buffer.from(strip(after)).equals(after)).toBe(true);
        const warnings = spawnSync('readelf', ['-aW', ours], { encoding: 'utf8' });
        expect(warnings.stderr).toBe('');
        const call = 'import ctypes, sys; print(ctypes.CDLL(sys.argv[1]).answer())';
        const said = execFileSync('python3', ['-c', call, ours], { encoding: 'utf8' });
        expect(said.trim()).toBe('42');
      },
    );

    it('an object file keeps what it is linked by', async () => {
      const folder = await scratch();
      writeFileSync(join(folder, 'a.c'), SOURCE);
      execFileSync('gcc', ['-g', '-c', '-o', 'a.o', 'a.c'], { cwd: folder });
      const bytes = readFileSync(join(folder, 'a.o'));
      expect(planStrip(readElf(bytes))).toEqual({ size: bytes.length, writes: [] });
    });

    it('a link to a debug file elsewhere stays', async () => {
      const folder = await scratch();
      writeFileSync(join(folder, 'a.c'), SOURCE);
      execFileSync('gcc', ['-g', '-shared', '-fPIC', '-o', 'a.so', 'a.c'], { cwd: folder });
      execFileSync('objcopy', ['--only-keep-debug', 'a.so', 'a.debug'], { cwd: folder });
      execFileSync('objcopy', ['--add-gnu-debuglink=a.debug', 'a.so'], { cwd: folder });
      const elf = readElf(strip(readFileSync(join(folder, 'a.so'))));
      expect(elf.sections.map(({ name }) => name)).toContain('.gnu_debuglink');
      expect(elf.sections.some(({ name }) => name.startsWith('.debug_'))).toBe(false);
    });
  },
);

describe('files made by hand', () => {
  it('of every class and byte order keep what is loaded', () => {
    for (const layout of LAYOUTS) {
      const { bytes } = demoLibrary(layout);
      const elf = readElf(bytes);
      const stripped = readElf(strip(bytes));
      expect(stripped.faults).toEqual([]);
      expect(stripped.symbols()).toEqual(elf.symbols());
      expect(stripped.needed).toEqual(elf.needed);
    }
  });

  it('without section headers there is nothing to strip', () => {
    const bytes = Buffer.from(demoLibrary().bytes);
    // e_shoff, e_shnum and e_shstrndx of a 64-bit file.
    bytes.writeBigUInt64LE(0n, 40);
    bytes.writeUInt32LE(0, 60);
    expect(planStrip(readElf(bytes))).toEqual({ size: bytes.length, writes: [] });
  });
});
