import {
  BASELINE_SCHEMA,
  sortedEntries,
  type BaselineFile,
  type BaselineInput,
  type BaselineLibrary,
  type BaselineVersion,
} from './model.ts';
import { compareVersions } from './versions.ts';

/**
 * The text of a baseline file: JSON with one line a version and a source file, so that a comparison by lines says which
 * versions changed. The same baseline gives the same bytes everywhere.
 */
export function formatBaseline(file: BaselineFile): string {
  const { name, libc, libcVersion, architecture, abi, loader } = file;
  return block([
    field('schema', BASELINE_SCHEMA),
    field('name', name),
    field('libc', libc),
    field('libcVersion', libcVersion),
    field('architecture', architecture),
    field('abi', {
      class: abi.class,
      byteOrder: abi.byteOrder,
      machine: abi.machine,
      flags: abi.flags,
    }),
    field('loader', loader),
    `"provenance": ${list(file.provenance.map(inputText))}`,
    `"deniedSymbols": ${table(sortedEntries(file.deniedSymbols), (symbols) => JSON.stringify([...symbols].sort()))}`,
    `"libraries": ${table(sortedEntries(file.libraries), libraryText)}`,
  ]).concat('\n');
}

function inputText(input: BaselineInput): string {
  const { id, version, title } = input.distribution ?? {};
  return block([
    field('root', input.root),
    ...(id === undefined ? [] : [field('distribution', { id, version, title })]),
    ...(input.libcBanner === undefined ? [] : [field('libcBanner', input.libcBanner)]),
    `"files": ${table(sortedEntries(input.files), (source) =>
      JSON.stringify({
        path: source.path,
        sha256: source.sha256,
        buildId: source.buildId,
        package: source.package,
        packageVersion: source.packageVersion,
      }),
    )}`,
  ]);
}

function libraryText(library: BaselineLibrary): string {
  const versions = [...library.versions].sort(([one], [other]) => compareVersions(one, other));
  return block([
    field('needed', [...library.needed].sort()),
    `"versions": ${table(versions, versionText)}`,
  ]);
}

function versionText(version: BaselineVersion): string {
  const { parents, symbols, hidden, objects, threadLocals } = version;
  return JSON.stringify({
    ...(parents.length === 0 ? {} : { parents }),
    symbols: [...symbols].sort(),
    ...(hidden.length === 0 ? {} : { hidden: [...hidden].sort() }),
    ...(objects.size === 0 ? {} : { objects: Object.fromEntries(sortedEntries(objects)) }),
    ...(threadLocals.size === 0
      ? {}
      : { threadLocals: Object.fromEntries(sortedEntries(threadLocals)) }),
  });
}

function field(key: string, value: unknown): string {
  return `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
}

function table<Value>(
  entries: readonly (readonly [string, Value])[],
  text: (value: Value) => string,
): string {
  return block(entries.map(([key, value]) => `${JSON.stringify(key)}: ${text(value)}`));
}

function block(lines: readonly string[]): string {
  return enclosed('{', lines, '}');
}

function list(items: readonly string[]): string {
  return enclosed('[', items, ']');
}

function enclosed(open: string, lines: readonly string[], close: string): string {
  if (lines.length === 0) return open + close;
  const indented = lines.map((line) => line.replaceAll(/^/gm, ' '));
  return `${open}\n${indented.join(',\n')}\n${close}`;
}
