/** Baselines from real systems: what all of some root file systems have in common. */
import { basename, resolve } from 'node:path';
import type { SystemPackage } from '../distro/index.ts';
import { baselines, type Libc } from '../platform/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { ignoreEvents, runTask, type EventSink } from '../support/progress/events.ts';
import { droppedFrom, intersect, type Dropped, type Resized } from './intersect.ts';
import { byCodeUnit, type BaselineFile, type BaselineInput, type BaselineSource } from './model.ts';
import { GLIBC_LIBC, isGlibcLoader, MUSL_LIBC } from './roots/find-libraries.ts';
import { baselineName, soname } from './schema.ts';
import { kindOf, readRoot, type RootSystem, type UnreadLibrary } from './system.ts';

/** What to derive. */
export interface DeriveOptions {
  /** Sonames to look for besides the C library and the loader. Default: those that any baseline of the libc allows. */
  readonly libraries?: readonly string[];
  /**
   * The name of the baselines. Default: that of the distribution (`debian_12`) for one root that says what it is, otherwise
   * libc and version (`glibc_2_38`).
   */
  readonly name?: string;
  readonly events?: EventSink;
}

/** What was derived. */
export interface Derivation {
  /** One for each kind of system, by architecture and libc. */
  readonly baselines: readonly BaselineFile[];
  /** One for each root and kind of system, in the order of the roots. */
  readonly reports: readonly RootReport[];
}

/** What became of one root in one baseline. */
export interface RootReport {
  readonly root: string;
  readonly baseline: string;
  readonly architecture: string;
  readonly libc: Libc;
  readonly libcVersion: readonly [number, number];
  /** Libraries that were looked for and are not there. */
  readonly missing: readonly string[];
  /** What it has and other roots have not. */
  readonly dropped: readonly Dropped[];
  /** Data whose size is not the same in all roots of the baseline. */
  readonly resized: readonly Resized[];
  /** Files of the root that could not be read. */
  readonly unread: readonly UnreadLibrary[];
}

/**
 * Derives baselines from root file systems, folders that packages were unpacked into, or folders of such folders. A root
 * may hold several architectures and C libraries; each baseline is made from the roots that have its kind.
 * @throws WheelworksError `baseline/no-roots`, `baseline/bad-name`, `distro/no-root`, `baseline/no-libc`, `distro/link-loop`,
 *   `baseline/too-large`, `file/*`.
 */
export async function deriveBaseline(
  roots: readonly string[],
  options: DeriveOptions = {},
): Promise<Derivation> {
  checkOptions(roots, options);
  const { events = ignoreEvents } = options;
  const wanted = new Set(options.libraries ?? [...allowed('glibc'), ...allowed('musl')]);
  const unread = new Map<string, readonly UnreadLibrary[]>();
  const systems: RootSystem[] = [];
  for (const root of roots) {
    const task = { id: `derive ${root}`, label: `Reading ${root}` };
    const contents = await runTask(events, task, async () => readRoot(root, wanted));
    systems.push(...contents.systems);
    unread.set(root, contents.unread);
  }
  const kinds = [...new Set(systems.map(kindOf))].sort(byCodeUnit);
  const derived = kinds.map((kind) =>
    deriveKind(
      systems.filter((system) => kindOf(system) === kind),
      { options, unread, everything: systems },
    ),
  );
  return {
    baselines: derived.map(({ baseline }) => baseline),
    reports: derived.flatMap(({ reports }) => reports),
  };
}

function checkOptions(roots: readonly string[], { name, libraries }: DeriveOptions): void {
  if (roots.length === 0)
    throw new WheelworksError('baseline/no-roots', 'There is no root to derive a baseline from.', {
      hint: 'Give a root file system or a folder of unpacked packages.',
    });
  if (new Set(roots).size < roots.length)
    throw new WheelworksError('baseline/no-roots', 'A root is given twice.', {
      hint: 'Give each root once.',
    });
  if (name !== undefined && !baselineName.safeParse(name).success)
    throw new WheelworksError('baseline/bad-name', `"${name}" cannot be the name of a baseline.`, {
      hint: 'Use small letters, digits and single underscores: acme_os_2.',
    });
  const odd = libraries?.find((library) => !soname.safeParse(library).success);
  if (odd !== undefined)
    throw new WheelworksError('baseline/bad-name', `"${odd}" cannot be the name of a library.`, {
      hint: 'Give sonames, such as libz.so.1.',
    });
}

/** Sonames that any baseline of a libc allows. */
function allowed(libc: Libc): string[] {
  return baselines
    .filter((baseline) => baseline.libc === libc)
    .flatMap(({ libraries }) => [...libraries]);
}

interface Surroundings {
  readonly options: DeriveOptions;
  readonly unread: ReadonlyMap<string, readonly UnreadLibrary[]>;
  readonly everything: readonly RootSystem[];
}

function deriveKind(
  systems: readonly RootSystem[],
  { options, unread, everything }: Surroundings,
): { readonly baseline: BaselineFile; readonly reports: readonly RootReport[] } {
  const [oldest] = systems.toSorted(
    ({ libcVersion: [a, b] }, { libcVersion: [c, d] }) => a - c || b - d,
  );
  if (oldest === undefined) throw new RangeError('a kind has at least one system');
  const { libc, libcVersion, architecture, loader } = oldest;
  const { libraries, deniedSymbols, resized } = intersect(systems);
  const common = new Map([...libraries].sort(([one], [other]) => byCodeUnit(one, other)));
  const libcName = libc === 'musl' ? MUSL_LIBC : GLIBC_LIBC;
  const abi = oldest.libraries.get(libcName)?.abi ?? [...oldest.libraries.values()][0]?.abi;
  if (abi === undefined) throw new RangeError('a system has its C library');
  const chosen = options.name ?? defaultName(systems, oldest);
  const name = libc === 'musl' && hasGlibcToo(oldest, everything) ? `${chosen}_musl` : chosen;
  const wanted = new Set(options.libraries ?? allowed(libc));
  return {
    baseline: {
      name,
      libc,
      libcVersion,
      architecture,
      abi,
      loader,
      libraries: common,
      deniedSymbols,
      provenance: systems.map(inputOf),
    },
    reports: systems.map((system) => ({
      root: system.root,
      baseline: name,
      architecture,
      libc,
      libcVersion: system.libcVersion,
      missing: [...wanted].filter((library) => !system.libraries.has(library)).sort(byCodeUnit),
      dropped: droppedFrom(system, common).filter(({ library }) => !isGlibcLoader(library)),
      resized,
      unread: unread.get(system.root) ?? [],
    })),
  };
}

/** Two baselines of one architecture must not have one name. */
function hasGlibcToo(
  { root, architecture }: RootSystem,
  everything: readonly RootSystem[],
): boolean {
  return everything.some(
    (system) =>
      system.root === root && system.architecture === architecture && system.libc === 'glibc',
  );
}

function defaultName(systems: readonly RootSystem[], oldest: RootSystem): string {
  const [{ distribution } = { distribution: undefined }] = systems;
  if (systems.length === 1 && distribution?.version !== undefined) {
    const name = `${distribution.id}_${distribution.version}`
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '_');
    if (baselineName.safeParse(name).success) return name;
  }
  return `${oldest.libc}_${oldest.libcVersion.join('_')}`;
}

function ownerOf(
  owner: SystemPackage | undefined,
): Pick<BaselineSource, 'package' | 'packageVersion'> {
  return owner === undefined ? {} : { package: owner.name, packageVersion: owner.version };
}

function inputOf(system: RootSystem): BaselineInput {
  const { distribution, libcBanner, libraries, owners } = system;
  return {
    // Only the last name: where somebody keeps their roots is nobody's business.
    root: basename(resolve(system.root)) || '/',
    ...(distribution === undefined ? {} : { distribution }),
    ...(libcBanner === undefined ? {} : { libcBanner }),
    files: new Map(
      [...libraries].map(([soname, { path, sha256, buildId }]) => [
        soname,
        {
          path,
          sha256,
          ...(buildId === undefined ? {} : { buildId }),
          ...ownerOf(owners.get(path)),
        },
      ]),
    ),
  };
}
