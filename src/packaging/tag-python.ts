/**
 * What the interpreter and ABI parts of a tag mean.
 *
 * Specification: Platform compatibility tags (PEP 425), PEP 384 (abi3), PEP 703 and PEP 803 (free threading, abi3t).
 */

/** A Python version as tags know it: `cp3` names a major version only. */
export interface PythonVersion {
  readonly major: number;
  readonly minor?: number;
}

/** The meaning of an interpreter tag. */
export type InterpreterTag =
  | {
      /** `python` is any implementation of the language (`py3`). */
      readonly implementation: 'python' | 'cpython' | 'pypy' | 'ironpython' | 'jython';
      readonly version: PythonVersion;
    }
  | {
      /** An implementation without a short name of its own; `name` is its `sys.implementation.name`, such as `graalpy`. */
      readonly implementation: 'named';
      readonly name: string;
      readonly version: PythonVersion;
    }
  | { readonly implementation: 'unknown'; readonly text: string };

/** The meaning of an ABI tag. */
export type AbiTag =
  /** No Python ABI is used. */
  | { readonly kind: 'none' }
  /** The stable ABI of GIL builds (`abi3`, PEP 384) or of free-threaded ones (`abi3t`, PEP 803). */
  | { readonly kind: 'stable'; readonly freeThreaded: boolean }
  | {
      /** The ABI of one minor version of CPython. */
      readonly kind: 'cpython';
      readonly version: PythonVersion;
      readonly freeThreaded: boolean;
      readonly debug: boolean;
      /** `m`: built with pymalloc; told before 3.8 only. */
      readonly pymalloc: boolean;
      /** `u`: UCS-4 strings; told before 3.3 only. */
      readonly wideUnicode: boolean;
    }
  /** `pypy311_pp73`: the language version and the ABI version of PyPy. */
  | { readonly kind: 'pypy'; readonly version: PythonVersion; readonly abiVersion: string }
  /** `graalpy311_graalpy242_native` and the like: language, release and mode. */
  | { readonly kind: 'graalpy'; readonly text: string }
  | { readonly kind: 'unknown'; readonly text: string };

const SHORT_NAMES = {
  py: 'python',
  cp: 'cpython',
  pp: 'pypy',
  ip: 'ironpython',
  jy: 'jython',
} as const;

/** Names end in a letter, so that all digits belong to the version. */
const INTERPRETER = /^([a-z](?:[a-z0-9_]*[a-z_])?)([0-9]+)$/;
const CPYTHON_ABI = /^cp([0-9]+)(t?)(d?)(m?)(u?)$/;
const PYPY_ABI = /^pypy([0-9]+)_pp([0-9]+)$/;

/** Says what an interpreter tag such as `cp312`, `py3`, `pp311` or `graalpy311` names; case does not matter. */
export function parseInterpreterTag(text: string): InterpreterTag {
  const match = INTERPRETER.exec(text.toLowerCase());
  const name = match?.[1];
  const version = versionOf(match?.[2]);
  if (name === undefined || version === undefined) return { implementation: 'unknown', text };
  if (isShortName(name)) return { implementation: SHORT_NAMES[name], version };
  return { implementation: 'named', name, version };
}

/** Says what an ABI tag such as `cp312`, `cp313t`, `cp27mu`, `abi3`, `none` or `pypy311_pp73` names; case does not matter. */
export function parseAbi(text: string): AbiTag {
  const abi = text.toLowerCase();
  if (abi === 'none') return { kind: 'none' };
  if (abi === 'abi3' || abi === 'abi3t') return { kind: 'stable', freeThreaded: abi === 'abi3t' };
  if (abi.startsWith('graalpy')) return { kind: 'graalpy', text: abi };
  return cpythonAbi(abi) ?? pypyAbi(abi) ?? { kind: 'unknown', text };
}

/** `cp313t`: the ABI tag of a CPython. Flags stand in the order that CPython's own configure script writes them. */
export function formatCPythonAbi(abi: Extract<AbiTag, { kind: 'cpython' }>): string {
  const flags = [
    abi.freeThreaded ? 't' : '',
    abi.debug ? 'd' : '',
    abi.pymalloc ? 'm' : '',
    abi.wideUnicode ? 'u' : '',
  ];
  return `cp${compactVersion(abi.version)}${flags.join('')}`;
}

/** `312`: major and minor version without a dot, as all tags write them. */
export function compactVersion(version: PythonVersion): string {
  return `${version.major}${version.minor ?? ''}`;
}

function isShortName(name: string): name is keyof typeof SHORT_NAMES {
  return Object.hasOwn(SHORT_NAMES, name);
}

/** The first digit is the major version: `310` is 3.10. */
function versionOf(digits: string | undefined): PythonVersion | undefined {
  if (digits === undefined) return undefined;
  const minor = digits.slice(1);
  // Python 3.0999 does not exist, and what does not is not guessed at.
  if (minor.length > 3 || (minor.length > 1 && minor.startsWith('0'))) return undefined;
  const major = Number(digits.charAt(0));
  return minor === '' ? { major } : { major, minor: Number(minor) };
}

function cpythonAbi(abi: string): AbiTag | undefined {
  const [, digits, freeThreaded, debug, pymalloc, wideUnicode] = CPYTHON_ABI.exec(abi) ?? [];
  const version = versionOf(digits);
  if (version === undefined) return undefined;
  return {
    kind: 'cpython',
    version,
    freeThreaded: freeThreaded === 't',
    debug: debug === 'd',
    pymalloc: pymalloc === 'm',
    wideUnicode: wideUnicode === 'u',
  };
}

function pypyAbi(abi: string): AbiTag | undefined {
  const [, digits, abiVersion] = PYPY_ABI.exec(abi) ?? [];
  const version = versionOf(digits);
  if (version === undefined || abiVersion === undefined) return undefined;
  return { kind: 'pypy', version, abiVersion };
}
