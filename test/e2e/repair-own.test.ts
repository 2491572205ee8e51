/**
 * Modules that lean on libraries built beside them, in every shape that build systems leave them in: repaired, then
 * installed and run when the originals are deleted.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readElf } from '../../src/binary/elf/index.ts';

import {
  buildExtension,
  buildLabWheel,
  buildLibrary,
  buildProgram,
  repairLabMissing,
  type NativeSpec,
} from '../support/repair-lab.ts';
import {
  expectOwnLibraries,
  install,
  repair,
  run,
  unpack,
  type Installed,
  type Repaired,
} from '../support/repair-lab-run.ts';
import { scratch } from '../support/scratch.ts';
import { recordRow, type WheelSpec } from '../support/wheel-builder.ts';

let folder: string;
let build: string;

beforeEach(async () => {
  folder = await scratch();
  build = join(folder, 'build machine');
});

interface Outcome {
  readonly wheel: string;
  readonly repaired: Repaired;
  readonly installed: Installed;
}

/**
 * Packs modules into the package `demo`, repairs the wheel, takes the build machine away, and installs; nothing of the
 * build machine may be left in any native file.
 */
async function outcome(
  natives: Readonly<Record<string, string>>,
  { spec = {}, options = [] }: { spec?: WheelSpec; options?: readonly string[] } = {},
): Promise<Outcome> {
  const wheel = await buildLabWheel(join(folder, 'dist'), natives, {
    ...spec,
    files: { 'demo/__init__.py': '', ...spec.files },
  });
  const repaired = await repair(wheel, join(folder, 'out'), { options });
  rmSync(build, { recursive: true, force: true });
  const installed = install(repaired.output, join(folder, 'venv'));
  const again = await repair(repaired.output, join(folder, 'again'));
  expect(again.outputSha256).toBe(repaired.outputSha256);
  return { wheel, repaired, installed };
}

/** Calls `answer()` of modules of the package, in one process; all that was grafted has to be loaded from the wheel. */
function answers({ installed, repaired }: Outcome, ...modules: readonly string[]): unknown {
  const list = modules.map((name) => `importlib.import_module("demo.${name}").answer()`);
  const ran = run(installed, `import importlib\nanswer = [${list.join(', ')}]`);
  expectOwnLibraries(ran, repaired, installed.sitePackages);
  return ran.answer;
}

/** A module of the package, in the build folder; its path in a wheel and on disk. */
function module(name: string, spec: NativeSpec): Record<string, string> {
  const path = buildExtension(join(build, 'module'), name, spec);
  return { [`demo/${basename(path)}`]: path };
}

const library = (path: string, spec: NativeSpec): string => buildLibrary(join(build, path), spec);

/** Arguments of the linker that write folders into DT_RUNPATH, which the loader asks for the file's own needs. */
const runpath = (...folders: readonly string[]): readonly string[] => [
  '-Wl,--enable-new-dtags',
  `-Wl,-rpath,${folders.join(':')}`,
];

/** As {@link runpath}, for DT_RPATH, which the loader also asks for what the needed libraries need. */
const rpath = (...folders: readonly string[]): readonly string[] => [
  '-Wl,--disable-new-dtags',
  `-Wl,-rpath,${folders.join(':')}`,
];

/** The file names of what was grafted, without their hashes. */
function graftedNames({ repaired }: Outcome): readonly string[] {
  return repaired.grafted.map(({ to }) => basename(to).replace(/-[0-9a-f]{8}/, '')).sort();
}

describe.skipIf(repairLabMissing !== undefined)(
  `own libraries (skipped ${repairLabMissing ?? 'elsewhere'})`,
  () => {
    it('in a diamond: one copy of the library at its end', async () => {
      const base = library('base/libbase.so.1', {
        soname: 'libbase.so.1',
        code: 'static int calls; int base(void) { return ++calls; }',
      });
      const [left, right] = ['left', 'right'].map((side) =>
        library(`lib${side}.so.1`, {
          soname: `lib${side}.so.1`,
          code: `int base(void); int ${side}(void) { return base(); }`,
          links: [base],
          flags: runpath(dirname(base)),
        }),
      ) as [string, string];
      const native = module('_diamond', {
        code: 'int left(void), right(void); static long answer(void) { left(); return 10 * right(); }',
        links: [left, right],
        flags: runpath(build),
      });
      const result = await outcome(native);
      expect(graftedNames(result)).toEqual(['libbase.so.1', 'libleft.so.1', 'libright.so.1']);
      expect(answers(result, '_diamond')).toEqual([20]);
    });

    it('that need each other', async () => {
      const code = (own: string, other: string): string =>
        `int ${other}(int); int ${own}(int n) { return n == 0 ? 0 : 1 + ${other}(n - 1); }`;
      const ping = (links: readonly string[]): string =>
        library('libping.so', {
          soname: 'libping.so',
          code: code('ping', 'pong'),
          links,
          flags: runpath('$ORIGIN'),
        });
      const pong = library('libpong.so', {
        soname: 'libpong.so',
        code: code('pong', 'ping'),
        links: [ping([])],
        flags: runpath('$ORIGIN'),
      });
      const native = module('_cycle', {
        code: 'int ping(int); static long answer(void) { return ping(7); }',
        links: [ping([pong])],
        flags: runpath(build),
      });
      const result = await outcome(native);
      expect(graftedNames(result)).toEqual(['libping.so', 'libpong.so']);
      expect(answers(result, '_cycle')).toEqual([7]);
    });

    it('of one name in two folders, for two modules', async () => {
      const natives = [1, 2].map((number) => {
        const same = library(`${number}/libsame.so.1`, {
          soname: 'libsame.so.1',
          code: `int same(void) { return ${number}; }`,
        });
        return module(`_mod${number}`, {
          code: 'int same(void); static long answer(void) { return same(); }',
          links: [same],
          flags: runpath(dirname(same)),
        });
      });
      const result = await outcome({ ...natives[0], ...natives[1] });
      expect(graftedNames(result)).toEqual(['libsame.so.1', 'libsame.so.1']);
      expect(answers(result, '_mod1', '_mod2')).toEqual([1, 2]);
      expect(answers(result, '_mod2', '_mod1')).toEqual([2, 1]);
    });

    it('of one name and of the same bytes in two folders: one copy', async () => {
      const natives = [1, 2].map((number) => {
        const same = library(`${number}/libtwin.so.1`, {
          soname: 'libtwin.so.1',
          code: 'static int calls; int twin(void) { return ++calls; }',
        });
        return module(`_mod${number}`, {
          code: 'int twin(void); static long answer(void) { return twin(); }',
          links: [same],
          flags: runpath(dirname(same)),
        });
      });
      const result = await outcome({ ...natives[0], ...natives[1] });
      expect(graftedNames(result)).toEqual(['libtwin.so.1']);
      expect(answers(result, '_mod1', '_mod2')).toEqual([1, 2]);
    });

    it('behind symbolic links', async () => {
      const real = library('real/liblinked.so.1.2.3', {
        soname: 'liblinked.so.1',
        code: 'int linked(void) { return 123; }',
      });
      for (const [name, target] of [
        ['liblinked.so.1.2', 'real/liblinked.so.1.2.3'],
        ['liblinked.so.1', 'liblinked.so.1.2'],
        ['liblinked.so', 'liblinked.so.1'],
      ] as const)
        symlinkSync(target, join(build, name));
      const native = module('_linked', {
        code: 'int linked(void); static long answer(void) { return linked(); }',
        links: [join(build, 'liblinked.so')],
        flags: runpath(build),
      });
      const result = await outcome(native);
      expect(result.repaired.grafted.map(({ from }) => from)).toEqual([real]);
      expect(graftedNames(result)).toEqual(['liblinked.so.1']);
      expect(answers(result, '_linked')).toEqual([123]);
    });

    it('with versioned symbols, of which the older and the newer are used', async () => {
      const script = join(build, 'versions.map');
      mkdirSync(build);
      execFileSync('tee', [script], {
        input: 'V_1 { global: pick; local: *; }; V_2 { global: pick; } V_1;',
        stdio: ['pipe', 'ignore', 'inherit'],
      });
      const versioned = library('libversioned.so.1', {
        soname: 'libversioned.so.1',
        code: `
          __attribute__((symver("pick@V_1"))) int pick_1(void) { return 1; }
          __attribute__((symver("pick@@V_2"))) int pick_2(void) { return 2; }`,
        flags: [`-Wl,--version-script,${script}`],
      });
      const natives = [1, 2].map((number) =>
        module(`_pick${number}`, {
          code: `__asm__(".symver pick, pick@V_${number}"); int pick(void); static long answer(void) { return pick(); }`,
          links: [versioned],
          flags: runpath(build),
        }),
      );
      const result = await outcome({ ...natives[0], ...natives[1] });
      expect(answers(result, '_pick1', '_pick2')).toEqual([1, 2]);
      const warned = spawnSync(
        result.installed.python,
        ['-I', '-c', 'import demo._pick1, demo._pick2'],
        { encoding: 'utf8', env: { LD_DEBUG: 'versions', LD_BIND_NOW: '1' } },
      );
      // The loader finds the versions in the file that they are now asked of.
      const renamed = basename(result.repaired.grafted[0]?.to ?? '?');
      expect(warned.stderr).toMatch(`checking for version \`V_1' in file`);
      expect(warned.stderr.split('\n').filter((line) => line.includes("`V_2' in file"))).toEqual([
        expect.stringContaining(renamed),
      ]);
      expect(warned.stderr).not.toContain('no version information');
    });

    it.each([
      ['RUNPATH of each', runpath],
      ['RPATH of the module alone', rpath],
    ] as const)('through five levels, found by the %s', async (_, flags) => {
      let next: string | undefined;
      for (let level = 5; level >= 1; level -= 1) {
        const links: readonly string[] = next === undefined ? [] : [next];
        const call = next === undefined ? '0' : `level${level + 1}()`;
        const own =
          flags === runpath && next !== undefined ? runpath(`$ORIGIN/../l${level + 1}`) : [];
        next = library(`l${level}/liblevel${level}.so.1`, {
          soname: `liblevel${level}.so.1`,
          code: `int level${level + 1}(void); int level${level}(void) { return 1 + ${call}; }`,
          links,
          flags: [...own, '-Wl,--allow-shlib-undefined'],
        });
      }
      const folders = [1, 2, 3, 4, 5].map((level) => join(build, `l${level}`));
      const native = module('_levels', {
        code: 'int level1(void); static long answer(void) { return level1(); }',
        links: [join(build, 'l1/liblevel1.so.1')],
        flags: [
          ...(flags === rpath ? rpath(...folders) : runpath(join(build, 'l1'))),
          '-Wl,--allow-shlib-undefined',
        ],
      });
      const result = await outcome(native);
      expect(graftedNames(result)).toEqual([1, 2, 3, 4, 5].map((level) => `liblevel${level}.so.1`));
      expect(answers(result, '_levels')).toEqual([5]);
    });

    it('shared by several modules and a library of the wheel itself, in C++', async () => {
      const thrower = library('libthrower.so.2', {
        language: 'c++',
        soname: 'libthrower.so.2',
        code: '#include <stdexcept>\n#include <string>\nint calls; void thrower() { ++calls; throw std::runtime_error(std::to_string(calls)); }',
      });
      const inner = library('libinner.so', {
        language: 'c++',
        soname: 'libinner.so',
        code: '#include <exception>\n#include <cstdlib>\nvoid thrower(); int inner() { try { thrower(); } catch (const std::exception &e) { return std::atoi(e.what()); } return -1; }',
        links: [thrower],
        flags: runpath(build),
      });
      const natives = ['_one', '_two'].map((name) =>
        module(name, {
          language: 'c++',
          code: 'int inner(); extern "C" long answer() { return inner(); }',
          links: [inner, thrower],
          flags: [...runpath('$ORIGIN/lib', build), '-Wl,--no-as-needed'],
        }),
      );
      const result = await outcome({ ...natives[0], ...natives[1], 'demo/lib/libinner.so': inner });
      expect(graftedNames(result)).toEqual(['libthrower.so.2']);
      expect(answers(result, '_one', '_two')).toEqual([1, 2]);
    });

    it('whose name has no dot', async () => {
      const native = module('_nodot', {
        code: 'int nodot(void); static long answer(void) { return nodot(); }',
        links: [library('nodot', { soname: 'nodot', code: 'int nodot(void) { return 4; }' })],
        flags: runpath(build),
      });
      const result = await outcome(native);
      expect(result.repaired.grafted).toMatchObject([{ name: 'nodot' }]);
      expect(answers(result, '_nodot')).toEqual([4]);
    });

    it('that are needed by their whole path', async () => {
      const path = library('libabsolute.so', { code: 'int absolute(void) { return 5; }' });
      const native = module('_absolute', {
        code: 'int absolute(void); static long answer(void) { return absolute(); }',
        links: [path],
      });
      const result = await outcome(native);
      expect(result.repaired.grafted).toMatchObject([{ from: path }]);
      expect(answers(result, '_absolute')).toEqual([5]);
    });

    it('found only with --lib-path, with the same bytes wherever that is', async () => {
      const found = library('lib/libgiven.so.1', {
        soname: 'libgiven.so.1',
        code: 'int given(void) { return 6; }',
      });
      const native = module('_given', {
        code: 'int given(void); static long answer(void) { return given(); }',
        links: [found],
      });
      const wheel = await buildLabWheel(join(folder, 'first'), native, {
        files: { 'demo/__init__.py': '' },
      });
      const options = (path: string): object => ({ options: ['--lib-path', path] });
      const first = await repair(wheel, join(folder, 'first/out'), options(dirname(found)));
      const elsewhere = join(folder, 'elsewhere');
      renameSync(dirname(found), elsewhere);
      const result = await outcome(native, options(elsewhere));
      expect(result.repaired.outputSha256).toBe(first.outputSha256);
      expect(answers(result, '_given')).toEqual([6]);
    });

    it('needed by a program among the scripts', async () => {
      const path = library('libprog.so.1', {
        soname: 'libprog.so.1',
        code: 'int prog(void) { return 42; }',
      });
      const program = buildProgram(join(build, 'prog'), {
        code: '#include <stdio.h>\nint prog(void); int main(int n, char **v) { printf("%d %d %s\\n", prog(), n, v[n - 1]); return 3; }',
        links: [path],
        flags: runpath(build),
      });
      const script = 'demo-1.0.data/scripts/prog';
      const result = await outcome({ [script]: program }, { spec: { executable: [script] } });
      expect(graftedNames(result)).toEqual(['libprog.so.1']);
      const ran = spawnSync(join(result.installed.bin, 'prog'), ['a b', 'ü'], { encoding: 'utf8' });
      expect(ran).toMatchObject({ status: 3, stdout: '42 3 ü\n', stderr: '' });
    });

    it('but not the Python library, which is no longer asked for', async () => {
      const python = library('libpython3.11.so.1.0', {
        soname: 'libpython3.11.so.1.0',
        code: 'int libpython;',
      });
      const native = module('_linked', {
        code: 'static long answer(void) { return 8; }',
        flags: ['-Wl,--no-as-needed', python, ...runpath(build)],
      });
      const result = await outcome(native);
      expect(result.repaired.grafted).toEqual([]);
      expect(answers(result, '_linked')).toEqual([8]);
    });

    it('of which none is needed: the folders of the build machine go all the same', async () => {
      const native = module('_plain', {
        code: 'static long answer(void) { return 9; }',
        flags: rpath(build, '/root/elsewhere', ''),
      });
      const result = await outcome(native);
      expect(result.repaired.patched).toEqual([expect.stringMatching(/_plain/)]);
      expect(answers(result, '_plain')).toEqual([9]);
      const tree = unpack(result.repaired.output, join(folder, 'tree'));
      const elf = readElf(readFileSync(join(tree, Object.keys(native)[0] ?? '')));
      expect([...elf.rpath, ...elf.runpath]).toEqual([]);
    });

    it('of a module that RECORD does not list', async () => {
      const native = module('_unlisted', {
        code: 'int unlisted(void); static long answer(void) { return unlisted(); }',
        links: [
          library('libunlisted.so.1', {
            soname: 'libunlisted.so.1',
            code: 'int unlisted(void) { return 11; }',
          }),
        ],
        flags: runpath(build),
      });
      const result = await outcome(native, {
        spec: { record: (rows) => rows.filter((row) => !row.includes('_unlisted')) },
      });
      expect(graftedNames(result)).toEqual(['libunlisted.so.1']);
      expect(answers(result, '_unlisted')).toEqual([11]);
      const tree = unpack(result.repaired.output, join(folder, 'tree'));
      const member = Object.keys(native)[0] ?? '';
      const record = readFileSync(join(tree, 'demo-1.0.dist-info/RECORD'), 'utf8').split('\n');
      expect(record).toContain(recordRow(member, readFileSync(join(tree, member))));
    });
  },
);
