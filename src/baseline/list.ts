import {
  baselines as knownBaselines,
  distributionsFor,
  librariesFor,
  type Baseline,
  type Distribution,
  type Libc,
} from '../platform/index.ts';
import { closestName } from '../support/closest-name.ts';
import { WheelworksError } from '../support/errors.ts';
import { byCodeUnit } from './model.ts';
import { maxima } from './versions.ts';

/** A baseline in a list. */
export interface ListedBaseline {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly libc: Libc;
  readonly libcVersion: readonly [number, number];
  readonly architectures: readonly string[];
  /** Sonames that a wheel may need. */
  readonly libraries: readonly string[];
  /** Architecture to prefix to the newest version. */
  readonly maxima: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whether it lists symbols, so that it is judged by them. */
  readonly hasSymbols: boolean;
}

/** Everything about a baseline. */
export interface ShownBaseline extends ListedBaseline {
  readonly deniedSymbols: Readonly<Record<string, readonly string[]>>;
  readonly details: readonly ShownArchitecture[];
}

/** A baseline on one architecture. */
export interface ShownArchitecture {
  readonly architecture: string;
  /** `manylinux_2_17_x86_64` */
  readonly tag: string;
  /** `manylinux2014_x86_64` */
  readonly aliases: readonly string[];
  /** Prefix to every version, the oldest first. */
  readonly versions: Readonly<Record<string, readonly string[]>>;
  readonly libraries: readonly string[];
  /** Distributions that satisfy it, among those that were given. */
  readonly distributions: readonly Distribution[];
}

/** The baselines, in their order. @param baselines default: those that are built in. */
export function listBaselines(
  baselines: readonly Baseline[] = knownBaselines,
): readonly ListedBaseline[] {
  return baselines.map(listed);
}

/**
 * A baseline by its name (`manylinux_2_17`), another name (`manylinux2014`) or tag (`manylinux_2_17_x86_64`, which shows that architecture alone).
 * @throws WheelworksError `baseline/unknown`.
 */
export function showBaseline(
  name: string,
  options: {
    /** Default: those that are built in. */
    readonly baselines?: readonly Baseline[];
    readonly distributions?: readonly Distribution[];
  } = {},
): ShownBaseline {
  const { baselines = knownBaselines, distributions = [] } = options;
  const { baseline, architectures } = findBaseline(name, baselines);
  return {
    ...listed(baseline),
    deniedSymbols: Object.fromEntries(baseline.deniedSymbols),
    details: architectures.map((architecture) => ({
      architecture,
      tag: `${baseline.name}_${architecture}`,
      aliases: baseline.aliases.map((alias) => `${alias}_${architecture}`),
      versions: Object.fromEntries(
        [...(baseline.architectures.get(architecture) ?? [])].map(([prefix, versions]) => [
          prefix,
          [...versions],
        ]),
      ),
      libraries: [...librariesFor(baseline, architecture)].sort(byCodeUnit),
      distributions: distributionsFor(baseline, architecture, distributions),
    })),
  };
}

/**
 * A baseline by name, other name or tag, and the architectures that are meant.
 * @throws WheelworksError `baseline/unknown`.
 */
export function findBaseline(
  name: string,
  baselines: readonly Baseline[] = knownBaselines,
): { readonly baseline: Baseline; readonly architectures: readonly string[] } {
  for (const baseline of baselines) {
    const names = [baseline.name, ...baseline.aliases];
    const architectures = [...baseline.architectures.keys()];
    if (names.includes(name)) return { baseline, architectures };
    const architecture = architectures.find((each) =>
      names.some((known) => name === `${known}_${each}`),
    );
    if (architecture !== undefined) return { baseline, architectures: [architecture] };
  }
  const names = baselines.flatMap((baseline) => [baseline.name, ...baseline.aliases]);
  const near = closestName(name, names);
  throw new WheelworksError('baseline/unknown', `There is no baseline ${name}.`, {
    hint:
      near === undefined
        ? `There are ${names.join(', ')}.`
        : `Did you mean ${near}? "wheelworks baseline list" shows all.`,
  });
}

function listed(baseline: Baseline): ListedBaseline {
  const { name, aliases, libc, libcVersion, architectures, libraries } = baseline;
  return {
    name,
    aliases,
    libc,
    libcVersion,
    architectures: [...architectures.keys()],
    libraries: [...libraries].sort(byCodeUnit),
    maxima: Object.fromEntries(
      [...architectures].map(([architecture, prefixes]) => [architecture, maxima(prefixes)]),
    ),
    hasSymbols: baseline.exports !== undefined,
  };
}
