/** Projects for tests of builds and releases, with a backend that does what the test tells it to. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findInterpreters, type Interpreter } from '../../src/python/index.ts';
import backend from './scripted_backend.py?raw';

/** What the scripted backend does, for every Python or for one. */
export interface BuildScript {
  /** Default `demo` and `1.0`. */
  readonly name?: string;
  readonly version?: string;
  /** The wheel's tag; `own` (default) is the running Python's with `linux_<arch>`. */
  readonly tag?: string;
  /** Files of the wheel besides its metadata. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files of the wheel taken from elsewhere: path in the wheel to path on disk. */
  readonly copies?: Readonly<Record<string, string>>;
  /** Lines added to METADATA. */
  readonly metadata?: readonly string[];
  /** Text printed before anything else. */
  readonly says?: string;
  /** Kilobytes of output. */
  readonly chatter?: number;
  readonly sleep?: number;
  /** Ends with this exit code, or by this signal. */
  readonly exit?: number;
  readonly signal?: string;
  /** Wheels written; default 1. */
  readonly wheels?: number;
  /** Leaves a process behind that holds the output open; its pid goes into this file. */
  readonly child?: string;
  /** The backend's own pid goes into this file. */
  readonly pid?: string;
  /** Requirements the hook `get_requires_for_build_wheel` asks for. */
  readonly requires?: readonly string[];
  /** A module that the backend imports. */
  readonly imports?: string;
  /** Waits until this file is there. */
  readonly waitFor?: string;
}

export interface DemoProject {
  /** Added to pyproject.toml. */
  readonly toml?: string;
  /** Lines of `[project]` besides name and version; undefined leaves the whole table out. */
  readonly project?: string | undefined;
  readonly requires?: readonly string[];
  readonly script?: BuildScript;
  /** Overrides by Python version, such as `3.12`. */
  readonly scripts?: Readonly<Record<string, BuildScript>>;
  readonly files?: Readonly<Record<string, string>>;
}

/** Writes files below a folder. */
export async function writeTree(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/**
 * Writes a project whose backend follows a script. Every build it makes adds a line to `<folder>.calls`, outside of the
 * sources.
 */
export async function writeProject(folder: string, project: DemoProject = {}): Promise<void> {
  const { script = {}, scripts = {}, requires = [], toml = '' } = project;
  const own = 'project' in project ? project.project : '';
  const table =
    own === undefined
      ? ''
      : `[project]\nname = "${script.name ?? 'demo'}"\nversion = "${script.version ?? '1.0'}"\n${own}\n`;
  await writeTree(folder, {
    'pyproject.toml': `[build-system]
requires = ${JSON.stringify(requires)}
build-backend = "scripted_backend"
backend-path = ["backend"]
${table}${toml}`,
    'backend/scripted_backend.py': backend,
    'build-script.json': JSON.stringify({ all: script, each: scripts, calls: callsFile(folder) }),
    'src/demo.py': 'VALUE = 42\n',
    ...project.files,
  });
}

function callsFile(folder: string): string {
  return `${folder}.calls`;
}

/** The Pythons that built a project so far, in order. */
export async function buildCalls(folder: string): Promise<readonly string[]> {
  const path = callsFile(folder);
  if (!existsSync(path)) return [];
  return (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
}

/** Pythons 3.8 and newer of this machine that make environments, the oldest first; virtual environments left out. */
export async function hostPythons(): Promise<readonly Interpreter[]> {
  const { interpreters } = await findInterpreters({
    platform: process.platform,
    env: process.env,
    home: process.env['HOME'] ?? '',
    cwd: process.cwd(),
  });
  const fit = interpreters.filter(
    ({ version, packages, modules, implementation, prefix, basePrefix }) =>
      implementation.name === 'cpython' &&
      version.major === 3 &&
      version.minor >= 8 &&
      packages.pip !== null &&
      modules.venv &&
      modules.ensurepip &&
      prefix === basePrefix,
  );
  const byVersion = new Map(fit.map((each) => [`3.${each.version.minor}`, each]));
  return [...byVersion.values()];
}

/** `3.12`, as selectors and build scripts name a Python. */
export function shortVersion({ version }: Interpreter): string {
  return `${version.major}.${version.minor}`;
}

/** Whether the host has a C compiler. */
export const hasCompiler: boolean =
  process.platform === 'linux' && spawnSync('cc', ['--version'], { stdio: 'ignore' }).status === 0;

/** Compiles C into a shared library. */
export async function compileLibrary(
  output: string,
  source: string,
  args: readonly string[] = [],
): Promise<void> {
  await mkdir(dirname(output), { recursive: true });
  await writeFile(`${output}.c`, source);
  execFileSync('cc', ['-shared', '-fPIC', '-o', output, `${output}.c`, ...args], { stdio: 'pipe' });
}

/** Whether this user may read what it has no permission for. */
export const isRoot: boolean = process.getuid?.() === 0;
