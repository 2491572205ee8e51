/**
 * entry_points.txt: the commands and plug-ins that a distribution offers.
 *
 * Specification: Entry points. https://packaging.python.org/specifications/entry-points/
 * The file is INI as `configparser` reads it, with case kept and `=` alone between name and value.
 */
import { WheelworksError } from '../support/errors.ts';
import { excerpt } from './excerpt.ts';
import { trimPythonSpace } from './white-space.ts';

/** `name = module:attribute [extra, ...]`. */
export interface EntryPoint {
  readonly name: string;
  /** Dotted: `pkg.cli`. */
  readonly module: string;
  /** Dotted: `main` or `Application.run`; absent for the module itself. */
  readonly attribute?: string;
  /** Extras that must be installed for it; long out of use. */
  readonly extras: readonly string[];
}

/** The entry points under one heading: `console_scripts`, `pytest11`. */
export interface EntryPointGroup {
  readonly name: string;
  readonly entries: readonly EntryPoint[];
}

/**
 * Reads entry points, groups and entries in the order of the file.
 * @throws WheelworksError `packaging/entry-points` with the line as evidence: a line that is neither, a reference that is not
 * `module:attribute`, or a group or name that is there twice.
 */
export function parseEntryPoints(text: string): readonly EntryPointGroup[] {
  const groups = new Map<string, Map<string, EntryPoint>>();
  let group: Map<string, EntryPoint> | undefined;
  // A byte order mark is no part of the first heading.
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  for (const [index, raw] of lines.entries()) {
    const line = trimPythonSpace(raw);
    const fail = (reason: string): WheelworksError => wrong(index + 1, line, reason);
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    if (line.startsWith('[')) {
      const name = readHeading(line);
      if (name === undefined) throw fail('it is not the name of a group in brackets');
      if (groups.has(name)) throw fail('the group is there already');
      group = new Map();
      groups.set(name, group);
      continue;
    }
    if (group === undefined) throw fail('it stands before the first group');
    const entry = readEntry(line);
    if ('problem' in entry) throw fail(entry.problem);
    if (group.has(entry.name)) throw fail('the name is there already in this group');
    group.set(entry.name, entry);
  }
  return [...groups].map(([name, entries]) => ({ name, entries: [...entries.values()] }));
}

/**
 * Writes entry points in the given order, with an empty line between groups.
 * @throws WheelworksError `packaging/entry-points` for what would not be read back the same.
 */
export function formatEntryPoints(groups: readonly EntryPointGroup[]): string {
  const text = groups.map(formatGroup).join('\n');
  const readBack = parseEntryPoints(text);
  if (JSON.stringify(readBack.map(ordered)) === JSON.stringify(groups.map(ordered))) return text;
  throw new WheelworksError(
    'packaging/entry-points',
    'An entry point has a name or reference that the file format cannot hold.',
  );
}

/** `pkg.cli:main [extra]`. */
export function formatObjectReference(entry: Omit<EntryPoint, 'name'>): string {
  const attribute = entry.attribute === undefined ? '' : `:${entry.attribute}`;
  const extras = entry.extras.length === 0 ? '' : ` [${entry.extras.join(',')}]`;
  return `${entry.module}${attribute}${extras}`;
}

function formatGroup(group: EntryPointGroup): string {
  const lines = group.entries.map((entry) => `${entry.name} = ${formatObjectReference(entry)}\n`);
  return `[${group.name}]\n${lines.join('')}`;
}

/** As a list, so that the order of a value's properties does not count. */
function ordered(group: EntryPointGroup): unknown {
  return [
    group.name,
    group.entries.map(({ name, module, attribute, extras }) => [name, module, attribute, extras]),
  ];
}

const HEADING = /^\[([^\]]*)\]$/;

function readHeading(line: string): string | undefined {
  const name = HEADING.exec(line)?.[1];
  return name === undefined || trimPythonSpace(name) === '' ? undefined : name;
}

/** Python's `\w`, which names of modules and attributes are made of. */
const DOTTED = String.raw`[\p{L}\p{N}_]+(?:\.[\p{L}\p{N}_]+)*`;
const REFERENCE = new RegExp(
  String.raw`^(${DOTTED})(?:\s*:\s*(${DOTTED}))?\s*(?:\[([^\[\]]*)\])?$`,
  'u',
);

function readEntry(line: string): EntryPoint | { problem: string } {
  const equals = line.indexOf('=');
  const name = trimPythonSpace(line.slice(0, Math.max(0, equals)));
  if (equals === -1) return { problem: 'it has no "="' };
  if (name === '') return { problem: 'it has no name' };
  const [, module, attribute, extras] =
    REFERENCE.exec(trimPythonSpace(line.slice(equals + 1))) ?? [];
  if (module === undefined) return { problem: 'its value is not module:attribute' };
  return {
    name,
    module,
    ...(attribute === undefined ? {} : { attribute }),
    extras: (extras ?? '')
      .split(',')
      .map(trimPythonSpace)
      .filter((extra) => extra !== ''),
  };
}

function wrong(line: number, text: string, reason: string): WheelworksError {
  return new WheelworksError(
    'packaging/entry-points',
    `Line ${line} of entry_points.txt, ${excerpt(text)}, cannot be read: ${reason}.`,
    { evidence: `line ${line}` },
  );
}
