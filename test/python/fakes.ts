import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Interpreter, InterpreterFacts, SearchEnvironment } from '../../src/python/index.ts';

/** A temporary folder that is removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelworks-python-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A machine inside a folder: well-known places, home and working directory are below it, and PATH is empty. */
export function machineIn(
  folder: string,
  changes: Partial<SearchEnvironment> = {},
): SearchEnvironment {
  return {
    platform: 'linux',
    env: { PATH: '' },
    home: join(folder, 'home'),
    cwd: folder,
    root: join(folder, 'root'),
    ...changes,
  };
}

/** Writes an executable shell script, with the folders above it. */
export async function script(path: string, body: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

/** Writes a script that answers the probe with these facts. */
export async function fakePython(
  path: string,
  changes: Partial<InterpreterFacts> = {},
): Promise<string> {
  return script(path, answering(facts(changes)));
}

/** The shell commands that answer the probe with a document. */
export function answering(document: unknown): string {
  return `cat <<'EOT'\n<wheelworks-probe>\n${JSON.stringify(document)}\n</wheelworks-probe>\nEOT`;
}

/** The facts of an ordinary CPython 3.12.1 on Linux. */
export function facts(changes: Partial<InterpreterFacts> = {}): InterpreterFacts {
  return {
    executable: '/usr/bin/python3.12',
    implementation: { name: 'cpython', version: '3.12.1' },
    ...versionFacts('3.12.1'),
    abiFlags: '',
    freeThreaded: false,
    debug: false,
    wideUnicode: true,
    pymalloc: true,
    pointerBits: 64,
    soabi: 'cpython-312-x86_64-linux-gnu',
    extensionSuffix: '.cpython-312-x86_64-linux-gnu.so',
    extensionSuffixes: ['.cpython-312-x86_64-linux-gnu.so', '.abi3.so', '.so'],
    platform: 'linux-x86_64',
    machine: 'x86_64',
    system: 'Linux',
    systemPlatform: 'linux',
    osName: 'posix',
    multiarch: 'x86_64-linux-gnu',
    elf: {
      class: 64,
      littleEndian: true,
      machine: 62,
      flags: 0,
      loader: '/lib64/ld-linux-x86-64.so.2',
    },
    libc: { family: 'glibc', version: '2.36' },
    manylinuxVerdicts: {},
    macos: null,
    headers: {
      directories: ['/usr/include/python3.12'],
      pythonH: '/usr/include/python3.12/Python.h',
    },
    sharedLibrary: true,
    libraryDirectory: '/usr/lib',
    packages: { pip: '24.0', setuptools: null, wheel: null, build: null, uv: null },
    modules: { venv: true, ensurepip: true },
    prefix: '/usr',
    basePrefix: '/usr',
    standardLibrary: '/usr/lib/python3.12',
    sitePackages: ['/usr/lib/python3/dist-packages'],
    externallyManaged: null,
    searchPath: [],
    ...changes,
  };
}

/** A described interpreter; `version` is as `3.12.1` or `3.15.0rc2`. */
export function interpreter(version: string, changes: Partial<Interpreter> = {}): Interpreter {
  const path = changes.path ?? `/opt/${version}/bin/python`;
  return {
    ...facts(versionFacts(version)),
    path,
    realPath: path,
    place: 'path',
    givenAs: [],
    label: `CPython ${version}`,
    ...changes,
  };
}

const LEVELS: Readonly<Record<string, readonly [name: string, nibble: number]>> = {
  a: ['alpha', 0xa],
  b: ['beta', 0xb],
  rc: ['candidate', 0xc],
};

/** `sys.version_info` and `sys.hexversion` of a version. */
export function versionFacts(text: string): Pick<InterpreterFacts, 'version' | 'hexVersion'> {
  const [, major, minor, micro, short = '', serialText = '0'] =
    /^(\d+)\.(\d+)\.(\d+)(?:(a|b|rc)(\d+))?$/.exec(text) ?? [];
  const [releaseLevel, nibble] = LEVELS[short] ?? ['final', 0xf];
  const version = {
    major: Number(major),
    minor: Number(minor),
    micro: Number(micro),
    releaseLevel,
    serial: Number(serialText),
  };
  const hexVersion =
    version.major * 2 ** 24 +
    version.minor * 2 ** 16 +
    version.micro * 2 ** 8 +
    nibble * 16 +
    version.serial;
  return { version, hexVersion };
}
