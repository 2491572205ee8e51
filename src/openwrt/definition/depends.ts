/**
 * One word of DEPENDS as OpenWrt reads it: `+python3-light`, `+PACKAGE_python-six:python-light`, `@!SOFT_FLOAT`.
 */

export interface RecipeDependency {
  /** `package` goes into the package's own dependencies, `symbol` is asked of the configuration alone. */
  readonly kind: 'package' | 'symbol';
  /** `+`: chosen together with the package; without it, the package can only be chosen when this is. */
  readonly isSelected: boolean;
  readonly name: string;
  /** `PACKAGE_python-six`: a saving of the build; a package that was built has the dependency all the same. */
  readonly condition?: string;
}

/** Reads a word; what only the build system can fill in (`$(RUST_ARCH_DEPENDS)`) is undefined. */
export function parseRecipeDependency(word: string): RecipeDependency | undefined {
  if (word.includes('$(')) return undefined;
  const isSelected = word.startsWith('+');
  const rest = isSelected ? word.slice(1) : word;
  if (rest.startsWith('@')) return { kind: 'symbol', isSelected, name: rest.slice(1) };
  const colon = rest.lastIndexOf(':');
  return {
    kind: 'package',
    isSelected,
    name: rest.slice(colon + 1),
    ...(colon === -1 ? {} : { condition: rest.slice(0, colon) }),
  };
}
