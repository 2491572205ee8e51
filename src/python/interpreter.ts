import type { PlaceName } from './places/place.ts';

/** A Python's own version: the language version, whatever the implementation's is. */
export interface PythonVersion {
  readonly major: number;
  readonly minor: number;
  readonly micro: number;
  /** `alpha`, `beta`, `candidate` or `final`. */
  readonly releaseLevel: string;
  readonly serial: number;
}

/** What an interpreter's executable says in its ELF header. */
export interface ElfFacts {
  readonly class: 32 | 64;
  readonly littleEndian: boolean;
  /** `e_machine`. */
  readonly machine: number;
  /** `e_flags`: float ABI on Arm and RISC-V, old or new world on LoongArch. */
  readonly flags: number;
  /** PT_INTERP; null in a static executable. */
  readonly loader: string | null;
}

/** The C library an interpreter runs on. */
export interface Libc {
  readonly family: 'glibc' | 'musl';
  /** Null when musl's loader could not be asked. */
  readonly version: string | null;
}

/** Packages an interpreter may have that building needs; versions, null for what is missing. */
export interface BuildPackages {
  readonly pip: string | null;
  readonly setuptools: string | null;
  readonly wheel: string | null;
  readonly build: string | null;
  readonly uv: string | null;
}

/** What probe.py tells of an interpreter; the document it writes, field by field. */
export interface InterpreterFacts {
  /** `sys.executable`. */
  readonly executable: string;
  readonly implementation: {
    /** `cpython`, `pypy`, `graalpy`. */
    readonly name: string;
    /** Its own version, `7.3.17` for a PyPy. */
    readonly version: string;
  };
  readonly version: PythonVersion;
  /** `sys.hexversion`. */
  readonly hexVersion: number;
  /** `sys.abiflags`: `m` before 3.8, `t`, `d`; empty on Windows and Python 2. */
  readonly abiFlags: string;
  /** Built without the global interpreter lock (`Py_GIL_DISABLED`). */
  readonly freeThreaded: boolean;
  /** A debug build (`Py_DEBUG`), with an ABI of its own. */
  readonly debug: boolean;
  /** Whether a Python 2 has 4-byte `unicode` (`cp27mu`); true for every Python 3. */
  readonly wideUnicode: boolean;
  /** Built with pymalloc, which is the `m` in the ABI of Pythons before 3.8. */
  readonly pymalloc: boolean;
  readonly pointerBits: 32 | 64;
  /** `cpython-312-x86_64-linux-gnu`; null on Python 2 and older Pythons of Windows. */
  readonly soabi: string | null;
  /** The suffix that extension modules are to have. */
  readonly extensionSuffix: string | null;
  /** Every suffix that is imported as an extension module, in order. */
  readonly extensionSuffixes: readonly string[];
  /** `sysconfig.get_platform()`: `linux-x86_64`, `macosx-11.0-universal2`, `win-amd64`. */
  readonly platform: string;
  /** `platform.machine()`: the kernel's, so `x86_64` also for a 32-bit Python. */
  readonly machine: string;
  /** `platform.system()`: `Linux`, `Darwin`, `Windows`. */
  readonly system: string;
  /** `sys.platform`: `linux`, `darwin`, `win32`. */
  readonly systemPlatform: string;
  /** `os.name`: `posix`, `nt`. */
  readonly osName: string;
  /** Debian's architecture triplet, `x86_64-linux-gnu`. */
  readonly multiarch: string | null;
  /** Null where executables are not ELF. */
  readonly elf: ElfFacts | null;
  /** Null outside Linux and for a static interpreter. */
  readonly libc: Libc | null;
  /** What a `_manylinux` module decides by glibc version (PEP 600): `{"2_17": false}`. */
  readonly manylinuxVerdicts: Readonly<Record<string, boolean>>;
  readonly macos: {
    /** The running system's version, `14.5`. */
    readonly version: string;
    /** `MACOSX_DEPLOYMENT_TARGET` of the interpreter's own build. */
    readonly deploymentTarget: string | null;
  } | null;
  readonly headers: {
    readonly directories: readonly string[];
    /** The `Python.h` that is really there; null when there is none. */
    readonly pythonH: string | null;
  };
  /** Whether the interpreter itself is in a shared libpython. */
  readonly sharedLibrary: boolean;
  readonly libraryDirectory: string | null;
  readonly packages: BuildPackages;
  readonly modules: {
    readonly venv: boolean;
    /** Debian puts it in a package of its own, without which `python -m venv` fails. */
    readonly ensurepip: boolean;
  };
  readonly prefix: string;
  /** Differs from `prefix` in a virtual environment. */
  readonly basePrefix: string;
  readonly standardLibrary: string;
  /** Where installers put pure and platform packages; one folder, or two where they differ. */
  readonly sitePackages: readonly string[];
  /** The PEP 668 marker that forbids installing into this interpreter; null in virtual environments. */
  readonly externallyManaged: string | null;
  /** `sys.path` without the script's own entry. */
  readonly searchPath: readonly string[];
}

/** An interpreter of this machine that has been started and has described itself. */
export interface Interpreter extends InterpreterFacts {
  /** The path to start it by. Not resolved: a virtual environment's python is known by its own path only. */
  readonly path: string;
  /** The file behind that path. */
  readonly realPath: string;
  readonly place: PlaceName;
  /** The selectors, as the user wrote them, that name this very interpreter by a path or command. */
  readonly givenAs: readonly string[];
  /** A name for people: `CPython 3.13.0 free-threaded`, `PyPy 7.3.17 (Python 3.10.14)`. */
  readonly label: string;
}

/** `3.12.1`, `3.15.0rc2`, as `platform.python_version()` writes it. */
export function formatPythonVersion(version: PythonVersion): string {
  const { major, minor, micro, releaseLevel, serial } = version;
  const release = `${major}.${minor}.${micro}`;
  return releaseLevel === 'final' ? release : `${release}${shortLevel(releaseLevel)}${serial}`;
}

/** The label of an interpreter. */
export function describeInterpreter(interpreter: InterpreterFacts): string {
  const { implementation, version, freeThreaded, debug, pointerBits } = interpreter;
  const name = implementationTitle(implementation.name);
  const python = formatPythonVersion(version);
  return [
    implementation.name === 'cpython'
      ? `${name} ${python}`
      : `${name} ${implementation.version} (Python ${python})`,
    ...(freeThreaded ? ['free-threaded'] : []),
    ...(debug ? ['debug'] : []),
    ...(pointerBits === 32 ? ['32-bit'] : []),
  ].join(' ');
}

/** Whether the interpreter belongs to a virtual environment. */
export function isVirtualEnvironment(interpreter: InterpreterFacts): boolean {
  return interpreter.prefix !== interpreter.basePrefix;
}

/** `platform.python_implementation()`: `CPython`, `PyPy`; GraalPy calls itself `GraalVM`. */
export function implementationTitle(name: string): string {
  return TITLES.get(name) ?? name;
}

const TITLES: ReadonlyMap<string, string> = new Map([
  ['cpython', 'CPython'],
  ['pypy', 'PyPy'],
  ['graalpy', 'GraalVM'],
]);

function shortLevel(level: string): string {
  return level === 'candidate' ? 'rc' : level.charAt(0);
}
