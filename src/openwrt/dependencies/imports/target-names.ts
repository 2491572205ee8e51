/** What a CPython on a router answers when a program asks what it runs on. */
import type { Names, Value } from './condition.ts';

/** The part of a target that conditions ask about. */
export interface TargetFacts {
  /** `3.13.9`. */
  readonly python: string;
  /** `platform.machine()`: `aarch64`; absent when a package is for all of them. */
  readonly machine?: string;
  /** Modules that are linked into the interpreter. */
  readonly builtin?: readonly string[];
}

/**
 * The names that a target decides. What asks for a type checker or for Python 2 is answered as well; whether a module can be
 * imported is not, which is for the closure to say.
 */
export function targetNames({ python, machine, builtin }: TargetFacts): Names {
  const version = [...python.split('.').map(Number), 'final', 0];
  const [major = 3, minor = 0, micro = 0] = version;
  const values = new Map<string, Value>([
    ['sys.platform', 'linux'],
    ['os.name', 'posix'],
    ['os.sep', '/'],
    ['sys.implementation.name', 'cpython'],
    ['sys.version_info', version],
    ['sys.version_info.major', major],
    ['sys.version_info.minor', minor],
    ['sys.version_info.micro', micro],
    ['typing.TYPE_CHECKING', false],
    ['typing_extensions.TYPE_CHECKING', false],
    ['__debug__', true],
    ['six.PY2', false],
    ['six.PY3', true],
  ]);
  if (builtin !== undefined) values.set('sys.builtin_module_names', builtin);
  const calls = new Map<string, Value>([
    ['platform.system', 'Linux'],
    ['platform.python_implementation', 'CPython'],
  ]);
  if (machine !== undefined) calls.set('platform.machine', machine);
  return {
    name: (dotted) => values.get(dotted) ?? (isForTypeCheckers(dotted) ? false : undefined),
    call(dotted, args) {
      if (dotted === 'bool') return args[0] === undefined ? undefined : Boolean(args[0]);
      return calls.get(dotted);
    },
  };
}

/** Names that only a type checker has set, wherever they are from: `MYPY`, `pkg._compat.TYPE_CHECKING`. */
function isForTypeCheckers(dotted: string): boolean {
  return /(?:^|\.)(?:TYPE_CHECKING|MYPY)$/.test(dotted);
}
