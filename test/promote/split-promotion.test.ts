/** A split set of candidates becomes a split set of the release, which pip installs and whose library is joined and called. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  tryPromotion,
  withJoinedSets,
  type PromotionPlan,
  type PromotionRequest,
} from '../../src/promote/index.ts';
import { splitWheels } from '../../src/split/index.ts';
import { ignoreEvents } from '../../src/support/progress/events.ts';
import { sha256 } from '../../src/support/hash.ts';
import { withSplitSet, verifySplitSet } from '../../src/wheel/split/index.ts';
import { cli } from '../support/cli.ts';
import { hasCompiler } from '../support/elf-edit-files.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';
import { planPaths, write } from './support.ts';

const PYTHON = 'python3';
const MAX_SIZE = 1 << 20;
const SIZE = 3 << 20;
const quiet = { events: ignoreEvents, signal: new AbortController().signal };

/** Path, suffix of modules and tag of the Python; undefined without its headers. */
function pythonFacts(): readonly string[] | undefined {
  const script =
    'import sysconfig,sys,os;i=sysconfig.get_path("include");print(i if os.path.exists(i+"/Python.h") else "");print(sysconfig.get_config_var("EXT_SUFFIX"));print("cp%d%d"%sys.version_info[:2]);print(sys.executable)';
  const { status, stdout } = spawnSync(PYTHON, ['-c', script], { encoding: 'utf8' });
  const lines = stdout.split('\n');
  return status === 0 && lines[0] !== '' ? lines : undefined;
}

const facts = pythonFacts();

const SOURCE = `#include <Python.h>
__asm__(".section .rodata\\n.global big\\nbig:\\n.incbin \\"big.bin\\"\\n.previous\\n.section .note.GNU-stack,\\"\\",@progbits\\n.previous\\n");
extern const unsigned char big[];
static PyObject *at(PyObject *self, PyObject *n) { return PyLong_FromLong(big[PyLong_AsLong(n)]); }
static PyMethodDef m[] = {{"at", at, METH_O, 0}, {0}};
static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, "_big", 0, -1, m};
PyMODINIT_FUNC PyInit__big(void) { return PyModule_Create(&d); }
`;

const METADATA =
  'Metadata-Version: 2.1\nName: bigone\nVersion: 1.0rc1\nRequires-Python: >=3.8\n\nA readme.\n';

/** Joins the sets of a folder, plans, and hands the plan over while the originals are there. */
async function planned<Result>(
  folder: string,
  work: (plan: PromotionPlan) => Promise<Result>,
  request: Partial<PromotionRequest> = {},
): Promise<Result> {
  const paths = (await readdir(folder)).sort().map((name) => join(folder, name));
  return withJoinedSets(paths, quiet, async (files) =>
    work(await planPaths(files.paths, { sets: files.sets, ...request })),
  );
}

async function digests(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, sha256(await readFile(join(folder, name)))] as const),
    ),
  );
}

describe.skipIf(!hasCompiler() || facts === undefined || process.arch !== 'x64')(
  'a split set that is promoted (skipped without gcc and headers of python3 on x86-64)',
  () => {
    const [include = '', suffix = '', tag = '', python = ''] = facts ?? [];
    let root = '';
    let dist = '';
    let bytes = Buffer.alloc(0);

    beforeAll(async () => {
      root = await realpath(await mkdtemp(join(tmpdir(), 'wheelworks-test-')));
      dist = join(root, 'dist');
      // Noise, but the same each time: random bytes may come to spell the version.
      bytes = createHash('shake256', { outputLength: SIZE }).update('noise').digest();
      await writeFile(join(root, 'big.bin'), bytes);
      await writeFile(join(root, 'big.c'), SOURCE);
      const args = ['-shared', '-fPIC', `-I${include}`, '-o', '_big.so', 'big.c'];
      execFileSync('gcc', args, { cwd: root });
      const wheel = await writeWheelFile(root, {
        name: 'bigone',
        version: '1.0rc1',
        metadata: METADATA,
        tags: `${tag}-${tag}-linux_x86_64`,
        files: {
          'bigone/__init__.py': 'from ._big import at\nfrom ._version import version\n',
          'bigone/_version.py': "version = '1.0rc1'\n",
          [`bigone/_big${suffix}`]: await readFile(join(root, '_big.so')),
        },
      });
      const choices = { maxSize: MAX_SIZE, byPath: [], cacheVariable: 'BIGONE_CACHE' };
      await splitWheels([wheel], { ...choices, directory: dist, generator: 'test' });
    }, 60_000);

    afterAll(async () => rm(root, { recursive: true, force: true }));

    it('is split again for the same limit, with pins and versions that agree', async () => {
      const output = join(root, 'final');
      const { document } = await planned(dist, async (plan) => write(plan, output));
      const names = await readdir(output);
      const parts = document.files.filter(({ part }) => part === true);
      expect(parts.length).toBeGreaterThan(2);
      expect(names.filter((name) => name.includes('rc'))).toEqual([]);
      expect(names.sort()).toEqual(
        ['promotion.json', ...document.files.map(({ filename }) => filename)].sort(),
      );
      for (const { size } of document.files) expect(size).toBeLessThanOrEqual(MAX_SIZE);
      const main = document.files.find(({ part }) => part !== true);
      const candidates = await digests(dist);
      const candidate = main?.filename.replace('1.0', '1.0rc1') ?? '';
      expect(main).toMatchObject({
        project: 'bigone',
        from: { filename: candidate, main: candidates[candidate] },
      });
      await withSplitSet(
        join(output, main?.filename ?? ''),
        names.map((name) => join(output, name)),
        async (set) => {
          await verifySplitSet(set);
          expect(set.description).toMatchObject({
            maxSize: MAX_SIZE,
            choices: { byPath: [], cacheVariable: 'BIGONE_CACHE' },
          });
          expect(set.description.parts.map(({ distribution }) => distribution).sort()).toEqual(
            parts.map(({ project }) => project).sort(),
          );
        },
      );
    });

    it('is installed by pip with its parts, and the joined library is called', async () => {
      const output = join(root, 'tried');
      const { document } = await planned(dist, async (plan) => write(plan, output));
      const samples = [0, SIZE >> 1, SIZE - 1].map((at) => `bigone.at(${at}) == ${bytes[at] ?? 0}`);
      const script = `import bigone, importlib.metadata as m; assert ${samples.join(' and ')}; assert bigone.version == m.version('bigone') == m.version('bigone-part1') == '1.0'`;
      const options = {
        folder: output,
        project: root,
        search: { platform: process.platform, env: process.env, home: root, cwd: '/' },
        python: [python],
        jobs: 1,
        env: { PATH: process.env['PATH'], HOME: root, PIP_CONFIG_FILE: '/dev/null' },
        platform: process.platform,
        offline: true,
        ...quiet,
      } as const;
      const imported = await tryPromotion(document, options);
      const filenames = document.files.map(({ filename }) => filename).sort();
      expect(imported).toMatchObject({
        tested: true,
        notTested: [],
        tests: [{ outcome: 'passed' }],
      });
      expect([...(imported.tests[0]?.wheels ?? [])].sort()).toEqual(filenames);
      const testCommand = `python -c "${script}"`;
      expect(await tryPromotion(document, { ...options, testCommand })).toMatchObject({
        tested: true,
        tests: [{ outcome: 'passed', ran: testCommand }],
      });
      expect((await readdir(root)).includes('.cache')).toBe(false);
      await rm(join(output, document.files.find(({ part }) => part)?.filename ?? ''));
      expect(await tryPromotion(document, options)).toMatchObject({ tested: false });
    }, 120_000);

    it('gives the same bytes again, and is taken for done where it lies', async () => {
      const [one, two] = [join(root, 'one'), join(root, 'two')];
      const first = await planned(dist, async (plan) => write(plan, one));
      await planned(dist, async (plan) => write(plan, two));
      expect(await digests(one)).toEqual(await digests(two));
      const again = await planned(dist, async (plan) => write(plan, one));
      expect(again).toEqual({ document: first.document, reused: true });
      const part = first.document.files.find((file) => file.part);
      await writeFile(join(one, part?.filename ?? ''), 'damaged');
      await expect(planned(dist, async (plan) => write(plan, one))).rejects.toMatchObject({
        code: 'promote/output-exists',
      });
    });

    it('goes along as it is when it is final already', async () => {
      const [final, output] = [join(root, 'was-final'), join(root, 'kept')];
      await planned(dist, async (plan) => write(plan, final));
      await rm(join(final, 'promotion.json'));
      await planned(final, async (plan) => write(plan, output), { alreadyFinal: true });
      await rm(join(output, 'promotion.json'));
      expect(await digests(output)).toEqual(await digests(final));
    });

    it('leaves nothing behind when a part is missing, or the set is interrupted', async () => {
      const less = join(root, 'less');
      await mkdir(less);
      const names = await readdir(dist);
      const gone = names.find((name) => name.includes('_part2'));
      for (const name of names.filter((each) => each !== gone))
        await copyFile(join(dist, name), join(less, name));
      await expect(planned(less, async () => undefined)).rejects.toMatchObject({
        code: 'split/part-missing',
        evidence: gone,
      });
      await rm(join(less, names.find((name) => !name.includes('_part')) ?? ''));
      await planned(less, async ({ problems }) => {
        expect(problems[0]).toMatchObject({ code: 'promote/split-set' });
      });
      const stopped = new AbortController();
      stopped.abort(new Error('stopped'));
      const output = join(root, 'stopped');
      await expect(
        planned(dist, async (plan) => write(plan, output, { signal: stopped.signal })),
      ).rejects.toThrow('stopped');
      expect((await readdir(root)).filter((name) => name.includes('stopped'))).toEqual([]);
    });

    it('is shown as the wheel that it was split from', async () => {
      const { out, code } = await cli(['promote', dist, '--dry-run'], { cwd: root });
      expect(code).toBe(0);
      expect(out).toContain(`-version = '1.0rc1'\n+version = '1.0'`);
      expect(out).toContain('-Version: 1.0rc1\n+Version: 1.0');
      expect(out).not.toContain('Requires-Dist');
      expect(out).not.toContain('wheelworks-promote-');
      expect(out).toMatch(/is a set of a main wheel and \d+ parts/);
    });

    it('is refused where sets of one package have different limits', async () => {
      const [both, whole] = [join(root, 'both'), join(root, 'whole')];
      await mkdir(whole);
      const wheels: string[] = [];
      for (const abi of ['cp398', 'cp399']) {
        const wheel = await writeWheelFile(whole, {
          name: 'bigone',
          version: '1.0rc1',
          tags: `${abi}-${abi}-linux_x86_64`,
          files: { [`bigone/_big${suffix}`]: await readFile(join(root, '_big.so')) },
        });
        wheels.push(wheel);
      }
      for (const [index, wheel] of wheels.entries()) {
        const options = { maxSize: MAX_SIZE << index, byPath: [], generator: 'test' };
        await splitWheels([wheel], { ...options, directory: both });
      }
      await planned(both, async ({ problems, files }) => {
        expect(problems).toMatchObject([{ code: 'promote/split-choices' }]);
        expect(files).toEqual([]);
      });
    });
  },
);
