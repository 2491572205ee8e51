/** Edited files in the hands of others: readelf, elflint, loaders, strip and patchelf. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  applyPatch,
  planElfEdit,
  planStrip,
  readElf,
  type ElfEdit,
} from '../../../../src/binary/elf/index.ts';
import {
  LINKER_OPTIONS,
  buildSample,
  complaints,
  hasCompiler,
  hasTool,
  systemLibraries,
} from '../../../support/elf-edit-files.ts';
import { scratch } from '../../../support/scratch.ts';

const HAS_LOADER = process.platform === 'linux' && spawnSync('python3', ['--version']).status === 0;

function edit(bytes: Uint8Array, edits: readonly ElfEdit[]): Uint8Array {
  return applyPatch(bytes, planElfEdit(readElf(bytes), edits));
}

/** What a graft does to every library, without needs of others: it still loads by itself. */
function asGrafted(bytes: Uint8Array): Uint8Array {
  const { soname = 'libx.so' } = readElf(bytes);
  return edit(bytes, [
    { kind: 'soname', name: soname.replace('.so', '-0123abcd.so') },
    { kind: 'rpath', entries: ['$ORIGIN/../a_distribution.libs'] },
    { kind: 'runpath', entries: [] },
  ]);
}

/** Loads a library and calls into it; the text is what the loader said, empty when it was content or there is none. */
function load(path: string, call = ''): string {
  if (!HAS_LOADER) return '';
  const code = `import ctypes, sys; library = ctypes.CDLL(sys.argv[1]); ${call}`;
  return spawnSync('python3', ['-c', code, path], { encoding: 'utf8' }).stderr.trim();
}

const CALL =
  'library.answer.argtypes = [ctypes.c_double]; assert library.answer(0.0) == 42, library.answer(0.0)';

/** The sample, pointed to a copy of libm, as a file beside that copy and as it was before. */
async function editedSample(
  name: string,
  options: readonly string[],
): Promise<{ folder: string; before: string; path: string } | undefined> {
  const bytes = buildSample(name, options);
  if (bytes === undefined) return undefined;
  const folder = await scratch();
  const before = join(folder, 'before.so');
  const path = join(folder, 'after.so');
  const libm = join(folder, 'libm-0123abcd.so.6');
  const found = execFileSync('gcc', ['-print-file-name=libm.so.6'], { encoding: 'utf8' }).trim();
  writeFileSync(libm, readFileSync(found));
  writeFileSync(before, bytes);
  const edited = edit(bytes, [{ kind: 'replace-needed', from: 'libm.so.6', to: libm }]);
  writeFileSync(path, asGrafted(edited), { mode: 0o755 });
  return { folder, before, path };
}

const STRIPPERS = [
  ['strip', '-s'],
  ['strip', '-g'],
  ['eu-strip', '-g'],
  ['llvm-strip', '-s'],
].filter(([tool = '']) => hasTool(tool));

const LAYOUTS_TO_STRIP = LINKER_OPTIONS.filter(([name]) =>
  ['with separate code', 'without separate code', 'pages of 64 KiB', 'debug information'].includes(
    name,
  ),
);

describe.skipIf(!hasCompiler())('linked in different ways (skipped without gcc)', () => {
  it.each(LINKER_OPTIONS)(
    '%s: no new word of readelf or elflint, and it loads',
    async (name, options) => {
      const sample = await editedSample(name, options);
      if (sample === undefined) return;
      const { before, path } = sample;
      const read = ['-a', '-W'];
      expect(complaints('readelf', read, path)).toBe(complaints('readelf', read, before));
      expect(lintOf(path)).toEqual(lintOf(before));
      expect(load(path, CALL)).toBe(load(before, CALL));
    },
  );

  it.each(
    STRIPPERS.flatMap(([tool = '', flag = '']) =>
      LAYOUTS_TO_STRIP.map(([name, options]) => [tool, flag, name, options] as const),
    ),
  )(
    '%s %s afterwards, linked %s: it loads, and is edited again',
    async (tool, flag, name, options) => {
      const sample = await editedSample(name, options);
      if (sample === undefined) return;
      const { folder, path } = sample;
      const stripped = join(folder, 'stripped.so');
      const { status, stderr } = spawnSync(tool, [flag, '-o', stripped, path], {
        encoding: 'utf8',
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(readElf(readFileSync(stripped)).rpath).toEqual(['$ORIGIN/../a_distribution.libs']);
      expect(load(stripped, CALL)).toBe('');
      const long = edit(readFileSync(stripped), [
        { kind: 'rpath', entries: [`$ORIGIN/${'long'.repeat(60)}`] },
      ]);
      writeFileSync(stripped, long);
      expect(load(stripped, CALL)).toBe('');
    },
  );

  it('edited thirty times, it is no longer than after the longest edit', () => {
    const bytes = buildSample('', []);
    if (bytes === undefined) return;
    const longest = edit(bytes, [{ kind: 'rpath', entries: ['$ORIGIN/'.concat('x'.repeat(300))] }]);
    let current = bytes;
    for (let round = 0; round < 30; round += 1)
      current = edit(current, [
        {
          kind: 'rpath',
          entries: [
            `$ORIGIN/${String.fromCodePoint(97 + (round % 26)).repeat((round * 37) % 300)}`,
          ],
        },
      ]);
    expect(current.length).toBeLessThanOrEqual(longest.length + 16);
  });

  it.skipIf(!hasTool('patchelf'))('before and after patchelf (skipped without it)', async () => {
    const bytes = buildSample('', []);
    if (bytes === undefined) return;
    const folder = await scratch();
    const path = join(folder, 'libsample.so');
    writeFileSync(path, asGrafted(bytes));
    execFileSync('patchelf', ['--set-rpath', `$ORIGIN/${'other'.repeat(40)}`, path]);
    expect(load(path, CALL)).toBe('');
    writeFileSync(path, asGrafted(new Uint8Array(readFileSync(path))));
    expect(load(path, CALL)).toBe('');
    expect(readElf(readFileSync(path)).rpath).toEqual(['$ORIGIN/../a_distribution.libs']);
  });
});

describe.skipIf(!hasTool('musl-gcc'))("musl's loader (skipped without musl-gcc)", () => {
  it('loads what was edited', async () => {
    const folder = await scratch();
    mkdirSync(join(folder, 'libs'));
    const at = (name: string): string => join(folder, name);
    writeFileSync(at('dep.c'), 'int dep(void) { return 41; }\n');
    writeFileSync(at('mod.c'), 'int dep(void); int mod(void) { return dep() + 1; }\n');
    writeFileSync(
      at('main.c'),
      '#include <dlfcn.h>\n#include <stdio.h>\nint main(int n, char **a) { void *h = dlopen(a[1], RTLD_NOW); if (!h) { puts(dlerror()); return 1; } int (*f)(void) = dlsym(h, "mod"); printf("%d\\n", f()); return 0; }\n',
    );
    const gcc = (...options: string[]): void => {
      execFileSync('musl-gcc', options, { cwd: folder });
    };
    gcc('-shared', '-fPIC', '-Wl,-soname,libdep.so.1', 'dep.c', '-o', 'libdep.so.1');
    gcc('-shared', '-fPIC', 'mod.c', '-o', 'mod.so', 'libdep.so.1');
    gcc('main.c', '-o', 'main');
    const dep = edit(readFileSync(at('libdep.so.1')), [
      { kind: 'soname', name: 'libdep-0123abcd.so.1' },
    ]);
    writeFileSync(at('libs/libdep-0123abcd.so.1'), dep);
    const mod = edit(readFileSync(at('mod.so')), [
      { kind: 'replace-needed', from: 'libdep.so.1', to: 'libdep-0123abcd.so.1' },
      { kind: 'rpath', entries: ['$ORIGIN/libs'] },
    ]);
    writeFileSync(at('mod.so'), mod);
    expect(execFileSync(at('main'), [at('mod.so')], { encoding: 'utf8' }).trim()).toBe('42');
    const main = edit(readFileSync(at('main')), [
      { kind: 'rpath', entries: ['$ORIGIN/'.concat('y'.repeat(200))] },
    ]);
    writeFileSync(at('main'), main);
    expect(execFileSync(at('main'), [at('mod.so')], { encoding: 'utf8' }).trim()).toBe('42');
  });
});

describe.skipIf(!HAS_LOADER)(
  'libraries of this machine (skipped without Linux and python3)',
  () => {
    it('load as before when they were stripped and edited as a graft is', async () => {
      const folder = await scratch();
      const libraries = systemLibraries(300_000)
        .filter((_, index) => index % 7 === 0)
        .slice(0, 30);
      for (const path of libraries) {
        const bytes = new Uint8Array(readFileSync(path));
        const elf = readElf(bytes);
        if (
          elf.interpreter !== undefined ||
          elf.rpath.length + elf.runpath.length > 0 ||
          /^ld[-6.]/.test(basename(path))
        )
          continue;
        const copy = join(folder, basename(path));
        writeFileSync(copy, asGrafted(applyPatch(bytes, planStrip(elf))));
        const said = load(copy).replaceAll(copy, '');
        expect(`${path} ${said}`).toBe(`${path} ${load(path).replaceAll(path, '')}`);
      }
    }, 60_000);
  },
);

/** Kinds of complaints of elflint; numbers and names in them differ from file to file. */
function lintOf(path: string): readonly string[] {
  const { stdout } = spawnSync('eu-elflint', ['--gnu-ld', path], { encoding: 'utf8' });
  const kinds = stdout
    .split('\n')
    .map((line) => line.replaceAll(/\d+|'[^']*'|0x[0-9a-f]+/g, '#').trim());
  return [...new Set(kinds)].filter((line) => line !== '' && line !== 'No errors').sort();
}
