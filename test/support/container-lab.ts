/**
 * A container engine that works, with an image made here: busybox, a C library, and interpreters of this machine laid out as
 * in a manylinux image. The image is made once in a run; containers, and what a test changes of images, are in a storage of
 * the test's own.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { madeOnce } from './run-folder.ts';

export interface ContainerLab {
  /** What wheelworks and the engine run with. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The reference of the image. */
  readonly image: string;
  /** Folders of `/opt/python` there: `cp311-cp311`. */
  readonly pythons: readonly string[];
  /** A folder of the lab, removed with it. */
  readonly folder: string;
  /** Arguments that show this machine's programs, compiler included, to a container. */
  readonly withCompiler: readonly string[];
  /** Runs the engine; its standard output. */
  podman(...args: string[]): string;
}

const IMAGE = 'localhost/wheelworks-test:1';

/** Why there are no containers here; undefined when there are. For the titles of skipped tests. */
export const containersMissing: string | undefined = whatIsMissing();

/** Makes the lab of a test file; call it in `beforeAll`. The first takes some seconds; it is removed after the file's tests. */
export async function openContainerLab(): Promise<ContainerLab> {
  const images = await madeOnce('container-images', makeImage);
  const pythons = JSON.parse(readFileSync(join(images, PYTHONS), 'utf8')) as readonly string[];
  const folder = await mkdtemp(join(tmpdir(), 'wheelworks-containers-'));
  const env = engineEnvironment(folder, join(images, 'graph'));
  const podman = (...args: string[]): string =>
    execFileSync('podman', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  afterAll(async () => {
    spawnSync('podman', ['rm', '--all', '--force', '--time=0'], { env, stdio: 'ignore' });
    spawnSync('podman', ['rmi', '--all', '--force'], { env, stdio: 'ignore' });
    await rm(folder, { recursive: true, force: true });
  });
  return {
    env,
    image: IMAGE,
    pythons,
    folder,
    withCompiler: ['--volume=/usr:/usr:ro', '--volume=/etc/alternatives:/etc/alternatives:ro'],
    podman,
  };
}

/** The file beside the image that names the folders of its `/opt/python`. */
const PYTHONS = 'pythons.json';

/** Makes the image in a storage of its own. */
async function makeImage(folder: string): Promise<void> {
  const root = join(folder, 'root');
  const pythons = makeRoot(root);
  const archive = join(folder, 'root.tar');
  execFileSync('tar', ['-C', root, '-cf', archive, '.']);
  execFileSync(
    'podman',
    ['import', '--change=ENV LD_LIBRARY_PATH=/opt/python/lib', archive, IMAGE],
    {
      env: engineEnvironment(folder),
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  await rm(root, { recursive: true, force: true });
  await rm(archive);
  await writeFile(join(folder, PYTHONS), JSON.stringify(pythons));
}

function whatIsMissing(): string | undefined {
  if (process.platform !== 'linux') return 'skipped beside Linux';
  for (const [program, from] of [
    ['podman', 'podman'],
    ['runc', 'runc'],
    ['busybox', 'busybox-static'],
    ['tar', 'tar'],
    ['python3', 'python3'],
  ] as const)
    if (spawnSync('which', [program], { stdio: 'ignore' }).status !== 0)
      return `skipped without ${program} (apt install ${from})`;
  const folder = execFileSync('mktemp', ['-d', '--tmpdir', 'wheelworks-probe-XXXXXX'], {
    encoding: 'utf8',
  }).trim();
  try {
    const env = engineEnvironment(folder);
    const root = join(folder, 'root');
    mkdirSync(join(root, 'bin'), { recursive: true });
    installWithLibraries(root, realpathSync(which('busybox')), 'bin/busybox');
    symlinkSync('busybox', join(root, 'bin', 'true'));
    execFileSync('tar', ['-C', root, '-cf', join(folder, 'root.tar'), '.']);
    const podman = (...args: string[]) => spawnSync('podman', args, { env, encoding: 'utf8' });
    const imported = podman('import', join(folder, 'root.tar'), IMAGE);
    const ran = podman('run', '--rm', IMAGE, '/bin/true');
    podman('rmi', '--all', '--force');
    if (ran.status === 0) return undefined;
    const [said = ''] = (imported.status === 0 ? ran.stderr : imported.stderr)
      .trim()
      .split('\n')
      .slice(-1);
    return `skipped: podman runs no container here (${said.slice(0, 160)})`;
  } finally {
    spawnSync('rm', ['-rf', folder]);
  }
}

/**
 * Storage of the lab's own, and settings under which a container runs where the defaults need more than there is: a network
 * of its own, limits that may not be raised, a cgroup manager.
 * @param images a storage whose images are seen beside those of its own.
 */
function engineEnvironment(folder: string, images?: string): Record<string, string | undefined> {
  const storage = join(folder, 'storage.conf');
  const containers = join(folder, 'containers.conf');
  const shared =
    images === undefined ? '' : `[storage.options]\nadditionalimagestores = ["${images}"]\n`;
  writeFileSync(
    storage,
    `[storage]\ndriver = "overlay"\ngraphroot = "${folder}/graph"\nrunroot = "${folder}/run"\n${shared}`,
  );
  writeFileSync(
    containers,
    '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\nnetns = "host"\n[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n',
  );
  return { ...process.env, CONTAINERS_STORAGE_CONF: storage, CONTAINERS_CONF: containers };
}

function which(program: string): string {
  return execFileSync('which', [program], { encoding: 'utf8' }).trim();
}

/** Fills a root file system; the folders of `/opt/python`. */
function makeRoot(root: string): readonly string[] {
  for (const folder of [
    'usr/bin',
    'usr/sbin',
    'usr/lib',
    'usr/lib64',
    'etc/alternatives',
    'root',
    'opt/python/lib',
  ])
    mkdirSync(join(root, folder), { recursive: true });
  mkdirSync(join(root, 'tmp'), { mode: 0o1777 });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name));
  writeFileSync(join(root, 'etc', 'os-release'), 'ID=wheelworks-test\nVERSION_ID=1\n');
  writeFileSync(join(root, 'etc', 'passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  installWithLibraries(root, realpathSync(which('busybox')), 'usr/bin/busybox');
  const applets = execFileSync('busybox', ['--list'], { encoding: 'utf8' }).split('\n');
  for (const applet of applets)
    if (applet !== '' && applet !== 'busybox')
      symlinkSync('busybox', join(root, 'usr', 'bin', applet));
  return hostPythons().map((python) => installPython(root, python));
}

interface HostPython {
  readonly executable: string;
  readonly prefix: string;
  readonly tag: string;
  readonly name: string;
  readonly include: string;
}

const ABOUT = `
import json, os, sys, sysconfig
print(json.dumps({"executable": os.path.realpath(sys.executable), "prefix": sys.base_prefix,
  "tag": "cp%d%d" % sys.version_info[:2], "name": "python%d.%d" % sys.version_info[:2], "include": sysconfig.get_path("include")}))
`;

/** 3.11 and 3.12 of pyenv where they are, else the system's own. */
function hostPythons(): readonly HostPython[] {
  const versions = join(process.env['HOME'] ?? '/root', '.pyenv', 'versions');
  const named = existsSync(versions)
    ? readdirSync(versions).filter((name) => /^3\.1[12]\.\d+$/.test(name))
    : [];
  const found = named
    .map((name) => join(versions, name, 'bin', 'python3'))
    .filter((path) => existsSync(path));
  return (found.length > 0 ? found.slice(0, 2) : ['/usr/bin/python3']).map(
    (path) =>
      JSON.parse(execFileSync(path, ['-I', '-c', ABOUT], { encoding: 'utf8' })) as HostPython,
  );
}

/** What an interpreter needs to run and to build, without its tests and the packages that somebody installed. */
function installPython(
  root: string,
  { executable, prefix, tag, name, include }: HostPython,
): string {
  const folder = `${tag}-${tag}`;
  const target = join(root, 'opt', 'python', folder);
  mkdirSync(join(target, 'bin'), { recursive: true });
  installWithLibraries(root, executable, `opt/python/${folder}/bin/${name}`);
  for (const link of ['python3', 'python']) symlinkSync(name, join(target, 'bin', link));
  const library = join(prefix, 'lib', name);
  cpSync(library, join(target, 'lib', name), {
    recursive: true,
    verbatimSymlinks: true,
    // Compiled files are taken for good by the time of their source: without them every pip compiles itself.
    preserveTimestamps: true,
    filter: (path) =>
      !/\/(?:test|tests|idlelib|tkinter|turtledemo|config-[^/]*)$/.test(path) &&
      (!/\/(?:site|dist)-packages\/[^/]+$/.test(path) ||
        /\/(?:pip|setuptools|wheel|pkg_resources|_distutils_hack)(?:-[^/]*)?$|distutils-precedence/.test(
          path,
        )),
  });
  cpSync(include, join(target, 'include', basename(include)), { recursive: true });
  const modules = join(target, 'lib', name, 'lib-dynload');
  copyLibraries(root, ...readdirSync(modules).map((module) => join(modules, module)));
  return folder;
}

function installWithLibraries(root: string, source: string, to: string): void {
  mkdirSync(dirname(join(root, to)), { recursive: true });
  cpSync(source, join(root, to), { dereference: true });
  copyLibraries(root, source);
}

/** The libraries that ldd names: those of the system under their own path, an interpreter's own in `/opt/python/lib`. */
function copyLibraries(root: string, ...files: readonly string[]): void {
  // All are asked for at once: a process for each would take a loaded machine most of the time that there is.
  const { stdout } = spawnSync('ldd', files, { encoding: 'utf8' });
  for (const [, path = ''] of stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)) {
    const isSystem = /^\/(?:usr\/)?lib/.test(path);
    const place = path.replace(/^\/(?:usr\/)?lib/, 'usr/lib');
    const target = join(root, isSystem ? place : `opt/python/lib/${basename(path)}`);
    if (existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true });
    cpSync(path, target, { dereference: true });
  }
}
