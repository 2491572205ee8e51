/**
 * Wheels with native code that lean on the machine they were built on, made with gcc for the tests of `repair`:
 * extension modules, libraries of their own, programs.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeWheelFile, type WheelSpec } from './wheel-builder.ts';

/** The Python that modules are built for and wheels are installed into. */
export interface LabPython {
  readonly include: string;
  /** `.cpython-311-x86_64-linux-gnu.so`. */
  readonly suffix: string;
  /** `cp311-cp311-linux_x86_64`. */
  readonly tag: string;
}

const HAS_HEADERS =
  'import os, sysconfig; open(os.path.join(sysconfig.get_path("include"), "Python.h"))';

/** Why no wheels can be built and installed here; undefined when they can be. For the titles of skipped tests. */
export const repairLabMissing: string | undefined = whatIsMissing();

/** A shared library or program to be linked. */
export interface NativeSpec {
  /** C source; C++ when `language` says so. */
  readonly code: string;
  readonly language?: 'c' | 'c++';
  /** DT_SONAME; without it the library has none, and is needed by the path it was linked with. */
  readonly soname?: string;
  /** Libraries that it is linked with, as paths. */
  readonly links?: readonly string[];
  /** Further arguments of the compiler, behind all others. */
  readonly flags?: readonly string[];
  /** Default gcc and g++. */
  readonly compiler?: string;
}

/** Links a shared library; the path. */
export function buildLibrary(path: string, spec: NativeSpec): string {
  const soname = spec.soname === undefined ? [] : [`-Wl,-soname,${spec.soname}`];
  return link(path, spec, ['-shared', '-fPIC', ...soname]);
}

/** Links a program; the path. */
export function buildProgram(path: string, spec: NativeSpec): string {
  return link(path, spec, []);
}

/** Links an extension module of CPython whose `answer()` is what the C function `answer` returns; the path. */
export function buildExtension(folder: string, name: string, spec: NativeSpec): string {
  const { include, suffix } = labPython();
  const path = join(folder, `${name}${suffix}`);
  const code = `${spec.code}\n${MODULE.replaceAll('NAME', name)}`;
  return link(path, { ...spec, code }, ['-shared', '-fPIC', `-I${include}`]);
}

/** A wheel for this Python of files on disk, by their path in the wheel, and of text. */
export async function buildLabWheel(
  folder: string,
  natives: Readonly<Record<string, string>>,
  spec: WheelSpec = {},
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const files = { ...spec.files };
  for (const [path, source] of Object.entries(natives)) files[path] = await readFile(source);
  return writeWheelFile(folder, {
    name: 'demo',
    version: '1.0',
    tags: labPython().tag,
    ...spec,
    files,
  });
}

let known: LabPython | undefined;

/** The python3 of this machine. */
export function labPython(): LabPython {
  known ??= JSON.parse(
    execFileSync('python3', ['-c', DESCRIBE_PYTHON], { encoding: 'utf8' }),
  ) as LabPython;
  return known;
}

const DESCRIBE_PYTHON = `
import json, sys, sysconfig
version = "cp%d%d" % sys.version_info[:2]
platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
print(json.dumps({
    "include": sysconfig.get_path("include"),
    "suffix": sysconfig.get_config_var("EXT_SUFFIX"),
    "tag": f"{version}-{version}-{platform}",
}))
`;

const MODULE = `
#define PY_SSIZE_T_CLEAN
#include <Python.h>
static PyObject *call(PyObject *self, PyObject *none) { return PyLong_FromLong(answer()); }
static PyMethodDef methods[] = {{"answer", call, METH_NOARGS, 0}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "NAME", 0, -1, methods};
PyMODINIT_FUNC PyInit_NAME(void) { return PyModule_Create(&module); }
`;

function link(path: string, spec: NativeSpec, flags: readonly string[]): string {
  const { code, language = 'c', links = [], compiler = language === 'c' ? 'gcc' : 'g++' } = spec;
  mkdirSync(dirname(path), { recursive: true });
  const args = ['-O1', '-w', ...flags, '-x', language, '-', '-x', 'none', ...links];
  execFileSync(compiler, [...args, '-o', path, ...(spec.flags ?? [])], {
    input: code,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  return path;
}

function whatIsMissing(): string | undefined {
  if (process.platform !== 'linux') return 'without Linux';
  const missing = (
    [
      ['gcc', ['--version']],
      ['python3', ['-m', 'pip', '--version']],
      ['python3', ['-c', HAS_HEADERS]],
      ['python3', ['-m', 'venv', '--help']],
    ] as const
  ).filter(([command, args]) => spawnSync(command, args, { stdio: 'ignore' }).status !== 0);
  if (missing.length === 0) return undefined;
  return `without ${missing.map((words) => words.flat().slice(0, 3).join(' ')).join(', ')}`;
}

/** Why something cannot be compiled and linked here; undefined when it can. */
export function missingForLink(
  what: string,
  code: string,
  flags: readonly string[],
): string | undefined {
  if (repairLabMissing !== undefined) return repairLabMissing;
  const args = ['-shared', '-fPIC', '-x', 'c', '-', '-o', '/dev/null', ...flags];
  const { status } = spawnSync('gcc', args, { input: code, stdio: ['pipe', 'ignore', 'ignore'] });
  return status === 0 ? undefined : `without ${what}`;
}
