/**
 * The Pythons that wheels are built for.
 *
 * The table is data with its sources named inside (data/pythons.json); scripts/update-build-targets.py holds it against
 * cibuildwheel's.
 */
import table from './data/pythons.json' with { type: 'json' };

/** A Python of the table. */
export interface KnownPython {
  /** As in build identifiers: `cp312`, `cp314t`, `pp311`, `gp312_250`. */
  readonly tag: string;
  /** `CPython 3.14t`. */
  readonly name: string;
  readonly implementation: 'cpython' | 'pypy' | 'graalpy';
  /** `3.12`. */
  readonly version: string;
  readonly minor: number;
  readonly freeThreaded: boolean;
  /** The interpreter tag of wheels that are made for it alone: `cp314`, `pp311`, `graalpy312`. */
  readonly interpreter: string;
  /** The ABI tag of wheels that are made for it alone: `cp314t`, `pypy311_pp73`. */
  readonly abi: string;
  /** Its folder below /opt/python in manylinux images. */
  readonly folder: string;
  /** The day its support ended or is planned to end, `2026-10-31`; undefined where no day is known. */
  readonly ends?: string;
  /** The enable group without which nothing is planned for it. */
  readonly group?: string;
  /** cibuildwheel 4.2 has it. */
  readonly inCibuildwheel: boolean;
  /** Few projects make wheels for it, so that a missing one is no gap. */
  readonly isOptional: boolean;
}

/** The day the table was looked through. */
export const PYTHONS_AS_OF: string = table.asOf;

const IMPLEMENTATIONS = { cp: 'cpython', pp: 'pypy', gp: 'graalpy' } as const;

/** Oldest first; CPython, PyPy, GraalPy. */
export const knownPythons: readonly KnownPython[] = table.pythons.map(fromRecord);

const BY_TAG = new Map(knownPythons.map((python) => [python.tag, python]));

/** The Python of a tag; undefined for those that the table does not have. */
export function knownPython(tag: string): KnownPython | undefined {
  return BY_TAG.get(tag);
}

/** Whether its support has ended by a day, `2026-11-20`. */
export function hasEnded({ ends }: Pick<KnownPython, 'ends'>, day: string): boolean {
  return ends !== undefined && ends <= day;
}

interface PythonRecord {
  readonly tag: string;
  readonly name: string;
  readonly abi: string;
  readonly folder: string;
  readonly ends?: string;
  readonly group?: string;
  readonly cibuildwheel?: boolean;
  readonly optional?: boolean;
}

function fromRecord(record: PythonRecord): KnownPython {
  const { tag, name, abi, folder, ends, group } = record;
  const [, short, minor] = /^(cp|pp|gp)3(\d+)/.exec(tag) ?? [];
  if (short !== 'cp' && short !== 'pp' && short !== 'gp') throw new Error(`pythons.json: ${tag}`);
  return {
    tag,
    name,
    implementation: IMPLEMENTATIONS[short],
    version: `3.${minor}`,
    minor: Number(minor),
    freeThreaded: tag.endsWith('t'),
    interpreter: folder.slice(0, folder.indexOf('-')),
    abi,
    folder,
    ...(ends === undefined ? {} : { ends }),
    ...(group === undefined ? {} : { group }),
    inCibuildwheel: record.cibuildwheel === true,
    isOptional: record.optional === true,
  };
}
