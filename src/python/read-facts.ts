/**
 * Reads what probe.py wrote, or what the cache kept of it: JSON from a foreign process, so every field is checked.
 */
import type { BuildPackages, ElfFacts, InterpreterFacts, Libc } from './interpreter.ts';

/**
 * The facts in a JSON value; fields it does not know are passed over.
 * @throws TypeError naming the first field that is missing or of another type.
 */
export function readFacts(value: unknown): InterpreterFacts {
  const facts = record(value, 'the document');
  return {
    executable: text(facts, 'executable'),
    implementation: nested(facts, 'implementation', (part) => ({
      name: text(part, 'name'),
      version: text(part, 'version'),
    })),
    version: nested(facts, 'version', (part) => ({
      major: integer(part, 'major'),
      minor: integer(part, 'minor'),
      micro: integer(part, 'micro'),
      releaseLevel: text(part, 'releaseLevel'),
      serial: integer(part, 'serial'),
    })),
    hexVersion: integer(facts, 'hexVersion'),
    abiFlags: text(facts, 'abiFlags'),
    freeThreaded: flag(facts, 'freeThreaded'),
    debug: flag(facts, 'debug'),
    wideUnicode: flag(facts, 'wideUnicode'),
    pymalloc: flag(facts, 'pymalloc'),
    pointerBits: bits(facts, 'pointerBits'),
    soabi: optional(facts, 'soabi', text),
    extensionSuffix: optional(facts, 'extensionSuffix', text),
    extensionSuffixes: texts(facts, 'extensionSuffixes'),
    platform: text(facts, 'platform'),
    machine: text(facts, 'machine'),
    system: text(facts, 'system'),
    systemPlatform: text(facts, 'systemPlatform'),
    osName: text(facts, 'osName'),
    multiarch: optional(facts, 'multiarch', text),
    elf: optional(facts, 'elf', (part, field) => nested(part, field, readElf)),
    libc: optional(facts, 'libc', (part, field) => nested(part, field, readLibc)),
    manylinuxVerdicts: nested(facts, 'manylinuxVerdicts', (part) =>
      Object.fromEntries(Object.keys(part).map((key) => [key, flag(part, key)])),
    ),
    macos: optional(facts, 'macos', (part, field) =>
      nested(part, field, (macos) => ({
        version: text(macos, 'version'),
        deploymentTarget: optional(macos, 'deploymentTarget', text),
      })),
    ),
    headers: nested(facts, 'headers', (part) => ({
      directories: texts(part, 'directories'),
      pythonH: optional(part, 'pythonH', text),
    })),
    sharedLibrary: flag(facts, 'sharedLibrary'),
    libraryDirectory: optional(facts, 'libraryDirectory', text),
    packages: nested(facts, 'packages', readPackages),
    modules: nested(facts, 'modules', (part) => ({
      venv: flag(part, 'venv'),
      ensurepip: flag(part, 'ensurepip'),
    })),
    prefix: text(facts, 'prefix'),
    basePrefix: text(facts, 'basePrefix'),
    standardLibrary: text(facts, 'standardLibrary'),
    sitePackages: texts(facts, 'sitePackages'),
    externallyManaged: optional(facts, 'externallyManaged', text),
    searchPath: texts(facts, 'searchPath'),
  };
}

function readElf(part: Fields): ElfFacts {
  return {
    class: bits(part, 'class'),
    littleEndian: flag(part, 'littleEndian'),
    machine: integer(part, 'machine'),
    flags: integer(part, 'flags'),
    loader: optional(part, 'loader', text),
  };
}

function readLibc(part: Fields): Libc {
  const family = text(part, 'family');
  if (family !== 'glibc' && family !== 'musl') throw wrong('family', 'a known C library');
  return { family, version: optional(part, 'version', text) };
}

function readPackages(part: Fields): BuildPackages {
  return {
    pip: optional(part, 'pip', text),
    setuptools: optional(part, 'setuptools', text),
    wheel: optional(part, 'wheel', text),
    build: optional(part, 'build', text),
    uv: optional(part, 'uv', text),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function record(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(name, 'an object');
  return value as Fields;
}

function nested<Result>(fields: Fields, field: string, read: (part: Fields) => Result): Result {
  return read(record(fields[field], field));
}

function optional<Result>(
  fields: Fields,
  field: string,
  read: (fields: Fields, field: string) => Result,
): Result | null {
  return fields[field] === null ? null : read(fields, field);
}

function text(fields: Fields, field: string): string {
  const value = fields[field];
  if (typeof value !== 'string') throw wrong(field, 'a text');
  return value;
}

function texts(fields: Fields, field: string): string[] {
  const value = fields[field];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw wrong(field, 'a list of texts');
  return value;
}

function integer(fields: Fields, field: string): number {
  const value = fields[field];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw wrong(field, 'an integer');
  return value;
}

function bits(fields: Fields, field: string): 32 | 64 {
  const value = fields[field];
  if (value !== 32 && value !== 64) throw wrong(field, '32 or 64');
  return value;
}

function flag(fields: Fields, field: string): boolean {
  const value = fields[field];
  if (typeof value !== 'boolean') throw wrong(field, 'true or false');
  return value;
}

function wrong(field: string, expected: string): TypeError {
  return new TypeError(`${field} is not ${expected}`);
}
