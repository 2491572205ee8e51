import type { PackageDescription } from './model.ts';

/** A package name without what its ABI adds to it. */
export interface AbiName {
  /** `libpython3`. */
  readonly base: string;
  /** What follows it in the name: `-3.13`; a dash stands between two digits only. */
  readonly suffix: string;
}

/** Undefined for a package whose name says no ABI. */
export function abiName({
  name,
  abiVersion,
}: Pick<PackageDescription, 'name' | 'abiVersion'>): AbiName | undefined {
  if (abiVersion === undefined || !name.endsWith(abiVersion)) return undefined;
  const base = name.slice(0, -abiVersion.length);
  return /\d-$/.test(base)
    ? { base: base.slice(0, -1), suffix: `-${abiVersion}` }
    : { base, suffix: abiVersion };
}
