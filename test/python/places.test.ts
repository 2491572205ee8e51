import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCandidates } from '../../src/python/candidates.ts';
import type { SearchEnvironment } from '../../src/python/index.ts';
import type { AskProgram } from '../../src/python/places/place.ts';
import { launcherPaths } from '../../src/python/places/windows.ts';
import { machineIn, script, temporaryFolder } from './fakes.ts';

const ANSWERS_NOTHING: AskProgram = async () => undefined;
const MUST_NOT_ASK: AskProgram = () => Promise.reject(new Error('nothing is to be asked'));

/** Every interpreter of the machine as `place: path`, the path relative to the machine's folder. */
async function found(host: SearchEnvironment, ask = ANSWERS_NOTHING): Promise<string[]> {
  const { candidates } = await findCandidates(host, [], ask);
  return candidates.map(({ place, path }) => `${place}: ${relative(host.cwd, path)}`);
}

/** Makes each of these an executable file that is told from all others. */
async function executables(folder: string, ...paths: string[]): Promise<void> {
  await Promise.all(paths.map((path) => script(join(folder, path), `echo ${path}`)));
}

describe('places', () => {
  it('finds the prefixes of the manylinux images', async () => {
    const folder = await temporaryFolder();
    await executables(
      folder,
      'root/opt/python/cp312-cp312/bin/python3.12',
      'root/opt/python/cp313-cp313t/bin/python3.13t',
      'root/opt/python/pp311-pypy311_pp73/bin/pypy3.11',
      'root/opt/python/cp312-cp312/bin/python3.12-config',
      'root/opt/python/cp312-cp312/bin/pip3.12',
    );
    expect(await found(machineIn(folder))).toEqual([
      'manylinux: root/opt/python/cp312-cp312/bin/python3.12',
      'manylinux: root/opt/python/cp313-cp313t/bin/python3.13t',
      'manylinux: root/opt/python/pp311-pypy311_pp73/bin/pypy3.11',
    ]);
  });

  it('names a file by its most specific name, once', async () => {
    const folder = await temporaryFolder();
    await executables(folder, 'home/.pyenv/versions/3.6.15/bin/python3.6');
    const bin = join(folder, 'home/.pyenv/versions/3.6.15/bin');
    await Promise.all(
      ['python', 'python3', 'python3.6m'].map((name) => symlink('python3.6', join(bin, name))),
    );
    expect(await found(machineIn(folder))).toEqual([
      'pyenv: home/.pyenv/versions/3.6.15/bin/python3.6',
    ]);
  });

  it('finds the versions of pyenv, asdf, mise, rye and uv where their variables say', async () => {
    const folder = await temporaryFolder();
    await executables(
      folder,
      'a/versions/3.12.1/bin/python',
      'b/installs/python/3.11.2/bin/python',
      'c/installs/python/3.10.3/bin/python',
      'd/py/cpython@3.9.1/install/bin/python3',
      'e/cpython-3.13.0-linux-x86_64-gnu/bin/python3.13',
    );
    const env = {
      PATH: '',
      PYENV_ROOT: join(folder, 'a'),
      ASDF_DATA_DIR: join(folder, 'b'),
      MISE_DATA_DIR: join(folder, 'c'),
      RYE_HOME: join(folder, 'd'),
      UV_PYTHON_INSTALL_DIR: join(folder, 'e'),
    };
    expect(await found(machineIn(folder, { env }))).toEqual([
      'pyenv: a/versions/3.12.1/bin/python',
      'asdf: b/installs/python/3.11.2/bin/python',
      'mise: c/installs/python/3.10.3/bin/python',
      'rye: d/py/cpython@3.9.1/install/bin/python3',
      'uv: e/cpython-3.13.0-linux-x86_64-gnu/bin/python3.13',
    ]);
  });

  it('finds them in the home folder when no variable says where', async () => {
    const folder = await temporaryFolder();
    await executables(
      folder,
      'home/.pyenv/versions/3.12.1/bin/python',
      'home/.asdf/installs/python/3.11.2/bin/python',
      'home/.local/share/mise/installs/python/3.10.3/bin/python',
      'home/.rye/py/cpython@3.9.1/bin/python3',
      'home/.local/share/uv/python/pypy-3.10.14-linux-x86_64-gnu/bin/pypy3.10',
    );
    expect((await found(machineIn(folder))).map((line) => line.split(':')[0])).toEqual([
      'pyenv',
      'asdf',
      'mise',
      'rye',
      'uv',
    ]);
  });

  it('passes over shims and finds what they stand for', async () => {
    const folder = await temporaryFolder();
    await script(join(folder, 'odd/shims/python3.12'), 'exec "/odd/libexec/pyenv" exec "$0" "$@"');
    await script(join(folder, 'links/mise'), 'exit 1');
    await mkdir(join(folder, 'm/shims'), { recursive: true });
    await symlink(join(folder, 'links/mise'), join(folder, 'm/shims/python3'));
    await script(join(folder, 'asdf-bin/python'), 'exec asdf exec "python" "$@"');
    await executables(
      folder,
      'odd/versions/3.12.4/bin/python',
      'm/installs/python/3.11/bin/python',
    );
    const PATH = ['odd/shims', 'm/shims', 'asdf-bin'].map((one) => join(folder, one)).join(':');
    expect(await found(machineIn(folder, { env: { PATH } }))).toEqual([
      'pyenv: odd/versions/3.12.4/bin/python',
      'mise: m/installs/python/3.11/bin/python',
    ]);
  });

  it('takes PATH in its order, and one file behind two folders once', async () => {
    const folder = await temporaryFolder();
    await executables(
      folder,
      'usr/bin/python3.11',
      'usr/bin/graalpy',
      'own/python3',
      'usr/bin/pythonw',
    );
    await symlink('python3.11', join(folder, 'usr/bin/python3'));
    await symlink('usr/bin', join(folder, 'bin'));
    await writeFile(join(folder, 'own/python3.9'), 'not executable');
    const PATH = [`${folder}/own`, `${folder}/usr/bin`, `${folder}/bin`, '', '/nowhere'].join(':');
    expect(await found(machineIn(folder, { env: { PATH } }))).toEqual([
      'path: own/python3',
      'path: usr/bin/python3.11',
      'path: usr/bin/graalpy',
    ]);
  });

  it('keeps a virtual environment apart from the Python it was made from', async () => {
    const folder = await temporaryFolder();
    await executables(folder, 'usr/bin/python3.11');
    await mkdir(join(folder, 'venv/bin'), { recursive: true });
    await writeFile(join(folder, 'venv/pyvenv.cfg'), `home = ${folder}/usr/bin\n`);
    await symlink('../../usr/bin/python3.11', join(folder, 'venv/bin/python'));
    await symlink('python', join(folder, 'venv/bin/python3'));
    const env = { VIRTUAL_ENV: join(folder, 'venv'), PATH: `${folder}/venv/bin:${folder}/usr/bin` };
    expect(await found(machineIn(folder, { env }))).toEqual([
      'virtual-environment: venv/bin/python3',
      'path: usr/bin/python3.11',
    ]);
  });

  it('follows PYTHON, a command or a path, and PYTHON_HOME', async () => {
    const folder = await temporaryFolder();
    await executables(folder, 'bin/my-python', 'home2/bin/python3', 'p/python-special');
    const machine = (PYTHON: string): SearchEnvironment =>
      machineIn(folder, {
        env: { PATH: join(folder, 'bin'), PYTHON, PYTHON_HOME: join(folder, 'home2') },
      });
    expect(await found(machine('my-python'))).toEqual([
      'environment: bin/my-python',
      'environment: home2/bin/python3',
    ]);
    expect(await found(machine('p/python-special'))).toEqual([
      'environment: p/python-special',
      'environment: home2/bin/python3',
    ]);
    expect(await found(machine('no-such-command'))).toEqual(['environment: home2/bin/python3']);
  });

  it('finds conda environments: active, registered, base and named', async () => {
    const folder = await temporaryFolder();
    await executables(
      folder,
      'active/bin/python',
      'elsewhere/bin/python',
      'home/miniforge3/bin/python',
      'home/miniforge3/envs/work/bin/python3.12',
      'root/opt/conda/bin/python',
    );
    await mkdir(join(folder, 'home/.conda'), { recursive: true });
    await writeFile(join(folder, 'home/.conda/environments.txt'), `${folder}/elsewhere\n\n/gone\n`);
    const env = { PATH: '', CONDA_PREFIX: join(folder, 'active') };
    expect(await found(machineIn(folder, { env }))).toEqual([
      'conda: active/bin/python',
      'conda: elsewhere/bin/python',
      'conda: home/miniforge3/bin/python',
      'conda: root/opt/conda/bin/python',
      'conda: home/miniforge3/envs/work/bin/python3.12',
    ]);
  });

  it('finds the frameworks, Homebrew and Xcode of macOS, and leaves the stubs of /usr/bin alone', async () => {
    const folder = await temporaryFolder();
    await executables(
      folder,
      'root/Library/Frameworks/Python.framework/Versions/3.12/bin/python3.12',
      'root/Library/Frameworks/Python.framework/Versions/3.12/bin/python3.12-intel64',
      'root/Library/Frameworks/PythonT.framework/Versions/3.13/bin/python3.13t',
      'root/opt/homebrew/Cellar/python@3.13/3.13.1/bin/python3.13',
      'root/opt/homebrew/Cellar/python@3.13/3.13.0/bin/python3.13',
      'root/opt/homebrew/Cellar/python-setuptools/69/bin/python3',
      'root/Library/Developer/CommandLineTools/usr/bin/python3',
      'root/usr/bin/python3',
    );
    await mkdir(join(folder, 'root/opt/homebrew/opt'), { recursive: true });
    await symlink(
      '../Cellar/python@3.13/3.13.1',
      join(folder, 'root/opt/homebrew/opt/python@3.13'),
    );
    await symlink(
      '3.12',
      join(folder, 'root/Library/Frameworks/Python.framework/Versions/Current'),
    );
    const env = { PATH: join(folder, 'root/usr/bin') };
    expect(await found(machineIn(folder, { platform: 'darwin', env }))).toEqual([
      'homebrew: root/opt/homebrew/opt/python@3.13/bin/python3.13',
      'homebrew: root/opt/homebrew/Cellar/python@3.13/3.13.0/bin/python3.13',
      'framework: root/Library/Frameworks/Python.framework/Versions/3.12/bin/python3.12',
      'framework: root/Library/Frameworks/PythonT.framework/Versions/3.13/bin/python3.13t',
      'xcode: root/Library/Developer/CommandLineTools/usr/bin/python3',
    ]);
    expect(await found(machineIn(folder, { env }))).toContain('path: root/usr/bin/python3');
  });

  it('asks the launcher of Windows and looks into the usual folders', async () => {
    const folder = await temporaryFolder();
    await executables(
      folder,
      'py 312/python.exe',
      'local/Programs/Python/Python313/python.exe',
      'local/Programs/Python/Python313/pythonw.exe',
      'local/Python/pythoncore-3.14-64/python.exe',
      'root/C:/Python39/python.exe',
      'local/Microsoft/WindowsApps/python.exe',
    );
    const asked: string[] = [];
    const ask: AskProgram = async (command, args) => {
      asked.push([command, ...args].join(' '));
      return `X:${folder}`;
    };
    const env = {
      Path: join(folder, 'local/Microsoft/WindowsApps'),
      LOCALAPPDATA: join(folder, 'local'),
    };
    expect(await found(machineIn(folder, { platform: 'win32', env }), ask)).toEqual([
      'windows: local/Programs/Python/Python313/python.exe',
      'windows: local/Python/pythoncore-3.14-64/python.exe',
      'windows: root/C:/Python39/python.exe',
    ]);
    expect(asked).toEqual(['py -0p']);
  });

  it('looks nowhere for Windows or macOS on Linux', async () => {
    const folder = await temporaryFolder();
    await executables(
      folder,
      'root/Library/Frameworks/Python.framework/Versions/3.12/bin/python3.12',
      'root/C:/Python39/python.exe',
    );
    expect(await found(machineIn(folder), MUST_NOT_ASK)).toEqual([]);
  });
});

describe('launcherPaths', () => {
  it('reads the lists of the old and the new launcher', () => {
    const text = [
      ' -V:3.13t         C:\\Users\\me\\AppData\\Local\\Programs\\Python\\Python313\\python3.13t.exe',
      ' -V:3.12 *        C:\\Program Files\\Python312\\python.exe\r',
      ' -3.8-32          C:\\Python38-32\\python.exe *',
      ' -V:Corp/3.9      \\\\server\\share\\python.exe',
      ' -V:Astral/CPython3.12.1 C:\\uv\\python.exe',
      'Installed Pythons found by py Launcher for Windows',
      '  *               Active venv',
      '',
    ].join('\n');
    expect(launcherPaths(text)).toEqual([
      'C:\\Users\\me\\AppData\\Local\\Programs\\Python\\Python313\\python3.13t.exe',
      'C:\\Program Files\\Python312\\python.exe',
      'C:\\Python38-32\\python.exe',
      '\\\\server\\share\\python.exe',
      'C:\\uv\\python.exe',
    ]);
  });
});
