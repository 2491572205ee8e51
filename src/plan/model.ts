/** A plan: every wheel that a release must have, and how each is made; plain data. */

/** What a planned wheel is for: one entry of the table of Pythons. */
export interface PlannedPython {
  /** As in identifiers: `cp312`, `cp314t`, `pp311`, `gp312_250`. */
  readonly tag: string;
  readonly implementation: 'cpython' | 'pypy' | 'graalpy';
  /** `3.12`. */
  readonly version: string;
  readonly freeThreaded: boolean;
  /** The ABI tag of what is built for it alone: `cp312`, `cp314t`, `pypy311_pp73`. */
  readonly abi: string;
  /** How the folder of `/opt/python` is called in a manylinux image: `cp312-cp312`. */
  readonly folder: string;
  /** The day its support ended or will end, `2026-10-31`; absent where no day is known. */
  readonly ends?: string;
}

export type PlannedPlatform = 'linux' | 'macos' | 'windows';

/** Where a job's commands run. `none`: this machine already is the container. */
export type BuildEnvironmentKind = 'host' | 'container' | 'none';

/** A value in bash's syntax for one variable, as it was written; evaluated where the build runs. */
export interface EnvironmentAssignment {
  readonly name: string;
  /** `"$PATH:/opt/bin"`, `$(nproc)`. */
  readonly value: string;
}

export interface ContainerEngine {
  readonly name: 'docker' | 'podman';
  readonly createArgs: readonly string[];
  /** The host's `/` is not to be seen as `/host`. */
  readonly disableHostMount: boolean;
}

/** The options of one job after defaults, tables, overrides and variables; commands are shell text, empty for none. */
export interface JobOptions {
  readonly beforeAll: string;
  readonly beforeBuild: string;
  readonly buildFrontend: {
    /** `default`: the best that is there. */
    readonly name: 'default' | 'build' | 'build[uv]' | 'pip' | 'uv';
    readonly args: readonly string[];
  };
  readonly configSettings: Readonly<Record<string, string | readonly string[]>>;
  readonly environment: readonly EnvironmentAssignment[];
  /** Names of this machine's variables that the container gets. */
  readonly environmentPass: readonly string[];
  /** -2 to 3. */
  readonly buildVerbosity: number;
  /** Undefined: wheelworks' own repair; the empty text: none. */
  readonly repairCommand?: string;
  readonly beforeTest: string;
  readonly testCommand: string;
  /** Paths below the project that the test's working folder gets; empty: it stays empty. */
  readonly testSources: readonly string[];
  readonly testRequires: readonly string[];
  readonly testExtras: readonly string[];
  /** Of `[dependency-groups]` (PEP 735). */
  readonly testGroups: readonly string[];
  readonly testEnvironment: readonly EnvironmentAssignment[];
  /** Excluded by test-skip. */
  readonly skipTest: boolean;
  /** Halves of a universal2 wheel whose tests alone are skipped. */
  readonly skipTestArchs?: readonly string[];
  /** A full image reference, pinned by digest where it is a known one; only on Linux. */
  readonly image?: string;
  readonly engine: ContainerEngine;
}

/** One wheel to make, on one platform for one Python. */
export interface PlannedJob {
  /** cibuildwheel's identifier, `cp312-manylinux_x86_64`; unique within a package. */
  readonly id: string;
  /** The package's name as it is written in its own pyproject.toml; its folder's name where that says none. */
  readonly package: string;
  /** The package's folder, relative to the plan's root; `.` for the root. */
  readonly directory: string;
  readonly python: PlannedPython;
  readonly platform: PlannedPlatform;
  /** As in identifiers: `x86_64`, `aarch64`, `arm64`, `universal2`, `amd64`, `win32`. */
  readonly arch: string;
  /** Null beside Linux. */
  readonly libc: 'glibc' | 'musl' | null;
  readonly environment: BuildEnvironmentKind;
  /** A pattern for the file name of the wheel that serves the job (`*`, `?`, `[...]`, `{a,b}`). */
  readonly expects: string;
  readonly options: JobOptions;
  /** By option as in TOML, the places its value is from; those with their default value are not in it. */
  readonly optionsFrom?: Readonly<Record<string, readonly string[]>>;
}

/** An option that was written and that wheelworks does not carry out as cibuildwheel would. */
export interface UnhonouredOption {
  /** All but the first seem to be mistakes. */
  readonly code:
    | 'plan/not-honoured'
    | 'plan/unknown-table'
    | 'plan/unknown-variable'
    | 'plan/unknown-extra'
    | 'plan/unknown-placeholder';
  /** `audit-command`, `CIBW_DEPENDENCY_VERSIONS`. */
  readonly option: string;
  /** The file with its table, `environment`, or where else the value is from. */
  readonly where: string;
  /** What happens instead. */
  readonly reason: string;
}

/** What would make the release smaller or better, without being needed. */
export interface PlanAdvice {
  /** Stable: `plan/abi3`, `plan/abi3t`, `plan/ended-python`, `plan/unpinned-image`. */
  readonly code: string;
  readonly message: string;
  /** Ids of the jobs it is about. */
  readonly jobs: readonly string[];
}

/** One package of the plan. */
export interface PlannedPackage {
  readonly name: string;
  /** Relative to the root. */
  readonly directory: string;
  /** Written version; absent when the backend computes it. */
  readonly version?: string;
  readonly requiresPython?: string;
  /** Names of packages of the same plan that it needs to be built or to run, in the plan's spelling. */
  readonly needs: readonly string[];
}

export interface BuildPlan {
  /** Absolute; what the packages' folders are relative to. */
  readonly root: string;
  /** A package comes after those that it needs. */
  readonly packages: readonly PlannedPackage[];
  /** By package in their order, then in the order of the identifier table. */
  readonly jobs: readonly PlannedJob[];
  readonly notHonoured: readonly UnhonouredOption[];
  readonly advice: readonly PlanAdvice[];
}
