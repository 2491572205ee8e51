/** A promoted set with real clients: pip resolves its pins from an index made here, and publish asks for the trial. */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  readPromotion,
  tryPromotion,
  type PromotionDocument,
  type TrialOptions,
} from '../../src/promote/index.ts';
import { ignoreEvents } from '../../src/support/progress/events.ts';
import { assignTrials, type TrialWheel } from '../../src/promote/trial/assign.ts';
import { outsideRequirements } from '../../src/promote/trial/outside.ts';
import { importableModules } from '../../src/promote/trial/modules.ts';
import { findInterpreters } from '../../src/python/index.ts';
import { cli } from '../support/cli.ts';
import { plan as planUpload } from '../support/publication.ts';
import { scratch } from '../support/scratch.ts';
import { startUploadServer } from '../support/upload-server.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';
import { FINAL, PACKAGES, RC, TAGS, writeIreeSet, writeSdist } from './iree-set.ts';
import { plan, write } from './support.ts';

const search = {
  platform: process.platform,
  env: process.env,
  home: process.env['HOME'] ?? '',
  cwd: '/',
};
const { interpreters } = await findInterpreters(search);
const python = interpreters.findLast(
  ({ version, packages, modules }) =>
    version.major === 3 && version.minor >= 9 && packages.pip !== null && modules.venv,
);
const needed = 'needs a Python 3.9 or newer with pip and venv';

function options(folder: string, more: Partial<TrialOptions> = {}): TrialOptions {
  return {
    folder,
    project: folder,
    search,
    python: python === undefined ? [] : [python.path],
    jobs: 2,
    env: { PATH: process.env['PATH'], HOME: folder, PIP_CONFIG_FILE: '/dev/null' },
    platform: process.platform,
    offline: true,
    events: ignoreEvents,
    signal: new AbortController().signal,
    ...more,
  };
}

/** A promoted set of pure wheels and ones for other machines. */
async function promotedSet(
  root: string,
  files: Record<string, string> = {},
): Promise<PromotionDocument> {
  const packages = PACKAGES.map((spec) =>
    spec.module === 'iree_turbine' ? { ...spec, files } : spec,
  );
  await writeIreeSet(join(root, 'dist'), { packages });
  const { document } = await write(await plan(join(root, 'dist')), join(root, 'final'));
  return document;
}

describe.skipIf(python === undefined)(`a promoted set on this machine (${needed})`, () => {
  it('is installed by its new pins and imported', async () => {
    const root = await scratch();
    const document = await tryPromotion(await promotedSet(root), options(join(root, 'final')));
    expect(document.tests).toEqual([
      {
        python: python?.label,
        wheels: ['iree_base_compiler', 'iree_base_runtime', 'iree_turbine'].map(
          (name) => expect.stringContaining(`${name}-${FINAL}-`) as string,
        ),
        outcome: 'passed',
        ran: 'import iree_compiler, iree_runtime, iree_turbine',
      },
    ]);
    expect(document.tested).toBe(true);
    expect(document.notTested).toContain(`iree_turbine-${FINAL}-cp313-cp313-macosx_13_0_arm64.whl`);
    expect(await readPromotion(join(root, 'final'))).toEqual(document);
  }, 120_000);

  it('whose module ends the process is not tested', async () => {
    const root = await scratch();
    const set = await promotedSet(root, { 'iree_turbine/__init__.py': 'raise SystemExit(0)\n' });
    const { tested, tests } = await tryPromotion(set, options(join(root, 'final')));
    expect([tested, tests[0]?.outcome]).toEqual([false, 'failed']);
  }, 120_000);

  it('that does not import, or fails its command, is not tested', async () => {
    const root = await scratch();
    const set = await promotedSet(root, {
      'iree_turbine/__init__.py': 'import not_there_at_all\n',
    });
    const failed = await tryPromotion(set, options(join(root, 'final')));
    expect(failed.tested).toBe(false);
    expect(failed.tests[0]).toMatchObject({
      outcome: 'failed',
      evidence: expect.stringContaining('not_there_at_all'),
    });
    const passed = await tryPromotion(
      set,
      options(join(root, 'final'), { testCommand: 'python -c "import iree_compiler"' }),
    );
    expect(passed.tested).toBe(true);
    const again = await tryPromotion(set, options(join(root, 'final'), { testCommand: 'exit 3' }));
    expect(again).toMatchObject({ tested: false, tests: [{ outcome: 'failed', ran: 'exit 3' }] });
  }, 240_000);

  it('resolves from an index, where finals that pin the candidate do not', async () => {
    const root = await scratch();
    await promotedSet(root);
    const resolve = async (folder: string): Promise<string> => {
      const site = join(root, `${folder}-site`);
      const made = await cli(['index', 'build', join(root, folder), '--output', site], {
        cwd: root,
      });
      expect(made.err + made.out).toMatch(/./);
      const args = [
        '-m',
        'pip',
        'install',
        '--dry-run',
        '--isolated',
        '--no-cache-dir',
        '--ignore-installed',
      ];
      return execFileSync(
        python?.path ?? '',
        [
          ...args,
          '--index-url',
          `file://${site}/simple`,
          '--target',
          join(root, `${folder}-target`),
          '--only-binary',
          ':all:',
          `iree-turbine==${FINAL}`,
        ],
        {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
          env: {
            PATH: process.env['PATH'],
            HOME: root,
            PIP_CONFIG_FILE: '/dev/null',
            PIP_DISABLE_PIP_VERSION_CHECK: '1',
          },
        },
      );
    };
    expect(await resolve('final')).toMatch(
      new RegExp(
        `Would install .*iree.base.compiler-${FINAL}.* iree.base.runtime-${FINAL}.* iree.turbine-${FINAL}`,
      ),
    );
    // What renaming each wheel alone gives: finals whose pins are still those of candidates.
    for (const spec of PACKAGES)
      await writeWheelFile(await folderOf(join(root, 'half')), {
        name: spec.name.replaceAll('-', '_'),
        version: FINAL,
        tags: TAGS[0] ?? '',
        metadata: [
          'Metadata-Version: 2.1',
          `Name: ${spec.name}`,
          `Version: ${FINAL}`,
          ...spec.requires.map((each) => `Requires-Dist: ${each}`),
          'Provides-Extra: io',
          '',
          '',
        ].join('\n'),
      });
    await expect(resolve('half')).rejects.toThrow(RC);
  }, 240_000);

  it('is published only as it was tried', async () => {
    const root = await scratch();
    const set = await promotedSet(root);
    const folder = join(root, 'final');
    const server = await startUploadServer();
    const codes = async (): Promise<readonly string[]> =>
      (
        await planUpload(
          server.upload,
          TAGS.map((tags) => join(folder, `iree_turbine-${FINAL}-${tags}.whl`)),
          root,
        )
      ).problems.map(({ code }) => code);
    expect(await codes()).toEqual(['publish/promotion-untested']);
    await tryPromotion(set, options(folder));
    expect(await codes()).toEqual([]);
    const document = JSON.parse(
      await readFile(join(folder, 'promotion.json'), 'utf8'),
    ) as PromotionDocument;
    const files = document.files.map((file) => ({ ...file, sha256: '0'.repeat(64) }));
    await writeFile(join(folder, 'promotion.json'), JSON.stringify({ ...document, files }));
    expect([...new Set(await codes())]).toEqual(['publish/promotion-changed']);
    await writeFile(
      join(folder, 'promotion.json'),
      JSON.stringify({ ...document, files: files.slice(0, 1) }),
    );
    expect(await codes()).toEqual([]);
    const others = files.filter(({ filename }) => !filename.endsWith('any.whl'));
    await writeFile(join(folder, 'promotion.json'), JSON.stringify({ ...document, files: others }));
    expect([...new Set(await codes())]).toEqual(['publish/promotion-changed']);
  }, 120_000);
});

async function folderOf(path: string): Promise<string> {
  await mkdir(path, { recursive: true });
  return path;
}

describe('a part of a promoted set', () => {
  it('is not published: what is gone or not given is named', async () => {
    const root = await scratch();
    await promotedSet(root);
    const folder = join(root, 'final');
    const server = await startUploadServer();
    const all = TAGS.map((tags) => join(folder, `iree_turbine-${FINAL}-${tags}.whl`));
    const problem = async (paths: readonly string[]): Promise<string | undefined> =>
      (await planUpload(server.upload, [...paths], root)).problems.find(
        ({ code }) => code === 'publish/promotion-incomplete',
      )?.evidence;
    expect(await problem(all)).toBeUndefined();
    expect(await problem(all.slice(1))).toBe(`iree_turbine-${FINAL}-py3-none-any.whl: not given`);
    await rm(join(folder, `iree_base_runtime-${FINAL}-py3-none-any.whl`));
    expect(await problem(all)).toBe(
      `iree_base_runtime-${FINAL}-py3-none-any.whl: not in the folder`,
    );
  });
});

/** A backend of the standard library alone, so that the sdist is built without an index. */
const BACKEND = `
import zipfile
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = f"alone-{VERSION}-py3-none-any.whl"
    info = f"alone-{VERSION}.dist-info"
    with zipfile.ZipFile(f"{wheel_directory}/{name}", "w") as wheel:
        wheel.writestr("alone.py", "")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: alone\\nVersion: {VERSION}\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", "")
    return name
`;

async function promotedSdist(root: string, version: string): Promise<PromotionDocument> {
  await writeSdist(join(root, 'dist'), {
    name: 'alone',
    files: {
      'PKG-INFO': `Metadata-Version: 2.1\nName: alone\nVersion: ${RC}\n`,
      'pyproject.toml':
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
      'backend.py': `VERSION = "${version}"\n${BACKEND}`,
    },
  });
  const promotion = await plan(join(root, 'dist'), {
    isDeclared: (path) => path === 'backend.py',
  });
  return (await write(promotion, join(root, 'final'))).document;
}

describe.skipIf(python === undefined)(`a set of sdists alone (${needed})`, () => {
  it('is built, installed and imported', async () => {
    const root = await scratch();
    const set = await promotedSdist(root, RC);
    const { tested, tests, notTested } = await tryPromotion(set, options(join(root, 'final')));
    expect(tests).toMatchObject([
      { outcome: 'passed', wheels: [`alone-${FINAL}.tar.gz`], ran: 'import alone' },
    ]);
    expect([tested, notTested]).toEqual([true, []]);
  }, 120_000);

  it('that builds another version, or not at all, is not tested', async () => {
    const root = await scratch();
    const other = await tryPromotion(
      await promotedSdist(root, '9.9'),
      options(join(root, 'final')),
    );
    expect(other).toMatchObject({
      tested: false,
      tests: [
        {
          outcome: 'failed',
          ran: `the wheel built of alone-${FINAL}.tar.gz is not of this version`,
        },
      ],
    });
    const second = await scratch();
    const broken = await promotedSdist(second, '1"\nraise RuntimeError("no compiler here")\n"');
    expect(await tryPromotion(broken, options(join(second, 'final')))).toMatchObject({
      tested: false,
      tests: [
        {
          outcome: 'failed',
          ran: `pip could not build alone-${FINAL}.tar.gz`,
          evidence: expect.stringContaining('no compiler here') as string,
        },
      ],
    });
  }, 240_000);
});

describe('the interpreters that try a set', () => {
  const base = interpreters.findLast(({ version, modules }) => version.major === 3 && modules.venv);
  const pythons = [12, 13].map((minor) =>
    base === undefined
      ? undefined
      : { ...base, version: { ...base.version, minor }, label: `Python 3.${minor}` },
  );
  const wheel = (name: string, requiresPython?: string): TrialWheel => ({
    path: `/${name}`,
    filename: name,
    project: 'pkg',
    requiresPython,
  });
  const assigned = (
    set: Parameters<typeof assignTrials>[0],
    areChosen = false,
  ): readonly string[] =>
    assignTrials(
      set,
      pythons.flatMap((each) => (each === undefined ? [] : [each])),
      { needsPip: false, areChosen },
    ).trials.map(({ interpreter }) => interpreter.label);

  it.skipIf(base === undefined)('are all that take something of it, sdists the newest', () => {
    const pure = wheel('pkg-1.0-py3-none-any.whl');
    expect(assigned({ wheels: [pure], sdists: [] })).toEqual(['Python 3.13', 'Python 3.12']);
    const old = wheel('pkg-1.0-py3-none-any.whl', '<3.13');
    expect(assigned({ wheels: [old], sdists: [] })).toEqual(['Python 3.12']);
    const sdist = wheel('pkg-1.0.tar.gz');
    expect(assigned({ wheels: [], sdists: [sdist] })).toEqual(['Python 3.13']);
    expect(assigned({ wheels: [], sdists: [sdist] }, true)).toEqual(['Python 3.13', 'Python 3.12']);
  });

  it('are missed when they were asked for and are not there', async () => {
    const root = await scratch();
    const set = await promotedSet(root);
    await expect(
      tryPromotion(set, options(join(root, 'final'), { python: ['3.99'] })),
    ).rejects.toMatchObject({ code: 'promote/no-interpreter' });
  });
});

describe('what a set needs from elsewhere', () => {
  it('follows the extras that members ask of one another', async () => {
    const root = await scratch();
    const wheel = async (name: string, requires: readonly string[]): Promise<TrialWheel> => {
      const path = await writeWheelFile(root, {
        name,
        metadata: `${['Metadata-Version: 2.1', `Name: ${name}`, 'Version: 1.0', ...requires.map((each) => `Requires-Dist: ${each}`)].join('\n')}\n\n`,
      });
      return { path, filename: '', project: name, requiresPython: undefined };
    };
    const wheels = [
      await wheel('solo', [
        'duo[T_t]==1.0',
        'plain>=2; python_version >= "3"',
        'never; extra == "u"',
      ]),
      await wheel('duo', [
        'idna<9; extra == "t-t"',
        'duo[deep]; extra == "t-t"',
        'deep; extra == "deep"',
      ]),
    ];
    const interpreter = interpreters.at(-1);
    if (interpreter === undefined) return;
    expect(await outsideRequirements({ wheels, interpreter })).toEqual([
      'deep',
      'idna<9',
      'plain>=2',
    ]);
  });
});

describe('the modules that are imported', () => {
  it('are the top ones, below namespaces the first, and no private ones or libraries', async () => {
    const path = await writeWheelFile(await scratch(), {
      files: {
        'one.py': '',
        '_two.py': '',
        'three.cpython-312-x86_64-linux-gnu.so': '',
        'libfour.so': '',
        'five/__init__.py': '',
        'five/six/__init__.py': '',
        'space/seven/__init__.py': '',
        'space/loose.py': '',
        'pkg.libs/libx.so.1': '',
        'pkg-1.0.data/purelib/eight/__init__.py': '',
      },
    });
    expect(await importableModules(path)).toEqual(['eight', 'five', 'one', 'space.seven', 'three']);
  });
});

describe('the command line', () => {
  it('shows the diff, writes nothing, and then the set', async () => {
    const root = await scratch();
    await writeIreeSet(join(root, 'dist'), { tags: TAGS.slice(0, 1) });
    const dry = await cli(['promote', 'dist', '--to', 'final', '--dry-run'], { cwd: root });
    expect(dry.code).toBe(0);
    expect(dry.out).toContain('-Requires-Dist: iree-base-runtime==3.12.0rc20261119\n');
    expect(dry.out).toContain('+Requires-Dist: iree-base-runtime==3.12.0\n');
    expect(dry.out).toContain('Nothing was written.');
    const done = await cli(['promote', 'dist', '--skip-test', '--json'], { cwd: root });
    expect(done.code).toBe(0);
    expect(JSON.parse(done.out)).toMatchObject({
      schema: 'wheelworks.promote/1',
      packages: PACKAGES.map(({ name }) => ({ project: name, from: RC, to: FINAL })).toSorted(
        (left, right) => (left.project < right.project ? -1 : 1),
      ),
      problems: [],
      promotion: { tested: false },
    });
    const refused = await cli(['publish', '--rehearse-only', 'final'], { cwd: root });
    expect(refused.out).toContain('publish/promotion-untested');
  });

  it('tells all problems and the next step', async () => {
    const root = await scratch();
    await writeWheelFile(root, { version: '1.0rc1', files: { 'pkg/a.txt': 'v1.0rc1' } });
    await writeFile(join(root, 'pyproject.toml'), '[tool.wheelworks.promote]\nrewrites = ["a"]\n');
    const wrong = await cli(['promote', '.'], { cwd: root });
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('Did you mean rewrite?')]);
    await writeFile(join(root, 'pyproject.toml'), '');
    const blocked = await cli(['promote', '.'], { cwd: root });
    expect(blocked.code).toBe(1);
    expect(blocked.out).toContain('pkg/a.txt: line 1: v1.0rc1');
    await writeFile(join(root, 'pyproject.toml'), '[tool.wheelworks.promote]\nrewrite = "a.txt"\n');
    expect((await cli(['promote', '.', '--skip-test'], { cwd: root })).code).toBe(0);
    const retag = await cli(
      ['retag-version', 'pkg-1.0rc1-py3-none-any.whl', '--to', '1.0.post1', '--allow', '*.txt'],
      { cwd: root },
    );
    expect([retag.code, retag.out]).toEqual([0, 'pkg-1.0.post1-py3-none-any.whl\n']);
    expect((await cli(['retag-version', 'pkg-1.0rc1-py3-none-any.whl'], { cwd: root })).code).toBe(
      2,
    );
  });

  it.each([
    [['promote', '.', '--to', 'fianl'], 'promote/bad-target', 'Did you mean final?'],
    [['promote', '.', '--python', '3.99'], 'promote/no-interpreter', '3.99'],
    [['promote', '.', '--plan', '.'], 'cli/bad-value', 'folder'],
    [['retag-version', 'pkg-1.0rc1-py3-none-any.whl', '--to', '1.2.x'], 'cli/bad-value', '1.2.x'],
  ])('refuses %j before anything is written', async (args, code, told) => {
    const root = await scratch();
    await writeWheelFile(root, { version: '1.0rc1' });
    const run = await cli(args, { cwd: root });
    expect([run.code, run.err]).toEqual([2, expect.stringContaining(code)]);
    expect(run.err).toContain(told);
    expect(await readdir(root)).toEqual(['pkg-1.0rc1-py3-none-any.whl']);
  });
});
