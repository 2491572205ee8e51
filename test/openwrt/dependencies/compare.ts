/** Dependencies of ours beside those of a recipe of OpenWrt's feed. */
import { parseRequirement } from '../../../src/packaging/requirement.ts';
import { analyseDependencies, readSubject } from '../../../src/openwrt/dependencies/index.ts';
import { closureOf } from '../../../src/openwrt/dependencies/minimal.ts';
import { splitDefinition } from '../../../src/openwrt/interpreter/index.ts';
import { openWrtRelease } from '../../../src/openwrt/targets/index.ts';

/** Names of packages and what each recipe of the feed says that it depends on. */
export type Recipes = ReadonlyMap<string, readonly string[]>;

export interface ComparedOptions {
  /** A wheel of the project. */
  readonly wheel: string;
  readonly python: string;
  readonly release: string;
}

/** What analysis finds of a wheel: names alone. */
export interface Found {
  /** Needed, directly or through others of these. */
  readonly needed: readonly string[];
  /** To be written. */
  readonly written: readonly string[];
  /** Used when they are there. */
  readonly suggested: readonly string[];
}

export async function foundIn({ wheel, python, release }: ComparedOptions): Promise<Found> {
  const target = openWrtRelease(release);
  const { tree, requires } = await readSubject(wheel, target);
  const report = await analyseDependencies(tree, {
    release: target,
    requires: requires.map((each) => parseRequirement(each)),
    extras: [],
    machine: 'x86_64',
    reader: { python },
  });
  const names = (list: readonly { readonly name: string }[]): string[] =>
    list.map(({ name }) => name).filter((name) => !name.startsWith('lib'));
  return {
    needed: names([...report.dependencies, ...report.implied]).sort(),
    written: names(report.dependencies),
    suggested: names(report.suggestions),
  };
}

export interface Difference {
  /** Needed, and brought neither by the recipe nor by what it depends on. */
  readonly missing: readonly string[];
  /** Needed, and brought only because another recipe happens to depend on it. */
  readonly byLuck: readonly string[];
  /** In the recipe, and needed by nothing. */
  readonly superfluous: readonly string[];
}

/** Compares, each side with all that it brings. */
export function difference(
  depends: readonly string[],
  found: Found,
  { release, recipes }: { readonly release: string; readonly recipes: Recipes },
): Difference {
  const definition = splitDefinition(release);
  const interpreter = (names: readonly string[]): Set<string> =>
    new Set(names.flatMap((name) => [name, ...closureOf(name, { definition })]));
  const feed = {
    find: (name: string) => {
      const list = recipes.get(name);
      return list === undefined ? undefined : { name, depends: list };
    },
    packages: [],
  };
  const direct = interpreter(depends);
  const brought = new Set(
    depends.flatMap((name) => [name, ...closureOf(name, { definition, feed })]),
  );
  const needed = interpreter(found.needed);
  const lacking = found.needed.filter((name) => !direct.has(name));
  return {
    missing: lacking.filter((name) => !brought.has(name)),
    byLuck: lacking.filter((name) => brought.has(name)),
    superfluous: depends.filter((name) => name.startsWith('python3') && !needed.has(name)),
  };
}
