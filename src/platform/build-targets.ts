/**
 * What wheels are built for: platforms by architecture, and which Pythons there are on each, in cibuildwheel's order.
 *
 * The table is data with its sources named inside (data/build-targets.json).
 */
import table from './data/build-targets.json' with { type: 'json' };
import { knownPython, type KnownPython } from './pythons.ts';

/** A platform that wheels are made for. */
export interface BuildTarget {
  /** The second half of a build identifier: `manylinux_x86_64`, `macosx_arm64`, `win32`. */
  readonly tag: string;
  readonly platform: 'linux' | 'macos' | 'windows';
  /** Null beside Linux. */
  readonly libc: 'glibc' | 'musl' | null;
  /** `x86_64`, `universal2`, `amd64`, `win32`. */
  readonly arch: string;
  /** The short name of the build image that is taken where none is asked for. */
  readonly image?: string;
  /** cibuildwheel 4.2 has it. */
  readonly inCibuildwheel: boolean;
}

/** One wheel that can be made. */
export interface BuildIdentifier {
  /** `cp312-manylinux_x86_64`. */
  readonly id: string;
  readonly python: KnownPython;
  readonly target: BuildTarget;
  /** cibuildwheel 4.2 has it. */
  readonly inCibuildwheel: boolean;
}

/** In the order of the table. */
export const buildTargets: readonly BuildTarget[] = table.targets.map(fromRecord);

const BY_TAG = new Map(buildTargets.map((target) => [target.tag, target]));

/** Every identifier; those of one platform stand in cibuildwheel's order. */
export const buildIdentifiers: readonly BuildIdentifier[] = table.blocks.flatMap(
  ({ targets, pythons }) =>
    targets.flatMap((tag) => pythons.map((python) => identifierOf(python, tag))),
);

function identifierOf(pythonTag: string, targetTag: string): BuildIdentifier {
  const python = knownPython(pythonTag);
  const target = BY_TAG.get(targetTag);
  if (python === undefined || target === undefined)
    throw new Error(`build-targets.json: ${pythonTag}-${targetTag}`);
  return {
    id: `${pythonTag}-${targetTag}`,
    python,
    target,
    inCibuildwheel: python.inCibuildwheel && target.inCibuildwheel,
  };
}

interface TargetRecord {
  readonly tag: string;
  readonly platform: string;
  readonly libc: string | null;
  readonly arch: string;
  readonly image?: string;
  readonly cibuildwheel?: boolean;
}

function fromRecord({ tag, platform, libc, arch, image, cibuildwheel }: TargetRecord): BuildTarget {
  if (platform !== 'linux' && platform !== 'macos' && platform !== 'windows')
    throw new Error(`build-targets.json: ${platform}`);
  return {
    tag,
    platform,
    libc: libc === 'glibc' || libc === 'musl' ? libc : null,
    arch,
    ...(image === undefined ? {} : { image }),
    inCibuildwheel: cibuildwheel !== false,
  };
}
