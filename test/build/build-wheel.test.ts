/** Builds with a real Python and the scripted backend. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildWheel, type BuiltWheel, type BuildWheelOptions } from '../../src/build/index.ts';
import { defaultJobOptions } from '../../src/build/default-options.ts';
import { ZIP_EPOCH } from '../../src/build/environment.ts';
import { openHostPlace, readSources, type Environment } from '../../src/build/index.ts';
import { copySources } from '../../src/build/source-copy.ts';
import type { JobOptions } from '../../src/plan/index.ts';
import { readProject } from '../../src/project/index.ts';
import type { Interpreter } from '../../src/python/index.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import {
  compileLibrary,
  hasCompiler,
  hostPythons,
  writeProject,
  writeTree,
  type BuildScript,
  type DemoProject,
} from '../support/project-builder.ts';
import { script } from '../python/fakes.ts';
import { endedAtWork, endsSoon, isRunning } from '../support/processes.ts';
import { scratch } from '../support/scratch.ts';

const pythons = await hostPythons();
const python = pythons.at(-1);
const withSetuptools = pythons.find(({ packages }) => packages.setuptools !== null);

const PURE_OTHER: BuildScript = { name: 'ww-other', tag: 'py3-none-any' };

let folder: string;
let project: string;

beforeEach(async () => {
  folder = await scratch();
  project = join(folder, 'prøject with blanks');
  await mkdir(project);
});

/** The environment of a machine that reaches no index: a port that nobody listens on. */
async function withoutIndex(): Promise<Environment> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { ...ENV, PIP_INDEX_URL: `http://127.0.0.1:${port}/simple` };
}

/** Nothing of the user's own pip. */
const ENV: Environment = { PATH: process.env['PATH'], PIP_CONFIG_FILE: '/dev/null' };

type Changes = Partial<Omit<BuildWheelOptions, 'job' | 'place'>> & {
  readonly env?: Environment;
  readonly options?: Partial<JobOptions>;
};

async function build(
  interpreter: Interpreter,
  demo: DemoProject,
  changes: Changes = {},
): Promise<BuiltWheel> {
  await writeProject(project, demo);
  return buildWritten(interpreter, changes);
}

async function buildWritten(interpreter: Interpreter, changes: Changes = {}): Promise<BuiltWheel> {
  const { env = ENV, options, ...rest } = changes;
  const inPlace = changes.folder ?? join(folder, 'scratch');
  if (changes.folder === undefined) await mkdir(inPlace);
  const read = await readProject(project);
  const sources = rest.sources ?? (await readSources(project, project, join(folder, 'out')));
  return buildWheel({
    project: read,
    job: {
      id: 'cp312-manylinux_x86_64',
      interpreter,
      options: { ...defaultJobOptions(read.settings), ...options },
    },
    sources,
    place: await openHostPlace({
      env,
      platform: process.platform,
      interpreters: [],
      parent: folder,
    }),
    copySources: async (target) => copySources(sources.entries, target),
    folder: inPlace,
    scratch: join(folder, 'unused'),
    logPath: join(folder, 'build.log'),
    sourceDateEpoch: ZIP_EPOCH,
    frontend: 'direct',
    isolated: true,
    offline: false,
    ...rest,
  });
}

async function failure(promise: Promise<unknown>): Promise<WheelworksError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof WheelworksError) return error;
  throw new Error(`not refused with a code: ${String(error)}`);
}

const log = (): string => readFileSync(join(folder, 'build.log'), 'utf8');

describe.skipIf(python === undefined)('a build (skipped without a Python 3.8)', () => {
  const host = python as Interpreter;
  const failing = async (given: BuildScript, changes: Changes = {}): Promise<WheelworksError> =>
    failure(build(host, { script: given }, changes));

  it('gives the wheel under the name of the backend, by a direct call and by pip', async () => {
    const built = await build(host, { script: { tag: 'py3-none-any' } });
    expect(built).toMatchObject({
      filename: 'demo-1.0-py3-none-any.whl',
      frontend: 'direct',
      isolated: false,
      notices: [],
    });
    expect(readFileSync(built.path).subarray(0, 2).toString()).toBe('PK');
    expect(log()).toContain(`$ ${host.path} calling scripted_backend`);
    expect(readdirSync(project).sort()).toEqual([
      'backend',
      'build-script.json',
      'pyproject.toml',
      'src',
    ]);
  });

  it('by pip is isolated, and gets config settings where pip has them', async () => {
    const configSettings = { level: '3' };
    const built = await build(
      host,
      { script: { tag: 'py3-none-any' } },
      { frontend: 'pip', options: { configSettings } },
    );
    expect(built).toMatchObject({ frontend: 'pip', isolated: true });
    expect(log()).toContain('-m pip wheel');
  });

  it.each(['pip', 'direct'] as const)(
    'is not confused by files of the project that are named like modules (%s)',
    async (frontend) => {
      const names = ['json', 'os', 'importlib/__init__', 'pip/__init__', 'build/__init__'];
      const files = Object.fromEntries(names.map((name) => [`${name}.py`, 'raise SystemExit(9)']));
      const built = await build(host, { script: { tag: 'py3-none-any' }, files }, { frontend });
      expect(built.filename).toBe('demo-1.0-py3-none-any.whl');
    },
  );

  it('that makes no wheel, or two, is refused', async () => {
    expect(await failing({ wheels: 0 })).toMatchObject({ code: 'build/no-wheel' });
    project = join(folder, 'two');
    folder = await scratch();
    const two = await failing({ wheels: 2, tag: 'py3-none-any' });
    expect(two).toMatchObject({ code: 'build/several-wheels' });
    expect(two.evidence).toContain('demo-1.0-py3-none-any.whl');
    expect(two.evidence).toContain('demo-1.0.1-py3-none-any.whl');
  });

  it('by pip that makes two is refused too, though pip would take the one that is named', async () => {
    const two = await failing({ wheels: 2, tag: 'py3-none-any' }, { frontend: 'pip' });
    expect(two).toMatchObject({ code: 'build/several-wheels' });
    expect(two.evidence).toBe('demo-1.0-py3-none-any.whl, demo-1.0.1-py3-none-any.whl');
  });

  it('that fails has its last lines and the whole log', async () => {
    const error = await failing({ says: 'first words', chatter: 100, exit: 3 });
    expect(error).toMatchObject({ code: 'build/failed', path: host.path });
    expect(log()).toContain('first words');
  });

  it('that crashes names the signal', async () => {
    const error = await failing({ signal: 'SIGSEGV' });
    expect(error.code).toBe('build/crashed');
    expect(error.message).toContain('SIGSEGV');
  });

  it('that crashes below pip names it too', async () => {
    const error = await failing({ signal: 'SIGABRT' }, { frontend: 'pip' });
    expect(error.code).toBe('build/crashed');
    expect(error.message).toContain('SIGABRT');
  });

  it('that hangs is ended in time', async () => {
    const pid = join(folder, 'backend.pid');
    const error = await endedAtWork(
      1500,
      () => existsSync(pid),
      async (timeoutMs) => {
        const into = join(folder, `within ${timeoutMs}`);
        await mkdir(into);
        return failing({ says: 'waiting', pid, sleep: 60 }, { timeoutMs, folder: into });
      },
    );
    expect(error.code).toBe('build/timed-out');
    expect(error.evidence).toContain('waiting');
  });

  it('that is cancelled ends at once', async () => {
    const controller = new AbortController();
    const cancelled = failing(
      { says: 'waiting', sleep: 60 },
      {
        signal: controller.signal,
        onLine: () => controller.abort(),
      },
    );
    expect((await cancelled).code).toBe('process/cancelled');
  });

  it('may print megabytes: the log has them all', async () => {
    await build(host, { script: { tag: 'py3-none-any', chatter: 20_000 } });
    expect(log().length).toBeGreaterThan(20_000 * 1024);
  });

  it('may leave a process behind that holds its output', async () => {
    const child = join(folder, 'child.pid');
    await build(host, { script: { tag: 'py3-none-any', child } });
    const pid = Number(readFileSync(child, 'utf8'));
    expect(isRunning(pid)).toBe(true);
    process.kill(pid);
    expect(await endsSoon(pid)).toBe(true);
  });

  it.each(['pip', 'direct'] as const)(
    'with a backend that is not installed says so (%s)',
    async (frontend) => {
      await writeProject(project);
      await writeFile(
        join(project, 'pyproject.toml'),
        '[build-system]\nrequires = ["nosuch-backend>=1"]\nbuild-backend = "nosuch.api"\n',
      );
      const error = await failure(buildWritten(host, { frontend, isolated: false }));
      expect(error).toMatchObject({
        code: 'build/missing-module',
        message: 'The build backend nosuch.api is not installed.',
        hint: `Install it: ${host.path} -m pip install 'nosuch-backend>=1'`,
      });
    },
  );

  it('whose requirements no index has, and that are not installed, is told to install them', async () => {
    const demo = { requires: ['nosuch-backend>=1'] };
    const error = await failure(build(host, demo, { frontend: 'pip', env: await withoutIndex() }));
    expect(error.code).toBe('build/index-unreachable');
    expect(error.hint).toContain('--no-isolation');
    // One retry, not five with growing pauses.
    expect(log().match(/Retrying \(/g)?.length).toBe(1);
  });

  it('falls back to what is installed when no index answers, and tells', async () => {
    const demo = { requires: ['pip'], script: { tag: 'py3-none-any' } };
    const built = await build(host, demo, { frontend: 'pip', env: await withoutIndex() });
    expect(built).toMatchObject({
      filename: 'demo-1.0-py3-none-any.whl',
      isolated: false,
      indexUnreachable: true,
      notices: [expect.stringContaining('no package index answered')],
    });
    expect(log().match(/^\$ /gm)?.length).toBe(2);
  });

  it('by uv runs uv with the interpreter, the folder and the settings', async () => {
    const made = await build(host, { script: { tag: 'py3-none-any' } });
    const uv = join(folder, 'bin/uv');
    // Stands in for the real one: notes how it was called, and puts a wheel where it was told to.
    await script(uv, `echo "called: $*"\necho "in $PWD"\ncp '${made.path}' "$7"`);
    const scratchFolder = join(folder, 'for uv');
    await mkdir(scratchFolder);
    const built = await buildWritten(host, {
      frontend: 'uv',
      uv,
      folder: scratchFolder,
      options: { configSettings: { a: 'b c' } },
    });
    expect(built).toMatchObject({ frontend: 'uv', isolated: true, filename: made.filename });
    expect(log()).toContain(
      `called: build --wheel --no-progress --python ${host.path} --out-dir ${scratchFolder}/`,
    );
    expect(log()).toContain('--config-setting=a=b c');
  });

  it('offline is not isolated, and says so where it matters', async () => {
    const offline = { frontend: 'pip', offline: true } as const;
    const built = await build(
      host,
      { requires: ['pip'], script: { tag: 'py3-none-any' } },
      offline,
    );
    expect(built.isolated).toBe(false);
    expect(built.notices).toEqual([expect.stringContaining('without an index')]);
  });

  it.each(['direct', 'pip'] as const)(
    'runs before-build in an environment of its own, which the build sees and the Python does not keep (%s)',
    async (frontend) => {
      const module = join(folder, 'module');
      await writeProject(module, {
        script: { ...PURE_OTHER, files: { 'ww_other.py': 'X = 7\n' } },
      });
      const beforeBuild = [
        `pip install --no-index --no-build-isolation '${module}'`,
        'python -m pip --version',
        'command -v python',
        'command -v pip',
      ].join(' && ');
      const into = join(folder, frontend);
      await mkdir(into);
      const script = {
        tag: 'py3-none-any',
        imports: 'ww_other',
      };
      const built = await build(
        host,
        { script },
        { frontend, isolated: false, folder: into, options: { beforeBuild } },
      );
      expect(built.notices).toEqual([]);
      expect(log()).toContain(`${into}/environment/bin/python\n${into}/environment/bin/pip\n`);
      const { status } = spawnSync(host.path, ['-c', 'import ww_other'], { stdio: 'ignore' });
      expect(status).toBe(1);
    },
  );

  it('in a project below the source root sees what lies above', async () => {
    const root = join(folder, 'root');
    project = join(root, 'python');
    await mkdir(project, { recursive: true });
    await writeProject(project, { script: { tag: 'py3-none-any', waitFor: '../shared.txt' } });
    await writeProject(join(root, 'other'), {});
    await writeFile(join(root, 'shared.txt'), '');
    const built = await buildWritten(host, {
      timeoutMs: 20_000,
      sources: await readSources(project, root, join(folder, 'out')),
    });
    expect(built.filename).toBe('demo-1.0-py3-none-any.whl');
  });
});

describe.skipIf(withSetuptools === undefined)(
  'a setuptools project (skipped without a Python that has setuptools)',
  () => {
    const host = withSetuptools as Interpreter;
    const needsWheel =
      host.packages.wheel === null && Number.parseInt(host.packages.setuptools ?? '0', 10) < 70;

    async function writeSetuptoolsProject(): Promise<void> {
      await writeTree(project, {
        'pyproject.toml':
          '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "old"\nversion = "2.0"\n[tool.setuptools]\npy-modules = ["old"]\n',
        'old.py': 'X = 1\n',
      });
    }

    it.skipIf(needsWheel)('builds with what is installed', async () => {
      await writeSetuptoolsProject();
      const built = await buildWritten(host, { frontend: 'pip', isolated: false });
      expect(built.filename).toBe('old-2.0-py3-none-any.whl');
    });

    it.skipIf(!needsWheel)('says that wheel is missing', async () => {
      await writeSetuptoolsProject();
      const error = await failure(buildWritten(host, { frontend: 'pip', isolated: false }));
      expect(error).toMatchObject({ code: 'build/missing-module' });
      expect(error.hint).toContain(`${host.path} -m pip install wheel`);
    });
  },
);

describe.skipIf(!hasCompiler || python === undefined)(
  'a real compiler (skipped without one)',
  () => {
    it.each([
      ['#include <Python.h>\n', [], 'build/no-python-headers'],
      ['#include <no/such/header.h>\n', [], 'build/missing-header'],
      ['int x;\n', ['-lnosuchlibrary'], 'build/missing-library'],
    ] as const)('says why %j cannot be built', async (source, args, code) => {
      const output = await compileLibrary(join(folder, 'x.so'), source, args).then(
        () => '',
        (error: unknown) => (error as { stderr: Buffer }).stderr.toString(),
      );
      expect(output).not.toBe('');
      const error = await failure(
        build(python as Interpreter, { script: { says: output, exit: 1 } }),
      );
      expect(error.code).toBe(code);
    });
  },
);
