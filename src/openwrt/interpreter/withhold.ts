/** Packages that could not be installed: they are not made, and no other one may depend on them. */
import type { UnknownLibrary } from './library-owners.ts';
import type { SplitPart } from './parts.ts';

/** A package that is not made. */
export interface WithheldPackage {
  readonly name: string;
  /** What no package is known to have; empty when only a package that it depends on is without. */
  readonly libraries: readonly UnknownLibrary[];
  /** From it to the package that needs the library: one name when it is that itself. */
  readonly why: readonly string[];
}

/**
 * Takes out the parts that need a library of no known package, and those that depend on such a part. The meta package loses
 * members, and goes only when the light package does.
 * @param meta names of the meta package and of the one package that it cannot be without
 */
export function withholdParts(
  parts: readonly SplitPart[],
  meta: { readonly name: string; readonly light: string },
): { readonly parts: readonly SplitPart[]; readonly withheld: readonly WithheldPackage[] } {
  const withheld = new Map<string, WithheldPackage>();
  for (const { name, unknownLibraries } of parts)
    if (unknownLibraries.length > 0)
      withheld.set(name, { name, libraries: unknownLibraries, why: [name] });
  for (let hasGrown = withheld.size > 0; hasGrown;) {
    hasGrown = false;
    for (const { name, depends } of parts) {
      if (withheld.has(name)) continue;
      const needed = name === meta.name ? depends.filter((each) => each === meta.light) : depends;
      const lost = needed.flatMap((each) => withheld.get(each) ?? []).at(0);
      if (lost === undefined) continue;
      withheld.set(name, { name, libraries: [], why: [name, ...lost.why] });
      hasGrown = true;
    }
  }
  return {
    withheld: [...withheld.values()],
    parts: parts
      .filter(({ name }) => !withheld.has(name))
      .map((part) => ({ ...part, depends: part.depends.filter((name) => !withheld.has(name)) })),
  };
}
