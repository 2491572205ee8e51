import type { Finding } from '../../support/finding.ts';
import type { CompileFailure, Compiler, KeptSource, SourceReader } from '../bytecode/index.ts';
import type { Filespec, IgnoredLine } from '../filespec/index.ts';
import type { NativeOptions } from '../native/index.ts';
import type { BinaryPackage, PackageDependency } from '../package/index.ts';
import type { ApkSigningKey } from '../signing/index.ts';
import type { OpenWrtArchitecture, OpenWrtRelease } from '../targets/index.ts';

/** What a package holds of each module: bytecode with a twin of sources, sources alone, or both in one package. */
export type PackLayout = 'bytecode' | 'source' | 'both';

export interface PackOptions extends NativeOptions {
  readonly release: OpenWrtRelease;
  /** Of the device's packages; what has no native code is for all. */
  readonly architecture?: OpenWrtArchitecture;
  readonly layout: PackLayout;
  /** Needed for bytecode; without one a package of sources is made, and what it would be as bytecode is not told. */
  readonly compiler?: Compiler;
  readonly filespec?: Filespec;
  /** Extras of the project whose requirements the package depends on too. */
  readonly extras: readonly string[];
  /** Packages that are depended on whatever is found: what is optional, and wanted. */
  readonly with?: readonly string[];
  /** The number behind `-r`. */
  readonly packageRelease: number;
  readonly maintainer?: string;
  /** Of all files, in seconds since 1970; default that of `packageBytes`. */
  readonly mtime?: number;
  /** Signs .apk packages. */
  readonly key?: ApkSigningKey;
  readonly dependencies: FindDependencies;
  /** Asked between the steps. */
  readonly signal?: AbortSignal;
}

/** How dependencies are found: by analysis of the files, or another way. */
export type FindDependencies = (subject: DependencySubject) => Promise<{
  readonly depends: readonly PackageDependency[];
  readonly findings: readonly Finding[];
  /** Packages that are used when they are there; none where nobody looks for them. */
  readonly optional?: readonly string[];
  /** Those of `depends` that bring the whole standard library. */
  readonly bringAll?: readonly string[];
}>;

export interface DependencySubject {
  /** With sources, before anything is compiled. */
  readonly tree: BinaryPackage['tree'];
  readonly project: string;
  readonly requires: readonly string[];
  readonly extras: readonly string[];
  /** Modules that a filespec took out. */
  readonly removed: readonly string[];
  /** Packages that have the libraries its native files need. */
  readonly libraries: readonly string[];
  readonly release: OpenWrtRelease;
  /** Absent for a package of all architectures. */
  readonly machine?: string;
}

/** Bytes as files on the device, and as the package managers compress them. */
export interface PackSize {
  readonly installed: number;
  readonly compressed: number;
}

/** What could be left out, with the lines of a filespec that do so. */
export interface SizeAdvice {
  readonly what: 'tests' | 'stubs' | 'headers' | 'windows' | 'documents';
  readonly files: number;
  readonly size: PackSize;
  readonly lines: readonly string[];
}

/** A package that will be written. */
export interface PlannedPackage {
  readonly package: BinaryPackage;
  readonly filename: string;
  readonly bytes: Uint8Array;
  /** As the package says it. */
  readonly installedSize: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Everything that packing an input comes to; nothing is written yet. */
export interface PackPlan {
  /** Of the input. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** The package itself first, then the twin with its sources. */
  readonly packages: readonly PlannedPackage[];
  /** Of the project, in normal spelling. */
  readonly extras: readonly string[];
  /** Absent where no interpreter was there to compile with. */
  readonly sizes: Readonly<Record<PackLayout, PackSize>> | undefined;
  readonly advice: readonly SizeAdvice[];
  /** Packages that it uses when they are there, and does not depend on. */
  readonly optional: readonly string[];
  /** Dependencies that bring the whole standard library. */
  readonly bringAll: readonly string[];
  /** Sources that stay in a package of bytecode. */
  readonly kept: readonly KeptSource[];
  /** Modules that read sources when they run. */
  readonly readers: readonly SourceReader[];
  /** Lines of the filespec that lenient reading passed over. */
  readonly ignored: readonly IgnoredLine[];
  /** Modules that got a name that the target's Python looks for: old and new path. */
  readonly renamed: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
}

/** Files of the target that are no Python of its version. */
export type { CompileFailure };
