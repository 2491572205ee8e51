/** Which Pythons get a wheel on which platforms, by the names of a release's files. */
import {
  parseWheelFilename,
  tryParseSpecifierSet,
  type SpecifierSet,
  type TagSet,
} from '../packaging/index.ts';
import type { CoverageCell } from '../pages/index.ts';
import { EVERY_PLATFORM, USUAL_COLUMNS, columnsOf, compareColumns } from './platform-column.ts';
import {
  PYTHON_ROWS,
  allowsRow,
  compareRows,
  exactRow,
  fitOf,
  type Fit,
  type PythonRow,
} from './python-row.ts';

/** What is asked of a file. */
export interface CoveredFile {
  readonly filename: string;
  readonly requiresPython?: string;
}

/** A matrix as data. */
export interface FileCoverage {
  /** Rows: `CPython 3.12`. */
  readonly pythons: readonly string[];
  /** Columns: `manylinux x86_64`, or `any platform` alone. */
  readonly platforms: readonly string[];
  /** For every pair of the above. */
  readonly cellOf: (python: string, platform: string) => CoverageCell;
}

/**
 * The coverage of one release. Rows are the Pythons of today that Requires-Python lets in, and all that a wheel is made
 * for; columns what most users have, and all that a wheel is made for. A wheel that several cells could take stands in each;
 * of several wheels a cell shows the one that installers prefer: made for this Python, then the stable ABI, then no ABI.
 * Files of other kinds, and names that cannot be read, count for nothing.
 */
export function coverageOf(files: readonly CoveredFile[]): FileCoverage {
  const wheels = files.flatMap((file) => readWheel(file));
  const sdists = files
    .filter(({ filename }) => !filename.endsWith('.whl'))
    .map((file) => requirementOf(file));
  const rows = rowsFor(wheels, sdists);
  const columns = columnsFor(wheels);
  const cells = new Map<string, RankedCell>();
  for (const wheel of wheels) fill(cells, wheel, rows, columns);
  const tags = new Map(rows.map((row) => [row.name, row]));
  return {
    pythons: rows.map(({ name }) => name),
    platforms: columns,
    cellOf(python, platform) {
      const found = cells.get(keyOf(python, platform));
      if (found !== undefined) return found.cell;
      const row = tags.get(python);
      const compiles = row !== undefined && sdists.some((requires) => allowsRow(requires, row));
      return { kind: compiles ? 'sdist' : 'nothing' };
    },
  };
}

interface CoveringWheel {
  readonly filename: string;
  readonly tags: TagSet;
  readonly requires: SpecifierSet | undefined;
  /** Undefined: all. */
  readonly columns: readonly string[] | undefined;
}

interface RankedCell {
  readonly rank: number;
  readonly cell: CoverageCell;
}

function readWheel(file: CoveredFile): readonly CoveringWheel[] {
  if (!file.filename.endsWith('.whl')) return [];
  try {
    const { tags } = parseWheelFilename(file.filename);
    const columns = tags.platforms.map(columnsOf);
    return [
      {
        filename: file.filename,
        tags,
        requires: requirementOf(file),
        columns: columns.includes(undefined)
          ? undefined
          : [...new Set(columns.flatMap((each) => each ?? []))],
      },
    ];
  } catch {
    return [];
  }
}

/** One that cannot be read is passed over, as installers do. */
function requirementOf({ requiresPython }: CoveredFile): SpecifierSet | undefined {
  return requiresPython === undefined ? undefined : tryParseSpecifierSet(requiresPython);
}

function rowsFor(
  wheels: readonly CoveringWheel[],
  sdists: readonly (SpecifierSet | undefined)[],
): readonly PythonRow[] {
  const requirements = [...wheels.map(({ requires }) => requires), ...sdists];
  const rows = new Map<string, PythonRow>();
  for (const row of PYTHON_ROWS)
    if (requirements.some((requires) => isShown(row, requires))) rows.set(row.tag, row);
  for (const { tags, requires } of wheels) {
    for (const interpreter of tags.interpreters) {
      for (const abi of tags.abis) {
        const row = exactRow(interpreter.toLowerCase(), abi);
        if (row === undefined || rows.has(row.tag) || !allowsRow(requires, row)) continue;
        rows.set(row.tag, PYTHON_ROWS.find(({ tag }) => tag === row.tag) ?? row);
      }
    }
  }
  return [...rows.values()].sort(compareRows);
}

function isShown(row: PythonRow, requires: SpecifierSet | undefined): boolean {
  if (row.shown === 'when-made') return false;
  return allowsRow(requires, row) && (row.shown === 'always' || requires !== undefined);
}

function columnsFor(wheels: readonly CoveringWheel[]): readonly string[] {
  const named = new Set(wheels.flatMap(({ columns }) => columns ?? []));
  if (named.size === 0) return [EVERY_PLATFORM];
  return [...new Set([...USUAL_COLUMNS, ...named])].sort(compareColumns);
}

const FITS: Readonly<Record<Exclude<Fit, undefined>, number>> = { own: 3, stable: 2, none: 1 };

function fill(
  cells: Map<string, RankedCell>,
  wheel: CoveringWheel,
  rows: readonly PythonRow[],
  columns: readonly string[],
): void {
  for (const row of rows) {
    const fit = allowsRow(wheel.requires, row) ? bestFit(wheel.tags, row) : undefined;
    if (fit === undefined) continue;
    // A wheel for the platform goes before one for all, whatever its ABI.
    const rank = FITS[fit] + (wheel.columns === undefined ? 0 : 10);
    const cell: CoverageCell = {
      kind: 'wheel',
      file: wheel.filename,
      ...noteOf(wheel, fit),
    };
    for (const column of wheel.columns ?? columns) {
      const key = keyOf(row.name, column);
      if ((cells.get(key)?.rank ?? 0) < rank) cells.set(key, { rank, cell });
    }
  }
}

function bestFit(tags: TagSet, row: PythonRow): Fit {
  let best: Fit;
  for (const interpreter of tags.interpreters) {
    for (const abi of tags.abis) {
      const fit = fitOf(row, interpreter, abi);
      if (fit !== undefined && (best === undefined || FITS[fit] > FITS[best])) best = fit;
    }
  }
  return best;
}

function noteOf({ tags, columns }: CoveringWheel, fit: Fit): { readonly note?: string } {
  if (columns === undefined) return { note: 'any' };
  if (fit === 'none') return { note: 'no ABI' };
  if (fit !== 'stable') return {};
  return { note: tags.abis.find((abi) => abi.startsWith('abi3')) ?? 'abi3' };
}

function keyOf(python: string, platform: string): string {
  return `${python}\n${platform}`;
}
