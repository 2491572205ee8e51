/** A package as data, before one of the two formats is chosen: what it says of itself, and the files it carries. */
import type { FileTree } from '../../archive/tree/index.ts';

/** One end of a range of versions, or the exact one. */
export interface VersionBound {
  readonly operator: '<' | '<=' | '=' | '>=' | '>';
  readonly version: PackageVersion;
}

/** What a dependency demands of the version, spelled for the package manager when it is written. */
export interface VersionConstraint extends VersionBound {
  /** The upper end of a range, for managers that can hold a package to both ends. */
  readonly below?: VersionBound;
}

/** A version before it is spelled as a package manager orders it. */
export interface PackageVersion {
  /** As upstream has it, PEP 440 for Python packages: `1.0rc1`. */
  readonly upstream: string;
  /** The release of the package, the `1` of `-r1`; absent in a constraint on upstream's version alone. */
  readonly release?: number;
}

export interface PackageDependency {
  /** The name of a package, or of what one provides. */
  readonly name: string;
  readonly constraint?: VersionConstraint;
}

/** Text of scripts, each starting with `#!/bin/sh`; absent ones are the usual ones of OpenWrt. */
export interface PackageScripts {
  readonly preInstall?: string;
  readonly postInstall?: string;
  readonly preRemove?: string;
  readonly postRemove?: string;
}

export interface PackageDescription {
  /** `python3-requests`. */
  readonly name: string;
  readonly version: PackageVersion;
  /** `all`, or an architecture of OpenWrt: `aarch64_cortex-a53`. */
  readonly architecture: string;
  /** One line. */
  readonly title: string;
  /** Lines; empty when the title says all. */
  readonly description: string;
  /** SPDX identifiers, separated by blanks. */
  readonly license: string;
  readonly section: string;
  readonly maintainer?: string;
  readonly url?: string;
  /** The recipe it comes from; twins share it. */
  readonly source: string;
  /** Without `libc`, which every package has. */
  readonly depends: readonly PackageDependency[];
  readonly provides: readonly PackageDependency[];
  readonly conflicts: readonly PackageDependency[];
  /** What the name of a library package ends with: `3.13` of `libpython3-3.13`. */
  readonly abiVersion?: string;
  /** Absolute paths on the device. */
  readonly conffiles: readonly string[];
  readonly scripts: PackageScripts;
}

/** A package ready to be written. */
export interface BinaryPackage {
  readonly description: PackageDescription;
  readonly tree: FileTree;
}
