/** Systems of other architectures for the tests of `repair`: Debian's packages, run by an emulator. */
import { execFileSync, spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { quietEnvironment } from './cli.ts';
import { debianRootOrSkip, debianSystemOrSkip, type DebianSuite } from './debian-roots.ts';
import { TELL, type Ran } from './repair-lab-run.ts';

/** A Debian of some architecture. */
export interface ForeignSystem {
  readonly suite: DebianSuite;
  /** Debian's name of the architecture. */
  readonly debian: string;
  /** The platform tag's name of the architecture. */
  readonly architecture: string;
  /** QEMU's name of the architecture. */
  readonly qemu: string;
}

/** Where such a system is unpacked. */
export interface ForeignRoot extends ForeignSystem {
  readonly root: string;
  /** `3.11`, the version of its python3. */
  readonly version: string;
}

/** Skips the test it is called in. */
export interface Skips {
  skip(note: string): never;
}

/** The system with some packages and all that they depend on; the test is skipped where Debian's mirror does not answer. */
export function foreignRoot(
  context: Skips,
  system: ForeignSystem,
  packages: readonly string[],
): ForeignRoot {
  const { suite, debian } = system;
  const root = debianSystemOrSkip(context, suite, debian, ['python3-minimal', ...packages]);
  const python = realpathInRoot(root, 'usr/bin/python3');
  return { ...system, root, version: python.replace(/^.*python/, '') };
}

/** A copy of a system, without some of its files. Files are linked, not copied: they must not be changed. */
export function copyWithout(
  system: ForeignRoot,
  to: string,
  files: readonly string[],
): ForeignRoot {
  execFileSync('cp', ['-al', system.root, to]);
  const gone = new Set(files.map((path) => realpathSync(path).slice(system.root.length)));
  for (const path of gone) rmSync(join(to, path));
  return { ...system, root: to };
}

/** Installs a wheel for a Python that cannot run here, as pip does for a folder that is copied elsewhere; the folder. */
export function installForeign(
  wheel: string,
  folder: string,
  { platform, version }: { readonly platform: string; readonly version: string },
): string {
  mkdirSync(folder, { recursive: true });
  const target = ['--target', folder, '--platform', platform, '--python-version', version];
  const kind = ['--implementation', 'cp', '--only-binary=:all:', '--no-deps', '--no-index'];
  execFileSync(
    'python3',
    ['-m', 'pip', '--disable-pip-version-check', 'install', '--quiet', ...kind, ...target, wheel],
    { stdio: 'pipe', env: quietEnvironment() },
  );
  return folder;
}

/**
 * Runs a script whose variable `answer` is what it has to say in the Python of a system, with a folder to import from.
 * @throws Error with what the script wrote to its standard error.
 */
export function runForeign(
  context: Skips,
  { root, version, qemu }: ForeignRoot,
  { script, path }: { readonly script: string; readonly path: string },
): Ran {
  const emulator = join(emulators(context), `qemu-${qemu}`);
  const begin = `import sys\nsys.path.insert(0, ${JSON.stringify(path)})\n`;
  const words = ['-I', '-S', '-c', `${begin}${script}\n${TELL}`];
  const { status, stdout, stderr, signal } = spawnSync(
    emulator,
    ['-L', root, join(root, 'usr/bin', `python${version}`), ...words],
    { encoding: 'utf8', cwd: '/', env: { PATH: '/usr/bin', LC_ALL: 'C.UTF-8' } },
  );
  if (status !== 0) throw new Error(`${qemu} ended with ${status ?? signal}: ${stderr}`);
  return JSON.parse(stdout) as Ran;
}

/**
 * The emulators of Debian 13: they are static, so they run on each Debian, and they have what loong64 asks for, which
 * those of Debian 12 have not.
 */
function emulators(context: Skips): string {
  return join(debianRootOrSkip(context, 'trixie', hostArchitecture(), ['qemu-user']), 'usr/bin');
}

function hostArchitecture(): string {
  return execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).trim();
}

/** The file behind the symbolic links of a system: absolute ones start at its root. */
function realpathInRoot(root: string, path: string): string {
  const whole = join(root, path);
  return lstatSync(whole).isSymbolicLink() ? realpathSync(whole) : whole;
}

/** What a Debian package has for the system's python3: files by their path in a wheel. */
export function filesOfPackage(
  { root, version }: ForeignRoot,
  name: string,
): Record<string, string> {
  const folder = join(root, 'usr/lib/python3/dist-packages');
  const other = new RegExp(`\\.cpython-(?!${version.replace('.', '')}-)`);
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) =>
      (path.startsWith(`${name}/`) || path.startsWith(`${name}.`)) &&
      !other.test(path) &&
      statSync(join(folder, path)).isFile(),
  );
  return Object.fromEntries(paths.map((path) => [path, join(folder, path)]));
}

/** `cp311-cp311-linux_aarch64`. */
export function tagOf({ version, architecture }: ForeignRoot): string {
  const python = `cp${version.replace('.', '')}`;
  return `${python}-${python}-linux_${architecture}`;
}
