import { describe, expect, it } from 'vitest';
import { Diagnosis } from '../../src/build/diagnose.ts';
import type { DiagnosisContext } from '../../src/build/signs.ts';
import type { WheelworksError } from '../../src/support/errors.ts';
import type { ProcessResult } from '../../src/support/process.ts';
import { interpreter } from '../python/fakes.ts';

const DEBIAN = 'ID=debian\nVERSION_ID="12"\n';

const CONTEXT: DiagnosisContext = {
  interpreter: interpreter('3.12.1', { path: '/py/bin/python' }),
  platform: 'linux',
  place: 'host',
  osRelease: DEBIAN,
  backend: 'setuptools.build_meta',
  isolated: true,
  missing: [],
};

const FAILED: ProcessResult = {
  exitCode: 1,
  signal: null,
  stdout: '',
  stderr: '',
  truncated: false,
  lastLines: [],
  seconds: 1,
  timedOut: false,
  cancelled: false,
};

function diagnose(
  output: string,
  result: Partial<ProcessResult> = {},
  context: Partial<DiagnosisContext> = {},
): WheelworksError {
  const diagnosis = new Diagnosis();
  for (const line of output.split('\n')) diagnosis.line(line);
  return diagnosis.error({ ...FAILED, ...result }, { ...CONTEXT, ...context });
}

describe('a line of output', () => {
  it.each([
    [
      'build/no-python-headers',
      'csrc/spam.c:1:10: fatal error: Python.h: No such file or directory',
      'Python.h',
    ],
    ['build/no-python-headers', "spam.c:1:10: fatal error: 'Python.h' file not found", 'Python.h'],
    [
      'build/no-python-headers',
      "spam.c(1): fatal error C1083: Cannot open include file: 'Python.h': No such file",
      'Python.h',
    ],
    [
      'build/no-answer',
      "FileNotFoundError: [Errno 2] No such file or directory: '/tmp/tmpcwwq_h_i/output.json'",
      'ended without an answer',
    ],
    ['build/no-compiler', "error: command 'gcc' failed: No such file or directory", 'compiler'],
    [
      'build/no-compiler',
      "error: command '/usr/bin/x86_64-linux-gnu-gcc-12' failed: No such file or directory",
      'compiler',
    ],
    [
      'build/no-compiler',
      "unable to execute 'x86_64-linux-gnu-gcc': No such file or directory",
      'compiler',
    ],
    ['build/no-compiler', '  No CMAKE_CXX_COMPILER could be found.', 'compiler'],
    [
      'build/no-compiler',
      '../meson.build:1:0: ERROR: Unknown compiler(s): [["cc"], ["gcc"]]',
      'compiler',
    ],
    ['build/no-compiler', '/bin/sh: 1: cc: not found', 'compiler'],
    [
      'build/no-compiler',
      "FileNotFoundError: [Errno 2] No such file or directory: 'gcc'",
      'compiler',
    ],
    [
      'build/no-compiler',
      'error: Microsoft Visual C++ 14.0 or greater is required. Get it with ...',
      'compiler',
    ],
    ['build/no-compiler', 'error: linker `cc` not found', 'compiler'],
    [
      'build/missing-header',
      'x.c:3:10: fatal error: openssl/ssl.h: No such file or directory',
      'openssl/ssl.h',
    ],
    [
      'build/missing-header',
      "x.cpp:3:10: fatal error: 'boost/any.hpp' file not found",
      'boost/any.hpp',
    ],
    [
      'build/missing-header',
      "x.c(2): fatal error C1083: Cannot open include file: 'zlib.h': No such file",
      'zlib.h',
    ],
    [
      'build/missing-library',
      '/usr/bin/ld: cannot find -lz: No such file or directory',
      'library z',
    ],
    ['build/missing-library', '/usr/bin/ld: cannot find -lstdc++', 'library stdc++'],
    ['build/missing-library', 'ld.lld: error: unable to find library -lssl', 'library ssl'],
    ['build/missing-library', "ld: library 'crypto' not found", 'library crypto'],
    ['build/missing-tool', "error: command 'swig' failed: No such file or directory", 'swig'],
    [
      'build/missing-tool',
      'RuntimeError: CMake must be installed to build the following extensions',
      'CMake',
    ],
    ['build/missing-tool', "error: can't find Rust compiler", 'Rust compiler'],
    [
      'build/missing-tool',
      'Cargo, the Rust package manager, is not installed or is not on PATH.',
      'Cargo',
    ],
    [
      'build/missing-tool',
      "FileNotFoundError: [Errno 2] No such file or directory: '/opt/x/cmake'",
      'cmake',
    ],
    [
      'build/missing-dependency',
      'meson.build:4:0: ERROR: Dependency "openblas" not found, tried pkgconfig',
      'openblas',
    ],
    [
      'build/missing-dependency',
      "Package 'libffi', required by 'virtual:world', not found",
      'libffi',
    ],
    [
      'build/missing-dependency',
      'CMake Error: Could NOT find ZLIB (missing: ZLIB_LIBRARY)',
      'ZLIB',
    ],
    [
      'build/no-version',
      'LookupError: setuptools-scm was unable to detect version for /tmp/x.',
      'git',
    ],
    [
      'build/index-unreachable',
      "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<pip...>: Failed to establish a new connection: [Errno 111]')'",
      'index',
    ],
    [
      'build/index-unreachable',
      '  Caused by: error sending request for url (https://index.example/simple/wheel/)',
      'index',
    ],
    [
      'build/download-failed',
      'fatal: unable to access: Could not resolve host: github.com',
      'downloads',
    ],
    [
      'build/requirement-not-found',
      'ERROR: No matching distribution found for setuptools>=999',
      'setuptools>=999',
    ],
    [
      'build/requirement-not-found',
      '  x Because nosuch was not found in the package registry and',
      'nosuch',
    ],
    ['build/missing-module', "ModuleNotFoundError: No module named 'Cython'", 'module Cython'],
    [
      'build/missing-module',
      'ImportError: No module named numpy.distutils',
      'module numpy.distutils',
    ],
    ['build/missing-module', "error: invalid command 'bdist_wheel'", 'module wheel'],
    [
      'build/missing-module',
      "pip._vendor.pyproject_hooks._impl.BackendUnavailable: Cannot import 'setuptools.build_meta'",
      'backend setuptools.build_meta is not installed',
    ],
    [
      'build/missing-module',
      "ERROR Backend 'setuptools.build_meta:__legacy__' is not available.",
      'backend',
    ],
    ['build/disk-full', "OSError: [Errno 28] No space left on device: '/tmp/x'", 'disk'],
    ['build/out-of-memory', 'c++: fatal error: Killed signal terminated program cc1plus', 'memory'],
  ])('%s: %s', (code, line, says) => {
    const error = diagnose(`copying a.py\n${line}\nerror: subprocess-exited-with-error`);
    expect(error.code).toBe(code);
    expect(error.message).toContain(says);
    expect(error.path).toBe('/py/bin/python');
    expect(error.evidence).toBe(line.trim());
    expect(error.hint).toBeTruthy();
  });

  it.each([
    "error: command '/usr/bin/gcc' failed with exit code 1",
    'checking for a C compiler... gcc',
    'warning: include path for stdlibc++ headers not found',
    'gcc -lz -o x.so',
    '-- Could NOT find Doxygen (missing: DOXYGEN_EXECUTABLE)',
    'File "x.py", line 1, in build',
  ])('explains nothing: %s', (line) => {
    expect(diagnose(line).code).toBe('build/failed');
  });

  it('weighs more when it explains the others, wherever it stands', () => {
    const lines = [
      "ModuleNotFoundError: No module named 'Cython'",
      'x.c:3:10: fatal error: zlib.h: No such file or directory',
      "error: command 'gcc' failed: No such file or directory",
    ];
    expect(diagnose(lines.join('\n')).code).toBe('build/no-compiler');
    expect(diagnose(lines.slice(0, 2).join('\n')).code).toBe('build/missing-header');
  });

  it('of an index that answered weighs more than one that did not', () => {
    const retry =
      "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)': /simple/x/";
    for (const [line, says] of [
      ['ERROR: Packages require a different Python. 3.8.18 not in:', 'a build requirement'],
      [
        "ERROR: Package 'setuptools' requires a different Python: 3.8.18 not in '>=3.9'",
        'setuptools',
      ],
      [
        'ERROR: Could not find a version that satisfies the requirement x>=9 (from versions: 1.0, 2.0)',
        'x>=9',
      ],
    ] as const) {
      const error = diagnose(`${retry}\n${line}`);
      expect(error.code).toBe('build/requirement-not-found');
      expect(error.message).toContain(says);
    }
    const none =
      'ERROR: Could not find a version that satisfies the requirement x (from versions: none)';
    expect(diagnose(`${retry}\n${none}`).code).toBe('build/index-unreachable');
    expect(diagnose(none).code).toBe('build/requirement-not-found');
  });

  it('that comes later counts before an earlier one of its kind: configure scripts try headers out', () => {
    const error = diagnose(
      'a.c:1:1: fatal error: a.h: No such file or directory\nb.c:1:1: fatal error: zlib.h: No such file or directory',
    );
    expect(error.message).toContain('zlib.h');
    expect(error.hint).toContain('zlib1g-dev');
  });

  it('of any length is cut', () => {
    const error = diagnose(`${'x'.repeat(100_000)}\ny`);
    expect(error.evidence?.length).toBeLessThan(1000);
  });
});

describe('what to do', () => {
  it("names the distribution's packages", () => {
    const compiler = "error: command 'gcc' failed: No such file or directory";
    expect(diagnose(compiler).hint).toContain('apt-get install build-essential');
    expect(diagnose(compiler, {}, { osRelease: 'ID=fedora\n' }).hint).toContain('dnf');
    expect(diagnose(compiler, {}, { platform: 'darwin' }).hint).toContain('xcode-select');
  });

  it('about a module depends on whether the build was isolated', () => {
    const line = "ModuleNotFoundError: No module named 'Cython.Build'";
    expect(diagnose(line).hint).toContain('[build-system] requires');
    const open = { isolated: false };
    expect(diagnose(line, {}, open).hint).toBe('Install it: /py/bin/python -m pip install Cython');
    const missing = { isolated: false, missing: ['cython>=3', 'wheel'] };
    expect(diagnose(line, {}, missing).hint).toBe(
      "Install it: /py/bin/python -m pip install 'cython>=3' wheel",
    );
  });
});

describe('an end without a sign', () => {
  it('has the last lines', () => {
    const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`);
    const error = diagnose(lines.join('\n'), { exitCode: 3 });
    expect(error).toMatchObject({ code: 'build/failed', evidence: lines.slice(-20).join('\n') });
    expect(error.message).toContain('exit code 3');
  });

  it('names the signal, the build’s own or that of a process of it', () => {
    expect(diagnose('x', { exitCode: null, signal: 'SIGSEGV' })).toMatchObject({
      code: 'build/crashed',
      message: 'The build was ended by SIGSEGV.',
    });
    const reported = 'subprocess.CalledProcessError: Command [...] died with <Signals.SIGABRT: 6>.';
    expect(diagnose(reported).message).toContain('SIGABRT');
    expect(diagnose('x', { exitCode: null, signal: 'SIGKILL' }).hint).toContain('memory');
  });

  it('tells a hang from a failure, whatever was printed before', () => {
    const line = "ModuleNotFoundError: No module named 'x'";
    expect(diagnose(line, { timedOut: true, exitCode: null, signal: 'SIGTERM' }).code).toBe(
      'build/timed-out',
    );
  });
});

it('does not blame this machine for what an image lacks', () => {
  const error = diagnose(
    '/bin/sh: gcc: not found',
    {},
    { place: 'container', osRelease: 'ID=odd\n' },
  );
  expect(error.code).toBe('build/no-compiler');
  expect(error.message).toBe('There is no C compiler in the container.');
  expect(error.hint).toMatch(/before-all/);
});
