/** A split package laid out as if installed, and Pythons that import it under the conditions that a test sets. */
import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdtemp, open, readdir, realpath } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findInterpreters, type Interpreter } from '../../../src/python/index.ts';
import { runProcess, runProcessOrThrow, type ProcessResult } from '../../../src/support/process.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** Whether the machine has what a fixture is made with. */
export const hasCompiler =
  process.platform === 'linux' && spawnSync('cc', ['--version'], { stdio: 'ignore' }).status === 0;
export const isRoot = process.getuid?.() === 0;
/** Whether file systems can be mounted that only one child process sees. */
export const canMount =
  isRoot && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

/** A package with its companions in `site`, and what its library must answer. */
export interface Fixture {
  readonly site: string;
  readonly answers: string;
}

export interface FixtureOptions {
  readonly name?: string;
  readonly version?: string;
  readonly megabytes?: number;
  readonly seed?: number;
  readonly platform?: string;
}

/** Compiles, deflates and cuts a library; the same options give the same files. */
export async function makeFixture(site: string, options: FixtureOptions = {}): Promise<Fixture> {
  const script = join(import.meta.dirname, 'make_fixture.py');
  const joiner = join(root, 'src', 'python', 'joiner');
  const given = Object.entries({ megabytes: 32, ...options }).map(
    ([key, value]) => `--${key}=${value}`,
  );
  const all = [script, site, `--joiner=${joiner}`, ...given];
  const { stdout } = await runProcessOrThrow('python3', all, { cwd: root, env: process.env });
  return { site, answers: stdout.trim() };
}

/** A copy that a test may damage. */
export async function copyFixture(fixture: Fixture, site: string): Promise<Fixture> {
  await cp(fixture.site, site, { recursive: true });
  return { ...fixture, site };
}

/** Packs a fixture into an archive that Python imports from. */
export async function packFixture(
  { site }: Fixture,
  archive: string,
  method: 'ZIP_STORED' | 'ZIP_DEFLATED',
): Promise<void> {
  const pack = `import os, sys, zipfile\nsite, archive = sys.argv[1:]
with zipfile.ZipFile(archive, "w", zipfile.${method}) as target:
    for folder, _, names in os.walk(site):
        for name in names:
            path = os.path.join(folder, name)
            target.write(path, os.path.relpath(path, site))`;
  const args = ['-c', pack, site, archive];
  await runProcessOrThrow('python3', args, { cwd: root, env: process.env });
}

/** Changes one bit of a file. */
export async function flipBit(path: string, position: number): Promise<void> {
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, position);
  byte[0] = (byte[0] ?? 0) ^ 4;
  await file.write(byte, 0, 1, position);
  await file.close();
}

/** A folder that every user can enter. The caller removes it. */
export async function openFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'wheelworks-joiner-')));
  await chmod(folder, 0o755);
  return folder;
}

/** The CPythons of this machine that the joiner is for, 3.8 and newer. */
export async function pythons(): Promise<readonly Interpreter[]> {
  const machine = { platform: process.platform, env: process.env, home: homedir(), cwd: root };
  const { interpreters } = await findInterpreters(machine);
  return interpreters.filter(
    ({ implementation, version }) =>
      implementation.name === 'cpython' && version.major === 3 && version.minor >= 8,
  );
}

/** The program of a user: imports both modules, and prints what the library answers. */
export const USE = `
import json, sys
import fixture._big, fixture._small
assert fixture._small.NEEDED == fixture._big.needed() == 4711
print(json.dumps([fixture._big.probe(n, 5) for n in range(fixture._big.PIECES)]))
`;

/** Sets `peak`: the most memory that the program ever had, in kB. What `getrusage` gives begins with that of its parent. */
export const PEAK = `
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))`;

export interface Conditions {
  readonly python?: string;
  /** Added to the environment, which is otherwise empty but for PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** The number of the user to be, for a test that runs as root. */
  readonly user?: number;
  /** Shell commands run before, as root, in a mount name space of its own. */
  readonly mounts?: string;
  /** The folder to run in. */
  readonly cwd?: string;
  readonly args?: readonly string[];
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Runs a program in a fresh Python that has the package on its path. */
export async function run(
  site: string,
  program: string,
  conditions: Conditions = {},
): Promise<ProcessResult> {
  const { python = '/usr/bin/python3', args = [], timeoutMs = 60_000, signal } = conditions;
  let command = [python, '-B', '-W', 'error', ...args, ...(args.length > 0 ? [] : ['-c', program])];
  if (conditions.user !== undefined) {
    const user = String(conditions.user);
    command = ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', ...command];
  }
  if (conditions.mounts !== undefined)
    command = ['unshare', '-m', 'sh', '-ec', `${conditions.mounts}\nexec "$@"`, 'sh', ...command];
  const env = { PATH: process.env['PATH'], PYTHONPATH: site, ...conditions.env };
  const [first = '', ...rest] = command;
  const options = { cwd: conditions.cwd ?? '/', env, timeoutMs };
  return runProcess(first, rest, signal === undefined ? options : { ...options, signal });
}

/** Every entry of the caches under a folder, by path. */
export async function filesUnder(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return found
    .filter((file) => !file.isDirectory())
    .map((file) => join(file.parentPath, file.name));
}

/** A home of its own for one import. */
export async function makeHome(folder: string, user?: number): Promise<string> {
  const home = await mkdtemp(join(folder, 'home-'));
  await chmod(home, 0o755);
  if (user !== undefined)
    await runProcessOrThrow('chown', [String(user), home], { cwd: '/', env: process.env });
  return home;
}
