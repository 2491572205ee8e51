/**
 * What an sdist says of its build.
 *
 * Specification: PEP 518 (`[build-system]`), PEP 517: without the table, setuptools builds.
 */
import { parse } from 'smol-toml';

export interface BuildSystem {
  /** As written; that of PEP 517 when the file says nothing. */
  readonly requires: readonly string[];
  readonly backend: string;
  /** `[build-system]` is there. */
  readonly isDeclared: boolean;
  /** The backend is in the sdist itself, and may require more than is written. */
  readonly isInTree: boolean;
  /** Modules that the backend's own table names. */
  readonly modules: readonly string[];
  /** Why pyproject.toml could not be read. */
  readonly problem?: string;
  /** pyproject.toml as data. */
  readonly document?: unknown;
}

const LEGACY: BuildSystem = {
  requires: ['setuptools'],
  backend: 'setuptools.build_meta:__legacy__',
  isDeclared: false,
  isInTree: false,
  modules: [],
};

/** Reads the build system from the text of a pyproject.toml; undefined: there is none. */
export function readBuildSystem(text: string | undefined): BuildSystem {
  if (text === undefined) return LEGACY;
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    return { ...LEGACY, problem: error instanceof Error ? error.message.trim() : String(error) };
  }
  const table = at(document, 'build-system');
  const requires = texts(at(table, 'requires'));
  const backend = at(table, 'build-backend');
  return {
    requires: table === undefined ? LEGACY.requires : requires,
    backend: typeof backend === 'string' ? backend : LEGACY.backend,
    isDeclared: table !== undefined,
    isInTree: texts(at(table, 'backend-path')).length > 0,
    modules: declaredModules(document),
    document,
  };
}

/** What flit, hatch, poetry, uv and maturin call the module that they install. */
function declaredModules(document: unknown): string[] {
  const tool = at(document, 'tool');
  const names = [
    at(tool, 'flit', 'module', 'name'),
    at(tool, 'flit', 'metadata', 'module'),
    at(tool, 'uv', 'build-backend', 'module-name'),
    at(tool, 'maturin', 'module-name'),
    ...texts(at(tool, 'hatch', 'build', 'targets', 'wheel', 'packages')),
    ...texts(at(tool, 'setuptools', 'packages')),
    ...texts(at(tool, 'setuptools', 'py-modules')),
    ...list(at(tool, 'poetry', 'packages')).map((each) => at(each, 'include')),
  ];
  return names
    .filter((name) => typeof name === 'string')
    .map((name) => (name.split('/').pop() ?? name).split('.')[0] ?? name)
    .filter((name) => /^\w+$/.test(name));
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  let found = value;
  for (const key of keys)
    found =
      typeof found === 'object' && found !== null && Object.hasOwn(found, key)
        ? (found as Record<string, unknown>)[key]
        : undefined;
  return found;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): string[] {
  return list(value).filter((each) => typeof each === 'string');
}
