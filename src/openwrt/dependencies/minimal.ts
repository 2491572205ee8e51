import { installedName, type SplitDefinition } from '../interpreter/index.ts';
import type { DependencyFeed } from './feed.ts';
import type { Dependency, ImpliedDependency } from './model.ts';

export interface MinimalOptions {
  readonly definition: SplitDefinition;
  readonly feed?: DependencyFeed;
  /** Named in any case. */
  readonly kept: string;
}

/**
 * Tells apart what another dependency brings, by what the split says of its packages and the feed of all others. Of two that
 * bring each other, the first by name stays. One with a constraint stays as well: nobody else demands it.
 */
export function withoutImplied(
  all: readonly Dependency[],
  options: MinimalOptions,
): { readonly dependencies: Dependency[]; readonly implied: ImpliedDependency[] } {
  const closures = new Map(all.map(({ name }) => [name, closureOf(name, options)]));
  const implied = new Map<string, ImpliedDependency>();
  for (const dependency of all) {
    const { name, constraint } = dependency;
    if (name === options.kept || constraint !== undefined) continue;
    const by = all.find(
      (other) =>
        other.name !== name &&
        !implied.has(other.name) &&
        closures.get(other.name)?.has(name) === true,
    );
    if (by !== undefined) implied.set(name, { ...dependency, by: by.name });
  }
  return {
    dependencies: all.filter(({ name }) => !implied.has(name)),
    implied: [...implied.values()],
  };
}

/** All that a package depends on, directly and through others, itself left out where it is in no circle. */
export function closureOf(
  name: string,
  { definition, feed }: Pick<MinimalOptions, 'definition' | 'feed'>,
): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [name];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    for (const each of dependsOf(next, definition, feed))
      if (!found.has(each)) {
        found.add(each);
        waiting.push(each);
      }
  return found;
}

function dependsOf(
  name: string,
  definition: SplitDefinition,
  feed: DependencyFeed | undefined,
): readonly string[] {
  const { minor, light, packages, meta } = definition;
  // Within a definition, packages are named without the ABI.
  const spelled = (plain: string): string => {
    const known = packages.find((each) => each.name === plain);
    return known === undefined ? plain : installedName(known, minor);
  };
  if (name === light.name) return light.depends.map(spelled);
  if (name === meta)
    return [
      light.name,
      ...packages.filter(({ inMeta }) => inMeta).map((each) => installedName(each, minor)),
    ];
  const split = packages.find((each) => installedName(each, minor) === name);
  return split === undefined ? (feed?.find(name)?.depends ?? []) : split.depends.map(spelled);
}
