/** Libraries that move into parts: compiled, installed by pip, called, and upgraded from a version that was not split. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { splitWheels, type SplitOptions } from '../../src/split/index.ts';
import { joinSplitSet, withSplitSet } from '../../src/wheel/split/index.ts';
import { hasCompiler } from '../support/elf-edit-files.ts';
import { plansOf, setOf } from '../support/split-plans.ts';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';

const PYTHON = 'python3';
const LIMIT = 700_000;
const options: SplitOptions = { maxSize: LIMIT, byPath: [], generator: 'test', jobs: 2 };

/** Include folder, suffix of modules and tag of the Python; undefined without its headers. */
function pythonFacts(): readonly string[] | undefined {
  const script =
    'import sysconfig,sys,os;p=sysconfig.get_path("include");print(p if os.path.exists(p+"/Python.h") else "");print(sysconfig.get_config_var("EXT_SUFFIX"));print("cp%d%d"%sys.version_info[:2])';
  const { status, stdout } = spawnSync(PYTHON, ['-c', script], { encoding: 'utf8' });
  const lines = stdout?.split('\n') ?? [];
  return status === 0 && lines[0] !== '' ? lines : undefined;
}

const facts = pythonFacts();

const noiseIn = (name: string): string =>
  `__asm__(".section .rodata\\n.global ${name}\\n${name}:\\n.incbin \\"${name}.bin\\"\\n.previous\\n.section .note.GNU-stack,\\"\\",@progbits\\n.previous\\n");\nextern const unsigned char ${name}[];\n`;

const MODULE = `#include <Python.h>
int a(void);
static PyObject *call(PyObject *self, PyObject *none) { return PyLong_FromLong(a()); }
static PyMethodDef m[] = {{"call", call, METH_NOARGS, 0}, {0}};
static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, "_m", 0, -1, m};
PyMODINIT_FUNC PyInit__m(void) { return PyModule_Create(&d); }
`;

/** A wheel whose module needs liba, which needs libb: 600 KB each, that do not shrink. */
async function nativeWheel(
  folder: string,
  {
    version,
    flags = [],
    code = '',
    bulk = 0,
  }: { version: string; flags?: readonly string[]; code?: string; bulk?: number },
): Promise<string> {
  const [include = '', suffix = '', tag = ''] = facts ?? [];
  const work = join(folder, `work-${version}`);
  await mkdir(work);
  const compile = async (output: string, ...more: readonly string[]): Promise<Buffer> => {
    execFileSync('gcc', ['-shared', '-fPIC', `-I${include}`, '-o', output, ...flags, ...more], {
      cwd: work,
    });
    return readFile(join(work, output));
  };
  await writeFile(join(work, 'na.bin'), randomBytes(300_000));
  await writeFile(join(work, 'nb.bin'), Buffer.concat([Buffer.from([42]), randomBytes(300_000)]));
  await writeFile(join(work, 'b.c'), `${noiseIn('nb')}int b(void) { return nb[0]; }\n`);
  await writeFile(
    join(work, 'a.c'),
    `${noiseIn('na')}int b(void);\nint a(void) { return b() + (na[0] & 0); }\n`,
  );
  await writeFile(join(work, 'nm.bin'), randomBytes(bulk + 1));
  await writeFile(join(work, 'm.c'), `${noiseIn('nm')}${MODULE}`);
  const libb = await compile('libb.so', '-Wl,-soname,libb.so', 'b.c');
  const liba = await compile(
    'liba.so',
    '-Wl,-soname,liba.so',
    'a.c',
    'libb.so',
    '-Wl,-rpath,$ORIGIN',
  );
  const module = await compile(
    '_m.so',
    'm.c',
    'liba.so',
    '-L.',
    '-Wl,-rpath-link,.',
    '-Wl,-rpath,$ORIGIN/../pkg.libs',
  );
  return writeWheelFile(folder, {
    version,
    tags: `${tag}-${tag}-linux_x86_64`,
    files: {
      'pkg/__init__.py': `from ._m import call\n${code}`,
      [`pkg/_m${suffix}`]: module,
      'pkg.libs/liba.so': liba,
      'pkg.libs/libb.so': libb,
      'pkg/data.bin': randomBytes(200_000),
    },
  });
}

describe.skipIf(!hasCompiler() || facts === undefined || process.arch !== 'x64')(
  'libraries that native files need (skipped without gcc and headers of python3 on x86-64)',
  () => {
    it.each([['--enable-new-dtags'], ['--disable-new-dtags']])(
      'move together and are found, over upgrades from and to a wheel that was not split (%s)',
      { timeout: 300_000 },
      async (flag) => {
        const folder = await scratch();
        const flags = [`-Wl,${flag}`];
        const before = await nativeWheel(folder, { version: '1.0', flags });
        const wheel = await nativeWheel(folder, { version: '2.0', flags });
        const directory = join(folder, 'out');
        const [result] = await splitWheels([wheel], { ...options, directory });
        if (result?.plan === undefined) throw new Error('nothing was split');
        const [split] = result.plan.wheels.flatMap((each) => each.split ?? []);
        expect(split?.moved.map(({ to }) => to).sort()).toEqual([
          'pkg_part1/pkg.libs/liba.so',
          'pkg_part1/pkg.libs/libb.so',
        ]);
        expect(split?.edited).toMatchObject([
          {
            path: `pkg/_m${facts?.[1] ?? ''}`,
            finds: ['pkg.libs/liba.so'],
            entries: ['$ORIGIN/../pkg_part1/pkg.libs'],
          },
        ]);
        expect(result.plan.findings).toEqual([]);

        const paths = result.files.map(({ path }) => path);
        await mkdir(join(folder, 'joined'));
        await withSplitSet(paths.at(-1) ?? '', paths, async (set) => {
          const joined = await joinSplitSet(set, join(folder, 'joined'));
          expect((await readFile(joined)).equals(await readFile(wheel))).toBe(true);
        });

        const venv = join(folder, 'venv');
        execFileSync(PYTHON, ['-m', 'venv', venv]);
        const python = join(venv, 'bin', 'python');
        const install = (...more: readonly string[]): void => {
          execFileSync(python, ['-m', 'pip', 'install', '-q', '--no-index', ...more], {
            stdio: 'pipe',
          });
        };
        const call = (): string =>
          execFileSync(python, ['-c', 'import pkg; print(pkg.call())'], { encoding: 'utf8' });
        install(before);
        expect(call()).toBe('42\n');
        install('-U', '--find-links', directory, 'pkg');
        expect(call()).toBe('42\n');
        install(before);
        expect(call()).toBe('42\n');
        install('-U', '--find-links', directory, 'pkg');
        expect(call()).toBe('42\n');
      },
    );

    it(
      'stay when they fit into no part together, or are named in place',
      { timeout: 60_000 },
      async () => {
        const folder = await scratch();
        const wheel = await nativeWheel(folder, { version: '1.0' });
        await expect(plansOf([wheel], { ...options, maxSize: 450_000 })).rejects.toMatchObject({
          code: 'split/cannot-place',
          evidence: expect.stringMatching(
            /liba\.so: .*it has to lie with what it needs \(lib[ab]\.so \d+KiB, lib[ab]\.so \d+KiB\): \d+KiB, and a part has room for \d+KiB/,
          ),
        });
        const paths = ['pkg.libs/liba.so', 'pkg.libs/libb.so'];
        const [plan] = await plansOf([wheel], { ...options, maxSize: 550_000, inPlace: paths });
        const [split] = plan?.wheels.flatMap((each) => each.split ?? []) ?? [];
        expect(split?.moved.every(({ path, to }) => path === to)).toBe(true);
        expect(split?.edited).toEqual([]);
        expect(plan?.findings.map(({ code }) => code)).toEqual(['split/upgrade-removes']);
      },
    );

    it(
      'move when the measured main wheel fits, though what is reckoned at most does not',
      { timeout: 60_000 },
      async () => {
        const folder = await scratch();
        const wheel = await nativeWheel(folder, { version: '1.0', bulk: 400_000 });
        const directory = join(folder, 'out');
        const maxSize = 1_050_000;
        const { plan, files } = await setOf([wheel], { ...options, maxSize, directory });
        expect(plan.parts.length).toBe(1);
        const main = files.at(-1)?.size ?? 0;
        expect(main).toBeLessThanOrEqual(maxSize);
        // The module, anew and as it was, and the data.
        expect(main).toBeGreaterThan(1_000_000);
      },
    );

    it('stay when code names them', { timeout: 60_000 }, async () => {
      const folder = await scratch();
      const code = 'import ctypes\nlib = ctypes.CDLL("pkg.libs/libb.so")\n';
      const wheel = await nativeWheel(folder, { version: '1.0', code });
      await expect(plansOf([wheel], options)).rejects.toMatchObject({
        code: 'split/cannot-place',
        evidence: expect.stringContaining('a library that code names, or that needs one'),
      });
    });
  },
);
