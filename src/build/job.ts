/** One interpreter that a package must serve, and those that it does not. */
import type { BuildEnvironmentKind, JobOptions } from '../plan/index.ts';
import type { Interpreter } from '../python/index.ts';
import type { ErrorReport } from '../support/errors.ts';

export interface BuildJob {
  /** cibuildwheel's identifier: `cp312-manylinux_x86_64`. */
  readonly id: string;
  readonly interpreter: Interpreter;
  /** Where its commands run. */
  readonly environment: BuildEnvironmentKind;
  readonly options: JobOptions;
  /** What is in its image, where the reference to it does not say so: tags move. */
  readonly imageId?: string;
}

/** A planned wheel that nothing here can make. */
export interface MissingJob {
  readonly id: string;
  /** `CPython 3.13`. */
  readonly python: string;
  readonly error: ErrorReport;
  /** It was asked for, so that the run fails; otherwise it is only told. */
  readonly demanded: boolean;
}

/** An interpreter that was found and is not served. */
export interface LeftOut {
  readonly python: string;
  readonly executable: string;
  readonly reason: string;
  /** It could not be asked what it is, rather than not being wanted. */
  readonly broken: boolean;
}
