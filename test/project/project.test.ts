import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readProject } from '../../src/project/index.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import { scratch } from '../support/scratch.ts';

let folder: string;

beforeEach(async () => {
  folder = join(await scratch(), 'mein Projekt ä');
  await mkdir(folder);
});

async function read(pyproject: string, platform: NodeJS.Platform = 'linux') {
  await writeFile(join(folder, 'pyproject.toml'), pyproject);
  return readProject(folder, platform);
}

async function errorOf(promise: Promise<unknown>): Promise<WheelworksError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof WheelworksError) return error;
  throw new Error(`not refused with a code: ${String(error)}`);
}

const BUILD_SYSTEM = '[build-system]\nrequires = []\nbuild-backend = "b"\n';

describe('a project folder', () => {
  it('must be there, and a folder', async () => {
    expect(await errorOf(readProject(join(folder, 'absent')))).toMatchObject({
      code: 'config/no-project',
      path: join(folder, 'absent'),
    });
    await writeFile(join(folder, 'file'), '');
    expect((await errorOf(readProject(join(folder, 'file')))).code).toBe('config/no-project');
  });

  it('must have pyproject.toml or setup.py', async () => {
    const error = await errorOf(readProject(folder));
    expect(error).toMatchObject({ code: 'config/no-project', path: folder });
    expect(error.message).toContain('neither pyproject.toml nor setup.py');
  });

  it('with setup.py alone has the build system of PEP 517', async () => {
    await writeFile(join(folder, 'setup.py'), '');
    expect((await readProject(folder)).buildSystem).toEqual({
      requires: ['setuptools>=40.8.0'],
      backend: 'setuptools.build_meta:__legacy__',
      backendPath: [],
    });
  });

  it('with [project] alone has it too, and with neither is refused', async () => {
    const project = await read('[project]\nname = "spam"\nversion = "1.0"\n');
    expect(project).toMatchObject({
      name: 'spam',
      version: '1.0',
      buildSystem: { backend: 'setuptools.build_meta:__legacy__' },
    });
    expect((await errorOf(read('[tool.black]\nline-length = 100\n'))).code).toBe(
      'config/no-build-system',
    );
    await writeFile(join(folder, 'setup.cfg'), '');
    expect((await readProject(folder)).buildSystem.requires).toEqual(['setuptools>=40.8.0']);
  });

  it('that cannot be read is a file error', async () => {
    await mkdir(join(folder, 'pyproject.toml'));
    expect((await errorOf(readProject(folder))).code).toBe('file/is-a-directory');
  });
});

describe('pyproject.toml', () => {
  it('that is no TOML is refused with the line', async () => {
    const error = await errorOf(read('[build-system]\nrequires = [\n"a" "b"]\n'));
    expect(error).toMatchObject({
      code: 'config/bad-pyproject',
      path: join(folder, 'pyproject.toml'),
    });
    expect(error.evidence).toContain('3:');
    expect(error.evidence).toContain('"a" "b"]');
  });

  it('that is no UTF-8 is refused', async () => {
    await writeFile(join(folder, 'pyproject.toml'), Buffer.from('name = "\xe4"', 'latin1'));
    expect((await errorOf(readProject(folder))).code).toBe('config/bad-pyproject');
  });

  it.each([
    ['[build-system]\nbuild-backend = "b"\n', 'build-system.requires', 'PEP 518'],
    ['[build-system]\nrequires = "setuptools"\n', 'build-system.requires', 'expected array'],
    ['[build-system]\nrequires = ["a b c"]\n', 'build-system.requires.0', ''],
    ['[build-system]\nrequires = []\nbuild-backend = 1\n', 'build-system.build-backend', ''],
    ['[build-system]\nrequires = []\nbuild-backend = "a; b"\n', 'build-system.build-backend', ''],
    [
      '[build-system]\nrequires = []\nbackend-path = ["../elsewhere"]\n',
      'build-system.backend-path.0',
      'folder of the project',
    ],
    [`${BUILD_SYSTEM}[project]\nname = ["x"]\n`, 'project.name', ''],
    [`${BUILD_SYSTEM}[project]\nrequires-python = "3.8 or so"\n`, 'project.requires-python', ''],
    [`${BUILD_SYSTEM}[tool.wheelworks]\ntest-command = 3\n`, 'tool.wheelworks.test-command', ''],
    [
      `${BUILD_SYSTEM}[tool.wheelworks]\ntest-requires = ["=="]\n`,
      'tool.wheelworks.test-requires',
      '',
    ],
    [`${BUILD_SYSTEM}[tool.wheelworks.environment]\nA = []\n`, 'tool.wheelworks.environment', ''],
    [`${BUILD_SYSTEM}[tool]\nwheelworks = "x"\n`, 'tool.wheelworks', ''],
    [`${BUILD_SYSTEM}[tool.cibuildwheel]\ntest-command = 1\n`, 'tool.cibuildwheel', ''],
  ])('with a wrong value is refused with its key: %s', async (text, key, says) => {
    const error = await errorOf(read(text));
    expect(error.code).toBe('config/bad-pyproject');
    expect(error.message).toContain(key);
    expect(error.evidence).toContain(says);
  });

  it('with several wrong values names them all', async () => {
    const error = await errorOf(read('[build-system]\nrequires = 1\nbuild-backend = 2\n'));
    expect(error.evidence).toContain('build-system.requires: ');
    expect(error.evidence).toContain('build-system.build-backend: ');
  });
});

describe('[tool.wheelworks]', () => {
  it('refuses an unknown setting and suggests the one that was meant', async () => {
    const error = await errorOf(read(`${BUILD_SYSTEM}[tool.wheelworks]\ntest_comand = "x"\n`));
    expect(error).toMatchObject({
      code: 'config/unknown-setting',
      path: join(folder, 'pyproject.toml'),
      hint: 'Did you mean test-command?',
    });
    const other = await errorOf(read(`${BUILD_SYSTEM}[tool.wheelworks]\nzzz = "x"\n`));
    expect(other.hint).toContain('test-command, test-sources');
  });

  it('takes lists and texts', async () => {
    const { settings } = await read(`${BUILD_SYSTEM}
[tool.wheelworks]
test-command = ["python -c 'a'", "python -c 'b'"]
test-requires = "pytest numpy"
python = [">=3.9", "pypy3.11"]
environment = { A = "1" }
config-settings = { x = "1", y = ["2", "3"] }
`);
    expect(settings).toEqual({
      testCommand: "python -c 'a' && python -c 'b'",
      testRequires: ['pytest', 'numpy'],
      testExtras: [],
      python: ['>=3.9', 'pypy3.11'],
      environment: { A: '1' },
      configSettings: { x: '1', y: ['2', '3'] },
      debugFiles: false,
      notHonoured: [],
    });
  });
});

describe('[tool.cibuildwheel]', () => {
  const table = `${BUILD_SYSTEM}
[tool.cibuildwheel]
test-command = "pytest {package}"
test-requires = ["pytest>=7"]
test-extras = ["test"]
build = "cp3*"
before-all = "make"
environment = { CFLAGS = "-g" }
before-build = ""
[tool.cibuildwheel.linux]
test-command = "linux {package}"
[tool.cibuildwheel.macos]
before-test = "brew install x"
`;

  it('gives the tests where [tool.wheelworks] has none, a platform its own', async () => {
    const linux = await read(table);
    expect(linux.settings).toMatchObject({
      testCommand: 'linux {package}',
      testRequires: ['pytest>=7'],
      testExtras: ['test'],
    });
    expect((await read(table, 'darwin')).settings.testCommand).toBe('pytest {package}');
  });

  it('yields to [tool.wheelworks]', async () => {
    const { settings } = await read(`${table}[tool.wheelworks]\ntest-command = "own"\n`);
    expect(settings).toMatchObject({ testCommand: 'own', testRequires: ['pytest>=7'] });
  });

  it('tells which weighty options are not honoured', async () => {
    expect((await read(table)).settings.notHonoured).toEqual(['before-all', 'environment']);
    const darwin = await read(table, 'darwin');
    expect(darwin.settings.notHonoured).toEqual(['before-all', 'before-test', 'environment']);
  });
});
