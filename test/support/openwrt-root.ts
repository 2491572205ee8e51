/** A root file system for tests, made of busybox and packages alone, and programs run in it. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { readApk } from './openwrt-apk.ts';

export const busybox = '/bin/busybox';

export interface TestRoot {
  readonly path: string;
  /** Installs packages of a folder with all that they depend on; names of what was unpacked. */
  install(feed: string, names: readonly string[]): string[];
  /** Runs a program of the root in it. */
  run(...command: readonly string[]): { readonly code: number | null; readonly out: string };
}

export interface RootOptions {
  /** Files of this machine that are put at the same places. */
  readonly files?: readonly (readonly [from: string, to: string])[];
  /** What runs programs of another processor, as a path in the root. */
  readonly emulator?: string;
  /** Packages that those files stand for. */
  readonly has?: RegExp;
  readonly env?: Readonly<Record<string, string>>;
}

export function makeRoot(
  path: string,
  { files = [], emulator, has, env = {} }: RootOptions = {},
): TestRoot {
  for (const folder of ['bin', 'lib', 'tmp', 'dev'])
    mkdirSync(join(path, folder), { recursive: true });
  for (const [from, to] of [[busybox, '/bin/busybox'] as const, ...files]) {
    mkdirSync(dirname(join(path, to)), { recursive: true });
    copyFileSync(from, join(path, to));
  }
  symlinkSync('busybox', join(path, 'bin/sh'));
  const installed = new Set<string>();
  return {
    path,
    install(feed, names) {
      const known = new Map(
        readdirSync(feed)
          .filter((name) => !/-src[_-]\d/.test(name))
          .map((name) => join(feed, name))
          .map((file) => [packageName(file), file] as const),
      );
      const done: string[] = [];
      const queue = [...names];
      for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
        if (installed.has(name) || name === 'libc' || has?.test(name) === true) continue;
        const file = known.get(name);
        if (file === undefined) throw new Error(`no package ${name} in ${feed}`);
        installed.add(name);
        queue.push(...unpack(file, path));
        done.push(name);
      }
      return done;
    },
    run(...command) {
      const words = emulator === undefined ? command : [emulator, ...command];
      const { status, stdout, stderr } = spawnSync('/usr/sbin/chroot', [path, ...words], {
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin', ...env },
      });
      return { code: status, out: `${stdout}${stderr}`.trim() };
    },
  };
}

/** `python3-base_3.13.5-r1_x86_64.ipk`, `libpython3-3.13-3.13.5-r1.apk`. */
function packageName(file: string): string {
  const name = file.slice(file.lastIndexOf('/') + 1);
  return name.endsWith('.ipk')
    ? name.slice(0, name.indexOf('_'))
    : name.replace(/-\d[^-]*-r\d+\.apk$/, '');
}

/** By GNU tar and gzip, or the tests' own reader; what the package depends on. */
function unpack(file: string, root: string): string[] {
  if (file.endsWith('.apk')) {
    const apk = readApk(readFileSync(file));
    apk.unpack(root);
    return apk.depends.map((each) => each.replace(/[<>=~].*$/, ''));
  }
  const member = (name: string): Buffer =>
    execFileSync('tar', ['-xzOf', file, `./${name}`], { maxBuffer: 1 << 28 });
  execFileSync('tar', ['-xz', '-C', root], { input: member('data.tar.gz') });
  const control = execFileSync('tar', ['-xzO', './control'], { input: member('control.tar.gz') });
  const line = /^Depends: (.*)$/m.exec(control.toString())?.[1] ?? '';
  return line.split(', ').map((each) => each.replace(/ \(.*$/, ''));
}

/** The loader and libraries that programs of this machine need, as `ldd` finds them. */
export function librariesOf(files: readonly string[]): (readonly [string, string])[] {
  const out = execFileSync('ldd', [...files], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const found = new Set(
    [...out.matchAll(/(?:=> )?(\/[^\s:]+) \(0x/g)].map((each) => each[1] ?? ''),
  );
  return [...found].filter((each) => existsSync(each)).map((each) => [each, each] as const);
}
