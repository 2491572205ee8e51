/** What the analysis of a package finds: on what it depends, why, what it could do more with, and what is wrong. */
import type { Finding } from '../../support/finding.ts';
import type { PackageDependency } from '../package/model.ts';
import type { When } from './imports/edges.ts';

/** One import on the way from a file of the package to a module. */
export interface Step {
  /** The module that imports; empty for a program. */
  readonly from: string;
  readonly to: string;
  readonly when: When;
  /** Of the importing file, where it is one of the package. */
  readonly path?: string;
  readonly line?: number;
  /** The function it stands in. */
  readonly inFunction?: string;
}

/** Why a package is wanted. */
export type Reason =
  /** Imports, the first by a file of the package, the last of a module of what is wanted. */
  | { readonly kind: 'import'; readonly steps: readonly Step[] }
  /** `Requires-Dist`, as written; with an import that it answers, where one was found. */
  | { readonly kind: 'requirement'; readonly requirement: string; readonly imported?: Step }
  /** A native file needs a library: NEEDED. */
  | { readonly kind: 'library'; readonly path: string; readonly library: string }
  /** There is something for Python in it: what runs it. */
  | { readonly kind: 'interpreter' }
  /** Its modules lie where one minor version looks for them. */
  | { readonly kind: 'minor'; readonly minor: string }
  /** It has a `__main__`, and is run with `-m`. */
  | { readonly kind: 'program'; readonly module: string; readonly steps: readonly Step[] };

export interface Dependency extends PackageDependency {
  /** The weakest way in which it is needed all the same: when the package is imported, or when it is used. */
  readonly when: 'import' | 'use';
  /** The shortest first. */
  readonly reasons: readonly [Reason, ...Reason[]];
}

/** A dependency that is not written, since another brings it. */
export interface ImpliedDependency extends Dependency {
  /** The one that depends on it. */
  readonly by: string;
}

/** What the package does without, or may do without. */
export interface Suggestion {
  readonly name: string;
  /** Whose choice it is: code of the package, of the standard library, or an extra of the project. */
  readonly of: 'package' | 'standard-library' | 'extra';
  readonly reason: Reason;
  /** The extra that asks for it. */
  readonly extra?: string;
}

/** An import that no declared package answers, and that the package does without. */
export interface UnmetImport {
  readonly module: string;
  readonly step: Step;
}

export interface DependencyReport {
  /** Of OpenWrt. */
  readonly release: string;
  /** `3.13`. */
  readonly minor: string;
  /** Where the graph of the standard library is from. */
  readonly standardLibrary: string;
  /** To be written, by name. */
  readonly dependencies: readonly Dependency[];
  readonly implied: readonly ImpliedDependency[];
  readonly suggestions: readonly Suggestion[];
  /** Those of the dependencies that bring the whole standard library. */
  readonly bringAll: readonly string[];
  /** Optional imports of modules that nothing declares. */
  readonly unmet: readonly UnmetImport[];
  /** Modules that the target never imports, and those of tests: their imports count for nothing. */
  readonly leftOut: readonly string[];
  readonly findings: readonly Finding[];
}
