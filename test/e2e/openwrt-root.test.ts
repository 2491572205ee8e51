/** Python on a system that is made of our packages alone: busybox, a C library, and what the commands wrote. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireBuild, wheelworks } from './wheel-commands.ts';
import { localWheels } from '../support/local-wheels.ts';
import { importByPackage } from '../support/openwrt-imports.ts';
import {
  busybox,
  librariesOf,
  makeRoot,
  type RootOptions,
  type TestRoot,
} from '../support/openwrt-root.ts';
import { scratch } from '../support/scratch.ts';

const isRoot = process.getuid?.() === 0;
const lacks = [
  isRoot ? '' : 'root, for chroot',
  existsSync(busybox) ? '' : 'busybox-static',
].filter((each) => each !== '');
const TIMEOUT = 600_000;
/** Debian's CPython looks for projects in a folder of its own. */
const debianEnv = (minor: string): Record<string, string> => ({
  PYTHONPATH: `/usr/lib/python${minor}/site-packages`,
});
/** Libraries that Debian's CPython needs and OpenWrt's does not, each with a name of its own for the package. */
const DEBIAN_LIBRARIES = [
  'libtinfo.so.6=libncurses6',
  'libdb-5.3.so=libdb47',
  'libnsl.so.2=libnsl2',
  'libtirpc.so.3=libtirpc3',
].flatMap((each) => ['--library', each]);

/** Packages of libraries, which distributions do not link into their modules. */
const LIBRARIES = /^(?:lib(?!python)|zlib$|ca-certs$)/;

/** What was written by a command that succeeded. */
function run(args: readonly string[], cwd: string): string {
  const { code, out, err } = wheelworks(['openwrt', ...args], { cwd });
  expect(err).toBe('');
  expect(code).toBe(0);
  return out;
}

function wheel(project: string): string {
  const path = localWheels().find((each) => basename(each).startsWith(`${project}-`));
  if (path === undefined) throw new Error(`pip is configured with no index that has ${project}`);
  return path;
}

function expectBaseRuns(root: TestRoot): void {
  writeFileSync(join(root.path, 'tmp/hello.py'), 'print("hello from", __name__)\n');
  expect(root.run('/usr/bin/python3', '-c', 'print(6 * 7)')).toEqual({ code: 0, out: '42' });
  expect(root.run('/bin/sh', '-c', 'cd /tmp && exec /usr/bin/python3 -m hello').out).toBe(
    'hello from __main__',
  );
  expect(root.run('/usr/bin/python3', '-c', 'import json').out).toContain("No module named 'json'");
}

const PROGRAM = 'import json, asyncio, urllib.request; print(asyncio.run(asyncio.sleep(0, "ran")))';

function expectLibraryRuns(root: TestRoot): void {
  expect(root.run('/usr/bin/python3', '-c', PROGRAM)).toEqual({ code: 0, out: 'ran' });
  expect(
    readdirSync(join(root.path, 'usr/lib'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.py'),
    ),
  ).toEqual([]);
}

function expectProjectsRun(root: TestRoot): void {
  const punycode = 'import idna; print(idna.encode("münchen.example").decode())';
  expect(root.run('/usr/bin/python3', '-c', punycode).out).toBe('xn--mnchen-3ya.example');
  writeFileSync(join(root.path, 'tmp/a.rst'), 'Title\n=====\n\nText *here*.\n');
  const { out } = root.run('/usr/bin/docutils', '/tmp/a.rst');
  expect(out).toContain('<em>here</em>');
}

/** Every module, with its package and what that depends on, and nothing else. */
function expectClosed(
  feed: string,
  packages: readonly string[],
  { minor, folder, options }: { minor: string; folder: string; options: RootOptions },
): void {
  const ours = packages.filter((name) => /^python3(?:-(?!idna|docutils|markupsafe)|$)/.test(name));
  const { failures, count } = importByPackage(feed, ours, {
    minor,
    makeRoot: (name) => makeRoot(join(folder, 'by-package', name), options),
  });
  // The interpreter's own way out without curses looks for a library, as a compiler or ldconfig tell.
  expect(failures.filter((each) => !each.includes('_pyrepl._minimal_curses: '))).toEqual([]);
  expect(count).toBeGreaterThan(500);
}

const debian = '/usr/bin/python3.11';
const DEBIAN_LACKS = [...lacks, ...(existsSync(debian) ? [] : ["Debian's python3.11"])];

describe.skipIf(DEBIAN_LACKS.length > 0)(
  `the CPython of this machine, split${DEBIAN_LACKS.length > 0 ? ` (skipped without ${DEBIAN_LACKS.join(', ')})` : ''}`,
  () => {
    it(
      'runs from packages in a root of its own, with projects from PyPI',
      async () => {
        requireBuild();
        const folder = await scratch();
        const target = ['--target', '24.10', '--arch', 'x86_64', '-o', 'feed'];
        const told = run(
          ['split-interpreter', '/', '--python-version', '3.11', ...target, ...DEBIAN_LIBRARIES],
          folder,
        );
        expect(told).toContain('warning[openwrt/glibc-interpreter]');
        run(['pack', wheel('idna'), wheel('docutils'), ...target, '--python', debian], folder);
        const natives = readdirSync('/usr/lib/python3.11/lib-dynload').map((name) =>
          join('/usr/lib/python3.11/lib-dynload', name),
        );
        const options: RootOptions = {
          files: librariesOf([debian, ...natives]),
          has: LIBRARIES,
          env: debianEnv('3.11'),
        };
        const root = makeRoot(join(folder, 'root'), options);
        const feed = join(folder, 'feed');
        const all = root.install(feed, ['python3-base']);
        expectBaseRuns(root);
        all.push(...root.install(feed, ['python3-asyncio', 'python3-urllib']));
        expectLibraryRuns(root);
        all.push(...root.install(feed, ['python3', 'python3-idna', 'python3-docutils']));
        expectProjectsRun(root);
        expectClosed(feed, all, { minor: '3.11', folder, options });
      },
      TIMEOUT,
    );
  },
);

const musl = process.env['WHEELWORKS_MUSL_PYTHON'] ?? '';
const LIBC = '/usr/lib/x86_64-linux-musl/libc.so';
const MUSL_LACKS = [
  ...lacks,
  ...(musl === '' ? ['WHEELWORKS_MUSL_PYTHON, a folder with usr/ of a CPython 3.13 for musl'] : []),
  ...(existsSync(LIBC) ? [] : ["Debian's musl"]),
];

describe.skipIf(MUSL_LACKS.length > 0)(
  `a CPython for musl, split${MUSL_LACKS.length > 0 ? ` (skipped without ${MUSL_LACKS.join(', ')})` : ''}`,
  () => {
    it(
      'runs from packages, with pure, described and native projects from PyPI',
      async () => {
        requireBuild();
        const folder = await scratch();
        const target = ['--target', '25.12', '--arch', 'x86_64', '-o', 'feed'];
        const told = run(['split-interpreter', musl, ...target], folder);
        expect(told).not.toContain('glibc');
        const base = ['libpython3-3.13', 'python3-base'].map(
          (name) => installedBytes(told)[name] ?? NaN,
        );
        expect(base.reduce((sum, size) => sum + size, 0)).toBeLessThan(5e6);
        const native = await muslWheel(wheel('markupsafe'), folder);
        run(['pack', wheel('idna'), wheel('docutils'), native, ...target], folder);
        const libraries = join(musl, 'usr/lib');
        const options: RootOptions = {
          has: LIBRARIES,
          files: [
            [LIBC, '/lib/libc.so'],
            [LIBC, '/lib/ld-musl-x86_64.so.1'],
            ...readdirSync(libraries)
              .filter((name) => /^lib(?!python).*\.so(?:\.\d+)+$/.test(name))
              .map((name) => [join(libraries, name), `/usr/lib/${name}`] as const),
          ],
        };
        const root = makeRoot(join(folder, 'root'), options);
        const feed = join(folder, 'feed');
        const all = root.install(feed, ['python3-base']);
        expectBaseRuns(root);
        expect(answerAtPrompt(root, 'print(6 * 7)')).toContain('42');
        all.push(...root.install(feed, ['python3-asyncio', 'python3-urllib']));
        expectLibraryRuns(root);
        const projects = ['python3-idna', 'python3-docutils', 'python3-markupsafe'];
        all.push(...root.install(feed, ['python3', ...projects]));
        expect(all).toContain('python3-markupsafe');
        expectProjectsRun(root);
        const escape =
          'from markupsafe import _speedups, escape; print(escape("<a>"), _speedups.__file__)';
        expect(root.run('/usr/bin/python3', '-c', escape).out).toBe(
          '&lt;a&gt; /usr/lib/python3.13/site-packages/markupsafe/_speedups.cpython-313-x86_64-linux-musl.so',
        );
        expectClosed(feed, all, { minor: '3.13', folder, options });
        const sizes = Object.entries(installedBytes(told));
        const members = sizes.filter(([name]) => !/-(?:dev|venv)$/.test(name));
        expect(members.reduce((sum, [, size]) => sum + size, 0)).toBeLessThan(20e6);
      },
      TIMEOUT,
    );
  },
);

/** What the interpreter writes at a terminal, where a line is typed. */
function answerAtPrompt(root: TestRoot, line: string): string {
  const command = `chroot ${root.path} /usr/bin/python3`;
  return execFileSync('script', ['-qec', command, '/dev/null'], {
    input: `${line}\nexit()\n`,
    encoding: 'utf8',
    env: { ...process.env, TERM: 'dumb' },
  });
}

function installedBytes(told: string): Record<string, number> {
  return Object.fromEntries(
    [...told.matchAll(/^((?:lib)?python3\S*) +(\d+) +\d+/gm)].map((each) => [
      each[1] ?? '',
      Number(each[2]),
    ]),
  );
}

/** A wheel of PyPI whose extension module is compiled anew, from the source that it has in it, against musl. */
async function muslWheel(path: string, folder: string): Promise<string> {
  const root = join(folder, 'wheel');
  expect(wheelworks(['unpack', path, '-o', root], { cwd: folder }).code).toBe(0);
  const at = join(root, readdirSync(root)[0] ?? '');
  const name = readdirSync(at).find((each) => each.endsWith('.dist-info')) ?? '';
  const module = join(at, 'markupsafe');
  for (const each of readdirSync(module)) if (each.endsWith('.so')) await rm(join(module, each));
  execFileSync('musl-gcc', [
    '-shared',
    '-fPIC',
    '-Os',
    `-I${musl}/usr/include/python3.13`,
    join(module, '_speedups.c'),
    '-o',
    join(module, '_speedups.cpython-313-x86_64-linux-musl.so'),
  ]);
  const tag = 'cp313-cp313-musllinux_1_2_x86_64';
  const file = join(at, name, 'WHEEL');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/^Tag: .*$/gm, `Tag: ${tag}`));
  const { code, err } = wheelworks(['pack', at, '-o', root], { cwd: folder });
  expect(err).toBe('');
  expect(code).toBe(0);
  return join(root, readdirSync(root).find((each) => each.endsWith('.whl')) ?? '');
}

const arm = process.env['WHEELWORKS_ARM64_PYTHON'] ?? '';
const QEMU = '/usr/bin/qemu-aarch64-static';
const ARM_LACKS = [
  ...lacks,
  ...(arm === ''
    ? ["WHEELWORKS_ARM64_PYTHON, a folder with Debian's arm64 CPython 3.13 unpacked"]
    : []),
  ...(existsSync(QEMU) ? [] : ['qemu-user-static']),
];

describe.skipIf(ARM_LACKS.length > 0)(
  `a CPython for arm64, split${ARM_LACKS.length > 0 ? ` (skipped without ${ARM_LACKS.join(', ')})` : ''}`,
  () => {
    it(
      'runs from packages under emulation',
      async () => {
        requireBuild();
        const folder = await scratch();
        const target = ['--target', '25.12', '--arch', 'aarch64_cortex-a53', '-o', 'feed'];
        run(['split-interpreter', arm, ...target, ...DEBIAN_LIBRARIES], folder);
        run(['pack', wheel('idna'), wheel('docutils'), ...target], folder);
        const libraries = join(arm, 'usr/lib/aarch64-linux-gnu');
        const root = makeRoot(join(folder, 'root'), {
          emulator: '/qemu',
          has: LIBRARIES,
          env: debianEnv('3.13'),
          files: [
            [QEMU, '/qemu'],
            [join(libraries, 'ld-linux-aarch64.so.1'), '/lib/ld-linux-aarch64.so.1'],
            ...readdirSync(libraries)
              .filter((name) => /\.so(?:\.\d+)*$/.test(name) && !name.startsWith('libpython'))
              .map(
                (name) => [join(libraries, name), `/usr/lib/aarch64-linux-gnu/${name}`] as const,
              ),
          ],
        });
        root.install(join(folder, 'feed'), ['python3', 'python3-idna', 'python3-docutils']);
        const machine = 'import platform; print(platform.machine())';
        expect(root.run('/usr/bin/python3', '-c', machine).out).toBe('aarch64');
        expectLibraryRuns(root);
        expect(
          root.run('/usr/bin/python3', '-c', 'import idna; print(idna.encode("ü.example"))').out,
        ).toBe("b'xn--tda.example'");
      },
      TIMEOUT,
    );
  },
);
