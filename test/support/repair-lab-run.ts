/** Repairs wheels with the built command line, installs them as a user does, and looks at what the loader did. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RepairReport } from '../../src/cli/render/repair-report.ts';
import { cli, quietEnvironment, type CliOptions } from './cli.ts';
import { labPython } from './repair-lab.ts';

/** A wheel that `repair` wrote. */
export type Repaired = RepairReport & { readonly output: string };

/** `wheelworks repair --json` of one wheel, which has to succeed. */
export async function repair(
  wheel: string,
  output: string,
  { options = [], ...run }: CliOptions & { readonly options?: readonly string[] } = {},
): Promise<Repaired> {
  const { code, out, err } = await cli(['repair', wheel, '-o', output, '--json', ...options], run);
  const { files = [], error } = JSON.parse(out) as {
    files?: readonly (RepairReport & { readonly error?: object })[];
    error?: object;
  };
  const [report] = files;
  expect({ code, error: error ?? report?.error, err }).toEqual({ code: 0, error: undefined, err });
  if (typeof report?.output !== 'string') throw new Error(`no wheel was written: ${out}`);
  return { ...report, output: report.output };
}

/** A Python with nothing but the wheel in it: an environment of its own, installed into by pip. */
export interface Installed {
  readonly python: string;
  readonly sitePackages: string;
  readonly bin: string;
}

/** Installs a wheel with pip, without an index and without dependencies. */
export function install(wheel: string, folder: string): Installed {
  execFileSync('python3', ['-m', 'venv', '--without-pip', folder], { stdio: 'pipe' });
  const python = join(folder, 'bin', 'python');
  const words = ['--python', python, 'install', '--no-index', '--no-deps', '--quiet', wheel];
  execFileSync('python3', ['-m', 'pip', '--disable-pip-version-check', ...words], {
    stdio: 'pipe',
    env: quietEnvironment(),
  });
  const sitePackages = execFileSync(
    python,
    ['-c', 'import sysconfig; print(sysconfig.get_path("platlib"))'],
    { encoding: 'utf8' },
  ).trim();
  return { python, sitePackages, bin: join(folder, 'bin') };
}

/** What a script in the environment said, and the files that its process had mapped at its end. */
export interface Ran {
  readonly answer: unknown;
  readonly mapped: readonly string[];
}

/** Runs a script whose variable `answer` is what it has to say. */
export function run({ python }: Installed, script: string): Ran {
  return JSON.parse(
    execFileSync(python, ['-I', '-c', `${script}\n${TELL}`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      // A folder that has nothing to be found in, and no LD_LIBRARY_PATH.
      cwd: '/',
      env: { PATH: process.env['PATH'] ?? '', ...NO_PLUGINS },
    }),
  ) as Ran;
}

/** libsasl2 opens the plugins of whatever system it is on, which need that system's OpenSSL: `repair` warns of them. */
const NO_PLUGINS = { SASL_PATH: '/var/empty' };

/** The end of a script: prints the answer and the mapped files. */
export const TELL = `
import json
lines = open("/proc/self/maps").read().splitlines()
mapped = sorted({line.split(None, 5)[5] for line in lines if line.count("/")})
print(json.dumps({"answer": answer, "mapped": mapped}))
`;

/**
 * Expects every grafted library to be loaded from where the wheel is installed, and no file of the system under the
 * name that it had there: the original is as good as hidden.
 */
export function expectOwnLibraries(ran: Ran, repaired: Repaired, sitePackages: string): void {
  const expected = repaired.grafted.map(({ to }) => join(sitePackages, to)).sort();
  expect(ran.mapped.filter((path) => expected.includes(path))).toEqual(expected);
  const stems = new Set(repaired.grafted.map(({ name }) => stem(name)));
  const strangers = ran.mapped.filter(
    (path) => !path.startsWith(`${sitePackages}/`) && stems.has(stem(path)),
  );
  expect(strangers).toEqual([]);
}

/** `libssl` of `/usr/lib/libssl.so.3`. */
function stem(path: string): string {
  return (path.split('/').at(-1) ?? path).replace(/\.so(?:\..*)?$/, '');
}

/** Unpacks a wheel; the folder. */
export function unpack(wheel: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  execFileSync('python3', ['-m', 'zipfile', '-e', wheel, folder], { stdio: 'pipe' });
  return folder;
}

/** SHA-256 in hex of a file. */
export function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Platforms of the tag that wheels are built with here: `linux_x86_64`. */
export function builtPlatform(): string {
  return labPython().tag.split('-').at(-1) ?? '';
}
