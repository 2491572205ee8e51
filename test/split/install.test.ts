/** Sets as users meet them: compiled, split, installed by pip from a folder, imported and called over their whole length. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SplitOptions } from '../../src/split/index.ts';
import { withSplitSet, verifySplitSet } from '../../src/wheel/split/index.ts';
import { hasCompiler } from '../support/elf-edit-files.ts';
import { scratch } from '../support/scratch.ts';
import { setOf } from '../support/split-plans.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';

const PYTHON = 'python3';

/** Include folder, suffix of modules and tag of the Python; undefined without its headers. */
function pythonFacts(): { include: string; suffix: string; tag: string } | undefined {
  const script =
    'import sysconfig,sys,os;p=sysconfig.get_path("include");print(p if os.path.exists(p+"/Python.h") else "");print(sysconfig.get_config_var("EXT_SUFFIX"));print("cp%d%d"%sys.version_info[:2])';
  const { status, stdout } = spawnSync(PYTHON, ['-c', script], { encoding: 'utf8' });
  const [include = '', suffix = '', tag = ''] = stdout.split('\n');
  return status === 0 && include !== '' ? { include, suffix, tag } : undefined;
}

const facts = pythonFacts();

/** Half noise, half zeros, so that it is compressed and is still large. */
function blob(megabytes: number): Buffer {
  const pieces = Array.from({ length: megabytes * 8 }, () => [
    randomBytes(64 << 10),
    Buffer.alloc(64 << 10),
  ]);
  return Buffer.concat(pieces.flat());
}

const DATA = (name: string): string =>
  `__asm__(".section .rodata\\n.global ${name}\\n${name}:\\n.incbin \\"${name}.bin\\"\\n.previous\\n.section .note.GNU-stack,\\"\\",@progbits\\n.previous\\n");\nextern const unsigned char ${name}[];\n`;

const MODULE = (name: string, body: string, value: string): string =>
  `#include <Python.h>\n${body}\nstatic PyObject *at(PyObject *self, PyObject *n) { return PyLong_FromLong(${value}[PyLong_AsLong(n)]); }\nstatic PyMethodDef m[] = {{"at", at, METH_O, 0}, {0}};\nstatic struct PyModuleDef d = {PyModuleDef_HEAD_INIT, "${name}", 0, -1, m};\nPyMODINIT_FUNC PyInit_${name}(void) { return PyModule_Create(&d); }\n`;

/** Installs the set into an empty folder and runs a script with it, twice: the cache is cold, then warm. */
function installAndRun(folder: string, name: string, script: string): readonly string[] {
  const target = join(folder, 'site');
  execFileSync(
    PYTHON,
    [
      '-m',
      'pip',
      'install',
      '-q',
      '--no-index',
      '--find-links',
      join(folder, 'out'),
      '--target',
      target,
      name,
    ],
    { stdio: 'pipe' },
  );
  const env = {
    PATH: process.env['PATH'] ?? '',
    PYTHONPATH: target,
    XDG_CACHE_HOME: join(folder, 'cache'),
    HOME: folder,
  };
  return [1, 2].map(() => execFileSync(PYTHON, ['-c', script], { env, encoding: 'utf8' }));
}

describe.skipIf(!hasCompiler() || facts === undefined || process.arch !== 'x64')(
  'a set that pip installs (skipped without gcc and headers of python3 on x86-64)',
  () => {
    const { include = '', suffix = '', tag = '' } = facts ?? {};
    const tags = `${tag}-${tag}-linux_x86_64`;
    const options: SplitOptions = { maxSize: 6 << 20, byPath: [], generator: 'test', jobs: 2 };
    const compile = (folder: string, output: string, ...more: readonly string[]): Buffer => {
      execFileSync('gcc', ['-shared', '-fPIC', `-I${include}`, '-o', output, ...more], {
        cwd: folder,
      });
      return execFileSync('cat', [output], { cwd: folder, maxBuffer: 1 << 30 });
    };

    it(
      'joins a module that was cut, and gives the original back',
      { timeout: 120_000 },
      async () => {
        const folder = await scratch();
        const bytes = blob(36);
        await writeFile(join(folder, 'big.bin'), bytes);
        await writeFile(join(folder, 'big.c'), MODULE('_big', DATA('big'), 'big'));
        const module = compile(folder, '_big.so', 'big.c');
        const wheel = await writeWheelFile(folder, {
          name: 'bigone',
          tags,
          files: {
            'bigone/__init__.py': 'from ._big import at\n',
            [`bigone/_big${suffix}`]: module,
            // No package: Python takes a file of its name first.
            'bigone/_big/more.pyi': 'x: int\n',
          },
        });
        const directory = join(folder, 'out');
        const blocked = await writeWheelFile(await scratch(), {
          name: 'bigone',
          tags,
          files: { [`bigone/_big${suffix}`]: module, [`bigone/_big/__init__${suffix}`]: '' },
        });
        await expect(setOf([blocked], { ...options, directory })).rejects.toMatchObject({
          code: 'split/cannot-place',
          message: expect.stringContaining(`there is bigone/_big/__init__${suffix}`),
        });
        const { plan, files } = await setOf([wheel], { ...options, directory });
        expect(plan.parts.length).toBe(3);
        expect(plan.parts.every((part) => part.tag === tags)).toBe(true);
        for (const { size } of files) expect(size).toBeLessThanOrEqual(options.maxSize);
        const main = files.at(-1)?.path ?? '';
        await withSplitSet(
          main,
          files.map(({ path }) => path),
          async (set) => verifySplitSet(set),
        );
        const script =
          'import bigone,hashlib;n=36<<20;print(hashlib.sha256(bytes(bigone.at(i) for i in range(0,n,4097))).hexdigest())';
        const sampled = Buffer.from(
          Array.from(
            { length: Math.ceil(bytes.length / 4097) },
            (_, index) => bytes[index * 4097] ?? 0,
          ),
        );
        const { createHash } = await import('node:crypto');
        const digest = createHash('sha256').update(sampled).digest('hex');
        expect(installAndRun(folder, 'bigone', script)).toEqual([`${digest}\n`, `${digest}\n`]);
      },
    );

    it(
      'joins a library with the modules that need it, and one that code asks for',
      { timeout: 120_000 },
      async () => {
        const folder = await scratch();
        await mkdir(join(folder, 'lib'));
        const shared = blob(8);
        const asked = blob(8);
        await writeFile(join(folder, 'shared.bin'), shared);
        await writeFile(join(folder, 'asked.bin'), asked);
        const small = { maxSize: 2 << 20 };
        await writeFile(
          join(folder, 'shared.c'),
          `${DATA('shared')}const unsigned char *get(void) { return shared; }\n`,
        );
        await writeFile(
          join(folder, 'asked.c'),
          `${DATA('asked')}int last(void) { return asked[${asked.length - 1 - (64 << 10)}]; }\n`,
        );
        const library = compile(folder, 'lib/libshared.so', '-Wl,-soname,libshared.so', 'shared.c');
        const own = compile(folder, 'lib/libasked.so', 'asked.c');
        await writeFile(
          join(folder, 'one.c'),
          MODULE('_one', 'extern const unsigned char *get(void);', 'get()'),
        );
        const one = compile(
          folder,
          '_one.so',
          'one.c',
          'lib/libshared.so',
          '-Wl,-rpath,$ORIGIN/../two.libs',
        );
        const wheel = await writeWheelFile(folder, {
          name: 'two',
          tags,
          files: {
            'two/__init__.py':
              'import ctypes\nfrom two_cache import path\nfrom ._one import at\nlast = ctypes.CDLL(path("two/libasked.so")).last\n',
            [`two/_one${suffix}`]: one,
            'two.libs/libshared.so': library,
            'two/libasked.so': own,
          },
        });
        const directory = join(folder, 'out');
        await expect(setOf([wheel], { ...options, ...small, directory })).rejects.toMatchObject({
          code: 'split/loaded-by-code',
        });
        const result = await setOf([wheel], {
          ...options,
          ...small,
          byPath: ['two/libasked.so'],
          directory,
        });
        expect(new Set(result.plan.parts.map((part) => part.tag))).toEqual(
          new Set(['py3-none-linux_x86_64']),
        );
        const place = shared.length - 1 - (64 << 10);
        const expected = `${shared[place]} ${asked[asked.length - 1 - (64 << 10)]}\n`;
        const script = `import two; print(two.at(${place}), two.last())`;
        expect(installAndRun(folder, 'two', script)).toEqual([expected, expected]);
        expect((await readFile(join(folder, 'site', 'two', '_one.py'))).toString()).toContain(
          'two_cache',
        );
      },
    );

    it(
      'carries what is loaded beside a cut module in slices too, and what code asks for however small',
      { timeout: 120_000 },
      async () => {
        const folder = await scratch();
        await mkdir(join(folder, 'lib'));
        for (const [name, megabytes] of [
          ['big', 6],
          ['beside', 1],
          ['asked', 1],
        ] as const)
          await writeFile(join(folder, `${name}.bin`), blob(megabytes));
        await writeFile(
          join(folder, 'beside.c'),
          `${DATA('beside')}int besides(void) { return beside[0] * 0 + 5; }\n`,
        );
        await writeFile(join(folder, 'asked.c'), `${DATA('asked')}int six(void) { return 6; }\n`);
        const beside = compile(folder, 'lib/libbeside.so', '-Wl,-soname,libbeside.so', 'beside.c');
        const asked = compile(folder, 'lib/libasked.so', 'asked.c');
        await writeFile(
          join(folder, 'big.c'),
          MODULE(
            '_big',
            `${DATA('big')}int besides(void);\nstatic unsigned char five[1];\n__attribute__((constructor)) static void set(void) { five[0] = besides() + 0 * big[0]; }\n`,
            'five',
          ),
        );
        const module = compile(
          folder,
          '_big.so',
          'big.c',
          'lib/libbeside.so',
          '-Wl,-rpath,$ORIGIN/../three.libs',
        );
        const wheel = await writeWheelFile(folder, {
          name: 'three',
          tags,
          files: {
            'three/__init__.py':
              'import ctypes\nfrom three_cache import path\nfrom ._big import at\nsix = ctypes.CDLL(path("three/libasked.so")).six\nhere = path("three/__init__.py")\n',
            [`three/_big${suffix}`]: module,
            'three.libs/libbeside.so': beside,
            'three/libasked.so': asked,
          },
        });
        const { plan, files } = await setOf([wheel], {
          ...options,
          maxSize: 1 << 20,
          byPath: ['three/libasked.so'],
          directory: join(folder, 'out'),
        });
        const [split] = plan.wheels.flatMap((each) => each.split ?? []);
        expect(split?.chunked.map(({ path, reach }) => [path, reach]).sort()).toEqual([
          ['three.libs/libbeside.so', 'needed'],
          [`three/_big${suffix}`, 'module'],
          ['three/libasked.so', 'asked'],
        ]);
        expect(files.every(({ size }) => size <= 1 << 20)).toBe(true);
        // A file that travels whole is where it is installed.
        const script =
          'import three,os; print(three.at(0), three.six(), os.path.samefile(three.here, three.__file__))';
        const said = installAndRun(folder, 'three', script);
        expect(said).toEqual(['5 6 True\n', '5 6 True\n']);
      },
    );
  },
);
