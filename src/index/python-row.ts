/**
 * The Pythons that a coverage matrix has rows for, and which tags each takes.
 *
 * Specification: Platform compatibility tags (PEP 425), PEP 384 (abi3), PEP 803 (abi3t).
 */
import {
  parseAbi,
  parseInterpreterTag,
  specifierSetContains,
  type AbiTag,
  type SpecifierSet,
} from '../packaging/index.ts';
import { PYTHONS_AS_OF, hasEnded, knownPythons, type KnownPython } from '../platform/index.ts';

/** A Python as a row. */
export interface PythonRow {
  /** `cp312`, `cp314t`, `pp311`. */
  readonly tag: string;
  /** `CPython 3.12`. */
  readonly name: string;
  readonly implementation: 'cpython' | 'pypy';
  readonly minor: number;
  readonly freeThreaded: boolean;
  /**
   * When it is shown although no wheel is made for it: always, where Requires-Python names it (its support has ended), or
   * never.
   */
  readonly shown: 'always' | 'when-required' | 'when-made';
}

/** Of the table, oldest first; PyPy last. Matrices have no rows for GraalPy, whose wheels hardly anyone makes. */
export const PYTHON_ROWS: readonly PythonRow[] = knownPythons.flatMap((python) => {
  const row = rowOf(python.tag);
  return row === undefined ? [] : [{ ...row, name: python.name, shown: shownBy(python) }];
});

/** By the table's own day: a page must not change with the day on which it is made. */
function shownBy(python: KnownPython): PythonRow['shown'] {
  if (python.isOptional) return 'when-made';
  return hasEnded(python, PYTHONS_AS_OF) ? 'when-required' : 'always';
}

/** The row of a Python that a tag names exactly, `cp37`, `cp314t` or `pp310`; undefined for all others. */
export function rowOf(tag: string): PythonRow | undefined {
  const [, short, minorText, suffix] = /^(cp|pp)3([0-9]{1,2})(t?)$/.exec(tag) ?? [];
  if (short === undefined || minorText === undefined) return undefined;
  const implementation = short === 'cp' ? 'cpython' : 'pypy';
  const freeThreaded = suffix === 't';
  const word = implementation === 'cpython' ? 'CPython' : 'PyPy';
  return {
    tag,
    name: `${word} 3.${Number(minorText)}${suffix}`,
    implementation,
    minor: Number(minorText),
    freeThreaded,
    shown: 'when-made',
  };
}

/** By implementation, version, and builds with the GIL first. */
export function compareRows(left: PythonRow, right: PythonRow): number {
  if (left.implementation !== right.implementation)
    return left.implementation === 'cpython' ? -1 : 1;
  return left.minor - right.minor || Number(left.freeThreaded) - Number(right.freeThreaded);
}

/** The row that an interpreter tag and an ABI tag are made for, when they are for one Python alone. */
export function exactRow(interpreter: string, abi: string): PythonRow | undefined {
  const parsed = parseAbi(abi);
  if (parsed.kind === 'stable') return undefined;
  return rowOf(parsed.kind === 'cpython' && parsed.freeThreaded ? `${interpreter}t` : interpreter);
}

/** How an interpreter tag and an ABI tag fit a Python: made for it, by the stable ABI, without any ABI, or not. */
export type Fit = 'own' | 'stable' | 'none' | undefined;

/** Whether a Python takes an interpreter tag with an ABI tag. */
export function fitOf(row: PythonRow, interpreter: string, abi: string): Fit {
  const named = parseInterpreterTag(interpreter);
  if (named.implementation === 'unknown' || named.version.major !== 3) return undefined;
  const minor = named.version.minor;
  const binary = parseAbi(abi);
  if (named.implementation === 'python')
    return binary.kind === 'none' && (minor ?? 0) <= row.minor ? 'none' : undefined;
  if (named.implementation !== row.implementation) return undefined;
  if (binary.kind === 'none')
    return minor === undefined || minor === row.minor ? 'none' : undefined;
  if (row.implementation === 'pypy') return minor === row.minor ? 'own' : undefined;
  return fitOfCPython(row, minor, binary);
}

function fitOfCPython(row: PythonRow, minor: number | undefined, abi: AbiTag): Fit {
  if (abi.kind === 'stable')
    return abi.freeThreaded === row.freeThreaded && (minor ?? 0) <= row.minor
      ? 'stable'
      : undefined;
  const isOwn =
    abi.kind === 'cpython' &&
    minor === row.minor &&
    abi.version.minor === row.minor &&
    abi.freeThreaded === row.freeThreaded &&
    !abi.debug;
  return isOwn ? 'own' : undefined;
}

/**
 * Whether a Requires-Python lets any release of a Python in: with `>=3.8.1` the first one of 3.8 is not, with `<3.12.4`
 * the last one of 3.12.
 */
export function allowsRow(requires: SpecifierSet | undefined, { minor }: PythonRow): boolean {
  if (requires === undefined) return true;
  return ['0', '99'].some((micro) => specifierSetContains(requires, `3.${minor}.${micro}`));
}
