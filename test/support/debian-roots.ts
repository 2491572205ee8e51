import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** A release of Debian; `forky` is the first with loong64, `trixie` with riscv64. */
export type DebianSuite = 'bookworm' | 'trixie' | 'forky' | 'sid';

/** Names of Debian's architectures: `amd64`, `arm64`, `armhf`, `i386`, `ppc64el`, `riscv64`, `s390x`, `loong64`. */
export type DebianArchitecture = string;

/** What the libraries of a baseline come in, both C libraries among them. */
const PACKAGES = [
  'base-files',
  'libatomic1',
  'libc6',
  'libgcc-s1',
  'libstdc++6',
  'musl',
  'zlib1g',
] as const;

/** Why there are no Debian roots on this machine; undefined when there can be. For the titles of skipped tests. */
export const debianRootsMissing: string | undefined = whatIsMissing();

/** Tests that download more than a few megabytes run when this is true. */
export const isSlowWelcome: boolean = process.env['WHEELWORKS_SLOW'] === '1';

const made = new Map<string, string | Error>();

/**
 * A folder that looks like the root of a Debian system: the packages unpacked, and dpkg's records of them. It is made
 * once and kept between runs, in `WHEELWORKS_TEST_CACHE` or a folder of this user for temporary files.
 *
 * The packages come from the mirror that the machine's own apt uses, through a private apt root: nothing outside the cache is changed.
 * @throws Error saying what apt said, when the mirror does not answer or lacks the packages.
 */
export function debianRoot(
  suite: DebianSuite,
  architecture: DebianArchitecture,
  packages: readonly string[] = PACKAGES,
): string {
  return cached({ suite, architecture, wanted: [...packages].sort(), isWhole: false });
}

/**
 * {@link debianRoot} with everything that the packages depend on, and the links that make `/lib` and `/usr/lib` one:
 * programs in it run under an emulator.
 */
export function debianSystem(
  suite: DebianSuite,
  architecture: DebianArchitecture,
  packages: readonly string[],
): string {
  return cached({ suite, architecture, wanted: [...packages].sort(), isWhole: true });
}

/** {@link debianRoot} inside a test: where the mirror does not answer, the test is skipped with what apt said. */
export function debianRootOrSkip(
  context: { skip(note: string): never },
  suite: DebianSuite,
  architecture: DebianArchitecture,
  packages?: readonly string[],
): string {
  try {
    return debianRoot(suite, architecture, packages);
  } catch (error) {
    return context.skip(error instanceof Error ? error.message : String(error));
  }
}

/** {@link debianSystem} inside a test, as {@link debianRootOrSkip}. */
export function debianSystemOrSkip(
  context: { skip(note: string): never },
  suite: DebianSuite,
  architecture: DebianArchitecture,
  packages: readonly string[],
): string {
  try {
    return debianSystem(suite, architecture, packages);
  } catch (error) {
    return context.skip(error instanceof Error ? error.message : String(error));
  }
}

function whatIsMissing(): string | undefined {
  const commands = ['apt-get', 'dpkg-deb', 'tar'].filter(
    (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).error !== undefined,
  );
  if (commands.length > 0) return `without ${commands.join(' and ')}`;
  return debianMirror() === undefined ? 'without a Debian mirror in the apt sources' : undefined;
}

function cacheFolder(): string {
  const chosen = process.env['WHEELWORKS_TEST_CACHE'];
  return join(chosen ?? join(tmpdir(), `wheelworks-test-${userInfo().username}`), 'debian-roots');
}

function cached(wanted: Wanted): string {
  const { suite, architecture, isWhole } = wanted;
  const packages = `${isWhole ? 'whole ' : ''}${wanted.wanted.join(' ')}`;
  const digest = createHash('sha256').update(packages).digest('hex').slice(0, 8);
  const path = join(cacheFolder(), `${suite}-${architecture}-${digest}`);
  if (existsSync(path)) return path;
  const earlier = made.get(path) ?? attempt(() => make(path, wanted));
  made.set(path, earlier);
  if (earlier instanceof Error) throw earlier;
  return earlier;
}

function attempt(work: () => string): string | Error {
  try {
    return work();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

interface Wanted {
  readonly suite: DebianSuite;
  readonly architecture: DebianArchitecture;
  readonly wanted: readonly string[];
  /** With dependencies, as a system that runs. */
  readonly isWhole: boolean;
}

function make(path: string, { suite, architecture, wanted, isWhole }: Wanted): string {
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), '.making-'));
  try {
    const config = writeAptRoot(join(work, 'apt'), suite, architecture);
    const downloads = join(work, 'downloads');
    const root = join(work, 'root');
    mkdirSync(downloads);
    mkdirSync(join(root, 'var/lib/dpkg/info'), { recursive: true });
    update(config, downloads);
    if (isWhole) {
      linkFolders(root);
      apt(config, downloads, [...DOWNLOAD_ALL, `Dir::Cache::archives=${downloads}`, ...wanted]);
      rmSync(join(downloads, 'partial'), { recursive: true, force: true });
      rmSync(join(downloads, 'lock'), { force: true });
    } else apt(config, downloads, ['download', '-qq', ...available(config, downloads, wanted)]);
    for (const name of readdirSync(downloads).sort()) install(join(downloads, name), root);
    try {
      renameSync(root, path);
    } catch (error) {
      // Another test or run was faster; its root is as good.
      if (!existsSync(path)) throw error;
    }
    return path;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const DOWNLOAD_ALL = [
  'install',
  '-qq',
  '--yes',
  '--no-install-recommends',
  '--download-only',
  '-o',
] as const;

/** What the package `usrmerge` or `base-files` makes of a system. */
function linkFolders(root: string): void {
  for (const name of ['bin', 'lib', 'lib64', 'sbin']) {
    mkdirSync(join(root, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name));
  }
}

/** A mirror that is just being renewed, or a cache before it, gives an index that does not fit its Release file. */
const ATTEMPTS = 2;

function update(config: string, cwd: string): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      apt(config, cwd, ['update', '-qq']);
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

/** Some suites lack a package on some architectures: bookworm has no musl for riscv64. */
function available(config: string, cwd: string, wanted: readonly string[]): string[] {
  const found = new Set(apt(config, cwd, ['pkgnames']).split('\n'));
  return wanted.filter((name) => found.has(name));
}

function install(file: string, root: string): void {
  // Debian's packages of a merged-/usr suite unpack over whatever links a system has.
  const unpack = 'dpkg-deb --fsys-tarfile "$0" | tar -xv --no-same-owner -C "$1"';
  const members = execFileSync('sh', ['-c', unpack, file, root], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const control = execFileSync('dpkg-deb', ['--field', file], { encoding: 'utf8' });
  const [name = '', architecture = ''] = ['Package', 'Architecture'].map(
    (field) => new RegExp(`^${field}: (.*)$`, 'm').exec(control)?.[1],
  );
  const isMultiArch = /^Multi-Arch: same$/m.test(control);
  const list = join(
    root,
    'var/lib/dpkg/info',
    `${isMultiArch ? `${name}:${architecture}` : name}.list`,
  );
  const paths = members
    .split('\n')
    .filter((member) => member !== '')
    .map((member) => member.replace(/^\./, '').replace(/(.)\/$/, '$1'));
  writeFileSync(list, `${paths.join('\n')}\n`);
  const stanza = control.replace(/^(Package: .*)$/m, '$1\nStatus: install ok installed');
  appendFileSync(join(root, 'var/lib/dpkg/status'), `${stanza.trimEnd()}\n\n`);
}

function writeAptRoot(folder: string, suite: DebianSuite, architecture: string): string {
  for (const name of ['etc/preferences.d', 'lists/partial', 'archives/partial', 'parts'])
    mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'status'), '');
  writeFileSync(join(folder, 'etc/sources.list'), `deb ${debianMirror() ?? ''} ${suite} main\n`);
  const settings = {
    'Dir::State': folder,
    'Dir::State::lists': join(folder, 'lists'),
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': folder,
    'Dir::Cache::archives': join(folder, 'archives'),
    'Dir::Etc': join(folder, 'etc'),
    'Dir::Etc::parts': join(folder, 'parts'),
    'Dir::Etc::trustedparts': '/etc/apt/trusted.gpg.d',
    'APT::Architecture': architecture,
    'APT::Sandbox::User': userInfo().username,
    'Acquire::Languages': 'none',
    // An archive of testing may be served after its Release file expired.
    'Acquire::Check-Valid-Until': 'false',
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key} "${value}";`);
  const config = join(folder, 'apt.conf');
  const architectures = `#clear APT::Architectures;\nAPT::Architectures { "${architecture}"; };`;
  writeFileSync(config, `${[...lines, architectures, ...proxySettings()].join('\n')}\n`);
  return config;
}

/** How the machine reaches its mirror. */
function proxySettings(): string[] {
  const dump = spawnSync('apt-config', ['dump'], { encoding: 'utf8' }).stdout ?? '';
  return dump
    .split('\n')
    .filter((line) => /^Acquire::https?::(?:Proxy|CaInfo)\b.*"[^"]+"/.test(line));
}

function apt(config: string, cwd: string, args: readonly string[]): string {
  const command = args[0] === 'pkgnames' ? 'apt-cache' : 'apt-get';
  const result = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    timeout: 60_000,
    env: { ...process.env, APT_CONFIG: config, LC_ALL: 'C' },
  });
  if (result.status === 0) return result.stdout;
  const said = result.stderr?.trim().split('\n').slice(-3).join(' ');
  throw new Error(`${command} ${args[0]} failed: ${said ?? ''}`);
}

/** The mirror that the machine's apt takes the Debian release it runs from; undefined on other systems. */
function debianMirror(): string | undefined {
  const release = readText('/etc/os-release');
  const codename = /^VERSION_CODENAME=(\w+)/m.exec(release)?.[1];
  if (!/^ID=debian$/m.test(release) || codename === undefined) return undefined;
  const folder = '/etc/apt/sources.list.d';
  const lists = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const files = ['/etc/apt/sources.list', ...lists];
  for (const file of files) {
    const found = file.endsWith('.sources')
      ? fromStanzas(readText(file), codename)
      : fromLines(readText(file), codename);
    if (found !== undefined) return found;
  }
  return undefined;
}

function fromStanzas(text: string, codename: string): string | undefined {
  for (const stanza of text.split(/\n\s*\n/)) {
    const suites = /^Suites:\s*(.*)$/m.exec(stanza)?.[1]?.split(/\s+/) ?? [];
    const uri = /^URIs:\s*(\S+)/m.exec(stanza)?.[1];
    if (suites.includes(codename) && uri !== undefined) return uri;
  }
  return undefined;
}

function fromLines(text: string, codename: string): string | undefined {
  for (const line of text.split('\n')) {
    const [, uri, suite] = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/.exec(line) ?? [];
    if (uri !== undefined && suite === codename) return uri;
  }
  return undefined;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
