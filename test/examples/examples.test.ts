/** The projects in examples/ build, install and pass their own tests with the Pythons of this machine. */
import { cp, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findInterpreters, type Interpreter } from '../../src/python/index.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import { runProcess, runProcessOrThrow, type ProcessResult } from '../../src/support/process.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../examples');
const PROJECTS = ['minty', 'spam', 'spam-abi3'] as const;
type Project = (typeof PROJECTS)[number];

const machine = { platform: process.platform, env: process.env, home: homedir(), cwd: tmpdir() };
const compiler = await commandWorks(process.env['CC'] ?? 'cc');
const found = await findInterpreters(machine);
const usable = found.interpreters.filter(
  ({ implementation, version, headers, platform }) =>
    implementation.name === 'cpython' &&
    version.major === 3 &&
    version.minor >= 6 &&
    headers.pythonH !== null &&
    /^(?:linux|macosx)-/.test(platform),
);
const withPip = usable.filter(({ version, packages, modules }) => {
  // The first pip that knows backend-path is 20.0.
  const pip = Number.parseInt(packages.pip ?? '0', 10);
  return pip >= 20 && modules.venv && version.minor >= 8;
});
const oldest = withPip[0];
const newest = withPip.at(-1);
const pair = [...new Set([oldest, newest])].filter((one) => one !== undefined);
const lacking =
  'needs a C compiler and a CPython 3.8 or newer with headers, venv and pip 20 or newer';

async function commandWorks(command: string): Promise<boolean> {
  try {
    return (await runProcess(command, ['--version'], machine)).exitCode === 0;
  } catch (error) {
    if (error instanceof WheelworksError) return false;
    throw error;
  }
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelworks-examples-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A copy of a project in a folder of its own. */
async function copyOf(project: Project): Promise<string> {
  const folder = join(await temporaryFolder(), project);
  await cp(join(EXAMPLES, project), folder, {
    recursive: true,
    filter: (path) => basename(path) !== '__pycache__',
  });
  return folder;
}

/** Calls a hook of the backend as a frontend does, and gives the path of what it made. */
async function callHook(
  python: Interpreter,
  project: string,
  hook: 'build_wheel' | 'build_sdist',
  options: { settings?: string; env?: Record<string, string> } = {},
): Promise<{ path: string; output: string }> {
  const output = await temporaryFolder();
  const program = `
import sys
sys.path.insert(0, "backend")
import cbackend
print("made " + cbackend.${hook}(sys.argv[1], ${options.settings ?? 'None'}))`;
  const result = await runProcessOrThrow(python.path, ['-B', '-c', program, output], {
    cwd: project,
    env: { ...process.env, ...options.env },
  });
  const name = /^made (.+)$/m.exec(result.stdout)?.[1] ?? '';
  return { path: join(output, name), output: result.stdout };
}

/** Installs a wheel into a new environment and runs the project's tests there. */
async function runTests(
  python: Interpreter,
  wheel: string,
  project: string,
): Promise<ProcessResult> {
  const folder = await temporaryFolder();
  const prefix = join(folder, 'env');
  await runProcessOrThrow(python.path, ['-m', 'venv', '--without-pip', prefix], machine);
  const install = ['install', '--quiet', '--no-index', '--no-deps', '--prefix', prefix, wheel];
  await runProcessOrThrow(
    python.path,
    ['-m', 'pip', '--disable-pip-version-check', ...install],
    machine,
  );
  const discover = ['-B', '-m', 'unittest', 'discover', join(project, 'test')];
  return runProcess(join(prefix, 'bin', 'python'), discover, { ...machine, cwd: folder });
}

const tagOf: Readonly<Record<Project, (python: Interpreter) => string>> = {
  minty: () => 'py3-none',
  spam: ({ version: { minor }, freeThreaded }) =>
    `cp3${minor}-cp3${minor}${freeThreaded ? 't' : ''}`,
  'spam-abi3': ({ version: { minor }, freeThreaded }) =>
    freeThreaded ? `cp3${minor}-cp3${minor}t` : 'cp38-abi3',
};

describe('examples', () => {
  it('share one backend', async () => {
    const master = await readFile(join(EXAMPLES, 'cbackend.py'), 'utf8');
    for (const project of PROJECTS)
      expect(await readFile(join(EXAMPLES, project, 'backend/cbackend.py'), 'utf8')).toBe(master);
  });

  it('keep to the TOML that Pythons before 3.11 can read', async (context) => {
    const python = usable.find(({ version }) => version.minor >= 11);
    if (python === undefined) {
      context.skip('needs a CPython 3.11 or newer, which can read TOML');
      return;
    }
    const program = `
import sys, tomllib
sys.path.insert(0, "backend")
import cbackend
text = open("pyproject.toml", encoding="utf-8").read()
assert cbackend.read_plain_toml(text) == tomllib.loads(text), cbackend.read_plain_toml(text)`;
    for (const project of PROJECTS) {
      const result = await runProcess(python.path, ['-B', '-c', program], {
        cwd: join(EXAMPLES, project),
        env: process.env,
      });
      expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    }
  });
});

describe.skipIf(!compiler || pair.length === 0)(`examples, built (${lacking})`, () => {
  const python = newest as Interpreter;

  it.each(
    PROJECTS.flatMap((project) => pair.map((python) => ({ project, python, label: python.label }))),
  )(
    '$project with $label: pip builds and installs it, its tests pass',
    async ({ project, python: builder }) => {
      const copy = await copyOf(project);
      const output = await temporaryFolder();
      await runProcessOrThrow(
        builder.path,
        [
          '-m',
          'pip',
          '--disable-pip-version-check',
          'wheel',
          '--quiet',
          '--no-build-isolation',
          '--no-deps',
          '--no-index',
          '--wheel-dir',
          output,
          copy,
        ],
        machine,
      );
      const wheels = await readdir(output);
      expect(wheels).toHaveLength(1);
      const name = project.replaceAll('-', '_');
      const tag = tagOf[project](builder);
      expect(wheels[0]).toMatch(
        new RegExp(`^${name}-1\\.0\\.0-${tag}-(?:linux|macosx)_\\w+\\.whl$`),
      );
      const tests = await runTests(builder, join(output, wheels[0] ?? ''), copy);
      expect(tests.stderr).toMatch(/Ran \d+ tests in .*\n\nOK/);
      expect(tests.exitCode).toBe(0);
    },
  );

  it.each(PROJECTS)('%s: every byte is decided by the sources', async (project) => {
    const env = { SOURCE_DATE_EPOCH: '1700000000' };
    const first = await callHook(python, await copyOf(project), 'build_wheel', { env });
    const second = await callHook(python, await copyOf(project), 'build_wheel', { env });
    const bytes = await readFile(first.path);
    expect((await readFile(second.path)).equals(bytes)).toBe(true);
    const later = await callHook(python, await copyOf(project), 'build_wheel', {
      env: { SOURCE_DATE_EPOCH: '1700086400' },
    });
    expect((await readFile(later.path)).equals(bytes)).toBe(false);
  });

  it.each(PROJECTS)('%s: its sdist holds all that its wheel is built from', async (project) => {
    const copy = await copyOf(project);
    const direct = await callHook(python, copy, 'build_wheel');
    const sdist = await callHook(python, copy, 'build_sdist');
    const folder = await temporaryFolder();
    const stem = `${project.replaceAll('-', '_')}-1.0.0`;
    expect(basename(sdist.path)).toBe(`${stem}.tar.gz`);
    const unpack = ['-c', 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])'];
    await runProcessOrThrow(python.path, ['-W', 'ignore', ...unpack, sdist.path, folder], machine);
    const again = await callHook(python, join(folder, stem), 'build_wheel');
    expect((await readFile(again.path)).equals(await readFile(direct.path))).toBe(true);
  });

  it.each(PROJECTS)('%s: RECORD, WHEEL and METADATA are right', async (project) => {
    const { path } = await callHook(python, await copyOf(project), 'build_wheel');
    const program = `
import base64, csv, email, hashlib, json, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
names = wheel.namelist()
record = next(name for name in names if name.endswith("/RECORD"))
rows = list(csv.reader(wheel.read(record).decode().splitlines()))
assert [row[0] for row in rows] == names and names[-1] == record, names
for name, digest, size in rows[:-1]:
    content = wheel.read(name)
    expected = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
    assert (digest, size) == ("sha256=" + expected, str(len(content))), name
read = lambda name: email.message_from_bytes(wheel.read(record.replace("RECORD", name)))
metadata, tags = read("METADATA"), read("WHEEL")
print(json.dumps({"metadata": dict(metadata), "wheel": dict(tags), "title": metadata.get_payload().splitlines()[0],
  "flags": sorted(set(info.flag_bits for info in wheel.infolist())),
  "modes": sorted(set(oct(info.external_attr >> 16) for info in wheel.infolist()))}))`;
    const { stdout } = await runProcessOrThrow(python.path, ['-c', program, path], machine);
    const [, , tag] = /^([^-]+)-([^-]+)-(.+)\.whl$/.exec(basename(path))?.slice(1) ?? [];
    expect(JSON.parse(stdout)).toMatchObject({
      metadata: {
        'Metadata-Version': '2.4',
        Name: project,
        Version: '1.0.0',
        'License-Expression': '0BSD',
        'License-File': 'LICENSE',
        'Requires-Python': project === 'spam-abi3' ? '>=3.8' : '>=3.6',
      },
      wheel: { 'Wheel-Version': '1.0', 'Root-Is-Purelib': 'false', Tag: tag },
      title: `# ${project}`,
      flags: [0],
      modes: ['0o100644', '0o100755'],
    });
  });

  it('minty: every Python builds the same wheel', async () => {
    const names = new Set<string>();
    const contents = new Set<string>();
    for (const one of pair) {
      const { path } = await callHook(one, await copyOf('minty'), 'build_wheel');
      names.add(basename(path));
      contents.add((await readFile(path)).toString('base64'));
    }
    expect([names.size, contents.size]).toEqual([1, 1]);
  });

  it('spam-abi3: what the oldest Python built, the newest uses', async (context) => {
    if (oldest === undefined || newest === undefined || oldest === newest || newest.freeThreaded) {
      context.skip('needs two versions of CPython');
      return;
    }
    const copy = await copyOf('spam-abi3');
    const { path } = await callHook(oldest, copy, 'build_wheel');
    expect((await runTests(newest, path, copy)).stderr).toMatch(/\nOK\n$/);
  });

  it('take config settings, and refuse those they do not know', async () => {
    const copy = await copyOf('minty');
    const settings = `{"compile-args": "-DONE -DTWO='2 2'"}`;
    const { output } = await callHook(python, copy, 'build_wheel', { settings });
    expect(output).toContain("-DONE '-DTWO=2 2'");
    await expect(
      callHook(python, copy, 'build_wheel', { settings: '{"x": "1"}' }),
    ).rejects.toMatchObject({
      evidence: expect.stringContaining('unknown config settings: x') as string,
    });
  });

  it('say what is wrong when there is no compiler, and when it fails', async () => {
    const copy = await copyOf('minty');
    const failing = (CC: string) => callHook(python, copy, 'build_wheel', { env: { CC } });
    await expect(failing('/no/such/cc -m64')).rejects.toMatchObject({
      evidence: expect.stringContaining('there is no C compiler /no/such/cc') as string,
    });
    await expect(failing('false')).rejects.toMatchObject({
      evidence: expect.stringContaining('the compiler failed with exit code 1') as string,
    });
  });
});

describe.skipIf(!compiler)('examples on the oldest Python they are for', () => {
  const first = usable[0];

  it.skipIf(first === undefined)('build through their hooks', async () => {
    const python = first as Interpreter;
    for (const project of ['minty', 'spam'] as const) {
      const copy = await copyOf(project);
      const { path } = await callHook(python, copy, 'build_wheel');
      const folder = await temporaryFolder();
      const program = `
import sys, unittest, zipfile
zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])
sys.path.insert(0, sys.argv[2])
unittest.main(module=None, argv=["unittest", "discover", sys.argv[3]])`;
      const args = ['-B', '-c', program, path, folder, join(copy, 'test')];
      const result = await runProcess(python.path, args, { ...machine, cwd: folder });
      expect(result.stderr).toMatch(/\nOK\n$/);
    }
  });
});
